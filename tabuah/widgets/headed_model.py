"""Items under headings as a list model, for ten thousand of them: what keeps its order is only painted anew."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic, Protocol, TypeVar

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

AnyIndex = QModelIndex | QPersistentModelIndex
ROW_ROLE: Final = Qt.ItemDataRole.UserRole + 1


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of a group with the number of its items."""

    label: str
    count: int


class HeadedItem(Protocol):
    """What the model needs to know of an item."""

    @property
    def id(self) -> str:
        """Names it."""


ItemT = TypeVar("ItemT", bound=HeadedItem)


class HeadedModel(QAbstractListModel, Generic[ItemT]):
    """Headings and items; `spoken` says an item as a screen reader does."""

    def __init__(self, spoken: Callable[[ItemT], str]) -> None:
        super().__init__()
        self._spoken = spoken
        self._rows: list[Heading | ItemT] = []

    def show_rows(self, rows: list[Heading | ItemT]) -> bool:
        """Take new rows; True when the list was rebuilt, so that the owner restores its selection."""
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

    def row_at(self, number: int) -> Heading | ItemT:
        """The heading or item in a row."""
        return self._rows[number]

    def find(self, item_id: str) -> int | None:
        """In which row an item stands, None when it is not shown."""
        rows = enumerate(self._rows)
        return next((n for n, row in rows if not isinstance(row, Heading) and row.id == item_id), None)

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        """Qt: headings and items."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Qt: the row itself for painting, its words for a screen reader."""
        row = self._rows[index.row()]
        if role == ROW_ROLE:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{row.label}, {row.count}" if isinstance(row, Heading) else self._spoken(row)
        return None

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """Qt: a heading cannot be chosen."""
        if isinstance(self._rows[index.row()], Heading):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


def _key(row: Heading | HeadedItem) -> str:
    return f"#{row.label}" if isinstance(row, Heading) else row.id
