"""Tests of layer import: all formats, conversion to degrees, and notes on changes."""

import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from pyogrio.raw import write
from pyproj import Transformer

from tabuah.gis.base_map import LayerKind
from tabuah.gis.errors import LayerImportError
from tabuah.gis.imported_layer import ImportedLayer
from tabuah.gis.layer_import import read_layer

POINT = {"type": "Point", "coordinates": [100.65, -0.83]}
SHAPES = [shapely.box(100.6, -0.9, 100.7, -0.8), shapely.box(100.7, -0.9, 100.8, -0.8)]
CODES = ["13.02.10.2001", "13.02.10.2002"]
NAMES = ["Koto Baru", "Selayo"]


def save(path: Path, shapes: list[Any] = SHAPES, crs: str = "EPSG:4326", **options: Any) -> Path:
    fields = [np.array(CODES, dtype=object), np.array(NAMES, dtype=object)]
    kind = options.pop("geometry_type", "Polygon")
    write(str(path), shapely.to_wkb(shapes), fields, ["KDEPUM", "NAMOBJ"], crs=crs, geometry_type=kind, **options)
    return path


def assert_whole(layer: ImportedLayer) -> None:
    assert [feature.code for feature in layer.features] == CODES
    assert [feature.name for feature in layer.features] == NAMES
    assert [feature.number for feature in layer.features] == [1, 2]
    for feature, shape in zip(layer.features, SHAPES, strict=True):
        assert feature.shape.symmetric_difference(shape).area < 1e-9


def test_geojson_imports_completely(tmp_path: Path):
    layer = read_layer(save(tmp_path / "batas.geojson", driver="GeoJSON"))
    assert_whole(layer)
    assert (layer.name, layer.notes) == ("batas", ())


def test_geopackage_imports_completely_under_layer_name(tmp_path: Path):
    layer = read_layer(save(tmp_path / "batas.gpkg", layer="nagari"))
    assert_whole(layer)
    assert layer.name == "nagari"


def test_several_layers_require_a_name(tmp_path: Path):
    save(tmp_path / "batas.gpkg", layer="nagari")
    save(tmp_path / "batas.gpkg", layer="lama")
    with pytest.raises(LayerImportError, match="nagari, lama"):
        read_layer(tmp_path / "batas.gpkg")
    assert read_layer(tmp_path / "batas.gpkg", "lama").name == "lama"


def test_shapefile_imports_completely(tmp_path: Path):
    assert_whole(read_layer(save(tmp_path / "batas.shp")))


def test_zipped_shapefile_in_folder_imports_completely(tmp_path: Path):
    save(tmp_path / "batas.shp")
    with zipfile.ZipFile(tmp_path / "kirim.zip", "w") as archive:
        for part in tmp_path.glob("batas.*"):
            archive.write(part, f"Batas Nagari/{part.name.upper()}")
        archive.writestr("baca saya.txt", "halo")
    assert_whole(read_layer(tmp_path / "kirim.zip"))


def test_zipped_map_is_selected_by_name(tmp_path: Path):
    with zipfile.ZipFile(tmp_path / "kirim.zip", "w") as archive:
        for name in ("a", "b"):
            archive.write(save(tmp_path / f"{name}.geojson", driver="GeoJSON"), f"{name}.geojson")
    with pytest.raises(LayerImportError, match="a, b"):
        read_layer(tmp_path / "kirim.zip")
    assert_whole(read_layer(tmp_path / "kirim.zip", "b"))


@pytest.mark.parametrize("packed", [False, True])
def test_kml_and_kmz_import_completely(tmp_path: Path, packed: bool):
    path = save(tmp_path / "batas.kml", driver="KML")
    if packed:
        with zipfile.ZipFile(tmp_path / "batas.kmz", "w") as archive:
            archive.write(path, "doc.kml")
        path = tmp_path / "batas.kmz"
    assert_whole(read_layer(path))


def test_utm_metres_become_degrees_with_note(tmp_path: Path):
    to_utm = Transformer.from_crs(4326, 32747, always_xy=True)
    moved = [shapely.transform(s, lambda c: np.column_stack(to_utm.transform(c[:, 0], c[:, 1]))) for s in SHAPES]
    layer = read_layer(save(tmp_path / "batas.gpkg", moved, "EPSG:32747", layer="nagari"))
    assert_whole(layer)
    assert layer.notes == ("Diubah dari WGS 84 / UTM zone 47S ke EPSG:4326.",)


def test_shapefile_without_prj_imports_degrees(tmp_path: Path):
    save(tmp_path / "batas.shp")
    (tmp_path / "batas.prj").unlink()
    layer = read_layer(tmp_path / "batas.shp")
    assert_whole(layer)
    assert "EPSG:4326" in layer.notes[0]


def test_heights_are_dropped_and_counted(geojson):
    layer = read_layer(geojson({"type": "Point", "coordinates": [100.65, -0.83, 462]}, POINT))
    assert not layer.features[0].shape.has_z
    assert layer.notes == ("Ketinggian (Z) pada 1 fitur tidak diambil.",)


def test_crossed_ring_is_repaired_with_note(geojson):
    bow = {"type": "Polygon", "coordinates": [[[100, -1], [101, 0], [101, -1], [100, 0], [100, -1]]]}
    layer = read_layer(geojson(POINT, bow))
    assert layer.features[1].shape.is_valid
    assert layer.features[1].shape.area == pytest.approx(0.5)
    assert layer.notes[0].startswith("Fitur 2 diperbaiki")


def test_open_ring_is_closed_with_note(geojson):
    layer = read_layer(geojson({"type": "Polygon", "coordinates": [[[100, -1], [101, 0], [101, -1]]]}))
    assert layer.features[0].shape.area == pytest.approx(0.5)
    assert layer.notes == ("Fitur 1: garis batas yang terbuka ditutup.",)


def test_windows_text_imports_with_note(geojson):
    layer = read_layer(geojson(POINT, properties={"nama": "Café"}, encoding="cp1252"))
    assert layer.features[0].name == "Café"
    assert "Windows-1252" in layer.notes[0]


def test_old_dbf_imports_with_note(tmp_path: Path):
    names = np.array(["Café", "b"], dtype=object)
    path = tmp_path / "lama.shp"
    write(
        str(path),
        shapely.to_wkb(SHAPES),
        [names],
        ["NAMA"],
        crs="EPSG:4326",
        geometry_type="Polygon",
        encoding="CP1252",
    )
    (tmp_path / "lama.cpg").unlink(missing_ok=True)
    dbf = bytearray((tmp_path / "lama.dbf").read_bytes())
    dbf[29] = 0  # language driver: none
    (tmp_path / "lama.dbf").write_bytes(dbf)
    layer = read_layer(path)
    assert layer.features[0].name == "Café"
    assert "Windows-1252" in layer.notes[0]


def test_attributes_keep_types_and_gaps(tmp_path: Path, collection):
    features = collection(POINT, POINT)
    features["features"][0]["properties"] = {"n": 3, "x": 1.5, "t": "2026-11-24T07:30:00Z", "ok": True, "s": None}
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps(features), encoding="utf-8")
    first, second = (feature.properties for feature in read_layer(path).features)
    assert (first["n"], first["x"], first["s"]) == (3, 1.5, None)
    assert first["ok"] in (True, 1)
    assert second["x"] is None


def test_mixed_layer_gives_one_layer_per_kind(geojson):
    square = json.loads(shapely.to_geojson(SHAPES[0]))
    layer = read_layer(geojson(POINT, square, POINT))
    assert layer.kinds == (LayerKind.POLYGON, LayerKind.POINT)
    assert len(layer.to_map_layer("impor").features) == 1
    points = layer.to_map_layer("impor", LayerKind.POINT)
    assert (points.name, points.kind, len(points.features)) == ("impor", LayerKind.POINT, 2)


def test_parts_of_one_code_become_one_boundary(tmp_path: Path, collection):
    squares = [json.loads(shapely.to_geojson(shape)) for shape in SHAPES]
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps(collection(*squares, properties={"kode": "13.02.10"})), encoding="utf-8")
    (kubung,) = read_layer(path).boundaries("13.02")
    assert kubung.code == "13.02.10"
    assert kubung.shape.area == pytest.approx(0.02)


def test_layer_of_other_regency_has_no_boundaries(geojson):
    square = json.loads(shapely.to_geojson(SHAPES[0]))
    layer = read_layer(geojson(square, properties={"kode": "13.03.10"}))
    with pytest.raises(LayerImportError, match=r"13\.02"):
        layer.boundaries("13.02")


def test_geometry_collection_of_one_kind_imports(geojson):
    both = {"type": "GeometryCollection", "geometries": [POINT, POINT | {"coordinates": [100.7, -0.9]}]}
    assert read_layer(geojson(both)).features[0].shape.geom_type == "MultiPoint"


def test_import_leaves_file_unchanged(tmp_path: Path):
    path = save(tmp_path / "batas.gpkg", layer="nagari")
    before = path.read_bytes()
    read_layer(path)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["batas.gpkg"]


def test_file_name_may_have_spaces_and_accents(tmp_path: Path):
    plain = save(tmp_path / "a.geojson", driver="GeoJSON")
    folder = tmp_path / "Batas résmi (2026) #1"
    folder.mkdir()
    assert_whole(read_layer(Path(shutil.copy(plain, folder / "nagari ü.geojson"))))
