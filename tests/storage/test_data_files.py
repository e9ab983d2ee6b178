"""Data files: reports, backups and bundles never overwrite them, and two threads may write one at once."""

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from support.console_stores import open_store, report_incident_at

from tabuah.console.reports.atomic_write import write_file
from tabuah.console.reports.errors import ReportTargetIsOwnData
from tabuah.storage.cache.data_directory import write_private
from tabuah.storage.cache.errors import CacheError
from tabuah.storage.data_files import is_data_file, replace_file
from tabuah.storage.journal.bundles.errors import BundleOverwritesData as BundleDataSpared


@pytest.mark.parametrize(
    "name", ["cache.gpkg", "cache.gpkg-wal", "device.key", "sync.lock", "blobs/ab/cd", "map/x.json"]
)
def test_report_over_data_is_refused(tmp_path: Path, name: str):
    with open_store(tmp_path) as store:
        report_incident_at(store, "banjir")
        before = store.path.stat().st_ino
        with pytest.raises(ReportTargetIsOwnData, match="Pilih"):
            write_file(tmp_path / name, b"laporan")
        assert store.path.stat().st_ino == before
        assert len(store.incidents()) == 1


def test_link_to_data_counts_as_data(tmp_path: Path):
    with open_store(tmp_path / "data"):
        (tmp_path / "laporan.gpkg").symlink_to(tmp_path / "data" / "cache.gpkg")
        assert is_data_file(tmp_path / "laporan.gpkg")


def test_report_outside_data_is_written(tmp_path: Path):
    with open_store(tmp_path / "data"):
        write_file(tmp_path / "data" / "laporan.pdf", b"laporan")
        write_file(tmp_path / "cache.gpkg", b"ekspor")
        write_file(tmp_path / "cache.gpkg", b"ekspor lagi")


@pytest.mark.parametrize("name", ["cache.gpkg", "device.key", "line.json", "carried/x", "snapshot/pieces.part"])
def test_bundle_over_data_is_refused(tmp_path: Path, name: str):
    with open_store(tmp_path) as store:
        report_incident_at(store, "banjir")
        with pytest.raises(BundleDataSpared):
            store.relay.export_bundle(tmp_path / name)
        assert len(store.incidents()) == 1
        store.relay.export_bundle(tmp_path / "bawaan.tabuah")


def test_backup_over_key_is_refused(tmp_path: Path):
    with open_store(tmp_path) as store, pytest.raises(CacheError, match="pilih"):
        store.back_up(tmp_path / "device.key")


@pytest.mark.parametrize("write", [replace_file, write_private])
def test_two_threads_write_the_same_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Callable):
    """The second writes while the first waits for the disk; both end well, and the content is that of one."""
    file = tmp_path / "regency.json"
    second = threading.Thread(target=write, args=(file, b"second"))
    fsync = os.fsync

    def slow_fsync(descriptor: int) -> None:
        fsync(descriptor)
        if threading.current_thread() is not second and second.ident is None:
            second.start()
            second.join()

    monkeypatch.setattr(os, "fsync", slow_fsync)
    write(file, b"first")
    assert file.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [file]
