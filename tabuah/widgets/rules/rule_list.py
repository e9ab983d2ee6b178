"""The list of rules: the level as edge and shape, the name, and the whole condition as a sentence."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from tabuah.resources.catalogue import _
from tabuah.widgets.rules.values import RuleItem
from tabuah.widgets.texts import name_widget
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.colours import level_colour, mix
from tabuah.widgets.theme.fonts import Type
from tabuah.widgets.theme.glyphs import paint_level, rounded
from tabuah.widgets.values import Level

AnyIndex = QModelIndex | QPersistentModelIndex
_ITEM_ROLE: Final = Qt.ItemDataRole.UserRole + 1
_HEADING_ROLE: Final = Qt.ItemDataRole.UserRole + 2
_HEADING_PX: Final = 34
_SHAPE_PX: Final = 11
_GAP_PX: Final = 8


class _RuleModel(QAbstractListModel):
    """The rules in the order given."""

    def __init__(self) -> None:
        super().__init__()
        self.items: tuple[RuleItem, ...] = ()

    def show_items(self, items: tuple[RuleItem, ...]) -> None:
        """Take other rules."""
        self.beginResetModel()
        self.items = items
        self.endResetModel()

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        """Qt: rules."""
        return 0 if parent is not None and parent.isValid() else len(self.items)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Qt: the rule for painting, its words for a screen reader."""
        item = self.items[index.row()]
        if role == _ITEM_ROLE:
            return item
        if role == _HEADING_ROLE:
            return self._heading_at(index.row())
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return ", ".join(part for part in (item.name, item.told, item.note) if part)
        return item.told if role == Qt.ItemDataRole.ToolTipRole else None

    def _heading_at(self, row: int) -> str:
        """What stands above a rule: the name of its group where the group begins."""
        before = self.items[row - 1].group if row else ""
        return self.items[row].group if self.items[row].group != before else ""


class _RuleDelegate(QStyledItemDelegate):
    """Paints one rule: the name with its note, and two lines of its sentence; above it the heading that it begins."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance

    def sizeHint(self, _option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        """Qt: all rows are alike, but for the headings."""
        heading_px = self._appearance.px(_HEADING_PX) if index.data(_HEADING_ROLE) else 0
        return QSize(200, self._appearance.px(54) + 16 + heading_px)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Qt: paint the row."""
        item = index.data(_ITEM_ROLE)
        if not isinstance(item, RuleItem):
            return
        palette, rect = self._appearance.palette, QRectF(option.rect).adjusted(8, 2, -8, -2)
        if heading := index.data(_HEADING_ROLE):
            rect = self._paint_heading(painter, rect, str(heading))
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        shape = rounded(rect.adjusted(0.5, 0.5, -0.5, -0.5), 8)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillPath(shape, QColor(mix(palette.raised, palette.text, 0.06 if selected else 0.0)))
        painter.setClipPath(shape)
        edge = level_colour(palette, item.level if item.active else Level.NO_DATA)
        painter.fillRect(QRectF(rect.x(), rect.y(), 4, rect.height()), QColor(edge))
        painter.setClipping(False)
        if selected:
            painter.setPen(QPen(QColor(palette.accent), 1.5))
            painter.drawPath(shape)
        inner = rect.adjusted(14, 6, -12, -6)
        side = float(self._appearance.px(_SHAPE_PX))
        shape_at = QRectF(inner.x(), inner.y() + (inner.height() / 3 - side) / 2, side, side)
        paint_level(painter, shape_at, item.level if item.active else Level.NO_DATA, palette)
        self._paint_words(painter, inner.adjusted(side + _GAP_PX, 0, 0, 0), item)
        painter.restore()

    def _paint_heading(self, painter: QPainter, rect: QRectF, heading: str) -> QRectF:
        """The heading at the top of a row; what is left of the row is the rule's."""
        area = QRectF(rect.x() + 2, rect.y(), rect.width() - 4, self._appearance.px(_HEADING_PX) - 8)
        font = self._appearance.font(Type.OVERLINE)
        words = QFontMetricsF(font).elidedText(heading, Qt.TextElideMode.ElideRight, area.width())
        painter.setFont(font)
        painter.setPen(QColor(self._appearance.palette.muted))
        painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, words)
        return rect.adjusted(0, self._appearance.px(_HEADING_PX), 0, 0)

    def _paint_words(self, painter: QPainter, area: QRectF, item: RuleItem) -> None:
        palette, third = self._appearance.palette, area.height() / 3
        small, strong = self._appearance.font(Type.SMALL), self._appearance.font(Type.STRONG)
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
        for number, words in enumerate(_two_lines(item.told, QFontMetricsF(small), area.width()), 1):
            line = QRectF(area.x(), area.y() + number * third, area.width(), third)
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)


def _two_lines(text: str, metrics: QFontMetricsF, width_px: float) -> tuple[str, str]:
    """A text in two lines, the second cut with an ellipsis where there is more."""
    words = text.split()
    first = ""
    while words and metrics.horizontalAdvance(f"{first} {words[0]}".strip()) <= width_px:
        first = f"{first} {words.pop(0)}".strip()
    return first, metrics.elidedText(" ".join(words), Qt.TextElideMode.ElideRight, width_px)


class RuleList(QListView):
    """The rules, one of them chosen.

    Signals:
        rule_chosen: id of the rule that is current, empty for none.
    """

    rule_chosen = Signal(str)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        name_widget(self, "rule_list", _("Rules"))
        self._model = _RuleModel()
        self._delegate = _RuleDelegate(appearance)
        self.setModel(self._model)
        self.setItemDelegate(self._delegate)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.selectionModel().currentChanged.connect(self._on_current_changed)
        appearance.changed.connect(self.scheduleDelayedItemsLayout)

    @property
    def chosen(self) -> str:
        """Id of the current rule."""
        row = self.currentIndex().row()
        return self._model.items[row].id if 0 <= row < len(self._model.items) else ""

    def show_items(self, items: Sequence[RuleItem]) -> None:
        """Show other rules; the chosen one stays so, else the one that has taken its place is."""
        before, position = self.chosen, self.currentIndex().row()
        self.selectionModel().blockSignals(True)
        self._model.show_items(tuple(items))
        self.selectionModel().blockSignals(False)
        ids = [item.id for item in self._model.items]
        row = ids.index(before) if before in ids else min(max(position, 0), len(ids) - 1)
        self.setCurrentIndex(self._model.index(row))
        if self.chosen != before:
            self.rule_chosen.emit(self.chosen)

    def choose(self, rule_id: str) -> None:
        """Make a rule the current one."""
        for row, item in enumerate(self._model.items):
            if item.id == rule_id:
                self.setCurrentIndex(self._model.index(row))

    def _on_current_changed(self, _current: QModelIndex, _previous: QModelIndex) -> None:
        self.rule_chosen.emit(self.chosen)
