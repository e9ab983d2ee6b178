"""Whose work a console sends when: its own and that of others, each entry after those that it rests on."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar

from tabuah.storage.cache.bundles.carried_table import CarriedEntry
from tabuah.storage.cache.journal_table import Waiting
from tabuah.storage.journal.turns import Turn, turns_among

if TYPE_CHECKING:
    from tabuah.storage.cache.desk import Desk

Sent = TypeVar("Sent", Waiting, CarriedEntry)


def turns_of(desk: "Desk") -> list[Turn]:
    """The turns in which own and carried work is sent; none when nothing is carried that can be sent.

    Own work goes first, unless it stands on subjects on which carried work does. Where a colleague has answered own
    work and was answered again, each waits for what it answers.
    """
    carried = desk.carried.unsent()
    if not carried:
        return []
    own = desk.journal.pending()
    return turns_among([*carried, *own] if desk.carried.rests_under_own() else [*own, *carried])


def up_to(until: int | None, entries: Sequence[Sent]) -> Sequence[Sent]:
    """Those of a device's entries that are due in its turn; without an end all."""
    return [entry for entry in entries if until is None or entry.n <= until]
