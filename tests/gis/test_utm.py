"""UTM in closed form, compared with PROJ."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabuah.gis.reference_systems import WGS84, transformer
from tabuah.gis.utm import project_to_utm

ZONES = st.integers(1, 60)
SOUTH = st.booleans()


def by_proj(lon_deg: float, lat_deg: float, zone: int, *, south: bool) -> tuple[float, float]:
    return transformer(WGS84, f"EPSG:{(32_700 if south else 32_600) + zone}").transform(lon_deg, lat_deg)


@given(st.floats(-45, 45), st.floats(-90, 90), ZONES, SOUTH)
def test_utm_agrees_with_proj_to_micrometre_within_45_degrees(from_meridian_deg, lat_deg, zone, south):
    lon_deg = 6 * zone - 183 + from_meridian_deg
    expected = by_proj(lon_deg, lat_deg, zone, south=south)
    assert project_to_utm(lon_deg, lat_deg, zone=zone, south=south) == pytest.approx(expected, rel=0, abs=1e-6)


@given(st.floats(-180, 180), st.floats(-90, 90))
def test_utm_agrees_with_proj_all_over_the_world(lon_deg, lat_deg):
    expected = by_proj(lon_deg, lat_deg, 47, south=True)
    found = project_to_utm(lon_deg, lat_deg, zone=47, south=True)
    if math.isfinite(expected[0]) and abs(expected[0]) < 16_000_000:  # PROJ ends at 16.7 million metres
        assert found == pytest.approx(expected, rel=0, abs=1e-2)
    elif not math.isfinite(expected[0]):
        assert not math.isfinite(found[0])


def test_utm_of_arrays_equals_that_of_numbers():
    lons, lats = np.array([100.43, 101.26, 189.0]), np.array([-1.33, -0.53, 0.0])
    each = [project_to_utm(lon, lat, zone=47, south=True) for lon, lat in zip(lons, lats, strict=True)]
    assert np.array_equal(np.column_stack(project_to_utm(lons, lats, zone=47, south=True)), np.array(each))


@pytest.mark.parametrize(
    ("lon_deg", "lat_deg"),
    [(189.0, 0.0), (9.0, 0.0), (math.nan, 0.0), (100.0, math.nan), (math.inf, 0.0), (100.0, 90.5)],
)
def test_utm_of_places_without_one_is_infinite(lon_deg, lat_deg):
    assert project_to_utm(lon_deg, lat_deg, zone=47, south=True) == (math.inf, math.inf)
