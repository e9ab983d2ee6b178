"""The bundle file: round trips, and refusal of cut, altered or malicious files."""

import hashlib
import struct
import tracemalloc
from pathlib import Path

import msgspec
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.bundle_parts import NOON, bundle_bytes, chain_of, manifest, parts_of, run_of

from tabuah.storage.journal.bundles.contents import EntryRun, FileHead, Manifest
from tabuah.storage.journal.bundles.errors import (
    BundleError,
    BundleNotRead,
    BundleNotSaved,
    DamagedBundle,
    NewerBundle,
    NotABundle,
    TooLargeBundle,
)
from tabuah.storage.journal.bundles.frames import MAGIC, MAX_PLAIN_BYTES, FrameKind
from tabuah.storage.journal.bundles.reader import open_bundle
from tabuah.storage.journal.bundles.writer import bundle_file
from tabuah.storage.journal.signatures import DeviceKey

KEY = DeviceKey.from_secret(bytes(range(32)))
CHAIN = chain_of(KEY, 7)
PHOTO = bytes(range(256)) * 5000


def head_of(content: bytes) -> FileHead:
    return FileHead(content=hashlib.sha256(content).hexdigest(), size=len(content))


SAMPLE = bundle_bytes(
    manifest(), runs=[run_of(KEY, CHAIN[:4]), run_of(KEY, CHAIN[4:])], files=[(head_of(PHOTO[:3000]), PHOTO[:3000])]
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "kiriman.tabuah"


def frame(kind: int, stored: bytes, plain_size: int, before: bytes, *, compressed: int) -> bytes:
    """Return a frame with a valid checksum, as an attacker would write it."""
    header = struct.pack(">BBII", kind, compressed, len(stored), plain_size)
    return header + stored + hashlib.sha256(before + header + stored).digest()


def write_until_the_disk_is_full(file: Path) -> None:
    with bundle_file(file) as new:
        new.write(b"separuh")
        raise OSError(28, "No space left on device")


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    sizes=st.lists(st.integers(1, 3), max_size=3), files=st.lists(st.binary(min_size=1, max_size=3000), max_size=3)
)
def test_bundle_round_trip_keeps_all_parts(file: Path, sizes: list[int], files: list[bytes]):
    runs, at = [], 0
    for size in sizes:
        runs.append(run_of(KEY, CHAIN[at : at + size]))
        at += size if at + 2 * size <= len(CHAIN) else 0
    contents = [(head_of(content), content) for content in files]
    file.write_bytes(bundle_bytes(manifest(actor="sari"), runs=runs, files=contents))
    assert parts_of(file) == [*runs, *(piece for pair in contents for piece in pair)]


def test_multi_frame_photo_survives_round_trip(file: Path):
    file.write_bytes(bundle_bytes(manifest(), files=[(head_of(PHOTO), PHOTO)]))
    assert parts_of(file) == [head_of(PHOTO), PHOTO]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(length=st.integers(0, len(SAMPLE) - 1))
def test_bundle_cut_anywhere_is_refused(file: Path, length: int):
    file.write_bytes(SAMPLE[:length])
    with pytest.raises(BundleError), open_bundle(file):
        pass


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, len(SAMPLE) - 1), bit=st.integers(0, 7))
def test_bundle_with_flipped_bit_is_refused(file: Path, at: int, bit: int):
    data = bytearray(SAMPLE)
    data[at] ^= 1 << bit
    file.write_bytes(data)
    with pytest.raises(BundleError), open_bundle(file):
        pass


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=400), with_magic=st.booleans())
def test_other_bytes_are_refused_with_message(file: Path, data: bytes, with_magic: bool):
    file.write_bytes(MAGIC * with_magic + data)
    with pytest.raises(BundleError, match="Tidak ada yang diimpor"), open_bundle(file):
        pass


@pytest.mark.parametrize(
    ("start", "told"),
    [
        (b"<!DOCTYPE html><title>404</title>", "halaman web"),
        (b"PK\x03\x04" + b"\0" * 40, "arsip ZIP"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 40, "gambar"),
        (b"", "berkas kosong"),
    ],
)
def test_other_file_type_is_named(file: Path, start: bytes, told: str):
    file.write_bytes(start)
    with pytest.raises(NotABundle, match=told), open_bundle(file):
        pass


def test_newer_bundle_asks_for_update(file: Path):
    file.write_bytes(SAMPLE.replace(b"BUNDLE/1", b"BUNDLE/2", 1))
    with pytest.raises(NewerBundle, match="Perbarui"), open_bundle(file):
        pass


def test_bundle_with_appended_data_is_refused(file: Path):
    file.write_bytes(SAMPLE + b"\0")
    with pytest.raises(DamagedBundle, match="data tambahan"), open_bundle(file):
        pass


def test_two_bundles_in_one_file_are_refused(file: Path):
    file.write_bytes(SAMPLE + SAMPLE)
    with pytest.raises(DamagedBundle), open_bundle(file):
        pass


def test_missing_bundle_and_folder_differ_in_message(tmp_path: Path):
    with pytest.raises(BundleNotRead, match="tidak ada berkas seperti itu"), open_bundle(tmp_path / "tidak-ada"):
        pass
    with pytest.raises(BundleNotRead, match="bukan berkas"), open_bundle(tmp_path):
        pass


def test_frame_larger_than_announced_is_refused(file: Path):
    bomb = zstandard.ZstdCompressor().compress(b"\0" * (200 * MAX_PLAIN_BYTES))
    start = hashlib.sha256(MAGIC).digest()
    file.write_bytes(MAGIC + frame(FrameKind.MANIFEST, bomb, 1000, start, compressed=1))
    tracemalloc.start()
    try:
        with pytest.raises(DamagedBundle), open_bundle(file):
            pass
        assert tracemalloc.get_traced_memory()[1] < 8 * MAX_PLAIN_BYTES
    finally:
        tracemalloc.stop()


def test_frame_announcing_too_much_is_not_read(file: Path):
    start = hashlib.sha256(MAGIC).digest()
    file.write_bytes(MAGIC + frame(FrameKind.MANIFEST, b"", MAX_PLAIN_BYTES + 1, start, compressed=0))
    with pytest.raises(TooLargeBundle), open_bundle(file):
        pass


def test_entry_signed_by_other_key_is_refused(file: Path):
    forger = DeviceKey.generate()
    signed = msgspec.structs.replace(CHAIN[0].signed, signature=forger.sign(CHAIN[0].text).hex())
    run = EntryRun(device=KEY.device_id, public_key=KEY.public_key.hex(), entries=(signed,))
    file.write_bytes(bundle_bytes(manifest(), runs=[run]))
    with pytest.raises(DamagedBundle, match="tidak asli"), open_bundle(file):
        pass


def test_foreign_device_key_is_refused(file: Path):
    other = DeviceKey.generate()
    run = msgspec.structs.replace(run_of(KEY, CHAIN[:1]), public_key=other.public_key.hex())
    file.write_bytes(bundle_bytes(manifest(), runs=[run]))
    with pytest.raises(DamagedBundle, match="tidak asli"), open_bundle(file):
        pass


def test_entry_of_another_device_is_refused(file: Path):
    forger = DeviceKey.generate()
    signed = msgspec.structs.replace(CHAIN[0].signed, signature=forger.sign(CHAIN[0].text).hex())
    run = EntryRun(device=KEY.device_id, public_key=forger.public_key.hex(), entries=(signed,))
    file.write_bytes(bundle_bytes(manifest(), runs=[run]))
    with pytest.raises(DamagedBundle, match="tidak asli"), open_bundle(file):
        pass


def test_entry_run_with_gap_is_refused(file: Path):
    file.write_bytes(bundle_bytes(manifest(), runs=[run_of(KEY, (CHAIN[0], CHAIN[2]))]))
    with pytest.raises(DamagedBundle), open_bundle(file):
        pass


def test_failed_bundle_write_keeps_earlier_file(tmp_path: Path):
    file = tmp_path / "kiriman.tabuah"
    file.write_bytes(b"yang lama")
    with pytest.raises(BundleNotSaved, match="tidak dapat ditulis"):
        write_until_the_disk_is_full(file)
    assert file.read_bytes() == b"yang lama"
    assert list(tmp_path.iterdir()) == [file]


def test_manifest_names_origin_of_bundle(file: Path):
    about = Manifest(server="ab" * 16, device=KEY.device_id, actor="budi", created_at=NOON, after=12)
    file.write_bytes(bundle_bytes(about))
    with open_bundle(file) as bundle:
        assert bundle.manifest == about
