"""Moves of the call log: several people record, correct and link the same few calls, perhaps offline."""

from histories.base_machine import CONSOLES, CRASHES, PICKS, HistoryMachine
from histories.world import Console
from hypothesis import strategies as st
from hypothesis.stateful import rule

from tabuah.operations.calls.call import Call
from tabuah.operations.calls.drafts import correct_call, link_call, record_call, unlink_call
from tabuah.operations.codes import CallClass
from tabuah.operations.entries import Draft
from tabuah.operations.errors import NotPossible
from tabuah.operations.incidents.drafts import caller_value
from tabuah.storage.journal.identifiers import new_salt

KEY = "00000000-0000-7000-8000-00000000ca{pick:02d}"
CLASSES = (CallClass.GHOST, CallClass.PRANK, CallClass.INFORMATION)
ACTS = ("class", "note", "caller", "remove", "link", "unlink")
CHANGES = st.lists(st.tuples(st.sampled_from(ACTS), PICKS), max_size=3)


class CallMoves(HistoryMachine):
    """Moves of the call log."""

    @rule(number=CONSOLES, changes=CHANGES, crash=CRASHES, exchanges=st.booleans())
    def log_calls(self, number: int, changes: list[tuple[str, int]], crash: int, exchanges: bool) -> None:
        console = self.console(number)
        for what, pick in changes:
            draft = draft_of(console, what, pick)
            if draft is not None:
                self.save(console, draft, None, crash)
        if exchanges:
            self.exchange(console)


def draft_of(console: Console, what: str, pick: int) -> Draft | None:
    """Return a change of one of two calls, or the record of it; None where nothing would change."""
    key, call_class = KEY.format(pick=pick % 2), CLASSES[pick % len(CLASSES)]
    caller = caller_value(f"0812 88{pick:04d}", salt=new_salt())
    call = next((each for each in console.store.calls() if each.id == key), None)
    if call is None:
        return record_call(key, call_class, note=f"panggilan {pick}", caller=caller if pick % 3 else None)
    try:
        return _change_of(console, call, what, pick)
    except NotPossible:
        return None


def _change_of(console: Console, call: Call, what: str, pick: int) -> Draft | None:
    incidents = sorted(incident.id for incident in console.store.incidents())
    match what:
        case "class":
            return correct_call(call, call_class=CLASSES[pick % len(CLASSES)])
        case "note":
            return correct_call(call, note=f"catatan {pick}")
        case "caller":
            return correct_call(call, caller=caller_value(f"0813 99{pick:04d}", salt=new_salt()))
        case "remove":
            return correct_call(call, caller=caller_value("", salt=new_salt()))
        case "unlink":
            return unlink_call(call)
    return link_call(call, incidents[pick % len(incidents)]) if incidents else None
