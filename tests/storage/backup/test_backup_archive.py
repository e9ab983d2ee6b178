"""Writing of a backup's archive in small flushed pieces."""

import os
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from tabuah.storage.backup.archive import BackupWriter
from tabuah.storage.backup.manifest import BackupKind, BackupManifest
from tabuah.storage.backup.write_pace import FLUSH_BYTES, FREED_BYTES, MIN_FLUSH_BYTES, WritePace

LARGE = 3 * FLUSH_BYTES
MANIFEST = BackupManifest(
    kind=BackupKind.SERVER, program="0", copied_at=datetime(2026, 12, 1, tzinfo=UTC), server="s", seq=0, hash="",
    subjects=0, readings=0, attachments=0,
)  # fmt: skip


def record_flushes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Record the size of a file at each flush."""
    sizes: list[int] = []
    flush = os.fsync

    def record(descriptor: int) -> None:
        sizes.append(os.fstat(descriptor).st_size)
        flush(descriptor)

    monkeypatch.setattr(os, "fsync", record)
    return sizes


@pytest.mark.parametrize("packed", [True, False])
def test_backup_of_large_file_is_flushed_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, packed: bool):
    (tmp_path / "video").write_bytes(b"x" * LARGE)
    sizes = record_flushes(monkeypatch)
    with BackupWriter(tmp_path / "copy", packed=packed) as writer:
        writer.add("video", tmp_path / "video")
        writer.finish(MANIFEST)
    written = [0, *(size for size in sizes if size <= LARGE + FLUSH_BYTES)]
    assert max(written) >= LARGE
    assert max(b - a for a, b in pairwise(written)) <= FLUSH_BYTES + 1024 * 1024


def test_write_pace_deletes_large_file_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "journal.db"
    sizes: list[int] = []
    with path.open("wb") as file:
        file.truncate(2 * FREED_BYTES + 1)
    monkeypatch.setattr("time.sleep", lambda _seconds: sizes.append(path.stat().st_size))
    WritePace().delete(path)
    assert sizes == [FREED_BYTES + 1, 1]
    assert not path.exists()


def test_write_pace_flushes_less_at_once_on_slow_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    now_s = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: now_s[0])
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    flushed: list[int] = []
    unflushed = 0

    def flush(_descriptor: int) -> None:
        now_s[0] += 0.1
        flushed.append(unflushed)

    monkeypatch.setattr(os, "fsync", flush)
    pace = WritePace()
    for _piece in range(60):
        count = len(flushed)
        unflushed += MIN_FLUSH_BYTES
        pace.wrote(MIN_FLUSH_BYTES, 0)
        unflushed = 0 if len(flushed) > count else unflushed
    assert flushed[0] == FLUSH_BYTES
    assert flushed[-1] == MIN_FLUSH_BYTES
