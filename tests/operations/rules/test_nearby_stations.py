"""Nearby stations: the order of a search, what stations at one point share, and gauges upstream."""

import random
from itertools import pairwise

import pytest

from tabuah.gis.geodesy import distances_m
from tabuah.operations.rules.default_rules import default_multi_series_rules
from tabuah.operations.rules.multi_series_watches import multi_series_watches
from tabuah.operations.rules.nearby_stations import NearbyStations, StationIndex
from tabuah.operations.stations.station import River, Station, StationKind
from tabuah.operations.stations.station_table import usual_parameter


def gauge(code: str, lon_deg: float = 100.7, lat_deg: float = -0.9, *, downstream: str = "", exercise: str = ""):
    return Station(
        code=f"{exercise}~{code}" if exercise else code,
        name=code,
        kind=StationKind.RIVER,
        lon_deg=lon_deg,
        lat_deg=lat_deg,
        parameters=(usual_parameter("stage_m"), usual_parameter("rain_mm")),
        river=River(name="Batang Uji", downstream=downstream),
        exercise=bool(exercise),
        exercise_id=exercise,
    )


def scattered(seed: int, spread_deg: float) -> list[Station]:
    """Return gauges of which several are at one point, in two worlds."""
    place = random.Random(seed)
    spots = [(100.7 + place.uniform(0, spread_deg), -0.9 + place.uniform(0, spread_deg)) for _ in range(20)]
    return [
        gauge(f"UJI-{number:02}", *place.choice(spots), exercise=place.choice(("", "", "drill-1")))
        for number in place.sample(range(100), 50)
    ]


def distance_m(one: Station, other: Station) -> float:
    return float(distances_m(one.lon_deg, one.lat_deg, to_lon_deg=other.lon_deg, to_lat_deg=other.lat_deg))


@pytest.mark.parametrize("spread_deg", [0.0, 0.01, 0.3])
@pytest.mark.parametrize("at_most", [None, 1, 5])
def test_near_stations_are_those_of_a_complete_search(spread_deg: float, at_most: int | None):
    for seed in range(5):
        stations = scattered(seed, spread_deg)
        index = StationIndex(stations)
        for one in stations:
            others = (other for other in stations if other.code != one.code and other.exercise_id == one.exercise_id)
            found = sorted((distance_m(one, other), other.code) for other in others)
            expected = [code for away_m, code in found if away_m <= 20_000.0][:at_most]
            assert [stations[row].code for row in index.near(one, 20_000.0, at_most=at_most)] == expected


def test_upstream_gauges_are_found_once_even_in_a_circle():
    codes = ["A", "B", "C", "D"]
    river = [gauge(above, downstream=below) for below, above in pairwise(codes)] + [gauge("A", downstream="D")]
    found = NearbyStations(river).upstream(river[-1])
    assert [station.code for station in found] == ["B", "C", "D"]


def test_watches_of_many_stations_share_the_members_of_a_series():
    around = NearbyStations([gauge(f"UJI-{number:03}") for number in range(40)])
    for rule in default_multi_series_rules():
        members = [member for watch in multi_series_watches(rule, around) for member in watch.members]
        assert len({id(member) for member in members}) == len({(member.rule, member.station) for member in members})


def test_search_far_from_the_equator_compares_exact_distances():
    stations = [gauge("A", 10.0, 75.0), *(gauge(f"B{n}", 10.0 + 0.01 * n, 75.0 + 0.003 * (9 - n)) for n in range(10))]
    expected = sorted((distance_m(stations[0], other), other.code) for other in stations[1:])[:2]
    found = StationIndex(stations).near(stations[0], 50_000.0, at_most=2)
    assert [stations[row].code for row in found] == [code for _away_m, code in expected]
