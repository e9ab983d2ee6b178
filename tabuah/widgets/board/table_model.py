"""The same incidents as a table, sorted by any column."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from tabuah.resources.catalogue import _
from tabuah.widgets.board.card_model import spoken
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.colours import level_text
from tabuah.widgets.values import IncidentCard

AnyIndex = QModelIndex | QPersistentModelIndex
_TEXTS: tuple[Callable[[IncidentCard], str], ...] = (
    lambda card: card.severity,
    lambda card: card.title,
    lambda card: card.place,
    lambda card: card.status,
    lambda card: card.age,
    lambda card: card.number,
)
_ORDERS: tuple[Callable[[IncidentCard], object], ...] = (
    lambda card: card.level.rank,
    lambda card: card.title.casefold(),
    lambda card: card.place.casefold(),
    lambda card: card.group,
    lambda card: card.age_s,
    lambda card: card.number,
)


class TableModel(QAbstractTableModel):
    """Severity, title, place, status, age, number; worst first until the user sorts."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._cards: list[IncidentCard] = []
        self._sorting: tuple[int, bool] | None = None

    def show_cards(self, cards: Sequence[IncidentCard]) -> bool:
        """Take new cards; True when the table was rebuilt."""
        ordered = self._sorted(cards)
        if [card.id for card in ordered] != [card.id for card in self._cards]:
            self.beginResetModel()
            self._cards = ordered
            self.endResetModel()
            return True
        changed = [i for i, (old, new) in enumerate(zip(self._cards, ordered, strict=True)) if old != new]
        self._cards = ordered
        if changed:
            last = self.index(changed[-1], len(_TEXTS) - 1)
            self.dataChanged.emit(self.index(changed[0], 0), last)
        return False

    def card_at(self, row: int) -> IncidentCard:
        """The incident in `row`."""
        return self._cards[row]

    def find(self, incident_id: str) -> int | None:
        """Where an incident stands, None when it is not shown."""
        return next((i for i, card in enumerate(self._cards) if card.id == incident_id), None)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Qt: sort by a column; column -1 is the owner's order."""
        self._sorting = (column, order == Qt.SortOrder.DescendingOrder) if column >= 0 else None
        self.show_cards(self._cards)

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        """Qt: incidents."""
        return 0 if parent is not None and parent.isValid() else len(self._cards)

    def columnCount(self, parent: AnyIndex | None = None) -> int:
        """Qt: columns."""
        return 0 if parent is not None and parent.isValid() else len(_TEXTS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Qt: the names of the columns."""
        names = (_("Severity"), _("Incident"), _("Place"), _("Status"), _("Age"), _("Number"))
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return names[section]
        return None

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Qt: a cell."""
        card = self._cards[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return _TEXTS[index.column()](card)
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._ink(card, index.column())
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return spoken(card)
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{card.title}\n{card.place}"
        return None

    def _ink(self, card: IncidentCard, column: int) -> QColor:
        palette = self._appearance.palette
        if column == 0:
            return QColor(level_text(palette, card.level))
        return QColor(palette.text if column == 1 else palette.muted)

    def _sorted(self, cards: Sequence[IncidentCard]) -> list[IncidentCard]:
        if self._sorting is None:
            return list(cards)
        column, descending = self._sorting
        return sorted(cards, key=_ORDERS[column], reverse=descending)  # type: ignore[arg-type]
