"""Positions of units on the readings' way: late, twice, half and impossible ones, and no alarm of a parked car."""

from datetime import timedelta
from pathlib import Path

import pytest
from readings_room import START, Clock, Room, gauge, open_room, stage
from unit_samples import drive, unit_card

from tabuah.operations.stations.readings import Quality, Reading
from tabuah.operations.stations.station import Parameter
from tabuah.operations.units.bodies import UnitEdited
from tabuah.operations.units.gestures import edit_unit, register_unit, retire_unit
from tabuah.operations.units.tracker import LAT, LON
from tabuah.operations.units.unit import Unit

WAY = [(100.60, -0.90), (100.60, -0.896), (100.60, -0.892)]


@pytest.fixture
def room(tmp_path: Path):
    with open_room(tmp_path / "server") as room:
        yield room


def register(room: Room, *, tracker: str = "GPS-07", exercise: bool = False) -> None:
    room.journal.append_own([register_unit(unit_card(tracker=tracker), exercise=exercise)])
    room.look()


def unit_in(room: Room) -> Unit:
    value = room.journal.state_of("unit/TRC-1").value
    assert isinstance(value, Unit)
    return value


def doubts(reply) -> list[str]:
    return [aside.reason for aside in reply.set_aside]


def test_positions_are_taken_told_and_the_same_again_changes_nothing(room: Room):
    register(room)
    readings = drive("GPS-07", WAY, start_at=START - timedelta(minutes=2))
    assert room.send(*readings).stored == 6
    assert room.send(*reversed(readings)).unchanged == 6
    room.look()
    assert room.service.series("GPS-07", LON, START - timedelta(hours=1), START, points=100)[0].mean == 100.60


def test_positions_of_an_hour_ago_come_late_and_never_stand_before_newer_ones(room: Room):
    register(room)
    room.send(*drive("GPS-07", WAY, start_at=START))
    assert room.send(*drive("GPS-07", [(100.5, -0.9)], start_at=START - timedelta(hours=1))).stored == 2
    latest = {reading.parameter: reading for reading in room.service.latest()}
    assert (latest[LON].value, latest[LON].at) == (100.60, START + timedelta(minutes=1))


def test_what_no_place_can_be_is_set_aside(room: Room):
    register(room)
    reply = room.send(*drive("GPS-07", [(0.0, 0.0)], start_at=START), Reading("GPS-07", "stage_m", START, 1.0))
    assert doubts(reply) == ["out_of_range", "unknown_parameter"]


def test_positions_of_a_tracker_that_nobody_carries_wait_for_the_unit(room: Room):
    assert doubts(room.send(*drive("GPS-07", WAY, start_at=START))) == ["unknown_station"] * 6
    register(room)
    room.look()
    assert {reading.parameter for reading in room.service.latest()} == {LON, LAT}


def test_a_tracker_that_changes_hands_is_taken_under_its_new_code_only(room: Room):
    register(room)
    room.journal.append_own([edit_unit(unit_in(room), UnitEdited(tracker="GPS-08"))])
    room.look()
    assert doubts(room.send(*drive("GPS-07", WAY[:1], start_at=START))) == ["unknown_station"] * 2
    assert room.send(*drive("GPS-08", WAY[:1], start_at=START)).stored == 2


def test_a_retired_unit_sends_nothing_any_more(room: Room):
    register(room)
    room.journal.append_own([retire_unit(unit_in(room), reason="bubar")])
    room.look()
    assert doubts(room.send(*drive("GPS-07", WAY[:1], start_at=START))) == ["unknown_station"] * 2


def test_simulated_positions_never_move_a_real_unit(room: Room):
    register(room)
    simulated = Reading("GPS-07", LON, START, 100.6, int(Quality.SIMULATED))
    assert doubts(room.send(simulated)) == ["simulated_at_real_station"]


def test_what_a_unit_of_an_exercise_sends_is_marked(room: Room):
    register(room, exercise=True)
    room.send(*drive("GPS-07", WAY[:1], start_at=START))
    assert {reading.quality for reading in room.service.latest()} == {int(Quality.SIMULATED)}


def test_a_station_goes_before_a_tracker_of_its_code(room: Room):
    register(room, tracker="SLK-AWLR-03")
    room.register(gauge(3))
    assert room.send(stage(1.0)).stored == 1
    assert doubts(room.send(Reading("SLK-AWLR-03", LON, START, 100.6))) == ["unknown_parameter"]


def test_cars_that_are_parked_are_no_lost_link_and_no_silence(room: Room):
    for number in range(4):
        room.journal.append_own([register_unit(unit_card(f"TRC-{number}", tracker=f"GPS-{number}"))])
        room.look()
        room.send(*drive(f"GPS-{number}", WAY, start_at=START), source="pelacak")
    room.clock.go(24 * 60)
    room.look()
    assert room.alarms() == []


def test_a_server_that_starts_again_still_knows_the_trackers(tmp_path: Path):
    clock = Clock()
    with open_room(tmp_path / "server", clock) as room:
        register(room)
    with open_room(tmp_path / "server", clock) as room:
        assert room.send(*drive("GPS-07", WAY, start_at=START)).stored == 6


def test_the_parameters_of_a_tracker_are_those_of_a_position():
    from tabuah.operations.units.tracker import PARAMETERS

    assert all(isinstance(parameter, Parameter) for parameter in PARAMETERS)
    assert [parameter.code for parameter in PARAMETERS] == [LON, LAT]
