"""Entries of parent events: roles, decisions, folds, worlds and the incidents that name an event."""

from datetime import timedelta

import pytest
from support.judged_journal import FIRST, FIRST_SUBJECT, MORNING, Author, JudgedJournal

from tabuah.operations.codes import Hazard
from tabuah.operations.entries import Verdict
from tabuah.operations.errors import NotPossible
from tabuah.operations.exercises.drafts import start_exercise
from tabuah.operations.exercises.scope import SubjectWorld
from tabuah.operations.incidents.drafts import group_incident
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.parent_events import drafts
from tabuah.operations.parent_events.parent_event import ParentEvent
from tabuah.operations.people.permissions import may_write
from tabuah.operations.people.roles import Role
from tabuah.operations.policy.policy import PROVENANCE_VERSION
from tabuah.operations.subject_state import read_state, state_text

KEY = "00000000-0000-7000-8000-0000000000e1"
OTHER = "00000000-0000-7000-8000-0000000000e2"
SUBJECT = f"parent_event/{KEY}"
KINDS = ("opened", "changed", "closed", "reopened", "deleted", "restored")


@pytest.fixture
def room() -> JudgedJournal:
    return JudgedJournal()


@pytest.fixture
def ani(room: JudgedJournal) -> Author:
    return room.author("ani", Role.OPERATOR)


def event_now(room: JudgedJournal) -> ParentEvent:
    value = room.states[SUBJECT].value
    assert isinstance(value, ParentEvent)
    return value


def opened(room: JudgedJournal, author: Author, key: str = KEY, **fields: object) -> ParentEvent:
    (draft,) = drafts.open_event(key, " Banjir  bandang ", Hazard.FLOOD, began_at=MORNING, **fields)
    assert room.write(author, draft).verdict is Verdict.ACCEPTED
    value = room.states[f"parent_event/{key}"].value
    assert isinstance(value, ParentEvent)
    return value


def test_opened_event_survives_encoding_and_opens_once(room: JudgedJournal, ani: Author):
    event = opened(room, ani, description="tiga nagari")
    assert (event.title, event.hazard, event.began_at, event.opened_by) == (
        "Banjir bandang",
        Hazard.FLOOD,
        MORNING,
        "ani",
    )
    assert read_state(state_text(room.states[SUBJECT])) == room.states[SUBJECT]
    (again,) = drafts.open_event(KEY, "Lain", Hazard.FLOOD, began_at=MORNING)
    assert room.write(ani, again).reason == "already_exists"


@pytest.mark.parametrize("role", list(Role))
def test_control_room_alone_writes_events_and_groups_incidents(role: Role):
    expected = role in (Role.OPERATOR, Role.SUPERVISOR)
    kinds = (*(f"parent_event.{kind}" for kind in KINDS), "incident.grouped")
    assert {may_write(role, kind) for kind in kinds} == {expected}


def test_older_rules_reject_events_and_grouping():
    room = JudgedJournal(decide_version=PROVENANCE_VERSION - 1)
    ani = room.author("ani")
    incident = room.report(ani)
    (draft,) = drafts.open_event(KEY, "Banjir", Hazard.FLOOD, began_at=MORNING)
    assert room.write(ani, draft).reason == "unknown_kind"
    assert room.write(ani, group_incident(incident, KEY)).reason == "unknown_kind"


def test_fields_change_one_by_one_and_the_last_entry_counts(room: JudgedJournal, ani: Author):
    event, dodi = opened(room, ani), room.author("dodi", Role.SUPERVISOR)
    room.write(ani, drafts.change_event(event, title="Galodo"))
    room.write(dodi, drafts.change_event(event, title="Banjir Kubung", hazard=Hazard.FLASH_FLOOD))
    room.write(ani, drafts.change_event(event, ended_at=MORNING + timedelta(hours=3)))
    changed = event_now(room)
    assert (changed.title, changed.hazard) == ("Banjir Kubung", Hazard.FLASH_FLOOD)
    assert changed.ended_at == MORNING + timedelta(hours=3)
    room.write(ani, drafts.change_event(changed, ended_at=None))
    assert event_now(room).ended_at is None


def test_first_closing_counts_and_reopening_removes_the_end(room: JudgedJournal, ani: Author):
    event, dodi = opened(room, ani), room.author("dodi", Role.SUPERVISOR)
    room.write(ani, drafts.close_event(event, ended_at=MORNING + timedelta(hours=9), reason="surut"))
    assert room.write(dodi, drafts.close_event(event, reason="selesai")).verdict is Verdict.ACCEPTED
    closed = event_now(room)
    assert (closed.is_open, closed.closed_by, closed.close_reason) == (False, "ani", "surut")
    assert closed.period_end(MORNING) == MORNING + timedelta(hours=9)
    room.write(dodi, drafts.reopen_event(closed))
    assert (event_now(room).is_open, event_now(room).ended_at, event_now(room).closed_by) == (True, None, "")


def test_deletion_is_undone(room: JudgedJournal, ani: Author):
    event = opened(room, ani)
    room.write(ani, drafts.delete_event(event, reason="keliru"))
    assert event_now(room).deleted
    assert not event_now(room).is_open
    room.write(ani, drafts.restore_event(event_now(room)))
    assert event_now(room).is_open


def test_impossible_changes_are_refused_before_they_are_written(room: JudgedJournal, ani: Author):
    event = opened(room, ani)
    room.write(ani, drafts.close_event(event))
    closed = event_now(room)
    for code, make in (
        ("event_title_length", lambda: drafts.change_event(event, title="  ")),
        ("event_title_length", lambda: drafts.open_event(OTHER, "x" * 201, Hazard.FLOOD, began_at=MORNING)),
        ("event_text_length", lambda: drafts.change_event(event, description="x" * 4_001)),
        ("event_ends_before_it_begins", lambda: drafts.change_event(event, ended_at=MORNING - timedelta(hours=1))),
        ("nothing_changed", lambda: drafts.change_event(event, title="Banjir bandang")),
        ("event_closed", lambda: drafts.close_event(closed)),
        ("event_not_closed", lambda: drafts.reopen_event(event)),
        ("event_reason_missing", lambda: drafts.delete_event(event, reason=" ")),
        ("nothing_changed", lambda: drafts.restore_event(event)),
    ):
        with pytest.raises(NotPossible) as refusal:
            make()
        assert refusal.value.reason == code


def test_title_with_hidden_characters_is_malformed(room: JudgedJournal, ani: Author):
    (draft,) = drafts.open_event(KEY, "a\u202eb", Hazard.FLOOD, began_at=MORNING)
    assert room.write(ani, draft).verdict is Verdict.REJECTED


def test_incident_names_one_event_and_the_last_entry_decides(room: JudgedJournal, ani: Author):
    incident = room.report(ani)
    event, other = opened(room, ani), opened(room, ani, OTHER)
    dodi = room.author("dodi", Role.SUPERVISOR)
    (first,), (second,) = drafts.add_to_event(event, [incident]), drafts.add_to_event(other, [incident])
    assert room.write(ani, first).verdict is Verdict.ACCEPTED
    assert room.write(dodi, second).verdict is Verdict.ACCEPTED
    assert incident_now(room).parent_event == OTHER
    with pytest.raises(NotPossible):
        drafts.remove_from_event(event, [incident_now(room)])
    (taken,) = drafts.remove_from_event(other, [incident_now(room)])
    room.write(ani, taken)
    assert incident_now(room).parent_event == ""


def test_incident_without_an_event_is_encoded_as_before(room: JudgedJournal, ani: Author):
    room.report(ani)
    assert b"parent_event" not in state_text(room.states[FIRST_SUBJECT])


def test_change_before_the_opening_waits_for_it(room: JudgedJournal, ani: Author):
    event = opened(room, ani)
    del room.states[SUBJECT]
    assert room.write(ani, drafts.close_event(event)).reason == "rests_on_unknown"


def test_real_incident_and_event_of_an_exercise_never_mix(room: JudgedJournal, ani: Author):
    boss = room.author("boss", Role.SUPERVISOR)
    room.write(boss, start_exercise("Galodo", known=(), suffix="1"))
    incident = room.report(ani)
    drill = opened(room, ani, world=SubjectWorld(exercise=True, exercise_id="galodo-1"))
    assert room.write(ani, group_incident(incident, drill.id)).reason == "exercise_differs"
    with pytest.raises(NotPossible):
        drafts.add_to_event(drill, [incident])
    with pytest.raises(NotPossible):
        drafts.open_event(OTHER, "Banjir", Hazard.FLOOD, began_at=MORNING, incidents=[incident], world=drill.world)


def incident_now(room: JudgedJournal) -> Incident:
    value = room.states[f"incident/{FIRST}"].value
    assert isinstance(value, Incident)
    return value
