"""A list view that keeps its selected item while items are added and removed; shared by the panels."""

from collections.abc import Sequence
from typing import Final, Protocol

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyledItemDelegate

from tabuah.widgets.controls.labels import name_widget
from tabuah.widgets.theme.appearance import Appearance

AnyIndex = QModelIndex | QPersistentModelIndex
ITEM_ROLE: Final = Qt.ItemDataRole.UserRole + 1
_SPOKEN_ROLES: Final = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.AccessibleTextRole,
    Qt.ItemDataRole.ToolTipRole,
)


class ListItem(Protocol):
    """Protocol of a list item, independent of how it is painted."""

    @property
    def id(self) -> str: ...

    @property
    def spoken(self) -> str:
        """Accessible text of the item."""


class ItemModel(QAbstractListModel):
    """A list model of items in the given order."""

    def __init__(self) -> None:
        super().__init__()
        self.items: tuple[ListItem, ...] = ()

    def show_items(self, items: tuple[ListItem, ...]) -> None:
        self.beginResetModel()
        self.items = items
        self.endResetModel()

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.items)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the item for painting, or its accessible text."""
        item = self.items[index.row()]
        if role == ITEM_ROLE:
            return item
        return item.spoken if role in _SPOKEN_ROLES else None


class SelectionList(QListView):
    """A list whose rows a delegate paints.

    Signals:
        item_chosen: id of the current row, empty for none; emitted again when the items change.
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
        row = self.currentIndex().row()
        return self._model.items[row].id if 0 <= row < len(self._model.items) else ""

    def show_items(self, items: Sequence[ListItem]) -> None:
        """Replace the items; keep the selection, or select the row that took its place."""
        before, position = self.chosen, self.currentIndex().row()
        self.selectionModel().blockSignals(True)
        self._model.show_items(tuple(items))
        self.selectionModel().blockSignals(False)
        ids = [item.id for item in items]
        row = ids.index(before) if before in ids else min(max(position, 0), len(ids) - 1)
        self.setCurrentIndex(self._model.index(row))  # the reset left no current row, so this emits item_chosen
        if not ids:
            self.item_chosen.emit("")

    def choose(self, item_id: str) -> None:
        """Make the item the current row."""
        ids = [item.id for item in self._model.items]
        if item_id in ids:
            self.setCurrentIndex(self._model.index(ids.index(item_id)))

    def step(self, step: int) -> None:
        """Move the selection by some rows; negative is up."""
        row = min(max(self.currentIndex().row() + step, 0), len(self._model.items) - 1)
        self.setCurrentIndex(self._model.index(row))

    def _on_current_changed(self, _current: QModelIndex, _previous: QModelIndex) -> None:
        self.item_chosen.emit(self.chosen)
