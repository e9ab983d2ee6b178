"""A list of which one item is chosen, and stays so whatever else comes and goes: what the lists of panels share."""

from collections.abc import Sequence
from typing import Final, Protocol

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyledItemDelegate

from tabuah.widgets.texts import name_widget
from tabuah.widgets.theme.appearance import Appearance

AnyIndex = QModelIndex | QPersistentModelIndex
ITEM_ROLE: Final = Qt.ItemDataRole.UserRole + 1
_SPOKEN_ROLES: Final = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.AccessibleTextRole,
    Qt.ItemDataRole.ToolTipRole,
)


class ListedItem(Protocol):
    """What the list needs to know of an item, however it is painted."""

    @property
    def id(self) -> str:
        """Names it."""

    @property
    def spoken(self) -> str:
        """What a screen reader says of it."""


class ItemModel(QAbstractListModel):
    """The items, in the order in which they are given."""

    def __init__(self) -> None:
        super().__init__()
        self.items: tuple[ListedItem, ...] = ()

    def show_items(self, items: tuple[ListedItem, ...]) -> None:
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
        if role == ITEM_ROLE:
            return item
        return item.spoken if role in _SPOKEN_ROLES else None


class ChosenList(QListView):
    """The rows, painted by a delegate.

    Signals:
        item_chosen: id of the row that is current, empty for none; told again when other items are shown.
    """

    item_chosen = Signal(str)

    def __init__(
        self, appearance: Appearance, model: ItemModel, delegate: QStyledItemDelegate, *, name: str, label: str
    ) -> None:
        super().__init__()
        name_widget(self, name, label)
        self._model, self._delegate = model, delegate
        self.setModel(model)
        self.setItemDelegate(delegate)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.selectionModel().currentChanged.connect(self._on_current_changed)
        appearance.changed.connect(self.scheduleDelayedItemsLayout)

    @property
    def chosen(self) -> str:
        """Id of the current row."""
        row = self.currentIndex().row()
        return self._model.items[row].id if 0 <= row < len(self._model.items) else ""

    def show_items(self, items: Sequence[ListedItem]) -> None:
        """Show other items; the chosen one stays so, else the one that has taken its place is."""
        before, position = self.chosen, self.currentIndex().row()
        self.selectionModel().blockSignals(True)
        self._model.show_items(tuple(items))
        self.selectionModel().blockSignals(False)
        ids = [item.id for item in items]
        row = ids.index(before) if before in ids else min(max(position, 0), len(ids) - 1)
        self.setCurrentIndex(self._model.index(row))  # none was current in the fresh model, so this tells
        if not ids:
            self.item_chosen.emit("")

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
