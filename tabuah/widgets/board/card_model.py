"""The board as a list model: a heading for each group, below it its cards; built for ten thousand of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from tabuah.resources.catalogue import _
from tabuah.widgets.values import BoardGroup, IncidentCard

ROW_ROLE = Qt.ItemDataRole.UserRole + 1
AnyIndex = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of a group with the number of its cards."""

    label: str
    count: int


Row = Heading | IncidentCard


def matches(card: IncidentCard, words: Sequence[str]) -> bool:
    """Whether every word (casefolded) is somewhere in what the card says."""
    if not words:
        return True
    text = f"{card.number} {card.title} {card.place} {card.status} {card.severity} {card.note}".casefold()
    return all(word in text for word in words)


def board_rows(cards: Sequence[IncidentCard], groups: Sequence[BoardGroup]) -> list[Row]:
    """Headings and cards in the order of `groups`; the order of cards is kept; unknown groups come last."""
    by_group: dict[str, list[IncidentCard]] = {group.code: [] for group in groups}
    for card in cards:
        by_group.setdefault(card.group, []).append(card)
    labels = {group.code: group.label for group in groups}
    rows: list[Row] = []
    for code, members in by_group.items():
        if members:
            rows.append(Heading(labels.get(code, code), len(members)))
            rows.extend(members)
    return rows


class CardModel(QAbstractListModel):
    """Rows of the board; an update that keeps the order only repaints what changed."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[Row] = []

    def show_rows(self, rows: list[Row]) -> bool:
        """Take new rows; True when the list was rebuilt, so that the owner restores its selection."""
        if [_key(row) for row in rows] != [_key(row) for row in self._rows]:
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()
            return True
        changed = [i for i, (old, new) in enumerate(zip(self._rows, rows, strict=True)) if old != new]
        self._rows = rows
        if changed:
            self.dataChanged.emit(self.index(changed[0]), self.index(changed[-1]))
        return False

    def row_at(self, index: int) -> Row:
        """The heading or card at `index`."""
        return self._rows[index]

    def find(self, incident_id: str) -> int | None:
        """Where an incident stands, None when it is not shown."""
        for i, row in enumerate(self._rows):
            if isinstance(row, IncidentCard) and row.id == incident_id:
                return i
        return None

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        """Qt: headings and cards."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Qt: the row itself for painting, its words for a screen reader."""
        row = self._rows[index.row()]
        if role == ROW_ROLE:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return spoken(row)
        return None

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """Qt: a heading cannot be chosen."""
        if isinstance(self._rows[index.row()], Heading):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


def spoken(row: Row) -> str:
    """A row as a screen reader says it."""
    if isinstance(row, Heading):
        return f"{row.label}, {row.count}"
    parts = [row.title, row.place, row.severity, row.status, row.age, row.number, row.note]
    if row.pending:
        parts.append(_("not yet synced"))
    if row.held:
        parts.append(_("held"))
    if row.conflict:
        parts.append(_("conflict"))
    return ", ".join(part for part in parts if part)


def _key(row: Row) -> str:
    return f"#{row.label}" if isinstance(row, Heading) else row.id
