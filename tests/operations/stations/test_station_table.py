"""Stations as rows of a table, and the plan of an import."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabuah.operations.entry_kinds import ENTRY_KINDS
from tabuah.operations.exercises.scope import code_in_exercise
from tabuah.operations.import_table import RowState, TableRow, parse_date, parse_number
from tabuah.operations.levels import RiverLevel
from tabuah.operations.people.authority import User
from tabuah.operations.people.roles import Role
from tabuah.operations.stations.import_plan import ImportPlan, plan_import
from tabuah.operations.stations.registration import RegistrationContext
from tabuah.operations.stations.station import Parameter, River, Station, StationKind
from tabuah.operations.stations.station_table import COLUMNS, STATION_COLUMNS, format_station, read_station
from tabuah.text.stations.registration_text import describe_problem

GAUGE_ROW = {
    "code": "slk-awlr-90",
    "name": "AWLR Batang Contoh",
    "kind": "sungai",
    "longitude": "100,65",
    "latitude": "-0,79",
    "parameters": "stage_m @600 -1,5..12 | battery_v",
    "river": "Batang Contoh",
    "siaga_2": "2,6",
    "siaga_1": "3.2",
    "thresholds_source": "BWS",
    "thresholds_from": "01-01-2026",
}


def row(line: int = 2, **cells: str) -> TableRow:
    return TableRow(line=line, cells={**GAUGE_ROW, **cells})


def plan(*rows: TableRow, stations: tuple[Station, ...] = (), exercise_id: str = "") -> ImportPlan:
    context = RegistrationContext(
        stations={each.code: each for each in stations}, is_inside=lambda lon, lat: 100 < lon < 102 and -2 < lat < 0
    )
    return plan_import(rows, context, exercise_id=exercise_id)


def problems_of(planned: ImportPlan) -> list[tuple[int, str, str]]:
    assert all(describe_problem(problem) for each in planned.rows for problem in each.problems)
    return [(each.line, p.field, p.code.value) for each in planned.rows for p in each.problems]


def registered(**cells: str) -> Station:
    return plan(row(**cells)).rows[0].station


def test_row_is_read_with_decimal_commas_and_indonesian_words():
    (new,) = plan(row()).rows
    assert (new.state, new.problems) == (RowState.NEW, ())
    station = new.station
    assert (station.code, station.kind, station.lon_deg) == ("SLK-AWLR-90", StationKind.RIVER, 100.65)
    assert station.parameters[0] == Parameter(
        code="stage_m", unit="m", expected_interval_s=600, valid_min=-1.5, valid_max=12
    )
    assert station.river is not None
    assert station.river.thresholds_m == {RiverLevel.SIAGA_2: 2.6, RiverLevel.SIAGA_1: 3.2}


@pytest.mark.parametrize(
    "cells",
    [
        {"longitude": "100°39′00″ BT", "latitude": "0°47′24″ LS"},
        {"longitude": "BT 100° 39' 0\"", "latitude": "LS 0° 47' 24\""},
        {"longitude": "100,65° E", "latitude": "0.79S"},
        {"longitude": "100,65°", "latitude": "-0,79°"},
        {"longitude": "100,65 bujur timur", "latitude": "0,79 Lintang Selatan"},
        {"longitude": "100°39'", "latitude": "-0°47'24''"},
    ],
)
def test_coordinates_are_read_with_marks_and_hemispheres(cells: dict[str, str]):
    (new,) = plan(row(**cells)).rows
    assert new.problems == ()
    assert (round(new.station.lon_deg, 6), round(new.station.lat_deg, 6)) == (100.65, -0.79)


@pytest.mark.parametrize(
    ("text", "elevation_m"),
    [("925", 925), ("925 m", 925), ("925mdpl", 925), ("925,5 M DPL", 925.5), ("925.5 meter", 925.5), ("-2 m", -2)],
)
def test_elevation_is_read_with_unit(text: str, elevation_m: float):
    assert registered(elevation_m=text).elevation_m == elevation_m


def test_thresholds_are_read_with_unit():
    river = registered(siaga_2="2,6 m").river
    assert river is not None
    assert river.thresholds_m[RiverLevel.SIAGA_2] == 2.6


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        *((kind.value.upper(), kind) for kind in StationKind),
        *((text, StationKind.RAIN) for text in ("Curah hujan", "ARR", "Pos Hujan", "rain gauge")),
        *((text, StationKind.RIVER) for text in ("Sungai", "pos duga air", "AWLR", "water level")),
        *((text, StationKind.TILT) for text in ("kemiringan", "Tiltmeter", "slope")),
        *(("kelembaban tanah", StationKind.SOIL), ("AWS", StationKind.WEATHER), ("kualitas udara", StationKind.AIR)),
        ("guncangan", StationKind.SEISMIC),
    ],
)
def test_kind_is_read_as_code_or_word(text: str, kind: StationKind):
    assert read_station(row(kind=text))[0].kind is kind


@pytest.mark.parametrize(
    ("cells", "field", "code"),
    [
        ({"longitude": "-0,79", "latitude": "100,65"}, "position", "coordinates_swapped"),
        ({"longitude": "100.650,5"}, "longitude", "number_unreadable"),
        ({"latitude": "1e999"}, "latitude", "number_unreadable"),
        ({"latitude": ""}, "position", "position_missing"),
        ({"longitude": "0°47′ LS"}, "longitude", "longitude_unreadable"),
        ({"longitude": "100°75′ BT"}, "longitude", "longitude_unreadable"),
        ({"latitude": "0,79 BT"}, "latitude", "latitude_unreadable"),
        ({"latitude": "-0,79 LS"}, "latitude", "latitude_unreadable"),
        ({"elevation_m": "1.365 mdpl"}, "elevation_m", "number_unreadable"),
        ({"elevation_m": "925 km"}, "elevation_m", "number_unreadable"),
        ({"elevation_m": "tinggi"}, "elevation_m", "number_unreadable"),
        ({"kind": "sumur"}, "kind", "kind_unknown"),
        ({"parameters": "stage_m @lima"}, "parameters", "parameter_unreadable"),
        ({"parameters": "stage_m 5 6 7"}, "parameters", "parameter_unreadable"),
        ({"parameters": "ph"}, "parameters.0.code", "parameter_unknown"),
        ({"siaga_2": "4"}, "thresholds.siaga_1", "thresholds_not_ascending"),
        ({"river": ""}, "river", "river_missing"),
        ({"thresholds_from": "31-02-2026"}, "thresholds_from", "date_unreadable"),
        ({"thresholds_source": ""}, "thresholds_source", "thresholds_without_source"),
        ({"code": "=HYPERLINK()"}, "code", "code_malformed"),
        ({"name": "x" * 100_000}, "name", "too_long"),
    ],
)
def test_bad_cell_is_refused_with_line_and_reason(cells: dict[str, str], field: str, code: str):
    planned = plan(row(7, **cells))
    assert (7, field, code) in problems_of(planned)
    assert planned.rows[0].state is RowState.REFUSED
    assert planned.drafts(reason="uji") == []


def test_repeated_code_is_refused_once():
    planned = plan(row(2), row(3))
    assert [each.state for each in planned.rows] == [RowState.NEW, RowState.REFUSED]
    assert problems_of(planned) == [(3, "code", "code_repeated")]


def test_known_code_means_a_change_and_same_content_none():
    known = registered()
    planned = plan(row(2), stations=(known,))
    assert [each.state for each in planned.rows] == [RowState.UNCHANGED]
    planned = plan(row(2, name="Nama Baru"), stations=(known,))
    assert [each.state for each in planned.rows] == [RowState.CHANGED]
    (draft,) = planned.drafts(reason="impor")
    body = ENTRY_KINDS[draft.kind].decode(draft.body)
    assert msgspec.to_builtins(body) == {"reason": "impor", "name": "Nama Baru"}


def test_absent_columns_leave_fields_as_they_are():
    known = msgspec.structs.replace(registered(), owner="PUPR", elevation_m=400.0)
    cells = {name: GAUGE_ROW[name] for name in ("code", "longitude", "latitude")}
    found, problems = read_station(TableRow(line=2, cells={**cells, "latitude": "-0.8"}), known)
    assert problems == ()
    assert found == msgspec.structs.replace(known, lat_deg=-0.8)


def test_rows_that_depend_on_a_refused_row_are_refused():
    upper = row(2, code="A1", downstream="A2")
    middle = row(3, code="A2", downstream="A3")
    lower = row(4, code="A3", name="")
    assert problems_of(plan(upper, middle, lower)) == [
        (2, "downstream", "downstream_unknown"),
        (3, "downstream", "downstream_unknown"),
        (4, "name", "name_missing"),
    ]


def test_rows_in_a_circle_are_refused():
    planned = plan(row(2, code="A1", downstream="A2"), row(3, code="A2", downstream="A1"))
    assert [code for _line, _field, code in problems_of(planned)] == ["downstream_circular"] * 2


def test_chain_of_gauges_has_a_maximum_length():
    rows = [row(n, code=f"A{n}", downstream=f"A{n + 1}") for n in range(2, 802)]
    assert plan(*rows[:-1], row(900, code="A801")).count(RowState.NEW) == 500


def test_rows_of_an_exercise_have_codes_of_the_exercise():
    planned = plan(row(2, code="A1", downstream="A2"), row(3, code="A2"), exercise_id="gempa-1")
    assert [each.station.code for each in planned.rows] == [code_in_exercise(c, "gempa-1") for c in ("A1", "A2")]
    assert problems_of(planned) == []
    again = plan(
        row(2, code="A1", downstream="A2"),
        stations=tuple(each.station for each in planned.rows),
        exercise_id="gempa-1",
    )
    assert [each.state for each in again.rows] == [RowState.UNCHANGED]


@pytest.mark.parametrize(
    ("text", "value"),
    [("100,65", 100.65), ("-0.79", -0.79), ("−0,79", -0.79), ("5.", 5.0), ("1.234,5", None), ("1,2,3", None),
     ("nan", None), ("inf", None), ("", None), ("0x10", None), ("1_0", None)],
)  # fmt: skip
def test_number_is_read_without_guessing(text: str, value: float | None):
    assert parse_number(text) == value


def test_date_is_read_in_both_orders_that_are_clear():
    assert parse_date("2026-02-01") == parse_date("1-2-2026") == parse_date("01/02/2026")
    assert parse_date("2026-13-01") is parse_date("besok") is parse_date("01-01-0001") is None


def test_header_accepts_both_languages_and_ignores_other_columns():
    assert STATION_COLUMNS.read_header(["\ufeffKode", " Nama ", "catatan", "Bujur", "LINTANG"]) == {
        0: "code", 1: "name", 3: "longitude", 4: "latitude",
    }  # fmt: skip


finite = st.floats(-1e6, 1e6)


@given(
    name=st.text(st.characters(blacklist_categories=("Cs",)), max_size=30),
    lon_deg=st.floats(-180, 180),
    low=finite,
    lag_s=st.floats(0, 86_400),
    levels=st.dictionaries(st.sampled_from(RiverLevel), finite),
)
def test_station_is_the_same_after_a_round_trip(
    name: str, lon_deg: float, low: float, lag_s: float, levels: dict[RiverLevel, float]
):
    station = Station(
        code="SLK-1",
        name=name,
        kind=StationKind.RIVER,
        lon_deg=lon_deg,
        lat_deg=-0.79,
        parameters=(Parameter(code="stage_m", unit="m", expected_interval_s=300, valid_min=low, valid_max=low + 1),),
        river=River(name="Batang", lag_s=lag_s, thresholds_m=levels, thresholds_from=parse_date("2026-01-01")),
        elevation_m=3.5,
    )
    cells = dict(zip(COLUMNS, format_station(station), strict=True))
    assert read_station(TableRow(line=2, cells=cells), station) == (station, ())


def test_gateways_are_unchecked_where_accounts_are_unknown():
    rows = [row(gateway="bmkgg"), row(code="slk-awlr-91", gateway="bws"), row(code="slk-awlr-92")]
    assert plan(*rows).unchecked_gateways == ("bmkgg", "bws")
    bws = User(name="bws", role=Role.GATEWAY, opd="BWS")
    known = plan_import(rows, RegistrationContext(users={"bws": bws}))
    assert known.unchecked_gateways == ()


@pytest.mark.parametrize(
    ("kind", "text", "hint"),
    [
        ("rain", "Curah hujan", "rain_mm"),
        ("rain", "Tinggi muka air sungai", "stage_m"),
        ("rain", "apa saja", "rain_mm"),
        ("river", "apa saja", "stage_m"),
    ],
)
def test_unreadable_parameter_names_the_nearest_or_the_usual_one(kind: str, text: str, hint: str):
    cells = {"code": "SLK-ARR-90", "name": "ARR", "kind": kind, "parameters": text}
    _station, problems = read_station(TableRow(line=2, cells=cells))
    (problem,) = (each for each in problems if each.field == "parameters")
    assert f"Tulis {hint} atau {hint} @" in describe_problem(problem)
