"""The list of rules: level, name and condition as a sentence, under group headings."""

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from tabuah.resources.localisation import _
from tabuah.widgets.controls.level_list import MARGIN_PX, paint_level_row
from tabuah.widgets.controls.selection_list import ITEM_ROLE, AnyIndex, ItemModel, SelectionList
from tabuah.widgets.rules.values import RuleItem
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.values import Level

_HEADING_ROLE: Final = Qt.ItemDataRole.UserRole + 2
_HEADING_PX: Final = 34


class _RuleModel(ItemModel):
    """The rules in the given order, and where a group begins."""

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the data of list items, and the heading of a rule."""
        if role == _HEADING_ROLE:
            return self._heading_at(index.row())
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._rule_at(index.row()).sentence
        return super().data(index, role)

    def _heading_at(self, row: int) -> str:
        """Return the heading above a rule: the group name at the first rule of a group."""
        group = self._rule_at(row).group
        return group if row == 0 or group != self._rule_at(row - 1).group else ""

    def _rule_at(self, row: int) -> RuleItem:
        item = self.items[row]
        assert isinstance(item, RuleItem)
        return item


class _RuleDelegate(QStyledItemDelegate):
    """Paints a rule: its name with a note, and its sentence in two lines; above it the group heading."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance

    def sizeHint(self, _option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        heading_px = self._appearance.px(_HEADING_PX) if index.data(_HEADING_ROLE) else 0
        return QSize(200, self._appearance.px(54) + 16 + heading_px)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        item: RuleItem = index.data(ITEM_ROLE)
        rect = QRectF(option.rect).adjusted(MARGIN_PX, 2, -MARGIN_PX, -2)
        if heading := index.data(_HEADING_ROLE):
            rect = self._paint_heading(painter, rect, str(heading))
        level = item.level if item.active else Level.NO_DATA
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        words = paint_level_row(painter, rect, level, self._appearance, lines=3, selected=selected)
        painter.save()
        self._paint_words(painter, words, item)
        painter.restore()

    def _paint_heading(self, painter: QPainter, rect: QRectF, heading: str) -> QRectF:
        """Paint the heading at the top of a row and return the rest of the row."""
        area = QRectF(rect.x() + 2, rect.y(), rect.width() - 4, self._appearance.px(_HEADING_PX) - 8)
        font = self._appearance.font(TextStyle.OVERLINE)
        words = QFontMetricsF(font).elidedText(heading, Qt.TextElideMode.ElideRight, area.width())
        painter.setFont(font)
        painter.setPen(QColor(self._appearance.palette.muted))
        painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, words)
        return rect.adjusted(0, self._appearance.px(_HEADING_PX), 0, 0)

    def _paint_words(self, painter: QPainter, area: QRectF, item: RuleItem) -> None:
        palette, third = self._appearance.palette, area.height() / 3
        small, strong = self._appearance.font(TextStyle.SMALL), self._appearance.font(TextStyle.STRONG)
        painter.setFont(small)
        painter.setPen(QColor(palette.muted))
        top = QRectF(area.x(), area.y(), area.width(), third)
        painter.drawText(top, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, item.note)
        room_px = area.width() - QFontMetricsF(small).horizontalAdvance(item.note) - 12
        name = QFontMetricsF(strong).elidedText(item.name, Qt.TextElideMode.ElideRight, room_px)
        painter.setFont(strong)
        painter.setPen(QColor(palette.text if item.active else palette.muted))
        painter.drawText(top, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
        painter.setFont(small)
        painter.setPen(QColor(palette.muted))
        for number, words in enumerate(_two_lines(item.sentence, QFontMetricsF(small), area.width()), 1):
            line = QRectF(area.x(), area.y() + number * third, area.width(), third)
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)


def _two_lines(text: str, metrics: QFontMetricsF, width_px: float) -> tuple[str, str]:
    """Split a text into two lines; the second is elided."""
    words = text.split()
    first = ""
    while words and metrics.horizontalAdvance(f"{first} {words[0]}".strip()) <= width_px:
        first = f"{first} {words.pop(0)}".strip()
    return first, metrics.elidedText(" ".join(words), Qt.TextElideMode.ElideRight, width_px)


class RuleList(SelectionList):
    """The rules, one of them selected."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__(appearance, _RuleModel(), _RuleDelegate(appearance), name="rule_list", label=_("Rules"))
