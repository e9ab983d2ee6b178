"""A list model of items under group headings, for ten thousand items; unchanged order causes no reset."""

from collections.abc import Callable
from typing import Final, Generic, Protocol, TypeVar

import msgspec
from PySide6.QtCore import QAbstractListModel, Qt

from tabuah.widgets.controls.selection_list import AnyIndex

ROW_ROLE: Final = Qt.ItemDataRole.UserRole + 1


class GroupHeading(msgspec.Struct, frozen=True):
    """The heading of a group with its number of items."""

    label: str
    count: int


class GroupedItem(Protocol):
    """Protocol of an item below a heading."""

    @property
    def id(self) -> str: ...


ItemT = TypeVar("ItemT", bound=GroupedItem)


class GroupedListModel(QAbstractListModel, Generic[ItemT]):
    """Headings and items; `spoken` returns the accessible text of an item."""

    def __init__(self, spoken: Callable[[ItemT], str]) -> None:
        super().__init__()
        self._spoken = spoken
        self._rows: list[GroupHeading | ItemT] = []

    def show_rows(self, rows: list[GroupHeading | ItemT]) -> bool:
        """Replace the rows; return True after a model reset, so that the owner can restore its selection."""
        if [_key(row) for row in rows] != [_key(row) for row in self._rows]:
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()
            return True
        changed = [n for n, (old, new) in enumerate(zip(self._rows, rows, strict=True)) if old != new]
        self._rows = rows
        if changed:
            self.dataChanged.emit(self.index(changed[0]), self.index(changed[-1]))
        return False

    def row_at(self, number: int) -> GroupHeading | ItemT:
        return self._rows[number]

    def find(self, item_id: str) -> int | None:
        """Return the row of an item, None if it is not shown."""
        rows = enumerate(self._rows)
        return next((n for n, row in rows if not isinstance(row, GroupHeading) and row.id == item_id), None)

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the row for painting, or its accessible text."""
        row = self._rows[index.row()]
        if role == ROW_ROLE:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{row.label}, {row.count}" if isinstance(row, GroupHeading) else self._spoken(row)
        return None

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """Make headings unselectable."""
        if isinstance(self._rows[index.row()], GroupHeading):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


def _key(row: GroupHeading | GroupedItem) -> str:
    return f"#{row.label}" if isinstance(row, GroupHeading) else row.id
