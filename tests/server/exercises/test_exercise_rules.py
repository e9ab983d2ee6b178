"""Rules that name stations: in an exercise they mean its stations of the same code."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from support.readings_fixture import ReadingsFixture, gauge, open_readings_fixture

from tabuah.operations.entries import Draft, subject_of
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.exercises.exercise import ExerciseStarted
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.readings.reading import Reading
from tabuah.operations.rules.rule import Combination, CombinationPart, PartPlace, Rule, Silence, Threshold
from tabuah.operations.stations.drafts import register_station, station_in_exercise
from tabuah.operations.stations.station import Station

FLOOD, QUAKE = "banjir-a1b2", "gempa-c3d4"
BRIDGE = Rule(
    id="jembatan",
    name="Jembatan Koto Baru",
    parameter="stage_m",
    condition=Threshold(limit=1.5),
    severity=AlarmSeverity.HIGH,
    stations=("SLK-AWLR-03",),
    source="uji",
)
ABOVE = CombinationPart(
    parameter="stage_m", condition=Threshold(limit=1.0), where=PartPlace.NAMED, stations=("SLK-AWLR-04",)
)
BOTH = msgspec.structs.replace(
    BRIDGE,
    id="berdua",
    condition=Combination(
        parts=(ABOVE, CombinationPart(parameter="stage_m", condition=Threshold(limit=1.5))), within_s=600
    ),
)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[ReadingsFixture]:
    with open_readings_fixture(tmp_path, rules=False) as room:
        started = (
            Draft(
                subject=subject_of("exercise", id_),
                kind="exercise.started",
                body=encode_body(ExerciseStarted(name=id_)),
            )
            for id_ in (FLOOD, QUAKE)
        )
        stations: list[Station] = [gauge(3), gauge(4)]
        stations += [station_in_exercise(gauge(n), id_) for n in (3, 4) for id_ in (FLOOD, QUAKE)]
        room.journal.append_drafts([*started, *map(register_station, stations)])
        room.write_rules(BRIDGE, BOTH)
        yield room


def send(room: ReadingsFixture, *values: tuple[str, float]) -> None:
    room.clock.go(1)
    room.send(*(Reading(code, "stage_m", room.clock.now, value) for code, value in values))


def alarms(room: ReadingsFixture) -> set[tuple[str, str, bool, str]]:
    return {(a.rule, a.station, a.exercise, a.exercise_id) for a in room.alarms() if a.is_active}


def test_rule_watches_named_station_of_exercise(room: ReadingsFixture):
    send(room, (f"{FLOOD}~SLK-AWLR-03", 2.0), ("SLK-AWLR-03", 0.5), (f"{FLOOD}~SLK-AWLR-04", 0.5))
    assert alarms(room) == {("jembatan", f"{FLOOD}~SLK-AWLR-03", True, FLOOD)}
    send(room, ("SLK-AWLR-03", 2.0), (f"{FLOOD}~SLK-AWLR-03", 0.5))
    assert alarms(room) == {("jembatan", "SLK-AWLR-03", False, "")}


def test_combination_uses_named_stations_of_one_world(room: ReadingsFixture):
    send(room, (f"{FLOOD}~SLK-AWLR-03", 2.0), ("SLK-AWLR-04", 2.0), (f"{QUAKE}~SLK-AWLR-04", 2.0))
    assert ("berdua", f"{FLOOD}~SLK-AWLR-03", True, FLOOD) not in alarms(room)
    send(room, (f"{FLOOD}~SLK-AWLR-04", 2.0))
    assert ("berdua", f"{FLOOD}~SLK-AWLR-03", True, FLOOD) in alarms(room)
    assert all(a.exercise for a in room.alarms())


def test_named_silence_in_exercise_alarms_there_only(room: ReadingsFixture):
    silent = msgspec.structs.replace(BRIDGE, id="sunyi", parameter="", condition=Silence(for_s=600))
    room.write_rules(silent)
    send(room, (f"{QUAKE}~SLK-AWLR-03", 0.1), ("SLK-AWLR-03", 0.1))
    room.clock.now += timedelta(minutes=30)
    send(room, ("SLK-AWLR-03", 0.1))
    assert alarms(room) == {("sunyi", f"{QUAKE}~SLK-AWLR-03", True, QUAKE)}
