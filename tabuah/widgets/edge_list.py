"""A list of rows with their level as edge and shape: what and about at the left, when and who at the right."""

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from tabuah.widgets.texts import name_widget
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.colours import level_colour, mix
from tabuah.widgets.theme.fonts import Type
from tabuah.widgets.theme.glyphs import paint_level, rounded
from tabuah.widgets.values import Level

AnyIndex = QModelIndex | QPersistentModelIndex
_ITEM_ROLE = Qt.ItemDataRole.UserRole + 1
_SPOKEN_ROLES = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.AccessibleTextRole,
    Qt.ItemDataRole.ToolTipRole,
)
_MARGIN_PX = 8
_IN_THE_MIDDLE = Qt.TextElideMode.ElideMiddle  # a value stands at the end
_SHAPE_PX = 11
_GAP_PX = 8


class EdgeItem(Protocol):
    """What a row needs to know."""

    @property
    def id(self) -> str:
        """Names it."""

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

    @property
    def spoken(self) -> str:
        """What a screen reader says of it."""


class _EdgeModel(QAbstractListModel):
    """The items, in the order in which they are given."""

    def __init__(self) -> None:
        super().__init__()
        self.items: tuple[EdgeItem, ...] = ()

    def show_items(self, items: tuple[EdgeItem, ...]) -> None:
        """Take other items."""
        self.beginResetModel()
        self.items = items
        self.endResetModel()

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        """Qt: items."""
        return 0 if parent is not None and parent.isValid() else len(self.items)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Qt: the item for painting, its words for a screen reader."""
        item = self.items[index.row()]
        if role == _ITEM_ROLE:
            return item
        return item.spoken if role in _SPOKEN_ROLES else None


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
        item: EdgeItem = index.data(_ITEM_ROLE)
        palette, rect = self._appearance.palette, QRectF(option.rect).adjusted(_MARGIN_PX, 2, -_MARGIN_PX, -2)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        shape = rounded(rect.adjusted(0.5, 0.5, -0.5, -0.5), 8)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillPath(shape, QColor(mix(palette.raised, palette.text, 0.06 if selected else 0.0)))
        painter.setClipPath(shape)
        edge = QColor(level_colour(palette, item.level))
        painter.fillRect(QRectF(rect.x(), rect.y(), 4, rect.height()), edge)
        painter.setClipping(False)
        if selected:
            painter.setPen(QPen(QColor(palette.accent), 1.5))
            painter.drawPath(shape)
        inner = rect.adjusted(14, 5, -12, -5)
        side = float(self._appearance.px(_SHAPE_PX))
        shape_at = QRectF(inner.x(), inner.y() + (inner.height() / 2 - side) / 2, side, side)
        paint_level(painter, shape_at, item.level, palette)
        self._paint_words(painter, inner.adjusted(side + _GAP_PX, 0, 0, 0), item)
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


class EdgeList(QListView):
    """The rows; the panel around it answers the keys.

    Signals:
        item_chosen: id of the row that is current, empty for none.
    """

    item_chosen = Signal(str)

    def __init__(self, appearance: Appearance, *, name: str, label: str) -> None:
        super().__init__()
        name_widget(self, name, label)
        self._model = _EdgeModel()
        self._delegate = _EdgeDelegate(appearance)
        self.setModel(self._model)
        self.setItemDelegate(self._delegate)
        self.setUniformItemSizes(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.selectionModel().currentChanged.connect(self._on_current_changed)
        appearance.changed.connect(self.scheduleDelayedItemsLayout)

    def show_items(self, items: Sequence[EdgeItem]) -> None:
        """Show other items; the chosen one stays so, else the one that has taken its place is."""
        before, position = self.chosen, self.currentIndex().row()
        self.selectionModel().blockSignals(True)
        self._model.show_items(tuple(items))
        self.selectionModel().blockSignals(False)
        ids = [item.id for item in self._model.items]
        row = ids.index(before) if before in ids else min(max(position, 0), len(ids) - 1)
        self.setCurrentIndex(self._model.index(row))
        self.item_chosen.emit(self.chosen)

    @property
    def chosen(self) -> str:
        """Id of the current row."""
        row = self.currentIndex().row()
        return self._model.items[row].id if 0 <= row < len(self._model.items) else ""

    def choose(self, item_id: str) -> None:
        """Make the row of an id the current one."""
        ids = [item.id for item in self._model.items]
        if item_id in ids:
            self.setCurrentIndex(self._model.index(ids.index(item_id)))

    def step(self, step: int) -> None:
        """Go some rows down, or up."""
        row = min(max(self.currentIndex().row() + step, 0), len(self._model.items) - 1)
        self.setCurrentIndex(self._model.index(row))

    def _on_current_changed(self, _current: QModelIndex, _previous: QModelIndex) -> None:
        self.item_chosen.emit(self.chosen)
