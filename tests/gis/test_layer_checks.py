"""Tests of layer checks: huge or slow files are rejected early, small defects are repaired."""

import time
from pathlib import Path

import numpy as np
import pytest
import shapely

from tabuah.gis.errors import LayerImportError
from tabuah.gis.import_progress import ImportProgress, ImportStage
from tabuah.gis.layer_checks import MAX_CROSSINGS, estimate_crossings
from tabuah.gis.layer_import import read_layer
from tabuah.gis.levels_of_detail import PIXELS_M


def scribble(corners: int) -> shapely.Polygon:
    """Return a polygon through random points."""
    points = np.random.default_rng(7).uniform(0, 1, (corners, 2))
    return shapely.Polygon(points * (0.5, 0.5) + (100.2, -1.2))


def crossings_one_by_one(polygon: shapely.Polygon) -> int:
    edges = [
        shapely.LineString(pair) for pair in zip(polygon.exterior.coords, polygon.exterior.coords[1:], strict=False)
    ]
    return sum(a.crosses(b) for n, a in enumerate(edges) for b in edges[n + 1 :])


@pytest.mark.parametrize("corners", [4, 12, 60])
def test_crossings_of_small_shapes_are_exact(corners: int):
    assert estimate_crossings(scribble(corners)) == crossings_one_by_one(scribble(corners))


def test_crossings_of_large_shapes_are_estimated():
    exact = crossings_one_by_one(scribble(450))
    assert estimate_crossings(scribble(450)) == pytest.approx(exact, rel=0.1)


def test_crossings_of_simple_shape_are_zero():
    assert estimate_crossings(shapely.Point(100, -1).buffer(1, quad_segs=500)) == 0


def test_tangled_shape_is_rejected_quickly_by_number(geojson):
    square = shapely.geometry.mapping(shapely.box(100.6, -0.9, 100.7, -0.8))
    began = time.process_time()
    with pytest.raises(LayerImportError, match="Fitur 2: garis batasnya terlalu sering"):
        read_layer(geojson(square, shapely.geometry.mapping(scribble(2_000))))
    assert time.process_time() - began < 10  # repairing it takes a minute


def test_many_small_tangles_are_rejected(geojson):
    with pytest.raises(LayerImportError, match="terlalu sering"):
        read_layer(geojson(*[shapely.geometry.mapping(scribble(90))] * (MAX_CROSSINGS // 500)))


def test_slightly_invalid_shape_is_repaired(geojson):
    layer = read_layer(geojson(shapely.geometry.mapping(scribble(60))))
    assert (layer.repaired, layer.features[0].shape.is_valid) == (1, True)


def test_half_gigabyte_file_is_rejected_unread(tmp_path: Path):
    path = tmp_path / "besar.gpkg"
    with path.open("wb") as file:
        file.write(b"SQLite format 3\0")
        file.truncate(500_000_000)
    with pytest.raises(LayerImportError, match="lebih besar dari 256 MB"):
        read_layer(path)


@pytest.mark.parametrize("number", ["NaN", "1e300", "-1e300"])
def test_non_finite_coordinates_are_rejected_by_feature(tmp_path: Path, number: str):
    path = tmp_path / "a.geojson"
    path.write_text(
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": '
        f'{{"type": "Point", "coordinates": [100.6, {number}]}}}}]}}'
    )
    with pytest.raises(LayerImportError, match="Fitur 1"):
        read_layer(path)


def test_import_reports_stages_and_progress(geojson):
    told: list[ImportProgress] = []
    read_layer(geojson({"type": "Point", "coordinates": [100.65, -0.83]}), on_progress=told.append)
    assert [each.stage for each in told] == [ImportStage.READING] * 2 + [ImportStage.CHECKING] * 2
    assert [(each.done, each.total) for each in told] == [(0, 0), (0, 1), (0, 1), (1, 1)]


def test_levels_of_detail_are_counted(geojson):
    ring = shapely.Point(100.6, -0.9).buffer(0.1, quad_segs=64)
    told: list[tuple[int, int]] = []
    read_layer(geojson(shapely.geometry.mapping(ring))).to_map_layer(on_level=lambda *counts: told.append(counts))
    assert told == [(number, len(PIXELS_M)) for number in range(1, len(PIXELS_M) + 1)]
