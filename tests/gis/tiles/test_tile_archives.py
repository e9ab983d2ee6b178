"""Tests of tile archives: tile lookup, damaged and missing files."""

import gzip
import sqlite3
from contextlib import closing

import pytest
from pmtiles.tile import zxy_to_tileid
from support.tile_samples import directory, varint, write_mbtiles, write_pmtiles

from tabuah.gis.errors import MissingTilesError, TileArchiveError
from tabuah.gis.tiles.tile_reader import open_tiles

EVERYTHING = {(z, x, y): f"{z}/{x}/{y}".encode() for z in range(5) for x in range(2**z) for y in range(2**z)}
WRITERS = [write_mbtiles, write_pmtiles, lambda path, tiles, **told: write_pmtiles(path, tiles, leaf_size=7, **told)]


def sample(tmp_path, write, tiles, **told):
    return write(tmp_path / ("a.mbtiles" if write is write_mbtiles else "a.pmtiles"), tiles, **told)


@pytest.mark.parametrize("write", WRITERS, ids=["mbtiles", "pmtiles", "pmtiles with leaves"])
def test_every_tile_is_found_at_its_place(tmp_path, write):
    some = {place: data for place, data in EVERYTHING.items() if sum(place) % 3}
    archive = open_tiles(sample(tmp_path, write, some))
    assert {place: archive.tile(*place) for place in EVERYTHING} == {place: some.get(place) for place in EVERYTHING}
    assert archive.tile(9, 300, 200) is None
    archive.close()


@pytest.mark.parametrize("write", WRITERS[:2], ids=["mbtiles", "pmtiles"])
def test_archive_returns_its_metadata(tmp_path, write):
    told = {"attribution": '&copy; <a href="https://example.org">Badan &amp; Peta</a>', "name": "Citra 2026"}
    archive = open_tiles(sample(tmp_path, write, EVERYTHING, **told))
    facts = archive.facts
    assert (facts.title, facts.attribution) == ("Citra 2026", "© Badan & Peta")
    assert (facts.min_zoom, facts.max_zoom) == (0, 4)
    archive.close()


def test_tile_id_follows_specification():
    numbers = [zxy_to_tileid(*place) for place in ((0, 0, 0), (1, 0, 0), (1, 0, 1), (1, 1, 1), (1, 1, 0), (2, 0, 0))]
    assert numbers == [0, 1, 2, 3, 4, 5]
    assert zxy_to_tileid(12, 3423, 1763) == 19078479


def test_run_length_covers_equal_tiles(tmp_path):
    path = write_pmtiles(tmp_path / "sea.pmtiles", {(2, 0, 0): b"sea"})
    whole = path.read_bytes()
    packed_before = gzip.compress(directory([(5, 1, 3, 0)]))
    packed = gzip.compress(directory([(5, 16, 3, 0)]))
    assert len(packed) == len(packed_before)
    path.write_bytes(whole.replace(packed_before[10:], packed[10:]))
    archive = open_tiles(path)
    assert {archive.tile(2, x, y) for x in range(4) for y in range(4)} == {b"sea"}
    assert archive.tile(1, 0, 0) is None
    archive.close()


@pytest.mark.parametrize("write", WRITERS[:2], ids=["mbtiles", "pmtiles"])
@pytest.mark.parametrize("keep", [0, 40, 150])
def test_truncated_file_is_damaged(tmp_path, write, keep):
    path = sample(tmp_path, write, EVERYTHING)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(TileArchiveError, match=path.name):
        open_tiles(path)


def test_file_ending_early_is_damaged_there(tmp_path):
    path = write_pmtiles(tmp_path / "a.pmtiles", EVERYTHING)
    path.write_bytes(path.read_bytes()[:-20])
    archive = open_tiles(path)
    assert archive.tile(0, 0, 0) == b"0/0/0"
    last = max(EVERYTHING, key=lambda place: zxy_to_tileid(*place))
    with pytest.raises(TileArchiveError, match=r"a\.pmtiles"):
        archive.tile(*last)
    archive.close()


@pytest.mark.parametrize(
    "entries",
    [
        varint(2**40),
        varint(3) + b"\x01",
        b"\x80" * 12,
        b"",
        varint(1) + b"\x80" * 10 + b"\x01" * 4,  # a number of more than 64 bits
        directory([(0, 0, 40, 0)]),
        directory([(0, 1, 3, 0)]) + b"\x01",
        directory([(0, 1, 3, 2**63)]),
        bytes(40 * 2**20),  # longer than a directory may be after unpacking
    ],
    ids=lambda entries: entries[:12].hex(),
)
def test_invalid_directory_is_rejected(tmp_path, entries):
    path = write_pmtiles(tmp_path / "a.pmtiles", {(0, 0, 0): b"x"})
    whole, packed = path.read_bytes(), gzip.compress(entries)
    head = bytearray(whole[:127])
    head[8:24] = len(whole).to_bytes(8, "little") + len(packed).to_bytes(8, "little")
    path.write_bytes(bytes(head) + whole[127:] + packed)
    with pytest.raises(TileArchiveError), closing(open_tiles(path)) as archive:
        archive.tile(0, 0, 0)


def test_zstd_frame_stating_huge_size_is_rejected(tmp_path):
    frame = b"\x28\xb5\x2f\xfd\xc0\x00" + (2**60).to_bytes(8, "little") + b"\x09\x00\x00x"
    path = write_pmtiles(tmp_path / "a.pmtiles", {(0, 0, 0): b"x"})
    whole = bytearray(path.read_bytes())
    whole[8:24] = len(whole).to_bytes(8, "little") + len(frame).to_bytes(8, "little")
    whole[97] = 4  # zstd
    path.write_bytes(bytes(whole) + frame)
    with pytest.raises(TileArchiveError, match=r"a\.pmtiles"):
        open_tiles(path)


def test_deeply_nested_metadata_is_ignored(tmp_path):
    path = write_pmtiles(tmp_path / "a.pmtiles", {(0, 0, 0): b"x"})
    whole, metadata = bytearray(path.read_bytes()), gzip.compress(b"[" * 100_000)
    whole[24:40] = len(whole).to_bytes(8, "little") + len(metadata).to_bytes(8, "little")
    path.write_bytes(bytes(whole) + metadata)
    with closing(open_tiles(path)) as archive:
        assert (archive.facts.title, archive.tile(0, 0, 0)) == ("a", b"x")


def test_vector_tiles_are_rejected_with_reason(tmp_path):
    for path in (
        write_pmtiles(tmp_path / "a.pmtiles", {(0, 0, 0): b"x"}, kind=1),
        write_mbtiles(tmp_path / "a.mbtiles", {(0, 0, 0): b"x"}, format="pbf"),
    ):
        with pytest.raises(TileArchiveError, match="vektor"):
            open_tiles(path)


def test_other_and_missing_files_are_rejected(tmp_path):
    (tmp_path / "a.zip").write_bytes(b"PK")
    with pytest.raises(TileArchiveError, match=r"a\.zip"):
        open_tiles(tmp_path / "a.zip")
    with pytest.raises(MissingTilesError, match=r"gone\.mbtiles"):
        open_tiles(tmp_path / "gone.mbtiles")


def test_reading_changes_and_leaves_no_files(tmp_path):
    path = write_mbtiles(tmp_path / "a.mbtiles", EVERYTHING)
    before = path.read_bytes()
    archive = open_tiles(path)
    archive.tile(0, 0, 0)
    with pytest.raises(sqlite3.OperationalError):
        archive._database.execute("DELETE FROM tiles")
    archive.close()
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["a.mbtiles"]
