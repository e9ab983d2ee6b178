"""Tests of reference systems: closed forms against PROJ, and round trips."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabuah.gis.geodesy import distance_m
from tabuah.gis.reference_systems import (
    MERCATOR,
    WGS84,
    from_mercator,
    ground_scale,
    home_utm,
    to_mercator,
    to_utm,
    transformer,
)

LONGITUDES = st.floats(-180, 180)
LATITUDES = st.floats(-85, 85)


@given(LONGITUDES, LATITUDES)
def test_mercator_round_trip_returns_same_place(lon_deg: float, lat_deg: float):
    assert from_mercator(*to_mercator(lon_deg, lat_deg)) == pytest.approx((lon_deg, lat_deg), abs=1e-9)


@given(LONGITUDES, LATITUDES)
def test_mercator_closed_form_agrees_with_proj(lon_deg: float, lat_deg: float):
    expected = transformer(WGS84, MERCATOR).transform(lon_deg, lat_deg)
    assert to_mercator(lon_deg, lat_deg) == pytest.approx(expected, abs=1e-4)


@given(st.floats(96, 102), st.floats(-3, 3))
def test_utm_round_trip_returns_same_place(lon_deg: float, lat_deg: float):
    assert transformer(home_utm(), WGS84).transform(*to_utm(lon_deg, lat_deg)) == pytest.approx(
        (lon_deg, lat_deg), abs=1e-9
    )


def test_mercator_converts_arrays_like_numbers():
    lons, lats = np.array([100.43, 101.26]), np.array([-1.33, -0.53])
    x_m, y_m = to_mercator(lons, lats)
    assert [*zip(x_m, y_m, strict=True)] == [to_mercator(*pair) for pair in zip(lons, lats, strict=True)]


def test_mercator_of_numbers_returns_numbers():
    assert [type(value) for value in (*to_mercator(100.6, -0.8), *from_mercator(1e7, -1e5))] == [float] * 4


def test_mercator_clamps_poles_to_square():
    assert to_mercator(0.0, 90.0)[1] == pytest.approx(to_mercator(180.0, 0.0)[0])


@given(st.floats(-84, 84))
def test_ground_scale_agrees_with_geodesic_along_parallel(lat_deg: float):
    lon_deg, _lat_deg = from_mercator(1.0, 0.0)
    assert ground_scale(lat_deg) == pytest.approx(distance_m(0.0, lat_deg, lon_deg, lat_deg), abs=1e-6)


def test_utm_central_meridian_is_500_km_east():
    east_m, north_m = to_utm(99.0, -1.0)
    assert east_m == pytest.approx(500_000, abs=0.001)
    assert 9_889_000 < north_m < 9_890_000
