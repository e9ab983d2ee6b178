"""What a unit is doing follows from what was said of it and from the incidents to which it is assigned."""

from datetime import timedelta

import pytest
from room import FIRST, MORNING, Author, Room, key_of
from unit_samples import unit_card

from tabuah.operations.authority.roles import Role
from tabuah.operations.codes import Status
from tabuah.operations.incidents.bodies import IncidentEdited
from tabuah.operations.incidents.gestures import edit_incident, move_incident
from tabuah.operations.units.codes import UnitState
from tabuah.operations.units.gestures import move_unit, register_unit, retire_unit
from tabuah.operations.units.standing import UnitNames, UnitStanding, standings
from tabuah.operations.units.unit import Unit

SECOND = key_of(2)


@pytest.fixture
def room() -> Room:
    return Room()


@pytest.fixture
def ani(room: Room) -> Author:
    return room.author("ani", Role.SUPERVISOR)


@pytest.fixture
def budi(room: Room, ani: Author) -> Author:
    """Contains what ani closes."""
    for unit_id in ("TRC-1", "TRC-2"):
        room.write(ani, register_unit(unit_card(unit_id)))
    return room.author("budi", Role.SUPERVISOR)


def unit_of(room: Room, unit_id: str = "TRC-1") -> Unit:
    value = room.states[f"unit/{unit_id}"].value
    assert isinstance(value, Unit)
    return value


def standing(room: Room, unit_id: str = "TRC-1") -> UnitStanding:
    units = {key: unit_of(room, key) for key in ("TRC-1", "TRC-2")}
    incidents = [room.incident(key) for key in (FIRST, SECOND) if f"incident/{key}" in room.states]
    return next(each for each in standings(units, incidents) if each.unit.id == unit_id)


def send(room: Room, author: Author, *units: str, key: str = FIRST) -> None:
    room.write(author, edit_incident(room.incident(key), IncidentEdited(assignment=units)))


def go(room: Room, author: Author, *statuses: Status, key: str = FIRST) -> None:
    for status in statuses:
        room.write(author, move_incident(room.incident(key), status))


def test_a_unit_of_no_incident_is_what_was_said_of_it(room: Room, ani: Author, budi: Author):
    assert standing(room).state is UnitState.AVAILABLE
    room.write(ani, move_unit(unit_of(room), UnitState.UNAVAILABLE, note="kendaraan rusak"))
    assert standing(room).state is UnitState.UNAVAILABLE


@pytest.mark.parametrize("called", ["TRC-1", "trc-1", " Regu TRC-1 "])
def test_a_unit_is_known_in_an_assignment_by_call_sign_or_name(room: Room, ani: Author, budi: Author, called: str):
    room.report(ani)
    send(room, ani, "Tagana", called)
    assert standing(room).state is UnitState.ASSIGNED
    assert [mission.id for mission in standing(room).missions] == [FIRST]
    assert standing(room, "TRC-2").missions == ()


def test_an_opd_as_a_whole_is_no_unit(room: Room, budi: Author):
    assert UnitNames([unit_of(room)]).unit_called("BPBD") is None


def test_it_shares_the_steps_of_its_incident(room: Room, ani: Author, budi: Author):
    room.report(ani)
    send(room, ani, "TRC-1")
    go(room, ani, Status.ASSIGNED)
    assert standing(room).state is UnitState.ASSIGNED
    go(room, ani, Status.EN_ROUTE)
    assert standing(room).state is UnitState.EN_ROUTE
    go(room, ani, Status.ON_SCENE, Status.CONTAINED)
    assert standing(room).state is UnitState.ON_SCENE


def test_a_unit_that_is_sent_later_is_not_there_yet(room: Room, ani: Author, budi: Author):
    room.report(ani)
    send(room, ani, "TRC-1")
    go(room, ani, Status.EN_ROUTE, Status.ON_SCENE)
    send(room, ani, "TRC-1", "TRC-2")
    assert standing(room).state is UnitState.ON_SCENE
    assert standing(room, "TRC-2").state is UnitState.ASSIGNED


def test_what_was_said_of_the_unit_goes_before_the_status_of_its_incident(room: Room, ani: Author, budi: Author):
    room.report(ani)
    send(room, ani, "TRC-1", "TRC-2")
    room.write(ani, move_unit(unit_of(room, "TRC-2"), UnitState.EN_ROUTE, incident=FIRST))
    go(room, ani, Status.EN_ROUTE, Status.ON_SCENE)
    assert standing(room).state is UnitState.ON_SCENE
    assert standing(room, "TRC-2").state is UnitState.EN_ROUTE


def test_a_unit_is_ready_when_its_incident_has_ended(room: Room, ani: Author, budi: Author):
    room.report(ani)
    send(room, ani, "TRC-1")
    room.write(ani, move_unit(unit_of(room), UnitState.ON_SCENE, incident=FIRST))
    go(room, budi, Status.ON_SCENE, Status.CONTAINED)
    go(room, ani, Status.CLOSED)
    assert room.incident().status is Status.CLOSED
    assert standing(room).state is UnitState.AVAILABLE


def test_a_unit_on_its_way_back_stays_so_until_somebody_says_that_it_is_ready(room: Room, ani: Author, budi: Author):
    room.report(ani)
    send(room, ani, "TRC-1")
    room.write(ani, move_unit(unit_of(room), UnitState.RETURNING, incident=FIRST))
    go(room, ani, Status.FALSE_REPORT)
    assert standing(room).state is UnitState.RETURNING


def test_a_unit_that_is_sent_to_two_places_is_told(room: Room, ani: Author, budi: Author):
    room.report(ani)
    room.report(ani, SECOND)
    send(room, ani, "TRC-1")
    assert not standing(room).is_double
    send(room, budi, "TRC-1", key=SECOND)
    assert standing(room).is_double


def test_a_retired_unit_stands_nowhere(room: Room, ani: Author, budi: Author):
    room.write(ani, retire_unit(unit_of(room, "TRC-2"), reason="bubar"))
    units = {key: unit_of(room, key) for key in ("TRC-1", "TRC-2")}
    assert [each.unit.id for each in standings(units, ())] == ["TRC-1"]


def test_since_when_is_when_the_step_was_reached(room: Room, ani: Author, budi: Author):
    room.report(ani)
    send(room, ani, "TRC-1")
    reached = MORNING + timedelta(hours=9)
    room.write(ani, move_incident(room.incident(), Status.EN_ROUTE, occurred_at=reached))
    assert standing(room).since == reached


def test_a_unit_that_is_named_twice_in_one_incident_is_sent_to_one_place(room: Room, ani: Author, budi: Author):
    room.report(ani)
    send(room, ani, "TRC-1", "Regu TRC-1")
    assert len(standing(room).missions) == 1
