"""Imported layers in the cache and on the map: attributes, safe names, lasting official boundaries."""

import dataclasses
import shutil
import sqlite3
import subprocess
from pathlib import Path

import pytest
import shapely
from msgspec.structs import replace

from tabuah.gis.base_map_file import load_base_map, write_base_map
from tabuah.gis.imported_layer import ImportedFeature, ImportedLayer
from tabuah.gis.levels_of_detail import in_degrees, unpack_polygons
from tabuah.gis.places import Boundary, Certainty
from tabuah.storage.cache.map.imported_layers import imported_layers
from tabuah.storage.cache.map.maps import load_maps, save_layers, save_official_boundaries

SPOT = shapely.Point(100.65, -0.84)


def feature(shape: shapely.Geometry = SPOT, **properties: object) -> ImportedFeature:
    return ImportedFeature(number=1, shape=shape, properties=properties)


def layer(*features: ImportedFeature, name: str = "Posko") -> ImportedLayer:
    return ImportedLayer(name=name, features=features)


def kecamatan_boundaries() -> tuple[Boundary, ...]:
    """Return the estimated kecamatan in place of official ones."""
    estimated = next(each for each in load_base_map().layers if each.name == "kecamatan")
    shapes = unpack_polygons(estimated.levels[0], len(estimated.features))
    return tuple(
        Boundary(code=each.code, name=each.name, shape=in_degrees(shape))
        for each, shape in zip(estimated.features, shapes, strict=True)
    )


def nagari_boundaries() -> tuple[Boundary, ...]:
    """Return nagari boundaries: every kecamatan divided by the nearest nagari."""
    nagari = load_maps(Path("nowhere")).gazetteer().all_nagari
    cut = []
    for area in kecamatan_boundaries():
        own = [each for each in nagari if each.kecamatan_code == area.code]
        points = shapely.MultiPoint([(each.lon_deg, each.lat_deg) for each in own])
        cells = shapely.get_parts(shapely.voronoi_polygons(points, extend_to=area.shape))
        for each in own:
            point = shapely.Point(each.lon_deg, each.lat_deg)
            cell = area.shape if len(own) == 1 else next(c for c in cells if c.intersects(point))
            cut.append(Boundary(code=each.code, name=each.name, shape=cell.intersection(area.shape)))
    return tuple(cut)


def rows(folder: Path, query: str) -> list[tuple]:
    connection = sqlite3.connect(folder / "cache.gpkg")
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def test_layer_attributes_keep_names_and_values(tmp_path: Path):
    with imported_layers(tmp_path) as layers:
        facts = layers.keep(layer(feature(nama="Posko 1", jiwa=12, luas=1.5, aktif=True, isi=["a"], kosong=None)))
    assert facts.table == "layer_posko"
    assert rows(tmp_path, "SELECT nama, jiwa, luas, aktif, isi, kosong FROM layer_posko") == [
        ("Posko 1", 12, 1.5, 1, '["a"]', None)
    ]
    types = {row[1]: row[2] for row in rows(tmp_path, "PRAGMA table_info(layer_posko)")}
    assert types == {
        "fid": "INTEGER", "geom": "POINT", "nama": "TEXT", "jiwa": "INTEGER", "luas": "DOUBLE", "aktif": "BOOLEAN",
        "isi": "TEXT", "kosong": "TEXT",
    }  # fmt: skip


def test_clashing_attribute_names_are_kept(tmp_path: Path):
    odd = {"fid": 7, "GEOM": "x", 'a"; DROP TABLE journal; --': 1, "A": 2, "a": 3, "": 4, "big": 2**70}
    with imported_layers(tmp_path) as layers:
        layers.keep(layer(ImportedFeature(number=1, shape=SPOT, properties=odd)))
    values = rows(tmp_path, "SELECT * FROM layer_posko")[0]
    assert values[2:] == (7, "x", 1, 2, 3, 4, str(2**70))
    assert rows(tmp_path, "SELECT count(*) FROM journal") == [(0,)]


def test_layer_is_replaced_by_same_name(tmp_path: Path):
    with imported_layers(tmp_path) as layers:
        layers.keep(layer(feature(), feature()))
        layers.keep(layer(feature(), name="posko!"))
        layers.keep(layer(feature()))
        assert [(each.name, each.features) for each in layers.list()] == [("Posko", 1), ("posko!", 1)]
        assert len({each.table for each in layers.list()}) == 2


def test_imported_layer_is_read_only_for_others(tmp_path: Path):
    with imported_layers(tmp_path) as layers:
        layers.keep(layer(feature(nama="Posko 1")))
    with pytest.raises(sqlite3.OperationalError, match="tabuah_writer"):
        rows(tmp_path, "UPDATE layer_posko SET nama = 'x'")


def test_failed_import_keeps_earlier_layer(tmp_path: Path):
    with imported_layers(tmp_path) as layers:
        layers.keep(layer(feature(nama="before")))
        with pytest.raises(UnicodeEncodeError):
            layers.keep(layer(feature(nama="after"), feature(nama="\ud800")))  # not text at all
    assert rows(tmp_path, "SELECT nama FROM layer_posko") == [("before",)]


@pytest.mark.skipif(shutil.which("ogrinfo") is None, reason="gdal-bin is not installed")
def test_gdal_lists_layers_with_one_type(tmp_path: Path):
    square = shapely.box(100.6, -0.9, 100.7, -0.8)
    with imported_layers(tmp_path) as layers:
        layers.keep(layer(feature(square), feature(shapely.MultiPolygon([square])), name="Zona"))
        told = subprocess.run(
            ["ogrinfo", "-so", str(tmp_path / "cache.gpkg"), "layer_zona"], capture_output=True, text=True, check=True
        ).stdout
    assert "Geometry: Multi Polygon" in told
    assert "Feature Count: 2" in told
    assert "Extent: (100.6" in told


def test_shipped_map_is_used_without_import(tmp_path: Path):
    maps = load_maps(tmp_path / "none")
    assert not maps.is_official
    assert (maps.imported, maps.problems) == ((), ())
    assert maps.gazetteer().locate(100.6531, -0.836).certainty is Certainty.APPROXIMATE
    assert not (tmp_path / "none").exists()


def test_official_nagari_are_found_by_gazetteer(tmp_path: Path):
    save_official_boundaries(tmp_path, nagari_boundaries(), source="BIG")
    maps = load_maps(tmp_path)
    assert maps.is_official
    assert maps.base_map.attribution[0] == "BIG"
    assert "nagari_areas" in {each.name for each in maps.base_map.layers}
    place = maps.gazetteer().locate(100.6531, -0.836)
    assert (place.nagari_name, place.certainty) == ("Koto Baru", Certainty.OFFICIAL)


def test_later_kecamatan_keep_nagari(tmp_path: Path):
    save_official_boundaries(tmp_path, nagari_boundaries(), source="first")
    save_official_boundaries(tmp_path, kecamatan_boundaries(), source="second")
    maps = load_maps(tmp_path)
    assert "nagari_areas" in {each.name for each in maps.base_map.layers}
    assert maps.base_map.attribution[0] == "second · first"


def test_damaged_map_is_replaced_by_shipped(tmp_path: Path):
    save_official_boundaries(tmp_path, kecamatan_boundaries(), source="BIG")
    file = tmp_path / "map" / "regency.npz"
    file.write_bytes(file.read_bytes()[:2000])
    maps = load_maps(tmp_path)
    assert not maps.is_official
    assert "rusak" in maps.problems[0]


def test_imported_layers_are_saved_by_name(tmp_path: Path):
    first, second = layer(feature(), name="A").to_map_layer(), layer(feature(), name="B").to_map_layer()
    save_layers(tmp_path, "A", [first])
    save_layers(tmp_path, "B", [second])
    save_layers(tmp_path, "A", [first])
    assert [each.name for each in load_maps(tmp_path).imported] == ["B", "A"]
    save_layers(tmp_path, "B", [])
    assert [each.name for each in load_maps(tmp_path).imported] == ["A"]


def test_layer_may_have_own_table_name(tmp_path: Path):
    with imported_layers(tmp_path) as layers:
        for count in (1, 2):
            kept = layers.keep(layer(*[feature()] * count, name="stations"))
        assert (kept.table, kept.features) == ("layer_stations", 2)
        assert [each.name for each in layers.list()] == ["stations"]
    listed = rows(tmp_path, "SELECT identifier FROM gpkg_contents WHERE table_name = 'layer_stations'")
    assert listed == [("stations (layer)",)], "as programs that open the GeoPackage list it"


def test_official_boundaries_survive_map_update(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    save_official_boundaries(tmp_path, nagari_boundaries(), source="Batas: Kemendagri")
    before = load_maps(tmp_path).base_map
    old = load_base_map()
    lakes = next(each for each in old.layers if each.name == "lakes")
    newer = replace(
        old,
        layers=tuple(replace(each, features=each.features[:1]) if each is lakes else each for each in old.layers),
        attribution=("Peta 2027", *old.attribution),
    )
    write_base_map(newer, tmp_path / "newer.npz")
    monkeypatch.setattr("tabuah.gis.base_map_file.shipped_map", lambda: tmp_path / "newer.npz")
    maps = load_maps(tmp_path)
    layers, layers_before = ({each.name: each for each in made.layers} for made in (maps.base_map, before))
    assert maps.is_official
    assert maps.problems == ()
    assert maps.base_map.attribution[:2] == ("Batas: Kemendagri", "Peta 2027")
    assert len(layers["lakes"].features) == 1
    assert layers["nagari_areas"].features == layers_before["nagari_areas"].features
    assert [each.name for each in maps.base_map.layers] == [each.name for each in before.layers]
    assert maps.base_map.bounds_m == before.bounds_m
    assert maps.gazetteer().locate(SPOT.x, SPOT.y).certainty is Certainty.OFFICIAL


def test_missing_kecamatan_after_update_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    save_official_boundaries(tmp_path, kecamatan_boundaries(), source="Batas 2020")
    old = load_base_map()
    area = next(each for each in old.layers if each.name == "kecamatan")
    split = dataclasses.replace(area.features[0], code="13.02.99", name="Kecamatan Baru")  # noqa: TID251 - not a struct
    grown = replace(area, features=(*area.features, split))
    newer = replace(old, layers=tuple(grown if each is area else each for each in old.layers))
    write_base_map(newer, tmp_path / "newer.npz")
    monkeypatch.setattr("tabuah.gis.base_map_file.shipped_map", lambda: tmp_path / "newer.npz")
    assert load_maps(tmp_path).problems == (
        "Batas yang diimpor lebih lama daripada peta dan belum memuat Kecamatan Baru. Impor batas yang lebih baru.",
    )
