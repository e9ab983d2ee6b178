"""Layers for impacts: words in names, population columns, order of sources, damaged files."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import shapely
from support.osm_samples import BOUNDS, write_extract

from tabuah.console.map.map_import import import_layer
from tabuah.gis.osm.base_map_build import build_base_map
from tabuah.gis.queries.feature_index import circle_polygon
from tabuah.gis.queries.impact import ImpactKind
from tabuah.resources.fault_isolation import take_faults
from tabuah.storage.cache.map.impact_layers import ImpactReader, read_imported_layers
from tabuah.storage.cache.map.maps import BASE_SOURCE_NAME, FOLDER

AREA = circle_polygon(100.66, -0.84, radius_m=1_500)


def layers_of(directory: Path) -> list[tuple[ImpactKind, str]]:
    return [(layer.kind, layer.source.name) for layer in read_imported_layers(directory)]


def take(directory: Path, folder: Path, name: str, shape: shapely.Geometry, **properties: object) -> None:
    geometry = shapely.geometry.mapping(shape)
    feature = {"type": "Feature", "geometry": geometry, "properties": {"nama": "A", **properties}}
    file = folder / f"{name}.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    import_layer(directory, file)


POINT, LINE = shapely.Point(100.66, -0.84), shapely.LineString([(100.6, -0.84), (100.7, -0.84)])


@pytest.mark.parametrize(
    ("name", "shape", "kinds"),
    [
        ("sekolah_2026", POINT, [ImpactKind.SCHOOLS]),
        ("Faskes-solok", POINT, [ImpactKind.HEALTH]),
        ("jembatan", LINE, [ImpactKind.BRIDGES]),
        ("jalan kabupaten", LINE, [ImpactKind.ROADS]),
        ("jalan kabupaten", POINT, []),
        ("jalur_sekolah", LINE, []),
        ("pasar", POINT, []),
    ],
)
def test_name_of_layer_says_its_kind(tmp_path: Path, name: str, shape: shapely.Geometry, kinds: list[ImpactKind]):
    data = tmp_path / "data"
    take(data, tmp_path, name, shape)
    assert [kind for kind, _name in layers_of(data)] == kinds


@pytest.mark.parametrize("bad", [-5, "banyak", 1e12, None])
def test_population_that_is_no_number_is_not_known(tmp_path: Path, bad: object):
    data = tmp_path / "data"
    take(data, tmp_path, "warga", shapely.box(100.6, -0.9, 100.7, -0.8), jiwa=bad)
    assert layers_of(data) == []


def test_population_of_smallest_areas_comes_first(tmp_path: Path):
    data = tmp_path / "data"
    take(data, tmp_path, "a_titik", POINT, penduduk=5)
    take(data, tmp_path, "b_kecamatan", shapely.box(100.5, -1.0, 100.8, -0.7), Penduduk=90_000)
    take(data, tmp_path, "c_nagari", shapely.box(100.6, -0.9, 100.7, -0.8), JIWA=4_000)
    assert [name for _kind, name in layers_of(data)] == ["c_nagari", "b_kecamatan", "a_titik"]


def test_damaged_base_map_is_logged_and_not_known(tmp_path: Path):
    folder = tmp_path / "data" / FOLDER
    folder.mkdir(parents=True)
    (folder / BASE_SOURCE_NAME).write_bytes(b"SQLite format 3\0 broken")
    assert not ImpactReader(tmp_path / "data").read(AREA).is_known
    assert take_faults() == {"base map": 1}


def test_base_map_without_a_class_does_not_know_it(tmp_path: Path):
    data = tmp_path / "data"
    (data / FOLDER).mkdir(parents=True)
    extract = write_extract(tmp_path / "solok.osm.pbf")
    built = build_base_map(extract, data / FOLDER / BASE_SOURCE_NAME, bounds_deg=BOUNDS)
    reader = ImpactReader(data)
    assert reader.read(AREA).figure(ImpactKind.BRIDGES).amount == 0
    execute(built.path, "DELETE FROM facilities WHERE class = 'bridge'")
    assert reader.read(AREA).figure(ImpactKind.BRIDGES).amount is None
    assert reader.read(AREA).figure(ImpactKind.SCHOOLS).amount == 1


def execute(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DROP TRIGGER rtree_facilities_geom_delete")  # it uses functions of GeoPackage editors
        connection.execute(statement)
