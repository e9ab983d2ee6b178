"""Preparation of a user's file as an attachment, and refusals that say what to do."""

import os
from pathlib import Path

import msgspec
import pytest
from support.console_stores import open_store, report_incident_at
from support.photo_samples import SECRET, film, photo, photo_file

from tabuah.operations.attachments.attachment import MAX_ATTACHMENTS
from tabuah.operations.incidents.entry_bodies import IncidentAttached
from tabuah.storage.attachments.prepared_file import check_attachment_limit, prepare_file
from tabuah.storage.attachments.video_metadata import strip_metadata
from tabuah.storage.blobs.errors import (
    BlobNotSaved,
    BlobTooLarge,
    DamagedFile,
    FileUnreadable,
    KindRefused,
    NotAttachable,
    ProgramRefused,
    TooManyAttached,
)
from tabuah.storage.blobs.store import BlobStore


def written(folder: Path, name: str, data: bytes) -> Path:
    (folder / name).write_bytes(data)
    return folder / name


def test_photo_is_stored_with_thumbnail(tmp_path: Path):
    prepared = prepare_file(photo_file(tmp_path), caption="Jembatan")
    blobs = BlobStore(tmp_path / "blobs")
    prepared.keep(blobs)
    attached = prepared.attachment
    assert (attached.name, attached.media_type, attached.caption) == ("IMG_2041.jpg", "image/jpeg", "Jembatan")
    assert len(blobs.read(attached.sha256)) == attached.size
    assert len(blobs.read(attached.thumbnail)) == attached.thumbnail_size


def test_file_type_follows_content_not_name(tmp_path: Path):
    prepared = prepare_file(written(tmp_path, "laporan.exe", photo("PNG", size=(30, 20))))
    assert (prepared.attachment.name, prepared.attachment.media_type) == ("laporan.exe.png", "image/png")
    with pytest.raises(ProgramRefused, match=r"foto\.jpg"):
        prepare_file(written(tmp_path, "foto.jpg", b"MZ\x90\0" + bytes(400)))


@pytest.mark.parametrize(
    ("name", "data", "error"),
    [
        ("kosong.jpg", b"", DamagedFile),
        ("rusak.jpg", photo()[:5000], DamagedFile),
        ("setengah.pdf", b"%PDF-1.7\n1 0 obj", DamagedFile),
        ("setengah.mp4", film()[:-40], DamagedFile),
        ("lama.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), KindRefused),
        ("halaman.html", b"<html></html>", KindRefused),
        ("data.bin", bytes(range(256)), KindRefused),
        ("gopro.mp4", film(track=b"gpmd"), KindRefused),
    ],
)
def test_unsupported_file_is_refused(tmp_path: Path, name: str, data: bytes, error: type[NotAttachable]):
    with pytest.raises(error):
        prepare_file(written(tmp_path, name, data))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes are of POSIX")
def test_named_pipe_is_refused_without_waiting_for_its_writer(tmp_path: Path):
    os.mkfifo(tmp_path / "pipa.jpg")
    with pytest.raises(FileUnreadable, match="bukan berkas biasa"):
        prepare_file(tmp_path / "pipa.jpg")


def test_missing_or_too_large_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(FileUnreadable, match=r"hilang\.jpg"):
        prepare_file(tmp_path / "hilang.jpg")
    monkeypatch.setattr("tabuah.storage.attachments.prepared_file.MAX_BLOB_BYTES", 1000)
    with pytest.raises(BlobTooLarge):
        prepare_file(photo_file(tmp_path))


def test_video_loses_only_its_metadata():
    taken = film()
    kept = strip_metadata(taken)
    assert SECRET in taken
    assert SECRET not in kept
    assert b"+100.6700" not in kept
    assert len(kept) == len(taken)
    assert kept.index(b"mdat") == taken.index(b"mdat")  # a video's tables contain byte offsets
    assert kept[kept.index(b"mdat") :] == taken[taken.index(b"mdat") :]
    assert strip_metadata(kept) == kept


def test_incident_attachment_limit_is_enforced(tmp_path: Path):
    with open_store(tmp_path / "data") as store:
        incident = report_incident_at(store)
        one = IncidentAttached(sha256="a" * 64, name="x", media_type="image/png", size=1)
        full = msgspec.structs.replace(incident, attachments=(one,) * MAX_ATTACHMENTS)
        check_attachment_limit(incident, 1)
        with pytest.raises(TooManyAttached, match="500"):
            check_attachment_limit(full, 1)


def test_full_disk_stores_no_part_of_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    prepared, blobs = prepare_file(photo_file(tmp_path)), BlobStore(tmp_path / "blobs")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(BlobNotSaved, match="No space left"):
        prepared.keep(blobs)
    assert [path for path in blobs.folder.rglob("*") if path.is_file()] == []
