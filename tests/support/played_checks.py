"""The checks at the end of a played shift: nothing lost anywhere, all consoles equal, the handover complete."""

from collections.abc import Sequence

from faults.convergence_checks import check_journal, state_hash, states_of
from support.played_calls import Call, event_of

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.entries import subject_of
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.shifts.duty_shift import DutyShift
from tabuah.operations.shifts.handover_facts import MAX_ITEMS, FactKind
from tabuah.operations.subject_state import SubjectState
from tabuah.operations.tasks.task import Task
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.wire import Record


def lost_calls(store: ConsoleStore, calls: Sequence[Call], *, with_callers: bool) -> list[str]:
    """Return the keys of the calls whose words are in no incident of their event on a console."""
    lost = []
    for call in calls:
        titles = {call.title, event_of(call, calls).title}
        subjects = [subject_of("incident", each.id) for each in store.incidents() if each.title in titles]
        entries = [entry for subject in subjects for entry, _verdict in store.entries_of(subject)]
        words = "".join(bytes(entry.body).decode() for entry in entries)
        people = "".join(value for entry in entries for value in store.personal_of(entry.id).values())
        number = call.caller.rpartition(" ")[2]
        if call.note not in words or (with_callers and number not in people):
            lost.append(call.key)
    return lost


def check_console(store: ConsoleStore, states: dict[str, SubjectState]) -> None:
    """Check that a console has sent everything, holds nothing back, and shows the states of the server."""
    counts = store.counts()
    assert (counts.pending, counts.held, counts.rejected) == (0, 0, 0), f"{store.actor}: {counts}"
    known = {subject: store.state(subject) for subject in states}
    assert state_hash(known) == state_hash(states), f"the console of {store.actor} shows something else"
    assert store.find_damage() == ""


def check_records(records: Sequence[Record]) -> dict[str, SubjectState]:
    """Check the journal of the server, and return the states it folds to."""
    check_journal(records, [])
    return states_of(records)


def missing_in_handover(states: dict[str, SubjectState]) -> dict[str, set[str]]:
    """Return the open incidents, alarms, promises and tasks that the handover of the shift does not name, by kind.

    They are found in the states of the server before the handover, not by the code that makes the summary.
    """
    values = {subject: state.value for subject, state in states.items()}
    (shift,) = [value for value in values.values() if isinstance(value, DutyShift)]
    assert shift.handover is not None
    named = {group.kind: {item.ref or item.name for item in group.items} for group in shift.handover.facts}
    assert all(len(names) < MAX_ITEMS for names in named.values()), "a group is cut"
    open_now = {
        FactKind.OPEN_INCIDENTS: {s for s, v in values.items() if isinstance(v, Incident) and v.is_open},
        FactKind.UNANSWERED_ALARMS: {
            s for s, v in values.items() if isinstance(v, Alarm) and v.is_active and v.acknowledged_at is None
        },
        FactKind.OPEN_TASKS: {s for s, v in values.items() if isinstance(v, Task) and v.is_open},
    }
    missing = {kind.value: subjects - named[kind] for kind, subjects in open_now.items()}
    assert all(open_now.values()), "a kind has nothing to hand over"
    promised = {promise.what for promise in shift.promises if promise.is_open}
    missing[FactKind.OPEN_PROMISES.value] = promised - {
        item.name for group in shift.handover.facts if group.kind == FactKind.OPEN_PROMISES for item in group.items
    }
    return {kind: subjects for kind, subjects in missing.items() if subjects}


def is_handed_over(states: dict[str, SubjectState]) -> bool:
    """Return whether the shift ended by a handover that both sides confirmed."""
    (shift,) = [state.value for state in states.values() if isinstance(state.value, DutyShift)]
    handover = shift.handover
    return handover is not None and handover.outgoing is not None and handover.incoming is not None


def alarms_of(states: dict[str, SubjectState]) -> list[Alarm]:
    return [state.value for state in states.values() if isinstance(state.value, Alarm)]
