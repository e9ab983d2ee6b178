"""Tests of import errors: reason, feature number and next step; nothing is imported."""

import json
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyogrio.raw import write

from tabuah.gis import kml_files, layer_files, layer_import
from tabuah.gis.errors import LayerImportError
from tabuah.gis.layer_checks import MAX_PROBLEMS_SHOWN
from tabuah.gis.layer_import import read_layer

POINT = {"type": "Point", "coordinates": [100.65, -0.83]}


def refusal(path: Path, layer: str | None = None) -> str:
    with pytest.raises(LayerImportError) as caught:
        read_layer(path, layer)
    return str(caught.value)


def put(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    ("geometry", "reason"),
    [
        (None, "tidak memiliki geometri"),
        ({"type": "Polygon", "coordinates": []}, "geometrinya kosong"),
        ({"type": "Point", "coordinates": [float("nan"), 1]}, "bukan angka"),
        ({"type": "Point", "coordinates": [-0.83, 100.65]}, "tertukar"),
        ({"type": "Point", "coordinates": [683055, 9911539]}, "meter, bukan derajat"),
        ({"type": "Point", "coordinates": [2.35, 48.85]}, "bukan di Indonesia"),
        ({"type": "Polygon", "coordinates": [[[100, -1], [101, 0], [100, -1], [100, -1]]]}, "tidak memiliki luas"),
        (
            {
                "type": "GeometryCollection",
                "geometries": [POINT, {"type": "LineString", "coordinates": [[100, -1], [101, 0]]}],
            },
            "mencampur",
        ),
    ],
)
def test_bad_feature_is_named_with_reason(geojson, geometry, reason):
    message = refusal(geojson(POINT, geometry))
    assert "Fitur 2: " in message
    assert reason in message
    assert "Fitur 1: " not in message


def test_bad_features_are_counted(geojson):
    message = refusal(geojson(*[None] * 30))
    assert message.count("Fitur ") == MAX_PROBLEMS_SHOWN
    assert "20 lagi" in message


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "kosong"),
        (b"<!DOCTYPE html><html><body>Masuk</body></html>", "halaman web"),
        (b'{"type":"FeatureCollection","features":[{"type":"Fea', "tidak lengkap"),
        (b'{"type":"FeatureCollection","features":[]}', "tidak berisi fitur"),
        (b'{"type":"Topology","objects":{}}', "TopoJSON"),
        (b'{"suhu": 23}', "bukan data peta"),
        (b"[1, 2, 3]", "bukan data peta"),
        (b"[" * 100_000, "bersarang"),
        (b"<OGRVRTDataSource></OGRVRTDataSource>", "bukan GeoJSON"),
        (b'<?xml version="1.0"?><!DOCTYPE k [<!ENTITY a "b">]><kml>&a;</kml>', "entitas"),
        (b'<?xml version="1.0"?><kml><Document><Placemark>', "tidak dapat dibaca"),
        (b"halo", "bukan GeoJSON"),
        (b"PK\x03\x04rusak", "rusak"),
        (b"SQLite format 3\0rusak", "tidak dapat dibaca"),
        (b"\x89PNG\r\n", "bukan GeoJSON"),
    ],
)
def test_non_map_file_is_identified(tmp_path: Path, content: bytes, reason: str):
    message = refusal(put(tmp_path / "peta.geojson", content))
    assert reason in message
    assert "peta.geojson" in message


def test_missing_file_and_folder_are_reported(tmp_path: Path):
    assert "tidak ada" in refusal(tmp_path / "x.geojson")
    assert "folder" in refusal(tmp_path)


def test_geopackage_with_recursive_view_is_rejected(tmp_path: Path):
    with closing(sqlite3.connect(tmp_path / "a.gpkg")) as connection:
        endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i, NULL AS geom FROM n"
        connection.execute(f"CREATE VIEW gpkg_contents AS {endless}")
        connection.commit()
    assert "gpkg_contents" in refusal(tmp_path / "a.gpkg")


def test_database_without_geopackage_tables_is_rejected(tmp_path: Path):
    connection = sqlite3.connect(tmp_path / "a.gpkg")
    connection.execute("CREATE TABLE t(a)")
    connection.commit()
    connection.close()
    assert "a.gpkg" in refusal(tmp_path / "a.gpkg")


@pytest.fixture
def shapefile(tmp_path: Path) -> Path:
    path = tmp_path / "batas.shp"
    shapes = shapely.to_wkb([shapely.box(683_000, 9_911_000, 684_000, 9_912_000)])
    names = [np.array(["a"], dtype=object)]
    write(str(path), shapes, names, ["NAMA"], crs="EPSG:32747", geometry_type="Polygon")
    return path


def test_shapefile_without_index_names_missing_part(shapefile: Path):
    shapefile.with_suffix(".shx").unlink()
    assert "batas.shx" in refusal(shapefile)


def test_shapefile_part_points_to_shp(shapefile: Path):
    assert ".shp" in refusal(shapefile.with_suffix(".dbf"))


def test_metres_without_reference_system_are_rejected(shapefile: Path):
    shapefile.with_suffix(".prj").unlink()
    assert ".prj" in refusal(shapefile)


def test_wrong_reference_system_is_detected(tmp_path: Path, shapefile: Path):
    other = tmp_path / "lain.shp"
    shapes = shapely.to_wkb([shapely.box(683_000, 9_911_000, 684_000, 9_912_000)])
    write(str(other), shapes, [np.array(["a"], dtype=object)], ["NAMA"], crs="EPSG:32733", geometry_type="Polygon")
    assert "bukan di Indonesia" in refusal(other)


def test_shapefile_without_attributes_imports_with_note(shapefile: Path):
    shapefile.with_suffix(".dbf").unlink()
    assert ".dbf" in read_layer(shapefile).notes[0]


def zipped(path: Path, **members: Any) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return path


def test_archive_without_map_is_reported(tmp_path: Path):
    assert "tidak memuat berkas peta" in refusal(zipped(tmp_path / "a.zip", baca__txt="halo"))


def test_zip_bomb_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(layer_files, "MAX_UNPACKED_BYTES", 1_000_000)
    bomb = zipped(tmp_path / "a.zip", peta__geojson=b" " * 50_000_000)
    assert bomb.stat().st_size < 100_000
    assert "lebih besar dari 1 MB" in refusal(bomb)


def test_archive_with_too_many_files_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(layer_files, "MAX_MEMBERS", 3)
    assert "lebih dari 3 berkas" in refusal(zipped(tmp_path / "a.zip", a="", b="", c="", d__kml=""))


def kml(content: str) -> str:
    return f'<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>{content}</Document></kml>'


PLACEMARK = "<Placemark><Point><coordinates>100.6,-0.9</coordinates></Point></Placemark>"


def test_kmz_bomb_is_refused_at_the_limit_of_kml(tmp_path: Path):
    bomb = zipped(tmp_path / "a.kmz", doc__kml=kml(" " * 65_000_000))
    assert bomb.stat().st_size < 100_000
    assert "lebih besar dari 64 MB" in refusal(bomb)


def test_kmz_bomb_with_a_false_size_is_stopped_while_it_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(layer_files._TEXT_LIMITS, ".kml", 1_000_000)
    bomb = zipped(tmp_path / "a.kmz", doc__kml=kml(" " * 5_000_000))
    content = bomb.read_bytes()
    declared = len(kml(" " * 5_000_000)).to_bytes(4, "little")
    bomb.write_bytes(content.replace(declared, (1_000).to_bytes(4, "little")))
    with zipfile.ZipFile(bomb) as archive:
        assert archive.infolist()[0].file_size == 1_000
    refusal(bomb)


@pytest.mark.parametrize(
    ("limit", "content", "told"),
    [
        ("MAX_ELEMENTS", "<a/>" * 60, "lebih dari 50 fitur atau elemen"),
        ("MAX_DEPTH", "<Folder>" * 60 + "</Folder>" * 60, "bersarang lebih dari 50 tingkat"),
    ],
)
def test_kml_with_too_many_elements_or_levels_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, content: str, told: str
):
    monkeypatch.setattr(kml_files, limit, 50)
    assert told in refusal(put(tmp_path / "a.kml", kml(content).encode()))


def test_kml_with_too_many_features_is_refused_before_gdal_reads_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(layer_files, "MAX_FEATURES", 2)
    assert "lebih dari 2 fitur atau elemen" in refusal(put(tmp_path / "a.kml", kml(PLACEMARK * 3).encode()))


def test_list_of_members_is_not_read_beyond_its_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(layer_files, "MAX_DIRECTORY_BYTES", 10_000)
    many = zipped(tmp_path / "a.zip", **{f"d{number}": "" for number in range(500)}, map__kml=kml(PLACEMARK))
    assert "lebih dari 2.000 berkas" in refusal(many)


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_other_compressions_are_refused(tmp_path: Path, method: int):
    with zipfile.ZipFile(tmp_path / "a.kmz", "w", method) as archive:
        archive.writestr("doc.kml", kml(PLACEMARK))
    assert "metode" in refusal(tmp_path / "a.kmz")


def test_archive_cannot_write_outside_its_folder(tmp_path: Path, collection):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("../../jahat.geojson", json.dumps(collection(POINT)))
    assert len(read_layer(tmp_path / "a.zip").features) == 1
    assert not list(tmp_path.parent.rglob("jahat.geojson"))


def test_oversized_file_is_not_opened(geojson, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(layer_files, "MAX_FILE_BYTES", 10)
    assert "lebih besar" in refusal(geojson(POINT))


@pytest.mark.parametrize(("limit", "value"), [("MAX_FEATURES", 2), ("MAX_VERTICES", 2)])
def test_too_many_features_or_vertices_are_rejected(geojson, monkeypatch: pytest.MonkeyPatch, limit, value):
    monkeypatch.setattr(layer_import, limit, value)
    assert "lebih dari 2" in refusal(geojson(POINT, POINT, POINT))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.binary(max_size=200), st.sampled_from(["{", "<kml>", "PK\x03\x04", "SQLite format 3\0", ""]))
def test_random_bytes_are_rejected(tmp_path: Path, content: bytes, head: str):
    path = put(tmp_path / "x.bin", head.encode() + content)
    with pytest.raises(LayerImportError):
        read_layer(path)


@pytest.mark.parametrize(
    "crs",
    [
        {"type": "name", "properties": {"name": "EPSG:999999"}},
        {"type": "name", "properties": {"name": "nonsense"}},
        {"type": "name", "properties": {}},
        {"type": "link", "properties": {"href": "https://example.org/crs"}},
        "nonsense",
    ],
)
def test_unknown_reference_system_is_rejected(tmp_path: Path, crs: object):
    collection = {"type": "FeatureCollection", "crs": crs, "features": [{"type": "Feature", "geometry": POINT}]}
    assert "sistem koordinat yang tidak dikenal" in refusal(put(tmp_path / "a.geojson", json.dumps(collection)))


@pytest.mark.parametrize("prj", ["EPSG:999999", "nonsense"])
def test_shapefile_with_unknown_prj_is_rejected(tmp_path: Path, prj: str):
    write(
        str(tmp_path / "a.shp"),
        geometry=np.array([shapely.to_wkb(shapely.Point(100.65, -0.83))], dtype=object),
        field_data=[np.array([1])],
        fields=["n"],
        geometry_type="Point",
        crs="EPSG:4326",
    )
    assert read_layer(tmp_path / "a.shp").features
    put(tmp_path / "a.prj", prj)
    assert f"a.prj menyebut sistem koordinat yang tidak dikenal: {prj}" in refusal(tmp_path / "a.shp")
