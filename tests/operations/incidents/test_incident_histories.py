"""Properties of any incident history: no value is lost, and settled conflicts stay settled."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from support.judged_journal import JudgedJournal

from tabuah.operations.codes import Severity, Status
from tabuah.operations.entries import Verdict
from tabuah.operations.incidents.drafts import (
    delete_incident,
    edit_incident,
    move_incident,
    note_incident,
    settle_conflict,
)
from tabuah.operations.incidents.entry_bodies import IncidentEdited
from tabuah.operations.people.roles import Role
from tabuah.operations.subject_state import SubjectState, read_state, state_text

MOVES = [status for status in Status if status is not Status.MERGED]
GESTURES = st.one_of(
    st.tuples(st.just("severity"), st.sampled_from(list(Severity))),
    st.tuples(st.just("assignment"), st.sampled_from(["TRC", "Damkar", "PUPR"])),
    st.tuples(st.just("move"), st.sampled_from(MOVES)),
    st.tuples(st.just("settle"), st.sampled_from(["current", "proposed", "base"])),
    st.tuples(st.just("note"), st.just("…")),
    st.tuples(st.just("delete"), st.just("ganda")),
    st.tuples(st.just("refresh"), st.none()),
)
HISTORIES = st.lists(st.tuples(st.integers(0, 2), GESTURES), max_size=40)


def draft_of(gesture, value, seen):
    match gesture:
        case "severity":
            return edit_incident(seen, IncidentEdited(severity=value))
        case "assignment":
            return edit_incident(seen, IncidentEdited(assignment=(value,)))
        case "move":
            return move_incident(seen, value)
        case "note":
            return note_incident(seen, value)
        case "delete":
            return delete_incident(seen, reason=value)
    return settle_conflict(seen, seen.conflicts[0].id, value) if seen.conflicts else note_incident(seen, "…")


def play(history):
    """Play three authors who refresh their view now and then; yield (before, entry, decision, after)."""
    room = JudgedJournal()
    people = [room.author(name, Role.SUPERVISOR) for name in ("ani", "budi", "citra")]
    views = [room.report(people[0])] * 3
    for who, (gesture, value) in history:
        if gesture == "refresh":
            views[who] = room.incident()
            continue
        before = room.incident()
        entry = room.entry(people[who], draft_of(gesture, value, views[who]))
        yield before, entry, room.judge(entry), room.incident()


@given(HISTORIES)
def test_guarded_value_is_current_conflicting_or_rejected(history):
    for _before, entry, decision, after in play(history):
        if entry.kind != "incident.edited" or decision.verdict is Verdict.REJECTED:
            assert decision.verdict is not Verdict.REJECTED or decision.reason
            continue
        (field,) = msgspec.json.decode(entry.body)
        written = {w.entry for w in after.writings.get(field, ())}
        proposed = {member for c in after.conflicts for member in c.members}
        assert entry.id in written | proposed


@given(HISTORIES)
def test_settled_conflict_is_never_reopened(history):
    for before, _entry, _decision, after in play(history):
        settled = {c.id: c.settled for c in before.conflicts if c.settled}
        assert settled.items() <= {c.id: c.settled for c in after.conflicts}.items()


@given(HISTORIES)
def test_current_value_is_the_last_field_write(history):
    for _before, _entry, _decision, after in play(history):
        for field, writings in after.writings.items():
            assert msgspec.json.encode(getattr(after, field)).decode() == writings[-1].value


@given(HISTORIES)
def test_state_survives_encoding(history):
    for *_rest, after in play(history):
        state = SubjectState(value=after)
        assert read_state(state_text(state)) == state
