"""Unit activity, from the unit's own state and from its incidents."""

from datetime import timedelta

import pytest
from support.judged_journal import FIRST, MORNING, Author, JudgedJournal, key_of
from support.unit_samples import unit_card

from tabuah.operations.codes import Status
from tabuah.operations.incidents.drafts import edit_incident, move_incident
from tabuah.operations.incidents.entry_bodies import IncidentEdited
from tabuah.operations.people.roles import Role
from tabuah.operations.units.drafts import move_unit, register_unit, retire_unit
from tabuah.operations.units.known_units import UnitActivity, UnitIndex, unit_activities
from tabuah.operations.units.unit import Unit, UnitState

SECOND = key_of(2)


@pytest.fixture
def room() -> JudgedJournal:
    return JudgedJournal()


@pytest.fixture
def ani(room: JudgedJournal) -> Author:
    return room.author("ani", Role.SUPERVISOR)


@pytest.fixture
def budi(room: JudgedJournal, ani: Author) -> Author:
    """A supervisor who contains the incidents that ani closes."""
    for unit_id in ("TRC-1", "TRC-2"):
        room.write(ani, register_unit(unit_card(unit_id)))
    return room.author("budi", Role.SUPERVISOR)


def unit_of(room: JudgedJournal, unit_id: str = "TRC-1") -> Unit:
    value = room.states[f"unit/{unit_id}"].value
    assert isinstance(value, Unit)
    return value


def standing(room: JudgedJournal, unit_id: str = "TRC-1") -> UnitActivity:
    units = {key: unit_of(room, key) for key in ("TRC-1", "TRC-2")}
    incidents = [room.incident(key) for key in (FIRST, SECOND) if f"incident/{key}" in room.states]
    return next(each for each in unit_activities(units, incidents) if each.unit.id == unit_id)


def send(room: JudgedJournal, author: Author, *units: str, key: str = FIRST) -> None:
    room.write(author, edit_incident(room.incident(key), IncidentEdited(assignment=units)))


def go(room: JudgedJournal, author: Author, *statuses: Status, key: str = FIRST) -> None:
    for status in statuses:
        room.write(author, move_incident(room.incident(key), status))


def test_activity_without_incident_is_own_state(room: JudgedJournal, ani: Author, budi: Author):
    assert standing(room).state is UnitState.AVAILABLE
    room.write(ani, move_unit(unit_of(room), UnitState.UNAVAILABLE, note="kendaraan rusak"))
    assert standing(room).state is UnitState.UNAVAILABLE


@pytest.mark.parametrize("called", ["TRC-1", "trc-1", " Regu TRC-1 "])
def test_activity_matches_call_sign_or_name(room: JudgedJournal, ani: Author, budi: Author, called: str):
    room.report(ani)
    send(room, ani, "Tagana", called)
    assert standing(room).state is UnitState.ASSIGNED
    assert [mission.id for mission in standing(room).missions] == [FIRST]
    assert standing(room, "TRC-2").missions == ()


def test_activity_ignores_assigned_opd(room: JudgedJournal, budi: Author):
    assert UnitIndex([unit_of(room)]).find("BPBD") is None


def test_activity_follows_incident_steps(room: JudgedJournal, ani: Author, budi: Author):
    room.report(ani)
    send(room, ani, "TRC-1")
    go(room, ani, Status.ASSIGNED)
    assert standing(room).state is UnitState.ASSIGNED
    go(room, ani, Status.EN_ROUTE)
    assert standing(room).state is UnitState.EN_ROUTE
    go(room, ani, Status.ON_SCENE, Status.CONTAINED)
    assert standing(room).state is UnitState.ON_SCENE


def test_activity_of_later_unit_starts_assigned(room: JudgedJournal, ani: Author, budi: Author):
    room.report(ani)
    send(room, ani, "TRC-1")
    go(room, ani, Status.EN_ROUTE, Status.ON_SCENE)
    send(room, ani, "TRC-1", "TRC-2")
    assert standing(room).state is UnitState.ON_SCENE
    assert standing(room, "TRC-2").state is UnitState.ASSIGNED


def test_activity_prefers_own_state_to_status(room: JudgedJournal, ani: Author, budi: Author):
    room.report(ani)
    send(room, ani, "TRC-1", "TRC-2")
    room.write(ani, move_unit(unit_of(room, "TRC-2"), UnitState.EN_ROUTE, incident=FIRST))
    go(room, ani, Status.EN_ROUTE, Status.ON_SCENE)
    assert standing(room).state is UnitState.ON_SCENE
    assert standing(room, "TRC-2").state is UnitState.EN_ROUTE


def test_activity_is_available_after_the_incident(room: JudgedJournal, ani: Author, budi: Author):
    room.report(ani)
    send(room, ani, "TRC-1")
    room.write(ani, move_unit(unit_of(room), UnitState.ON_SCENE, incident=FIRST))
    go(room, budi, Status.ON_SCENE, Status.CONTAINED)
    go(room, ani, Status.CLOSED)
    assert room.incident().status is Status.CLOSED
    assert standing(room).state is UnitState.AVAILABLE


def test_activity_stays_returning_until_reported(room: JudgedJournal, ani: Author, budi: Author):
    room.report(ani)
    send(room, ani, "TRC-1")
    room.write(ani, move_unit(unit_of(room), UnitState.RETURNING, incident=FIRST))
    go(room, ani, Status.FALSE_REPORT)
    assert standing(room).state is UnitState.RETURNING


def test_activity_flags_double_assignment(room: JudgedJournal, ani: Author, budi: Author):
    room.report(ani)
    room.report(ani, SECOND)
    send(room, ani, "TRC-1")
    assert not standing(room).is_double_assigned
    send(room, budi, "TRC-1", key=SECOND)
    assert standing(room).is_double_assigned


def test_activity_excludes_retired_unit(room: JudgedJournal, ani: Author, budi: Author):
    room.write(ani, retire_unit(unit_of(room, "TRC-2"), reason="bubar"))
    units = {key: unit_of(room, key) for key in ("TRC-1", "TRC-2")}
    assert [each.unit.id for each in unit_activities(units, ())] == ["TRC-1"]


def test_activity_since_is_time_of_step(room: JudgedJournal, ani: Author, budi: Author):
    room.report(ani)
    send(room, ani, "TRC-1")
    reached = MORNING + timedelta(hours=9)
    room.write(ani, move_incident(room.incident(), Status.EN_ROUTE, occurred_at=reached))
    assert standing(room).since == reached


def test_activity_counts_repeated_name_once(room: JudgedJournal, ani: Author, budi: Author):
    room.report(ani)
    send(room, ani, "TRC-1", "Regu TRC-1")
    assert len(standing(room).missions) == 1
