"""Positions of units as readings: late, repeated, incomplete and impossible ones; parked cars raise no alarm."""

from datetime import timedelta
from pathlib import Path

import pytest
from support.operator_device import OperatorDevice
from support.readings_fixture import GATEWAY, START, Clock, ReadingsFixture, gauge, open_readings_fixture, stage
from support.unit_samples import drive, unit_card

from tabuah.operations.exercises.drafts import start_exercise
from tabuah.operations.people.roles import Role
from tabuah.operations.readings.authorship import ReadingAuthor
from tabuah.operations.readings.reading import PostedReading, Quality, Reading
from tabuah.operations.stations.station import Parameter
from tabuah.operations.units.drafts import assign_tracker, edit_unit, register_unit, retire_unit, unit_in_exercise
from tabuah.operations.units.entry_bodies import UnitEdited
from tabuah.operations.units.tracker import LAT, LON
from tabuah.operations.units.unit import Unit

WAY = [(100.60, -0.90), (100.60, -0.896), (100.60, -0.892)]


@pytest.fixture
def room(tmp_path: Path):
    with open_readings_fixture(tmp_path / "server") as room:
        yield room


def register(
    room: ReadingsFixture, *, tracker: str = "GPS-07", exercise: bool = False, gateway: str = GATEWAY
) -> None:
    room.journal.append_drafts([register_unit(unit_card(tracker=tracker), exercise=exercise)])
    if gateway:
        assign(room, gateway)
    room.catch_up()


def assign(room: ReadingsFixture, gateway: str, unit: str = "TRC-1") -> None:
    value = room.journal.state_of(f"unit/{unit}").value
    assert isinstance(value, Unit)
    room.journal.append_drafts([assign_tracker(value, gateway, reason="uji")])
    room.catch_up()


def unit_in(room: ReadingsFixture) -> Unit:
    value = room.journal.state_of("unit/TRC-1").value
    assert isinstance(value, Unit)
    return value


def doubts(reply) -> list[str]:
    return [aside.reason for aside in reply.set_aside]


def test_positions_are_stored_published_and_idempotent(room: ReadingsFixture):
    register(room)
    readings = drive("GPS-07", WAY, start_at=START - timedelta(minutes=2))
    assert room.send(*readings).stored == 6
    assert room.send(*reversed(readings)).unchanged == 6
    room.catch_up()
    assert room.service.series("GPS-07", LON, START - timedelta(hours=1), START, points=100)[0].mean == 100.60


def test_late_positions_never_replace_newer_ones(room: ReadingsFixture):
    register(room)
    room.send(*drive("GPS-07", WAY, start_at=START))
    assert room.send(*drive("GPS-07", [(100.5, -0.9)], start_at=START - timedelta(hours=1))).stored == 2
    latest = {reading.parameter: reading for reading in room.service.latest()}
    assert (latest[LON].value, latest[LON].at) == (100.60, START + timedelta(minutes=1))


def test_impossible_positions_are_quarantined(room: ReadingsFixture):
    register(room)
    reply = room.send(*drive("GPS-07", [(0.0, 0.0)], start_at=START), Reading("GPS-07", "stage_m", START, 1.0))
    assert doubts(reply) == ["out_of_range", "unknown_parameter"]


def test_positions_of_unknown_tracker_wait_for_unit(room: ReadingsFixture):
    assert doubts(room.send(*drive("GPS-07", WAY, start_at=START))) == ["unknown_station"] * 6
    register(room)
    room.catch_up()
    assert {reading.parameter for reading in room.service.latest()} == {LON, LAT}


def test_changed_tracker_is_accepted_under_new_code(room: ReadingsFixture):
    register(room)
    room.journal.append_drafts([edit_unit(unit_in(room), UnitEdited(tracker="GPS-08"))])
    room.catch_up()
    assert doubts(room.send(*drive("GPS-07", WAY[:1], start_at=START))) == ["unknown_station"] * 2
    assert room.send(*drive("GPS-08", WAY[:1], start_at=START)).stored == 2


def test_positions_of_retired_unit_are_refused(room: ReadingsFixture):
    register(room)
    room.journal.append_drafts([retire_unit(unit_in(room), reason="bubar")])
    room.catch_up()
    assert doubts(room.send(*drive("GPS-07", WAY[:1], start_at=START))) == ["unknown_station"] * 2


def test_simulated_positions_never_move_real_unit(room: ReadingsFixture):
    register(room)
    simulated = Reading("GPS-07", LON, START, 100.6, int(Quality.SIMULATED))
    assert doubts(room.send(simulated)) == ["simulated_at_real_station"]


def test_positions_of_exercise_unit_are_marked(room: ReadingsFixture):
    register(room, exercise=True)
    room.send(*drive("GPS-07", WAY[:1], start_at=START))
    assert {reading.quality for reading in room.service.latest()} == {int(Quality.SIMULATED)}


def test_station_takes_precedence_over_tracker_code(room: ReadingsFixture):
    register(room, tracker="SLK-AWLR-03")
    room.register(gauge(3))
    assert room.send(stage(1.0)).stored == 1
    assert doubts(room.send(Reading("SLK-AWLR-03", LON, START, 100.6))) == ["unknown_parameter"]


def test_parked_cars_raise_no_silence_alarm(room: ReadingsFixture):
    for number in range(4):
        room.journal.append_drafts([register_unit(unit_card(f"TRC-{number}", tracker=f"GPS-{number}"))])
        assign(room, GATEWAY, f"TRC-{number}")
        room.send(*drive(f"GPS-{number}", WAY, start_at=START), source="pelacak")
    room.clock.go(24 * 60)
    room.catch_up()
    assert room.alarms() == []


def test_trackers_survive_restart(tmp_path: Path):
    clock = Clock()
    with open_readings_fixture(tmp_path / "server", clock) as room:
        register(room)
    with open_readings_fixture(tmp_path / "server", clock) as room:
        assert room.send(*drive("GPS-07", WAY, start_at=START)).stored == 6


def test_tracker_parameters_match_a_position():
    from tabuah.operations.units.tracker import PARAMETERS

    assert all(isinstance(parameter, Parameter) for parameter in PARAMETERS)
    assert [parameter.code for parameter in PARAMETERS] == [LON, LAT]


def send_as(room: ReadingsFixture, account: str, *readings: Reading, role: Role = Role.GATEWAY) -> list[str]:
    """Send readings from an account; return the reasons for which they were quarantined."""
    author = ReadingAuthor(account=account, role=role)
    reply = room.service.submit(author, [PostedReading(reading) for reading in readings]).result()
    room.catch_up()
    return doubts(reply)


def test_positions_of_second_gateway_are_quarantined(room: ReadingsFixture):
    register(room, gateway="pelacak")
    first = drive("GPS-07", WAY[:1], start_at=START)
    false = drive("GPS-07", [(100.1, -0.5)], start_at=START + timedelta(minutes=1))
    assert send_as(room, "pelacak", *first) == []
    assert send_as(room, "bws", *false) == ["not_your_station"] * 2
    assert send_as(room, "mqtt/gps", *false) == ["not_your_station"] * 2
    assert {reading.value for reading in room.service.latest()} == {WAY[0][0], WAY[0][1]}
    assert room.service.quarantined() == {"not_your_station": 4}


def test_unassigned_real_tracker_waits_for_its_gateway(room: ReadingsFixture):
    register(room, gateway="")
    positions = drive("GPS-07", WAY, start_at=START)
    assert send_as(room, "pelacak", *positions) == ["not_your_station"] * 6
    assert not room.service.latest()
    assign(room, "pelacak")
    assert len(room.service.latest()) == 2
    assert room.service.quarantined() == {}


def test_unassigned_drill_tracker_accepts_its_registrant(room: ReadingsFixture):
    simulator = OperatorDevice(room.journal, user="simulator", role=Role.GATEWAY)
    room.journal.append_drafts([start_exercise("Gempa", known=(), suffix="1")])
    card = unit_in_exercise(unit_card(tracker="GPS-07"), "gempa-1")
    simulator.push(register_unit(card, exercise=True, exercise_id="gempa-1"))
    room.catch_up()
    positions = drive(card.tracker, WAY[:1], start_at=START)
    assert send_as(room, "simulator", *positions) == []
    assert send_as(room, "mqtt/tabuah", *drive(card.tracker, WAY[1:2], start_at=START)) == []
    assert send_as(room, "bws", *positions) == ["not_your_station"] * 2


def test_person_may_send_positions_of_any_tracker(room: ReadingsFixture):
    register(room, gateway="pelacak")
    assert send_as(room, "ani", *drive("GPS-07", WAY[:1], start_at=START), role=Role.OPERATOR) == []
