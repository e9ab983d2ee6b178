"""Rows of the station list: worst first, nothing green without fresh data, filters."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from support.window_fixture import GAUGE

from tabuah.console.window.state.console_snapshot import ConsoleSnapshot
from tabuah.console.window.stations.station_items import kind_choices, station_items
from tabuah.operations.exercises.scope import code_in_exercise
from tabuah.operations.maintenance.window import MaintenanceWindow
from tabuah.operations.readings.reading import Reading
from tabuah.operations.stations.station import Parameter, Station, StationKind
from tabuah.resources.localisation import set_language
from tabuah.widgets.stations.station_item import ALL, LOW_BATTERY, OVERDUE, RAISED, StationFilter, StationItem
from tabuah.widgets.values import Level

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
FRESH, LATE, SILENT = timedelta(seconds=30), timedelta(minutes=4), timedelta(hours=5)
RAIN = Parameter(code="rain_mm", unit="mm", expected_interval_s=60, valid_min=0, valid_max=100)
BATTERY = Parameter(code="battery_v", unit="V", expected_interval_s=900, valid_min=0, valid_max=30)


def rain_station(code: str, name: str) -> Station:
    return Station(
        code=code, name=name, kind=StationKind.RAIN, lon_deg=100.7, lat_deg=-1.0, parameters=(RAIN, BATTERY),
        nagari="Aie Dingin",
    )  # fmt: skip


A, B, C = rain_station("SLK-A", "ARR Alahan"), rain_station("SLK-B", "ARR Bukik"), rain_station("SLK-C", "ARR Cupak")


def items_of(stations: list[Station], readings: list[Reading], *works: MaintenanceWindow) -> dict[str, StationItem]:
    snapshot = ConsoleSnapshot(
        stations={station.code: station for station in stations}, maintenance={work.id: work for work in works}
    )
    latest = {(reading.station, reading.parameter): reading for reading in readings}
    return {item.id: item for item in station_items(snapshot, latest, NOW)}


def rain(code: str, ago: timedelta = FRESH, value: float = 1.2) -> Reading:
    return Reading(code, "rain_mm", NOW - ago, value)


def work_on(code: str) -> MaintenanceWindow:
    hour = timedelta(hours=1)
    return MaintenanceWindow(
        id="w", stations=(code,), since=NOW - hour, until=NOW + hour, reason="kalibrasi", planned_by="ani",
        planned_at=NOW - hour, exercise=False,
    )  # fmt: skip


def test_station_items_sort_worst_silent_then_name() -> None:
    stage = Reading(GAUGE.code, "stage_m", NOW - FRESH, 2.75)
    items = items_of([C, B, A, GAUGE], [rain(C.code), rain(A.code), rain(B.code, SILENT), stage])
    assert list(items) == [GAUGE.code, B.code, A.code, C.code]


def test_station_items_sort_exercise_after_real() -> None:
    drill = msgspec.structs.replace(GAUGE, code="SLK-DRILL", exercise=True)
    real = msgspec.structs.replace(GAUGE, code="SLK-REAL", exercise=False)
    stages = [Reading(drill.code, "stage_m", NOW - FRESH, 3.5), Reading(real.code, "stage_m", NOW - FRESH, 2.1)]
    silent = msgspec.structs.replace(A, exercise=False)
    assert list(items_of([drill, silent, real], stages)) == [real.code, drill.code, silent.code]


def test_station_item_shows_level_and_river() -> None:
    drill = msgspec.structs.replace(GAUGE, code=code_in_exercise(GAUGE.code, "galodo-1"), exercise=True)
    item = items_of([drill], [Reading(drill.code, "stage_m", NOW - FRESH, 2.75)])[drill.code]
    assert (item.level, item.word, item.value, item.age) == (Level.HIGH, "Siaga 2", "2,75 m", "data 30 dtk lalu")
    assert item.about == "SLK-AWLR-03 · duga air · Batang Lembang · Koto Baru"
    assert item.exercise == "LATIHAN TANPA NAMA"
    assert item.states == {ALL, RAISED}


@pytest.mark.parametrize(("ago", "word"), [(LATE, "terlambat"), (SILENT, "tanpa data")])
def test_station_item_is_grey_with_old_value(ago: timedelta, word: str) -> None:
    item = items_of([GAUGE], [Reading(GAUGE.code, "stage_m", NOW - ago, 3.4)])[GAUGE.code]
    assert (item.level, item.word, item.value) == (Level.NO_DATA, word, "3,40 m")
    assert item.overdue
    assert item.states == {ALL, OVERDUE}


def test_station_item_without_readings_has_no_value() -> None:
    item = items_of([A], [])[A.code]
    assert (item.value, item.age, item.battery, item.level) == ("–", "Belum ada data", "", Level.NO_DATA)
    assert OVERDUE in item.states


def test_station_item_accepts_station_without_parameters() -> None:
    item = items_of([msgspec.structs.replace(A, parameters=())], [])[A.code]
    assert (item.value, item.level) == ("–", Level.NO_DATA)


def test_station_item_under_maintenance_is_not_silent() -> None:
    item = items_of([A], [rain(A.code, SILENT)], work_on(A.code))[A.code]
    assert (item.works, item.word) == ("dalam pemeliharaan", "s.d. 16.00 WIB · kalibrasi")
    assert item.states == {ALL}


@pytest.mark.parametrize(("volts", "low"), [(12.4, False), (11.2, True)])
def test_station_item_reports_low_battery_when_fresh(volts: float, low: bool) -> None:
    item = items_of([A], [rain(A.code), Reading(A.code, "battery_v", NOW - FRESH, volts)])[A.code]
    assert item.battery_low is low
    assert (LOW_BATTERY in item.states) is low
    assert item.level is Level.NORMAL


def test_station_item_formats_numbers_in_current_language() -> None:
    try:
        for language, value in (("id", "1,2 mm"), ("en", "1.2 mm"), ("id", "1,2 mm")):
            set_language(language)
            assert items_of([A], [rain(A.code)])[A.code].value == value
    finally:
        set_language("id")


def test_station_list_filters_by_state_kind_and_words() -> None:
    items = items_of([A, B, GAUGE], [rain(A.code), rain(B.code, SILENT)]).values()

    def found(wanted: StationFilter) -> set[str]:
        return {item.id for item in wanted.narrow(items)}

    assert found(StationFilter()) == {A.code, B.code, GAUGE.code}
    assert found(StationFilter(state=OVERDUE)) == {B.code, GAUGE.code}
    assert found(StationFilter(state=OVERDUE, kind="rain")) == {B.code}
    assert found(StationFilter(words="LEMBANG koto")) == {GAUGE.code}
    assert found(StationFilter(words="slk-a arr")) == {A.code}
    assert found(StationFilter(words="aie dingin")) == {A.code, B.code}
    assert found(StationFilter(words="nowhere")) == set()


def test_station_list_offers_every_kind() -> None:
    assert {choice.code for choice in kind_choices()} == {kind.value for kind in StationKind}
