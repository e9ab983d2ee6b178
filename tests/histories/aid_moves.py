"""Moves of the aid ledger: several people record and correct the same few lines, perhaps offline."""

import msgspec
from histories.base_machine import CONSOLES, CRASHES, PICKS, HistoryMachine
from histories.world import Console
from hypothesis import strategies as st
from hypothesis.stateful import rule

from tabuah.operations.aid.aid_line import AidKind, AidPlace, AidValues
from tabuah.operations.aid.drafts import correct_aid, record_aid
from tabuah.operations.entries import Draft
from tabuah.operations.errors import NotPossible

KEY = "00000000-0000-7000-8000-0000000a1{pick:03d}"
CHANGES = st.lists(st.tuples(st.sampled_from(("quantity", "place", "cancel")), PICKS), max_size=3)


class AidMoves(HistoryMachine):
    """Moves of the aid ledger."""

    @rule(number=CONSOLES, changes=CHANGES, crash=CRASHES, exchanges=st.booleans())
    def write_ledger(self, number: int, changes: list[tuple[str, int]], crash: int, exchanges: bool) -> None:
        console = self.console(number)
        for what, pick in changes:
            draft = draft_of(console, what, pick)
            if draft is not None:
                self.save(console, draft, None, crash)
        if exchanges:
            self.exchange(console)


def draft_of(console: Console, what: str, pick: int) -> Draft | None:
    """Return a correction of one of two lines, or the record of it; None where nothing would change."""
    key = KEY.format(pick=pick % 2)
    line = next((each for each in console.store.aid_lines() if each.id == key), None)
    if line is None:
        kind = list(AidKind)[pick % len(AidKind)]
        return record_aid(key, AidValues(kind=kind, item="Selimut", unit="lembar", quantity_milli=pick + 1))
    values = line.shown
    if what == "quantity":
        changed = msgspec.structs.replace(values, quantity_milli=pick + 5)
    elif what == "place":
        shelters = sorted(each.id for each in console.store.shelters() if not each.exercise)
        place = AidPlace(shelter=shelters[pick % len(shelters)]) if shelters else AidPlace()
        changed = msgspec.structs.replace(values, place=place)
    else:
        changed = None
    try:
        return correct_aid(line, changed, reason=f"koreksi {pick}")
    except NotPossible:
        return None
