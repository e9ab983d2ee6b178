"""Tests of geodesy on the ellipsoid."""

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from tabuah.gis.geodesy import area_m2, bearing_deg, destination, distance_m, distances_m, length_m

LONGITUDES = st.floats(99, 102)
LATITUDES = st.floats(-2, 0)


def test_longitude_degree_at_equator_is_correct():
    assert distance_m(100, 0, 101, 0) == pytest.approx(111_319.49, abs=0.01)


def test_latitude_degree_at_equator_is_correct():
    assert distance_m(100, 0, 100, -1) == pytest.approx(110_574.4, abs=0.1)


@given(LONGITUDES, LATITUDES, LONGITUDES, LATITUDES)
def test_distance_is_symmetric(lon_deg, lat_deg, other_lon_deg, other_lat_deg):
    there = distance_m(lon_deg, lat_deg, other_lon_deg, other_lat_deg)
    assert distance_m(other_lon_deg, other_lat_deg, lon_deg, lat_deg) == pytest.approx(there, abs=1e-6)


@given(LONGITUDES, LATITUDES, st.floats(0, 359.99), st.floats(1, 50_000))
def test_destination_lies_at_bearing_and_distance(lon_deg, lat_deg, direction_deg, length):
    end = destination(lon_deg, lat_deg, bearing_deg=direction_deg, distance_m=length)
    assert distance_m(lon_deg, lat_deg, *end) == pytest.approx(length, abs=1e-3)
    turned = (bearing_deg(lon_deg, lat_deg, *end) - direction_deg + 180) % 360 - 180
    assert turned == pytest.approx(0, abs=0.01)


def test_distances_match_single_distance():
    many = distances_m(100.6, -0.8, to_lon_deg=[100.7, 101.0], to_lat_deg=[-0.8, -1.2])
    single = [distance_m(100.6, -0.8, 100.7, -0.8), distance_m(100.6, -0.8, 101.0, -1.2)]
    assert many.tolist() == pytest.approx(single)


def test_area_excludes_holes_in_any_ring_direction():
    outer, hole = shapely.box(100, -1, 101, 0), shapely.box(100.4, -0.6, 100.6, -0.4)
    ring = shapely.Polygon(outer.exterior.coords, [hole.exterior.coords])
    expected = area_m2(outer) - area_m2(hole)
    assert area_m2(ring) == pytest.approx(expected)
    assert area_m2(ring.reverse()) == pytest.approx(expected)


def test_area_adds_up_over_parts():
    one = shapely.box(100, -1, 101, 0)
    assert area_m2(one) / 1e6 == pytest.approx(12_308.8, abs=1)
    assert area_m2(shapely.MultiPolygon([one, shapely.box(102, -1, 103, 0)])) == pytest.approx(2 * area_m2(one))


def test_length_is_sum_of_segments():
    line = shapely.LineString([(100, 0), (101, 0), (101, -1)])
    assert length_m(line) == pytest.approx(distance_m(100, 0, 101, 0) + distance_m(101, 0, 101, -1))
