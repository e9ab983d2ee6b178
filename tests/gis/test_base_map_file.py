"""Tests of the map file: round trip, reproducible bytes, and damaged files."""

from pathlib import Path

import msgspec
import numpy as np
import pytest

from tabuah.gis.base_map import BaseMap, Feature, LayerKind, LevelOfDetail, MapLayer
from tabuah.gis.base_map_file import load_base_map, shipped_map, write_base_map
from tabuah.gis.errors import MapFileError


def small_map(layers: int = 2) -> BaseMap:
    level = LevelOfDetail(
        tolerance_m=1.4,
        coordinates_m=np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 0.0]]),
        offsets=np.array([0, 4]),
        feature_of_part=np.array([0], dtype=np.int32),
    )
    feature = Feature(code="13.02.10", name="Kubung “é”", label_m=(0.6, 0.3), rank=2, note="2575 m")
    layer = MapLayer(
        name="kecamatan",
        kind=LayerKind.POLYGON,
        levels=(level, msgspec.structs.replace(level, tolerance_m=2.8)),
        features=(feature,),
        approximate=True,
        min_scale_m=2.0,
    )
    limited = msgspec.structs.replace(layer, name="nagari", max_scale_m=120.0)
    return BaseMap(
        layers=(layer, limited)[:layers], bounds_m=(0.0, 0.0, 1.0, 1.0), attribution=("A",), notes=("n", "o")
    )


def same(one: BaseMap, other: BaseMap) -> bool:
    def plain(base_map: BaseMap) -> str:
        with np.printoptions(threshold=10**9):
            return repr(base_map)

    return plain(one) == plain(other)


def test_map_file_round_trip_is_lossless(tmp_path: Path):
    write_base_map(small_map(), tmp_path / "m.npz")
    assert same(load_base_map(tmp_path / "m.npz"), small_map())


def test_map_file_without_layers_is_valid(tmp_path: Path):
    write_base_map(small_map(layers=0), tmp_path / "m.npz")
    assert load_base_map(tmp_path / "m.npz").layers == ()


def test_map_file_bytes_are_reproducible(tmp_path: Path):
    write_base_map(small_map(), tmp_path / "a.npz")
    write_base_map(load_base_map(tmp_path / "a.npz"), tmp_path / "b.npz")
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.npz", "b.npz"]


def test_missing_map_file_error_names_build_command(tmp_path: Path):
    with pytest.raises(MapFileError, match="make map"):
        load_base_map(tmp_path / "none.npz")


@pytest.mark.parametrize("cut", [0, 10, 3_000, -30])
def test_truncated_map_file_is_damaged(tmp_path: Path, cut: int):
    damaged = tmp_path / "cut.npz"
    damaged.write_bytes(shipped_map().read_bytes()[:cut])
    with pytest.raises(MapFileError, match="make map"):
        load_base_map(damaged)


def test_map_file_of_other_version_is_rejected(tmp_path: Path):
    write_base_map(small_map(), tmp_path / "m.npz")
    content = (tmp_path / "m.npz").read_bytes()
    with np.load(tmp_path / "m.npz") as archive:
        arrays = {name: archive[name] for name in archive.files}
    newer = arrays["manifest"].tobytes().replace(b'"version": 1', b'"version": 9')
    np.savez(tmp_path / "n.npz", **{**arrays, "manifest": np.frombuffer(newer, dtype=np.uint8)})
    assert content
    with pytest.raises(MapFileError):
        load_base_map(tmp_path / "n.npz")


def test_map_file_with_short_arrays_is_rejected(tmp_path: Path):
    write_base_map(small_map(), tmp_path / "m.npz")
    with np.load(tmp_path / "m.npz") as archive:
        arrays = {name: archive[name] for name in archive.files}
    np.savez(tmp_path / "n.npz", **{**arrays, "coordinates": arrays["coordinates"][:-1]})
    with pytest.raises(MapFileError):
        load_base_map(tmp_path / "n.npz")


def test_map_file_never_loads_pickles(tmp_path: Path):
    np.savez(tmp_path / "p.npz", manifest=np.array([{"version": 1}], dtype=object))
    with pytest.raises(MapFileError):
        load_base_map(tmp_path / "p.npz")
