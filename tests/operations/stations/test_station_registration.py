"""Validation of a station: every problem is reported at its field."""

from math import nan
from typing import Any

import msgspec
import pytest

from tabuah.operations.levels import RiverLevel
from tabuah.operations.people.authority import User
from tabuah.operations.people.roles import Role
from tabuah.operations.stations.registration import (
    ProblemCode,
    RegistrationContext,
    check_station,
    check_stations,
)
from tabuah.operations.stations.station import Parameter, River, Station, StationKind
from tabuah.text.stations.registration_text import describe_problem

STAGE = Parameter(code="stage_m", unit="m", expected_interval_s=300.0, valid_min=0.0, valid_max=10.0)
THRESHOLDS = {RiverLevel.SIAGA_3: 2.0, RiverLevel.SIAGA_2: 2.6, RiverLevel.SIAGA_1: 3.2}
RIVER = River(name="Batang Sumani", thresholds_m=THRESHOLDS, thresholds_source="BWS Sumatera V")
GAUGE = Station(
    code="SLK-AWLR-03",
    name="AWLR Batang Sumani",
    kind=StationKind.RIVER,
    lon_deg=100.65,
    lat_deg=-0.79,
    parameters=(STAGE,),
    river=RIVER,
    gateway="pupr",
)
USERS = {
    "pupr": User(name="pupr", role=Role.GATEWAY, opd="PUPR"),
    "ani": User(name="ani", role=Role.SUPERVISOR, opd="BPBD"),
    "lama": User(name="lama", role=Role.GATEWAY, opd="PUPR", active=False),
}


def is_inside(lon_deg: float, lat_deg: float) -> bool:
    return 100.4 < lon_deg < 101.1 and -1.3 < lat_deg < -0.5


CONTEXT = RegistrationContext(users=USERS, is_inside=is_inside)


def changed(station: Station = GAUGE, **values: Any) -> Station:
    return msgspec.structs.replace(station, **values)


def with_stage(**values: Any) -> Station:
    return changed(parameters=(msgspec.structs.replace(STAGE, **values),))


def with_river(**values: Any) -> Station:
    return changed(river=msgspec.structs.replace(RIVER, **values))


def problems_of(station: Station, context: RegistrationContext = CONTEXT, **options: Any) -> list[tuple[str, str]]:
    found = check_station(station, context, **options)
    assert all(describe_problem(problem) for problem in found)
    return [(problem.field, problem.code.value) for problem in found]


def test_valid_station_has_no_problems():
    assert problems_of(GAUGE) == []


@pytest.mark.parametrize(
    ("station", "field", "code"),
    [
        (changed(code="awlr 3"), "code", "code_malformed"),
        (changed(code="SLK-1\n"), "code", "code_malformed"),
        (changed(code="A" * 5000), "code", "code_malformed"),
        (changed(name=" "), "name", "name_missing"),
        (changed(name="x" * 401), "name", "too_long"),
        (changed(owner="x" * 401), "owner", "too_long"),
        (changed(lon_deg=nan), "position", "position_missing"),
        (changed(lon_deg=-0.79, lat_deg=100.65), "position", "coordinates_swapped"),
        (changed(lon_deg=0.0, lat_deg=0.0), "position", "outside_regency"),
        (changed(lon_deg=500.0, lat_deg=1e300, outside_reason="hulu"), "position", "outside_regency"),
        (changed(elevation_m=12_000.0), "elevation_m", "elevation_implausible"),
        (changed(parameters=(), river=None), "parameters", "no_parameters"),
        (with_stage(unit="cm"), "parameters.0.unit", "unit_differs"),
        (with_stage(expected_interval_s=0.0), "parameters.0.expected_interval_s", "interval_implausible"),
        (with_stage(expected_interval_s=nan), "parameters.0.expected_interval_s", "interval_implausible"),
        (with_stage(valid_min=10.0, valid_max=0.0), "parameters.0.range", "range_reversed"),
        (with_stage(valid_max=1e6), "parameters.0.range", "range_implausible"),
        (changed(parameters=(STAGE, STAGE)), "parameters.1.code", "parameter_repeated"),
        (with_river(name=""), "river", "river_name_missing"),
        (with_river(lag_s=-1.0), "lag_s", "lag_implausible"),
        (with_river(thresholds_source=" "), "thresholds_source", "thresholds_without_source"),
        (with_river(downstream="SLK-AWLR-03"), "downstream", "downstream_circular"),
        (with_river(downstream="TIDAK-ADA"), "downstream", "downstream_unknown"),
        (changed(gateway="tidak-ada"), "gateway", "gateway_unknown"),
        (changed(gateway="PUPR"), "gateway", "gateway_misspelt"),
        (changed(gateway="puprr"), "gateway", "gateway_misspelt"),
        (changed(name="AWLR\0Batang"), "name", "control_characters"),
        (changed(owner="BWS\a"), "owner", "control_characters"),
        (changed(name="AWLR \u202egnataB"), "name", "control_characters"),
        (with_river(name="Batang\x1b[2J"), "river", "control_characters"),
        (changed(gateway="ani"), "gateway", "gateway_of_person"),
        (changed(gateway="lama"), "gateway", "gateway_locked"),
    ],
)
def test_problem_is_reported_at_its_field(station: Station, field: str, code: str):
    assert (field, code) in problems_of(station)


def test_parameter_outside_of_the_catalogue_is_a_problem():
    assert ("parameters.0.code", "parameter_unknown") in problems_of(with_stage(code="ph"))
    assert ("parameters.0.code", "parameter_unknown") in problems_of(with_stage(code="lon_deg", unit="°"))


def test_thresholds_rise_from_normal_to_worst():
    swapped = {RiverLevel.SIAGA_1: 2.0, RiverLevel.SIAGA_2: 2.6, RiverLevel.SIAGA_4: 0.5}
    (problem,) = check_station(with_river(thresholds_m=swapped), CONTEXT)
    assert (problem.field, problem.code) == ("thresholds.siaga_1", ProblemCode.THRESHOLDS_NOT_ASCENDING)
    assert "Siaga 1 (2 m)" in describe_problem(problem)
    assert problems_of(with_river(thresholds_m={RiverLevel.SIAGA_1: nan})) == [
        ("thresholds.siaga_1", "threshold_outside_range")
    ]


def test_thresholds_lie_in_the_valid_range():
    high = {RiverLevel.SIAGA_1: 11.0}
    assert problems_of(with_river(thresholds_m=high)) == [("thresholds.siaga_1", "threshold_outside_range")]
    rain = Parameter(code="rain_mm", unit="mm", expected_interval_s=300.0, valid_min=0.0, valid_max=100.0)
    assert problems_of(changed(parameters=(rain,))) == [("thresholds", "thresholds_without_stage")]


def test_position_outside_of_the_regency_needs_a_reason():
    outside = changed(lon_deg=100.2)
    assert problems_of(outside) == [("position", "outside_regency")]
    assert problems_of(changed(outside, outside_reason="pos hulu di Agam")) == []
    assert problems_of(changed(outside, name="Baru"), before=outside) == []


def test_code_of_another_station_is_taken():
    context = RegistrationContext(stations={GAUGE.code: GAUGE}, users=USERS, is_inside=is_inside)
    assert problems_of(changed(name="Lain"), context) == [("code", "code_taken")]
    assert problems_of(changed(name="Lain"), context, before=GAUGE) == []


def test_gauge_downstream_is_a_gauge_and_no_circle():
    lower = changed(code="SLK-AWLR-04", river=River(name="Batang Sumani", downstream="SLK-AWLR-05"))
    lowest = changed(code="SLK-AWLR-05", river=River(name="Batang Sumani", downstream="SLK-AWLR-03"))
    rain = changed(code="SLK-ARR-01", river=None)
    context = RegistrationContext(stations={each.code: each for each in (lower, lowest, rain)}, is_inside=is_inside)
    assert problems_of(with_river(downstream="SLK-AWLR-04"), context) == [("downstream", "downstream_circular")]
    assert problems_of(with_river(downstream="SLK-ARR-01"), context) == [("downstream", "downstream_no_gauge")]
    ended = {**context.stations, lowest.code: changed(lowest, river=River(name="Batang Sumani"))}
    assert problems_of(with_river(downstream="SLK-AWLR-04"), RegistrationContext(stations=ended)) == []


def test_existing_circle_elsewhere_does_not_hang_the_check():
    one = changed(code="A1", river=River(name="X", downstream="A2"))
    two = changed(code="A2", river=River(name="X", downstream="A1"))
    context = RegistrationContext(stations={"A1": one, "A2": two})
    assert problems_of(with_river(downstream="A1"), context) == []


def test_gateway_may_be_the_mapping_of_a_broker_without_accounts():
    assert problems_of(changed(gateway="mqtt/pupr")) == []
    assert problems_of(changed(gateway="mqtt/")) == [("gateway", "gateway_unknown")]
    assert problems_of(changed(gateway="siapa-saja"), RegistrationContext()) == []


def test_stations_of_one_list_may_name_each_other_but_not_repeat_a_code():
    upper = with_river(downstream="SLK-AWLR-04")
    lower = changed(code="SLK-AWLR-04")
    assert check_stations([upper, lower], CONTEXT) == [(), ()]
    ((), (repeated,)) = check_stations([GAUGE, GAUGE], CONTEXT)
    assert repeated.code is ProblemCode.CODE_REPEATED


def test_unchanged_thresholds_of_older_programs_need_no_source():
    old = with_river(thresholds_source="")
    assert problems_of(changed(old, name="Baru"), before=old) == []
