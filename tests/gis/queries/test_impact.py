"""Tests of the impact of an area: counts, lengths, ranges, shares, and what is not known."""

from datetime import date

import pytest
import shapely

from tabuah.gis.geodesy import destination
from tabuah.gis.queries.feature_index import circle_polygon
from tabuah.gis.queries.impact import (
    AreaImpact,
    ImpactKind,
    ImpactLayer,
    ImpactObject,
    ImpactSource,
    compute_impact,
    margin_box,
)

LON, LAT = 100.65, -0.83
SOURCE = ImpactSource(name="sekolah", dated_on=date(2026, 11, 12))
CIRCLE = circle_polygon(LON, LAT, radius_m=1_000)


def at(away_m: float, name: str = "", people: float | None = None) -> ImpactObject:
    place = destination(LON, LAT, bearing_deg=90, distance_m=away_m)
    return ImpactObject(shape=shapely.Point(place), name=name, people=people)


def layer(kind: ImpactKind, *objects: ImpactObject, **more) -> ImpactLayer:
    return ImpactLayer(kind=kind, source=more.pop("source", SOURCE), objects=objects, **more)


def box(west: float, east: float, people: float, name: str = "") -> ImpactObject:
    return ImpactObject(shape=shapely.box(LON + west, LAT, LON + east, LAT + 0.01), people=people, name=name)


def people_of(area: shapely.Polygon, *layers: ImpactLayer):
    return compute_impact(area, layers).figure(ImpactKind.PEOPLE)


def test_impact_counts_objects_with_range_source_and_names():
    schools = layer(ImpactKind.SCHOOLS, at(100, "SDN 1"), at(950, "SDN 2"), at(1_050, "SDN 3"), at(5_000, "SDN 4"))
    figure = compute_impact(CIRCLE, [schools], margin_m=100).figure(ImpactKind.SCHOOLS)
    assert (figure.amount, figure.low, figure.high) == (2, 1, 3)
    assert figure.names == ("SDN 1", "SDN 2")
    assert figure.source == SOURCE


def test_impact_without_layer_is_not_known():
    impact = compute_impact(CIRCLE, [])
    assert [figure.kind for figure in impact.figures] == list(ImpactKind)
    assert {(figure.amount, figure.low, figure.source) for figure in impact.figures} == {(None, None, None)}


def test_impact_of_layer_with_nothing_inside_is_zero():
    figure = compute_impact(CIRCLE, [layer(ImpactKind.BRIDGES, at(5_000))]).figure(ImpactKind.BRIDGES)
    assert (figure.amount, figure.low, figure.high) == (0, 0, 0)


def test_impact_measures_roads_inside():
    ends = [destination(LON, LAT, bearing_deg=b, distance_m=5_000) for b in (90, 270)]
    inside = [destination(LON, LAT, bearing_deg=b, distance_m=200) for b in (0, 180)]
    roads = layer(ImpactKind.ROADS, *(ImpactObject(shape=shapely.LineString(each)) for each in (ends, inside)))
    figure = compute_impact(CIRCLE, [roads], margin_m=100).figure(ImpactKind.ROADS)
    assert figure.amount == pytest.approx(2_400, abs=4)
    assert figure.low == pytest.approx(2_200, abs=4)
    assert figure.high == pytest.approx(2_600, abs=4)


def test_impact_uses_one_layer_of_each_kind():
    first, second = layer(ImpactKind.SCHOOLS, at(100)), layer(ImpactKind.SCHOOLS, at(100), at(200))
    assert compute_impact(CIRCLE, [first, second]).figure(ImpactKind.SCHOOLS).amount == 1


def test_impact_counts_people_by_share_of_area():
    half = shapely.box(LON, LAT, LON + 0.015, LAT + 0.01)
    figure = people_of(half, layer(ImpactKind.PEOPLE, box(0, 0.01, 600), box(0.01, 0.02, 1_000), box(0.05, 0.06, 9)))
    assert figure.amount == pytest.approx(1_100, abs=2)
    assert (figure.low, figure.high) == (0, 1_600)
    assert figure.is_estimate
    assert figure.unknown_share == 0


def test_impact_of_whole_areas_is_no_estimate():
    wide = shapely.box(LON - 0.01, LAT - 0.01, LON + 0.03, LAT + 0.02)
    figure = people_of(wide, layer(ImpactKind.PEOPLE, box(0, 0.01, 600)))
    assert (figure.amount, figure.low, figure.high) == (pytest.approx(600), 600, 600)
    assert not figure.is_estimate
    assert figure.unknown_share == pytest.approx(1 - 1 / 12, abs=0.001)


def test_impact_of_settlements_ranges_over_their_houses():
    places = layer(ImpactKind.PEOPLE, at(0, people=100), at(900, people=20), at(1_400, people=3), at(300))
    figure = people_of(CIRCLE, places)
    assert (figure.amount, figure.low, figure.high) == (120, 100, 123)
    assert figure.without_number == 1


def test_impact_without_number_of_people_is_not_known():
    figure = people_of(CIRCLE, layer(ImpactKind.PEOPLE, at(100), at(200), at(5_000, people=7)))
    assert (figure.amount, figure.without_number, figure.source) == (None, 2, None)


def test_impact_takes_people_of_next_layer_where_first_has_none():
    towns = ImpactSource(name="OpenStreetMap")
    layers = (layer(ImpactKind.PEOPLE, box(0.5, 0.6, 9)), layer(ImpactKind.PEOPLE, at(10, people=50), source=towns))
    figure = people_of(CIRCLE, *layers)
    assert (figure.amount, figure.source) == (50, towns)


def test_impact_states_part_outside_of_extent():
    extent = shapely.box(LON, LAT - 1, LON + 1, LAT + 1)
    figure = compute_impact(CIRCLE, [layer(ImpactKind.SCHOOLS, at(100), extent=extent)]).figure(ImpactKind.SCHOOLS)
    assert figure.amount == 1
    assert figure.unknown_share == pytest.approx(0.5, abs=0.01)


def test_impact_of_small_area_has_lower_bound_zero():
    tiny = circle_polygon(LON, LAT, radius_m=20)
    impact: AreaImpact = compute_impact(tiny, [layer(ImpactKind.SCHOOLS, at(5))], margin_m=100)
    figure = impact.figure(ImpactKind.SCHOOLS)
    assert (figure.amount, figure.low, figure.high) == (1, 0, 1)
    assert impact.area_m2 == pytest.approx(1_256, rel=0.01)


def test_margin_box_contains_houses_of_settlements_around():
    west, south, east, north = margin_box(CIRCLE)
    assert shapely.box(west, south, east, north).contains(circle_polygon(LON, LAT, radius_m=1_495))
    assert east - west < 0.03


def span(name: str, west_m: float, east_m: float, *, north_m: float = 0.0) -> ImpactObject:
    """Return a part of a bridge from west to east, so many metres from the centre of the circle."""
    ends = [destination(LON, LAT, bearing_deg=90, distance_m=away_m) for away_m in (west_m, east_m)]
    lifted = [destination(lon, lat, bearing_deg=0, distance_m=north_m) for lon, lat in ends]
    return ImpactObject(shape=shapely.LineString(lifted), name=name)


@pytest.mark.parametrize(
    ("parts", "bridges"),
    [
        ([span("", 0, 20), span("", 20, 40), span("", 40, 60)], 1),  # three ways in a row
        ([span("Lolo", 0, 20), span("Lolo", 0, 20, north_m=12)], 1),  # two carriageways
        ([span("Lolo", 0, 20), span("lolo ", 45, 60)], 1),
        ([span("", 0, 20), span("", 0, 20, north_m=12)], 2),
        ([span("Lolo", 0, 20), span("Gumanti", 20, 40)], 2),
        ([span("Lolo", 0, 20), span("Lolo", 200, 220)], 2),
        ([span("", 20, 40), span("Lolo", 0, 20), span("Lolo", 40, 60)], 1),
        ([], 0),
    ],
)
def test_impact_counts_a_bridge_of_several_ways_once(parts: list[ImpactObject], bridges: int):
    figure = compute_impact(CIRCLE, [layer(ImpactKind.BRIDGES, *parts)]).figure(ImpactKind.BRIDGES)
    assert (figure.amount, figure.high) == (bridges, bridges)


def test_impact_counts_touching_schools_one_by_one():
    schools = [span("", 0, 20), span("", 20, 40)]
    assert compute_impact(CIRCLE, [layer(ImpactKind.SCHOOLS, *schools)]).figure(ImpactKind.SCHOOLS).amount == 2
