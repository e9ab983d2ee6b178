"""Tests of surfaces: interpolation, reach, range and isolines."""

import numpy as np
import pytest
import shapely
from support.map_samples import SIDE_M, small_base_map

from tabuah.gis.layers.interpolation import interpolate_stations, point_density
from tabuah.gis.layers.map_style import GraduatedSymbols, LayerSpec, LineSymbol
from tabuah.gis.layers.surfaces import ValueSource, isolines, make_surface, value_source
from tabuah.gis.layers.value_grid import ValueGrid
from tabuah.gis.reference_systems import from_mercator

GRID = ValueGrid.over((-10_000, -10_000, 10_000, 10_000), 100)


def value_at(grid: ValueGrid, x_m: float, y_m: float) -> float:
    row = int((grid.north_m - y_m) // grid.cell_m)
    return float(grid.values[row, int((x_m - grid.west_m) // grid.cell_m)])


def spread(places, values, reach_m=6_000.0) -> ValueGrid:
    return interpolate_stations(GRID, np.array(places, float), np.array(values, float), reach_m=reach_m)


def test_interpolation_returns_value_at_station():
    made = spread([(-3050, 0), (3050, 0)], [4.0, 20.0])
    assert value_at(made, -3050, 0) == pytest.approx(4.0, abs=0.05)
    assert value_at(made, 3050, 0) == pytest.approx(20.0, abs=0.05)
    assert value_at(made, 0, 0) == pytest.approx(12.0, abs=0.6)  # the centre of its cell is 50 m away


def test_interpolation_is_nan_beyond_reach():
    made = spread([(-3050, 0)], [4.0], reach_m=2_000)
    x, y = np.meshgrid(GRID.columns_m, GRID.rows_m)
    far = np.hypot(x + 3050, y) > 2_000
    assert np.isnan(made.values[far]).all()
    assert np.allclose(made.values[~far], 4.0)


def test_interpolation_stays_within_measured_range():
    random = np.random.default_rng(7)
    places, values = random.uniform(-9_000, 9_000, (40, 2)), random.uniform(2, 60, 40)
    made = interpolate_stations(GRID, places, values, reach_m=5_000).values
    assert np.nanmin(made) >= values.min() - 1e-3
    assert np.nanmax(made) <= values.max() + 1e-3


def test_interpolation_without_stations_is_nan():
    assert np.isnan(spread(np.zeros((0, 2)), []).values).all()


def test_point_density_adds_up_to_point_count():
    places = np.array([(0, 0), (50, 50), (4_000, -3_000)], float)
    made = point_density(GRID, places, reach_m=3_000)
    assert made.values.sum() * GRID.cell_m**2 / 1e7 == pytest.approx(3, rel=1e-3)
    assert value_at(made, 0, 0) > 1.9 * value_at(made, 4_000, -3_000)
    assert value_at(made, -8_000, 8_000) == 0


def test_isolines_of_cone_are_circles():
    x, y = np.meshgrid(GRID.columns_m, GRID.rows_m)
    cone = GRID.with_values((100 - np.hypot(x, y) / 100).astype(np.float32))
    for level, line in isolines(cone, (40.0, 80.0)).items():
        assert line.geom_type == "LineString"
        assert line.is_ring
        radii = np.hypot(*shapely.get_coordinates(line).T)
        assert np.allclose(radii, (100 - level) * 100, atol=10)


def test_isolines_avoid_unknown_cells():
    values = np.tile(np.arange(GRID.values.shape[1], dtype=np.float32), (GRID.values.shape[0], 1))
    values[: len(values) // 2] = np.nan
    line = isolines(GRID.with_values(values), (50.5,))[50.5]
    assert line.bounds[3] <= GRID.rows_m[len(values) // 2]
    assert line.bounds[0] == pytest.approx(line.bounds[2])


def test_surface_is_clipped_with_labelled_long_lines():
    spec = LayerSpec(
        name="rain",
        kind="surface",
        source="values:rain_mm/3h",
        reach_km=40,
        line=LineSymbol(colour="river"),
        by_value=GraduatedSymbols(breaks=(10, 20), unit="mm", colours=("none", "river", "critical")),
    )
    lon, lat = from_mercator(np.array([-9_000.0, 9_000.0, 0.0]), np.array([0.0, 0.0, 5_000.0]))
    surface = make_surface(spec, small_base_map(), lon, lat, values=np.array([0.0, 30.0, np.nan]))
    assert surface.points == 2
    coordinates = surface.lines.levels[0].coordinates_m
    assert len(coordinates) > 50
    assert np.abs(coordinates).max() <= SIDE_M / 2 + 1e-6
    assert {feature.name for feature in surface.lines.features} == {"10 mm", "20 mm"}


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("values:rain_mm/3h", ValueSource(parameter="rain_mm", hours=3)),
        ("values:temperature_c", ValueSource(parameter="temperature_c")),
        ("density:incidents", None),
        ("values:", None),
    ],
)
def test_value_source_names_parameter_and_hours(source, wanted):
    assert value_source(LayerSpec(name="x", kind="surface", source=source)) == wanted
