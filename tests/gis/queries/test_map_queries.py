"""Tests of map queries: geodesic distances and certainty."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from tabuah.gis.base_map import BaseMap
from tabuah.gis.geodesy import area_m2, destination, distance_m
from tabuah.gis.official_map import with_official_boundaries
from tabuah.gis.places import Boundary, Certainty, PlaceKind
from tabuah.gis.queries.area_summary import summarise_area
from tabuah.gis.queries.coverage import AdministrativeAreas, area_of_rings
from tabuah.gis.queries.feature_index import FeatureIndex, IndexedFeature, circle_polygon

LON, LAT = 100.65, -0.83


def point(number: int, bearing_deg: float, away_m: float, **more) -> IndexedFeature:
    lon, lat = destination(LON, LAT, bearing_deg=bearing_deg, distance_m=away_m)
    return IndexedFeature(
        kind=more.pop("kind", "school"), id=str(number), name=f"S{number}", shape=shapely.Point(lon, lat), **more
    )


def test_nearest_features_have_distance_and_bearing():
    things = FeatureIndex([point(1, 90, 900), point(2, 10, 300), point(3, 200, 5_000)])
    near = things.near(LON, LAT, limit=2)
    assert [found.feature.id for found in near] == ["2", "1"]
    assert [found.distance_m for found in near] == pytest.approx([300, 900], abs=0.01)
    assert [found.bearing_deg for found in near] == pytest.approx([10, 90], abs=0.01)


def test_nearest_features_respect_filter_and_radius():
    things = FeatureIndex([point(1, 0, 100), point(2, 0, 200, kind="hospital"), point(3, 0, 9_000, kind="hospital")])
    near = things.near(LON, LAT, within_m=1_000, wanted=lambda thing: thing.kind == "hospital")
    assert [found.feature.id for found in near] == ["2"]
    assert FeatureIndex([]).near(LON, LAT) == ()


def test_road_distance_uses_nearest_point():
    ends = [
        destination(*destination(LON, LAT, bearing_deg=0, distance_m=400), bearing_deg=b, distance_m=3_000)
        for b in (90, 270)
    ]
    road = IndexedFeature(kind="road/local", id="w1", name="", shape=shapely.LineString(ends))
    (near,) = FeatureIndex([road]).near(LON, LAT)
    assert near.distance_m == pytest.approx(400, abs=1)


@settings(max_examples=25)
@given(st.integers(0, 2**32 - 1))
def test_nearest_features_match_linear_search(seed: int):
    random = np.random.default_rng(seed)
    points = np.column_stack((random.uniform(100.3, 101.2, 60), random.uniform(-1.6, -0.5, 60)))
    things = FeatureIndex(
        [IndexedFeature(kind="x", id=str(n), name="", shape=shapely.Point(*p)) for n, p in enumerate(points)]
    )
    by_measure = sorted(range(60), key=lambda n: distance_m(LON, LAT, *points[n]))[:5]
    assert [int(near.feature.id) for near in things.near(LON, LAT, limit=5)] == by_measure


def test_circle_is_round_on_ellipsoid():
    round_area = circle_polygon(LON, LAT, radius_m=2_000)
    distances = [distance_m(LON, LAT, *corner) for corner in round_area.exterior.coords]
    assert distances == pytest.approx([2_000] * len(distances), abs=0.01)
    assert area_m2(round_area) == pytest.approx(np.pi * 2_000**2, rel=1e-3)


def test_population_counts_known_and_unknown_places():
    places = [
        point(1, 0, 100, kind="place/village", population=1_200),
        point(2, 90, 200, kind="place/hamlet"),
        point(3, 0, 5_000, kind="place/town", population=99_000),
        point(4, 45, 300),
    ]
    inside = summarise_area(circle_polygon(LON, LAT, radius_m=1_000), FeatureIndex(places))
    assert (inside.people.counted, inside.people.places, inside.people.without_number) == (1_200, 1, 1)
    assert inside.kinds == {"place/hamlet": 1, "place/village": 1, "school": 1}
    assert not inside.people.estimated


def test_population_counts_share_inside_area():
    square = shapely.box(LON, LAT, LON + 0.02, LAT + 0.02)
    half = shapely.box(LON, LAT, LON + 0.01, LAT + 0.02)
    crowd = IndexedFeature(kind="place/zone", id="1", name="", shape=square, population=1_000)
    inside = summarise_area(half, FeatureIndex([crowd]))
    assert (inside.people.counted, inside.people.estimated) == (500, True)


def test_roads_are_clipped_at_border_and_measured():
    through = shapely.LineString([destination(LON, LAT, bearing_deg=b, distance_m=5_000) for b in (90, 270)])
    inside = summarise_area(
        circle_polygon(LON, LAT, radius_m=1_000),
        FeatureIndex([IndexedFeature(kind="road/primary", id="w1", name="", shape=through)]),
    )
    assert inside.roads_m == {"primary": pytest.approx(2_000, abs=2)}
    assert inside.features == ()


def test_coverage_without_boundaries_has_nagari_points(base_map: BaseMap):
    units = AdministrativeAreas(base_map)
    covered = units.covered_by(circle_polygon(LON, LAT, radius_m=6_000))
    kecamatan = [unit for unit in covered if unit.kind is PlaceKind.KECAMATAN]
    nagari = [unit for unit in covered if unit.kind is PlaceKind.NAGARI]
    assert kecamatan[0].name == "Kubung"
    assert sum(unit.covered_m2 or 0 for unit in kecamatan) <= np.pi * 6_000**2
    assert {unit.certainty for unit in covered} == {Certainty.APPROXIMATE}
    assert "Koto Baru" in {unit.name for unit in nagari}
    assert {unit.share for unit in nagari} == {None}


def test_coverage_of_kecamatan_is_itself(base_map: BaseMap):
    units = AdministrativeAreas(base_map)
    shape = units.shape_of("13.02.10")
    assert shape is not None
    first, *others = [unit for unit in units.covered_by(shape) if unit.kind is PlaceKind.KECAMATAN]
    assert (first.code, first.share) == ("13.02.10", pytest.approx(1.0, abs=1e-6))
    assert all((unit.share or 0) < 0.001 for unit in others)


def test_coverage_of_official_nagari_has_shares(base_map: BaseMap):
    boxes = {f.code: shapely.box(100 + n / 50, -1, 100.02 + n / 50, -0.9) for n, f in enumerate(nagari_of(base_map))}
    names = {feature.code: feature.name for feature in nagari_of(base_map)}
    official = with_official_boundaries(
        base_map, [Boundary(code=code, name=names[code], shape=box) for code, box in boxes.items()], source="uji"
    )
    code = sorted(boxes)[3]
    west, south, east, north = boxes[code].bounds
    covered = AdministrativeAreas(official).covered_by(shapely.box(west, south, (west + east) / 2, north))
    nagari = [unit for unit in covered if unit.kind is PlaceKind.NAGARI]
    assert [(unit.code, unit.certainty) for unit in nagari] == [(code, Certainty.OFFICIAL)]
    assert nagari[0].share == pytest.approx(0.5, abs=1e-4)
    assert nagari[0].kecamatan


def nagari_of(base_map: BaseMap):
    return next(layer for layer in base_map.layers if layer.name == "nagari").features


def test_warning_rings_become_one_valid_area():
    bow = [(100.0, -1.0), (101.0, 0.0), (101.0, -1.0), (100.0, 0.0), (100.0, -1.0)]
    square = [(100.5, -1.0), (101.0, -1.0), (101.0, -0.5), (100.5, -0.5), (100.5, -1.0)]
    area = area_of_rings([bow, square])
    assert area.is_valid
    assert area.area == pytest.approx(
        shapely.union_all([shapely.make_valid(shapely.Polygon(bow)), shapely.Polygon(square)]).area
    )
