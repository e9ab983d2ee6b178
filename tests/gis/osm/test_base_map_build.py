"""Tests of the base map build: content, broken objects, and resuming after a kill."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import shapely
from support.osm_samples import BOUNDS, write_extract

from tabuah.gis.base_map import Feature, LayerKind
from tabuah.gis.errors import MapBuildError
from tabuah.gis.osm import base_map_build
from tabuah.gis.osm.base_map_build import BuildProgress, BuiltMap, build_base_map
from tabuah.gis.osm.base_map_file import BaseMapTable, is_base_map, read_objects
from tabuah.gis.osm.base_map_layers import base_map_layers
from tabuah.gis.reference_systems import to_mercator


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> BuiltMap:
    folder = tmp_path_factory.mktemp("osm")
    return build_base_map(write_extract(folder / "solok.osm.pbf"), folder / "peta.gpkg", bounds_deg=BOUNDS)


def kinds_and_names(built: BuiltMap, table: BaseMapTable) -> list[tuple[str, str]]:
    return [(found.kind, found.name) for found in read_objects(built.path, table)]


def test_roads_have_class_number_and_bridges(built: BuiltMap):
    roads = {road.osm: road for road in read_objects(built.path, BaseMapTable.ROADS)}
    assert {osm: road.kind for osm, road in roads.items()} == {"w1": "primary", "w2": "local", "w3": "track"}
    assert (roads["w1"].ref, roads["w1"].bridge, roads["w2"].bridge) == ("25", False, True)
    assert roads["w1"].shape.equals_exact(shapely.LineString([(100.6, -0.9), (100.61, -0.9), (100.62, -0.9)]), 1e-7)


def test_rivers_places_and_population_are_kept(built: BuiltMap):
    assert kinds_and_names(built, BaseMapTable.RIVERS) == [("river", "Batang Lembang")]
    (town,) = read_objects(built.path, BaseMapTable.PLACES)
    assert (town.name, town.kind, town.population) == ("Koto Baru", "town", 12_500)


def test_facilities_become_points(built: BuiltMap):
    assert sorted(kinds_and_names(built, BaseMapTable.FACILITIES)) == [
        ("assembly_point", "Lapangan Merdeka"),
        ("bridge", "Jembatan Lembang"),
        ("hospital", "RSUD Arosuka"),
        ("puskesmas", "Puskesmas Talang"),
        ("school", "SDN 05 Koto Baru"),
        ("school", "SMAN 1 Gunung Talang"),
    ]
    assert {found.shape.geom_type for found in read_objects(built.path, BaseMapTable.FACILITIES)} == {"Point"}


def test_lake_is_assembled_from_relation_ways(built: BuiltMap):
    (lake,) = read_objects(built.path, BaseMapTable.LAKES)
    assert (lake.osm, lake.name) == ("r1", "Danau Diatas")
    assert lake.shape.area == pytest.approx(0.01 * 0.01)


def test_broken_objects_are_counted_and_partly_drawn(built: BuiltMap):
    assert built.troubles == {"missing_nodes": 1, "broken_ways": 2, "broken_areas": 2}
    track = next(road for road in read_objects(built.path, BaseMapTable.ROADS) if road.osm == "w3")
    assert len(track.shape.coords) == 2


def test_base_map_opens_in_gdal(built: BuiltMap):
    from pyogrio import list_layers, read_info

    assert {str(name) for name, _kind in list_layers(built.path)} >= {table.value for table in BaseMapTable}
    info = read_info(built.path, layer="buildings")
    assert (info["driver"], info["features"], info["crs"]) == ("GPKG", 41, "EPSG:4326")


def test_tables_have_spatial_index_for_gdal(built: BuiltMap):
    from pyogrio.raw import read

    with closing(sqlite3.connect(built.path)) as connection:
        for table in BaseMapTable:
            indexed = connection.execute(f"SELECT * FROM rtree_{table}_geom ORDER BY id").fetchall()
            shapes = [found.shape for found in read_objects(built.path, table)]
            assert len(indexed) == len(shapes)
            for (_fid, west, east, south, north), shape in zip(indexed, shapes, strict=True):
                assert (west, south, east, north) == pytest.approx(shape.bounds, abs=1e-4)
                assert shapely.box(west, south, east, north).covers(shape)
    sql = "SELECT HasSpatialIndex('buildings', 'geom')"
    assert [column.tolist() for column in read(built.path, sql=sql)[3]] == [[1]]
    (lake,) = read_objects(built.path, BaseMapTable.LAKES)
    assert len(read(built.path, layer="lakes", bbox=lake.shape.bounds)[2]) == 1


def test_base_map_layers_appear_from_their_scale(built: BuiltMap):
    layers = {layer.name: layer for layer in base_map_layers(built.path)}
    assert set(layers) == {
        "rivers", "lakes", "buildings", "roads_path", "roads_local", "roads_main", "facilities", "places",
    }  # fmt: skip
    assert layers["buildings"].max_scale_m < layers["roads_local"].max_scale_m < layers["roads_main"].max_scale_m
    assert layers["lakes"].kind is LayerKind.POLYGON
    assert layers["facilities"].features[0].attributes["class"] == "school"


def test_labelled_settlement_is_not_labelled_twice(built: BuiltMap):
    near, far = ((*to_mercator(100.66, lat),) for lat in (-0.83, -1.4))
    assert "places" not in {
        layer.name
        for layer in base_map_layers(built.path, named=[Feature(code="1", name="Nagari Koto Baru", label_m=near)])
    }
    assert "places" in {
        layer.name for layer in base_map_layers(built.path, named=[Feature(code="1", name="Koto Baru", label_m=far)])
    }


class Killed(BaseException):
    """Simulated kill of the process."""


def kill_after(seen: int):
    def on_progress(progress: BuildProgress) -> None:
        if progress.seen >= seen:
            raise Killed

    return on_progress


def contents(path: Path) -> list[list[tuple]]:
    with closing(sqlite3.connect(path)) as connection:
        return [
            connection.execute(f"SELECT osm, class, name, geom FROM {table} ORDER BY osm").fetchall()
            for table in BaseMapTable
        ]


@pytest.mark.parametrize("killed_at", [10, 50, 90])
def test_build_resumes_after_kill(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, built, killed_at: int):
    monkeypatch.setattr(base_map_build, "COMMIT_EVERY", 10)
    extract, output = write_extract(tmp_path / "solok.osm.pbf"), tmp_path / "peta.gpkg"
    with pytest.raises(Killed):
        build_base_map(extract, output, bounds_deg=BOUNDS, on_progress=kill_after(killed_at))
    assert not output.exists()
    again = build_base_map(extract, output, bounds_deg=BOUNDS)
    assert again.resumed_at == killed_at
    assert (again.counts, again.troubles) == (built.counts, built.troubles)
    assert contents(output) == contents(built.path)
    assert [path.name for path in tmp_path.iterdir() if path != extract] == ["peta.gpkg"]


def test_build_resumes_after_process_kill(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, built):
    extract, output = write_extract(tmp_path / "solok.osm.pbf"), tmp_path / "peta.gpkg"
    script = (
        "import os, pathlib, sys; from tabuah.gis.osm import base_map_build; base_map_build.COMMIT_EVERY = 10\n"
        "base_map_build.build_base_map(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]),"
        f" bounds_deg={BOUNDS}, on_progress=lambda p: os._exit(9) if p.seen >= 40 else None)"
    )
    gone = subprocess.run([sys.executable, "-c", script, str(extract), str(output)], check=False, timeout=120)
    assert gone.returncode == 9
    again = build_base_map(extract, output, bounds_deg=BOUNDS)
    assert (again.resumed_at, again.counts, again.troubles) == (40, built.counts, built.troubles)
    assert contents(output) == contents(built.path)


def test_changed_extract_restarts_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(base_map_build, "COMMIT_EVERY", 10)
    output = tmp_path / "peta.gpkg"
    extract = write_extract(tmp_path / "solok.osm.pbf")
    with pytest.raises(Killed):
        build_base_map(extract, output, bounds_deg=BOUNDS, on_progress=kill_after(50))
    again = build_base_map(write_extract(extract, buildings=60), output, bounds_deg=BOUNDS)
    assert (again.resumed_at, again.counts["buildings"]) == (0, 61)


def test_truncated_extract_keeps_existing_map(tmp_path: Path, built: BuiltMap):
    output = tmp_path / "peta.gpkg"
    output.write_bytes(built.path.read_bytes())
    extract = write_extract(tmp_path / "solok.osm.pbf")
    extract.write_bytes(extract.read_bytes()[:-300])
    with pytest.raises(MapBuildError, match=r"solok\.osm\.pbf"):
        build_base_map(extract, output, bounds_deg=BOUNDS)
    assert is_base_map(output)


@pytest.mark.parametrize("content", [b"", b"<html>not found</html>", bytes(1000)])
def test_invalid_extract_is_rejected(tmp_path: Path, content: bytes):
    extract = tmp_path / "a.osm.pbf"
    extract.write_bytes(content)
    with pytest.raises(MapBuildError, match=r"a\.osm\.pbf"):
        build_base_map(extract, tmp_path / "peta.gpkg", bounds_deg=BOUNDS)
    assert not (tmp_path / "peta.gpkg").exists()


def test_extract_of_other_area_is_rejected(tmp_path: Path):
    extract = write_extract(tmp_path / "solok.osm.pbf")
    with pytest.raises(MapBuildError, match="tidak berisi"):
        build_base_map(extract, tmp_path / "peta.gpkg", bounds_deg=(120.0, -5.0, 121.0, -4.0))


def test_missing_pyosmium_error_names_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(base_map_build.importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(MapBuildError, match=r"tabuah\[osm\]"):
        build_base_map(tmp_path / "a.osm.pbf", tmp_path / "peta.gpkg", bounds_deg=BOUNDS)


def test_is_base_map_requires_finished_map(tmp_path: Path, built: BuiltMap):
    assert is_base_map(built.path)
    (tmp_path / "a.gpkg").write_bytes(b"SQLite format 3\0")
    assert not is_base_map(tmp_path / "a.gpkg")
    assert not is_base_map(tmp_path / "none.gpkg")
