"""A list of rows with their level as edge and shape: what and about at the left, when and who at the right."""

from typing import Protocol

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from tabuah.widgets.chosen_list import ITEM_ROLE, AnyIndex, ChosenList, ItemModel, ListedItem
from tabuah.widgets.edge_row import MARGIN_PX, paint_edge_row
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.fonts import Type
from tabuah.widgets.values import Level

_IN_THE_MIDDLE = Qt.TextElideMode.ElideMiddle  # a value stands at the end


class EdgeItem(ListedItem, Protocol):
    """What a row needs to know."""

    @property
    def level(self) -> Level:
        """The colour of its edge, and the shape beside it."""

    @property
    def text(self) -> str:
        """What it is."""

    @property
    def about(self) -> str:
        """More of it, in the second line."""

    @property
    def at(self) -> str:
        """When, at the right."""

    @property
    def author(self) -> str:
        """Who says so, under it."""


class _EdgeDelegate(QStyledItemDelegate):
    """Paints one row."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance

    def sizeHint(self, _option: QStyleOptionViewItem, _index: AnyIndex) -> QSize:
        """Qt: all rows are alike."""
        return QSize(200, self._appearance.px(36) + 16)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Qt: paint the row."""
        item: EdgeItem = index.data(ITEM_ROLE)
        rect = QRectF(option.rect).adjusted(MARGIN_PX, 2, -MARGIN_PX, -2)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        words = paint_edge_row(painter, rect, item.level, self._appearance, lines=2, selected=selected)
        painter.save()
        self._paint_words(painter, words, item)
        painter.restore()

    def _paint_words(self, painter: QPainter, area: QRectF, item: EdgeItem) -> None:
        half = area.height() / 2
        top = QRectF(area.x(), area.y(), area.width(), half)
        low = QRectF(area.x(), area.y() + half, area.width(), half)
        right = self._line(painter, top, item.at, Type.SMALL, "muted", right=True)
        self._line(painter, top.adjusted(0, 0, -right - 12, 0), item.text, Type.MEDIUM, "text", cut=_IN_THE_MIDDLE)
        right = self._line(painter, low, item.author, Type.SMALL, "muted", right=True)
        self._line(painter, low.adjusted(0, 0, -right - 12, 0), item.about, Type.SMALL, "muted")

    def _line(
        self,
        painter: QPainter,
        area: QRectF,
        text: str,
        style: Type,
        tone: str,
        *,
        right: bool = False,
        cut: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    ) -> float:
        font = self._appearance.font(style)
        shown = QFontMetricsF(font).elidedText(" ".join(text.split()), cut, area.width())
        painter.setFont(font)
        painter.setPen(QColor(str(getattr(self._appearance.palette, tone))))
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        painter.drawText(area, side | Qt.AlignmentFlag.AlignVCenter, shown)
        return QFontMetricsF(font).horizontalAdvance(shown)


class EdgeList(ChosenList):
    """The rows; the panel around it answers the keys."""

    def __init__(self, appearance: Appearance, *, name: str, label: str) -> None:
        super().__init__(appearance, ItemModel(), _EdgeDelegate(appearance), name=name, label=label)
        self.setUniformItemSizes(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
