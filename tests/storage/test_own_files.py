"""Reports, copies and bundles never take the place of Tabuah's own data."""

from pathlib import Path

import pytest
from consoles import open_store, report

from tabuah.console.reports.errors import OwnDataSpared
from tabuah.console.reports.whole_file import write_file
from tabuah.storage.cache.errors import CacheError
from tabuah.storage.journal.bundles.errors import OwnDataSpared as BundleDataSpared
from tabuah.storage.own_files import is_own_file


@pytest.mark.parametrize(
    "name", ["cache.gpkg", "cache.gpkg-wal", "device.key", "sync.lock", "blobs/ab/cd", "map/x.json"]
)
def test_a_report_over_the_data_is_refused(tmp_path: Path, name: str):
    with open_store(tmp_path) as store:
        report(store, "banjir")
        before = store.path.stat().st_ino
        with pytest.raises(OwnDataSpared, match="Pilih"):
            write_file(tmp_path / name, b"laporan")
        assert store.path.stat().st_ino == before
        assert len(store.incidents()) == 1


def test_a_link_to_the_data_is_the_data(tmp_path: Path):
    with open_store(tmp_path / "data"):
        (tmp_path / "laporan.gpkg").symlink_to(tmp_path / "data" / "cache.gpkg")
        assert is_own_file(tmp_path / "laporan.gpkg")


def test_reports_beside_the_data_and_exports_elsewhere_are_written(tmp_path: Path):
    with open_store(tmp_path / "data"):
        write_file(tmp_path / "data" / "laporan.pdf", b"laporan")
        write_file(tmp_path / "cache.gpkg", b"ekspor")
        write_file(tmp_path / "cache.gpkg", b"ekspor lagi")


@pytest.mark.parametrize("name", ["cache.gpkg", "device.key", "line.json", "carried/x", "snapshot/pieces.part"])
def test_a_bundle_over_the_data_is_refused(tmp_path: Path, name: str):
    with open_store(tmp_path) as store:
        report(store, "banjir")
        with pytest.raises(BundleDataSpared):
            store.carrier.export(tmp_path / name)
        assert len(store.incidents()) == 1
        store.carrier.export(tmp_path / "bawaan.tabuah")


def test_a_backup_over_the_key_is_refused(tmp_path: Path):
    with open_store(tmp_path) as store, pytest.raises(CacheError, match="pilih"):
        store.back_up(tmp_path / "device.key")
