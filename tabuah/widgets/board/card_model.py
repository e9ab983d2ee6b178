"""The board as a list model: a heading for each group, below it its cards."""

from collections.abc import Sequence

from tabuah.resources.catalogue import _
from tabuah.widgets.headed_model import HeadedModel, Heading
from tabuah.widgets.values import BoardGroup, IncidentCard

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


class CardModel(HeadedModel[IncidentCard]):
    """Rows of the board."""

    def __init__(self) -> None:
        super().__init__(spoken)


def spoken(card: IncidentCard) -> str:
    """A card as a screen reader says it."""
    parts = [card.title, card.place, card.severity, card.status, card.age, card.number, card.note]
    if card.pending:
        parts.append(_("not yet synced"))
    if card.held:
        parts.append(_("held"))
    if card.conflict:
        parts.append(_("conflict"))
    return ", ".join(part for part in parts if part)
