"""List model and table model of the incidents."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QAbstractTableModel, Qt
from PySide6.QtGui import QColor

from tabuah.resources.localisation import _
from tabuah.widgets.controls.grouped_list_model import GroupedListModel, GroupHeading
from tabuah.widgets.controls.selection_list import AnyIndex
from tabuah.widgets.incidents.values import BoardGroup, IncidentCard
from tabuah.widgets.theme.appearance import Appearance, level_text

BoardRow = GroupHeading | IncidentCard


def matches_card(card: IncidentCard, words: Sequence[str]) -> bool:
    """Return whether every casefolded word occurs in the text of the card."""
    if not words:
        return True
    text = f"{card.number} {card.title} {card.place} {card.status} {card.severity} {card.note}".casefold()
    return all(word in text for word in words)


def board_rows(cards: Sequence[IncidentCard], groups: Sequence[BoardGroup]) -> list[BoardRow]:
    """Return headings and cards in the order of `groups`; unknown groups come last."""
    by_group: dict[str, list[IncidentCard]] = {group.code: [] for group in groups}
    for card in cards:
        by_group.setdefault(card.group, []).append(card)
    labels = {group.code: group.label for group in groups}
    rows: list[BoardRow] = []
    for code, members in by_group.items():
        if members:
            rows.append(GroupHeading(labels.get(code, code), len(members)))
            rows.extend(members)
    return rows


class IncidentCardModel(GroupedListModel[IncidentCard]):
    """Rows of the board."""

    def __init__(self) -> None:
        super().__init__(describe_card)


def describe_card(card: IncidentCard) -> str:
    """Return the accessible text of a card."""
    parts = [card.exercise, card.title, card.place, card.severity, card.status, card.age, card.number, card.note]
    if card.pending:
        parts.append(_("not yet synced"))
    if card.held:
        parts.append(_("held"))
    if card.conflict:
        parts.append(_("conflict"))
    return ", ".join(part for part in parts if part)


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


class IncidentTableModel(QAbstractTableModel):
    """Severity, title, place, status, age and number; worst first until the user sorts."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._given: list[IncidentCard] = []  # in the owner's order, which a cleared sorting restores
        self._cards: list[IncidentCard] = []
        self._sorting: tuple[int, bool] | None = None

    def show_cards(self, cards: Sequence[IncidentCard]) -> bool:
        """Replace the cards; return True after a model reset."""
        self._given = list(cards)
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
        return self._cards[row]

    def find(self, incident_id: str) -> int | None:
        """Return the row of an incident, None if it is not shown."""
        return next((i for i, card in enumerate(self._cards) if card.id == incident_id), None)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; column -1 restores the owner's order."""
        self._sorting = (column, order == Qt.SortOrder.DescendingOrder) if column >= 0 else None
        self.show_cards(self._given)

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._cards)

    def columnCount(self, parent: AnyIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(_TEXTS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        names = (_("Severity"), _("Incident"), _("Place"), _("Status"), _("Age"), _("Number"))
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return names[section]
        return None

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        card = self._cards[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return _TEXTS[index.column()](card)
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._ink(card, index.column())
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return describe_card(card)
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
