"""Multi-series rules on the server: one alarm with its evidence, also over restarts."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from support.readings_fixture import START, Clock, ReadingsFixture, open_readings_fixture

from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.readings.reading import Reading
from tabuah.operations.rules.rule import (
    Accumulation,
    Combination,
    CombinationPart,
    Neighbours,
    NeighbourSums,
    PartPlace,
    Rule,
    Silence,
    Threshold,
)
from tabuah.operations.stations.station import Parameter, Station, StationKind
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore
from tabuah.text.alarms.evidence import evidence_lines
from tabuah.text.alarms.incident_proposal import describe_evidence
from tabuah.text.alarms.titles import alarm_title

SLOPE = Rule(
    id="lereng",
    name="Hujan di lereng jenuh",
    parameter="soil_moisture_pct",
    condition=Combination(
        parts=(
            CombinationPart(parameter="soil_moisture_pct", condition=Threshold(limit=90, hysteresis=5)),
            CombinationPart(
                parameter="rain_mm",
                condition=Accumulation(limit=20, window_s=3600, hysteresis=10),
                where=PartPlace.NEAR,
                radius_m=5_000,
            ),
        ),
        within_s=1800,
    ),
    severity=AlarmSeverity.HIGH,
    source="Nilai awal",
)
ODD = Rule(
    id="suhu",
    name="",
    parameter="temperature_c",
    condition=Neighbours(limit=5, radius_m=20_000, for_s=600),
    severity=AlarmSeverity.ATTENTION,
)
CLOGGED = Rule(
    id="tersumbat",
    name="",
    parameter="rain_mm",
    condition=NeighbourSums(floor=20, window_s=3600, radius_m=20_000),
    severity=AlarmSeverity.ATTENTION,
)
SILENT = Rule(id="sunyi", name="", parameter="", condition=Silence(for_s=1800), severity=AlarmSeverity.ATTENTION)


def station(code: str, kind: StationKind, parameter: str, number: int = 0) -> Station:
    measured = Parameter(code=parameter, unit="", expected_interval_s=60, valid_min=-50, valid_max=100)
    return Station(
        code=code, name=f"Pos {code}", kind=kind, lon_deg=100.6 + number / 100, lat_deg=-0.9, parameters=(measured,)
    )


STATIONS = (
    station("LTN-1", StationKind.SOIL, "soil_moisture_pct"),
    station("ARR-1", StationKind.RAIN, "rain_mm", 1),
    *(station(f"AWS-{n}", StationKind.WEATHER, "temperature_c", n) for n in range(5)),
)


def begin(room: ReadingsFixture) -> None:
    if not room.journal.states_of_kind("station"):
        room.register(*STATIONS)
        room.write_rules(SLOPE, ODD)


@pytest.fixture
def room(tmp_path: Path):
    with open_readings_fixture(tmp_path, rules=False) as room:
        begin(room)
        yield room


def soil(room: ReadingsFixture, value: float) -> None:
    room.clock.go(1)
    room.send(Reading("LTN-1", "soil_moisture_pct", room.clock.now, value))


def rain(room: ReadingsFixture, value: float) -> None:
    room.clock.go(1)
    room.send(Reading("ARR-1", "rain_mm", room.clock.now, value))


def test_multi_series_alarm_carries_its_evidence(room: ReadingsFixture):
    soil(room, 92)
    rain(room, 12)
    rain(room, 12)
    (alarm,) = room.alarms()
    assert (alarm.rule, alarm.station, alarm.value, alarm.cause) == ("lereng", "LTN-1", None, "slope/LTN-1")
    assert [(f.part, f.station, f.value) for f in alarm.evidence] == [(1, "LTN-1", 92), (2, "ARR-1", 24)]
    assert alarm_title(alarm, STATIONS[0], SLOPE) == "Hujan di lereng jenuh · Pos LTN-1"
    told = describe_evidence(alarm, STATIONS[0], SLOPE)
    assert "Kelengasan tanah 92% di LTN-1, 14.31 WIB (ambang 90%)" in told
    assert "Hujan 1 jam 24,0 mm di ARR-1, 14.33 WIB (ambang 20,0 mm)" in told
    soil(room, 70)
    for _ in range(40):
        soil(room, 70)
    assert [a.is_active for a in room.alarms()] == [False]


def test_part_crossings_are_stored_without_alarm(room: ReadingsFixture, tmp_path: Path):
    soil(room, 92)
    assert room.alarms() == []
    with ReadingsStore(tmp_path / FILE_NAME) as store:
        kept = store.crossings("LTN-1", "soil_moisture_pct", START, START + timedelta(hours=1))
        assert {c.rule for c in kept} == {"lereng/1"}
        assert store.up_since("LTN-1", "soil_moisture_pct", "lereng/1") == START + timedelta(minutes=1)
    soil(room, 70)
    with ReadingsStore(tmp_path / FILE_NAME) as store:
        assert store.up_since("LTN-1", "soil_moisture_pct", "lereng/1") is None


def test_multi_series_alarm_survives_restart(tmp_path: Path):
    clock = Clock()
    values = ((soil, 92), (soil, 88), (rain, 25), (soil, 87), (rain, 0), (soil, 86))
    for send, value in values:
        with open_readings_fixture(tmp_path, clock, rules=False) as room:
            begin(room)
            send(room, value)
    with open_readings_fixture(tmp_path, clock, rules=False) as room:
        (alarm,) = room.alarms()
        assert (alarm.onset_at, alarm.is_active) == (START + timedelta(minutes=3), True)
        for _ in range(40):
            soil(room, 80)
        assert [a.is_active for a in room.alarms()] == [False]


def test_part_in_hysteresis_band_survives_restart(tmp_path: Path):
    clock = Clock()
    with open_readings_fixture(tmp_path, clock, rules=False) as room:
        begin(room)
        soil(room, 92)
        for _ in range(60):
            soil(room, 88)
    with open_readings_fixture(tmp_path, clock, rules=False) as room:
        rain(room, 25)
        assert [a.is_active for a in room.alarms()] == [True]


def test_multi_series_rule_changes_apply_immediately(room: ReadingsFixture):
    room.retire("lereng")
    soil(room, 95)
    rain(room, 30)
    assert room.alarms() == []
    room.write_rules(msgspec.structs.replace(SLOPE, version=2))
    assert [a.is_active for a in room.alarms()] == [True]
    room.retire("lereng")
    assert [a.is_active for a in room.alarms()] == [False]


def test_multi_series_rule_includes_later_gauge(room: ReadingsFixture):
    soil(room, 95)
    room.register(station("ARR-2", StationKind.RAIN, "rain_mm", 2))
    room.clock.go(1)
    room.send(Reading("ARR-2", "rain_mm", room.clock.now, 30))
    (alarm,) = room.alarms()
    assert [f.station for f in alarm.evidence] == ["LTN-1", "ARR-2"]


def temperatures(room: ReadingsFixture, *values: float) -> None:
    room.clock.go(1)
    room.send(*(Reading(f"AWS-{n}", "temperature_c", room.clock.now, value) for n, value in enumerate(values)))


def test_neighbour_comparison_raises_one_technical_alarm(room: ReadingsFixture):
    for _ in range(15):
        temperatures(room, 33, 24, 24.5, 23.5, 24)
    (alarm,) = room.alarms()
    assert (alarm.rule, alarm.station, alarm.hazard, alarm.value) == ("suhu", "AWS-0", None, 33)
    assert alarm_title(alarm, STATIONS[2], ODD) == "Pos AWS-0: Suhu udara 33,0 °C, tetangganya 24,0 °C"
    temperatures(room, 25, 24, 24.5, 23.5, 24)
    assert [a.is_active for a in room.alarms()] == [False]


GAUGES = tuple(station(f"ARR-{n}", StationKind.RAIN, "rain_mm", n) for n in range(10, 15))


def rain_at_gauges(room: ReadingsFixture, own: float, around: float, *, minutes: int) -> None:
    for _ in range(minutes):
        room.clock.go(1)
        told = ((gauge.code, own if number == 0 else around) for number, gauge in enumerate(GAUGES))
        room.send(*(Reading(code, "rain_mm", room.clock.now, value) for code, value in told))


def test_clogged_gauge_alarm_survives_restart(tmp_path: Path):
    clock = Clock()
    with open_readings_fixture(tmp_path, clock=clock, rules=False) as room:
        room.register(*GAUGES)
        room.write_rules(CLOGGED)
        rain_at_gauges(room, 0.5, 0.5, minutes=50)
        rain_at_gauges(room, 0.0, 0.5, minutes=30)
    with open_readings_fixture(tmp_path, clock=clock, rules=False) as room:
        assert room.alarms() == []
        rain_at_gauges(room, 0.0, 0.5, minutes=27)
        (alarm,) = room.alarms()
        assert alarm_title(alarm, GAUGES[0], CLOGGED) == "Pos ARR-10: Hujan 1 jam 3,0 mm, tetangganya 30,0 mm"
        assert (alarm.cause, alarm.hazard) == ("sensor/ARR-10", None)
        assert evidence_lines(alarm, CLOGGED)[1].startswith("Hujan 1 jam 30,0 mm di ARR-11, ")
    with open_readings_fixture(tmp_path, clock=clock, rules=False) as room:
        rain_at_gauges(room, 0.0, 0.0, minutes=5)
        assert [a.is_active for a in room.alarms()] == [True]
        rain_at_gauges(room, 0.5, 0.5, minutes=30)
        assert [a.is_active for a in room.alarms()] == [False]


def test_batch_order_does_not_change_alarms(tmp_path: Path):
    found = []
    for name, reverse in (("a", False), ("b", True)):
        (tmp_path / name).mkdir()
        with open_readings_fixture(tmp_path / name, rules=False) as room:
            begin(room)
            readings = [
                Reading(f"AWS-{n}", "temperature_c", START + timedelta(minutes=m), 33 if n == 0 else 24 + n / 10)
                for m in range(-20, 0)
                for n in range(5)
            ]
            room.send(*(reversed(readings) if reverse else readings))
            found.append([(a.rule, a.station, a.onset_at) for a in room.alarms()])
    assert found[0] == found[1] != []


def test_ended_simulation_clears_multi_series_alarms(tmp_path: Path):
    with open_readings_fixture(tmp_path, rules=False) as room:
        room.register(*(msgspec.structs.replace(each, exercise=True) for each in STATIONS))
        room.write_rules(SLOPE, ODD, SILENT)
        soil(room, 92)
        rain(room, 30)
        temperatures(room, 24, 24, 24, 24, 24)
        assert [(a.rule, a.is_active, a.exercise) for a in room.alarms()] == [("lereng", True, True)]
        room.clock.go(10)
        room.catch_up()
        assert [a.is_active for a in room.alarms()] == [False]
        soil(room, 92)
        rain(room, 30)
        assert [a.is_active for a in room.alarms()] == [False, True]
