"""Moves of parent events: several people open, change, fill and close the same few events, perhaps offline."""

from histories.auditor import Audit
from histories.base_machine import CONSOLES, CRASHES, PICKS, HistoryMachine
from histories.virtual_clock import START
from histories.world import Console
from hypothesis import strategies as st
from hypothesis.stateful import rule

from tabuah.operations.codes import Hazard
from tabuah.operations.entries import Draft
from tabuah.operations.errors import NotPossible
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.parent_events import drafts
from tabuah.operations.parent_events.event_incidents import group_by_event
from tabuah.operations.parent_events.parent_event import ParentEvent

KEY = "00000000-0000-7000-8000-00000000e0{pick:02d}"
ACTS = ("add", "add", "add", "remove", "title", "hazard", "close", "reopen", "delete", "restore")
CHANGES = st.lists(st.tuples(st.sampled_from(ACTS), PICKS), max_size=4)


class ParentEventMoves(HistoryMachine):
    """Moves of parent events."""

    @rule(number=CONSOLES, changes=CHANGES, crash=CRASHES, exchanges=st.booleans())
    def group_incidents(self, number: int, changes: list[tuple[str, int]], crash: int, exchanges: bool) -> None:
        console = self.console(number)
        for what, pick in changes:
            for draft in drafts_of(console, what, pick):
                self.save(console, draft, None, crash)
        if exchanges:
            self.exchange(console)

    def check_end(self, audited: Audit) -> None:
        super().check_end(audited)
        check_events(audited)


def drafts_of(console: Console, what: str, pick: int) -> tuple[Draft, ...]:
    """Return a change of one of two events, or the opening of it; nothing where nothing would change."""
    key = KEY.format(pick=pick % 2)
    event = next((each for each in console.store.parent_events(with_deleted=True) if each.id == key), None)
    incidents = console.store.incidents()
    try:
        if event is None:
            return drafts.open_event(key, f"kejadian {pick}", Hazard.FLOOD, began_at=START)
        return _changes_of(event, incidents, what, pick)
    except NotPossible:
        return ()


def _changes_of(event: ParentEvent, incidents: list[Incident], what: str, pick: int) -> tuple[Draft, ...]:
    ordered = sorted(incidents, key=lambda each: each.id)
    chosen = [ordered[pick % len(ordered)]] if ordered else []
    match what:
        case "add":
            return drafts.add_to_event(event, chosen)
        case "remove":
            return drafts.remove_from_event(event, chosen)
        case "title":
            return (drafts.change_event(event, title=f"judul {pick}"),)
        case "hazard":
            return (drafts.change_event(event, hazard=list(Hazard)[pick % len(Hazard)]),)
        case "close":
            return (drafts.close_event(event, reason="surut"),)
        case "reopen":
            return (drafts.reopen_event(event),)
        case "delete":
            return (drafts.delete_event(event, reason="keliru"),)
    return (drafts.restore_event(event),)


def check_events(audited: Audit) -> None:
    """Check that no incident counts for two events, in the state of the server."""
    values = [state.value for state in audited.states.values()]
    incidents = {value.id: value for value in values if isinstance(value, Incident)}
    events = {value.id: value for value in values if isinstance(value, ParentEvent)}
    counted = [each.id for found in group_by_event(incidents.values(), incidents.get, events).values()
               for each in (*found.counted, *found.false_reports)]  # fmt: skip
    assert len(counted) == len(set(counted))
