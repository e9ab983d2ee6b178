"""The file of a network: written and read whole, and refused if it is damaged."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from support.road_networks import valley

from tabuah.gis.array_file import read_arrays, write_arrays
from tabuah.gis.errors import RoadNetworkError
from tabuah.gis.roads.network_file import read_network, write_network

NAMES = ("manifest", "ends", "lengths_m", "classes", "name_of", "corners_deg", "offsets", "components")


def test_a_network_is_read_as_written(tmp_path: Path) -> None:
    path, network = tmp_path / "roads.npz", valley()
    write_network(network, path)
    found = read_network(path)
    assert found.source == network.source
    assert found.built_at == network.built_at
    assert found.names == network.names
    for name in ("ends", "lengths_m", "classes", "name_of", "corners_deg", "offsets", "components"):
        assert np.array_equal(getattr(found, name), getattr(network, name))
    again = tmp_path / "again.npz"
    write_network(found, again)
    assert again.read_bytes() == path.read_bytes()


def test_a_missing_file_is_answered_with_the_command(tmp_path: Path) -> None:
    with pytest.raises(RoadNetworkError, match="roads build"):
        read_network(tmp_path / "roads.npz")


def test_no_part_of_a_file_is_read_as_a_network(tmp_path: Path) -> None:
    path = tmp_path / "roads.npz"
    write_network(valley(), path)
    whole = path.read_bytes()
    for size in range(0, len(whole), 97):
        path.write_bytes(whole[:size])
        with pytest.raises(RoadNetworkError):
            read_network(path)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ends", np.array([[0, 2_000_000_000]] * 6, dtype="<i4")),
        ("ends", np.array([[-1, 1]] * 6, dtype="<i4")),
        ("ends", np.zeros((5, 2), dtype="<i4")),
        ("lengths_m", np.full(6, np.nan)),
        ("lengths_m", np.full(6, -1.0)),
        ("lengths_m", np.zeros(0)),
        ("classes", np.full(6, 200, dtype="u1")),
        ("name_of", np.full(6, 99, dtype="<i4")),
        ("name_of", np.full(6, -1, dtype="<i4")),
        ("offsets", np.array([0, 2, 4, 6, 8, 10, 99], dtype="<i8")),
        ("offsets", np.array([0, 4, 2, 6, 8, 10, 12], dtype="<i8")),
        ("corners_deg", np.full((12, 2), np.inf)),
        ("corners_deg", np.zeros(12)),
        ("components", np.full(6, 7, dtype="<i4")),
        ("manifest", np.frombuffer(b'{"version": 2}', dtype=np.uint8)),
        ("manifest", np.frombuffer(b"\xff\xfe", dtype=np.uint8)),
    ],
)
def test_arrays_that_do_not_belong_together_are_refused(
    tmp_path: Path, name: str, value: np.ndarray[tuple[int, ...], np.dtype[np.generic]]
) -> None:
    path = tmp_path / "roads.npz"
    write_network(valley(), path)
    arrays = dict(zip(NAMES, read_arrays(path, NAMES), strict=True))
    write_arrays(path, arrays | {name: value})
    with pytest.raises(RoadNetworkError):
        read_network(path)


def test_a_header_that_asks_for_all_memory_is_refused(tmp_path: Path) -> None:
    path, header = tmp_path / "roads.npz", io.BytesIO()
    shape = {"descr": "<f8", "fortran_order": False, "shape": (600_000_000_000_000, 2)}
    np.lib.format.write_array_header_1_0(header, shape)
    with zipfile.ZipFile(path, "w") as archive:
        for name in NAMES:
            archive.writestr(f"{name}.npy", header.getvalue())
    with pytest.raises(RoadNetworkError):
        read_network(path)


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "roads.npz"
    write_network(valley(), path)
    before = path.read_bytes()

    def full(*_arguments: object, **_options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(zipfile.ZipFile, "writestr", full)
    with pytest.raises(OSError, match="No space"):
        write_network(valley(), path)
    assert [each.name for each in tmp_path.iterdir()] == ["roads.npz"]
    assert path.read_bytes() == before
