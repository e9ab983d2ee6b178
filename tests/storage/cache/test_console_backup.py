"""Backup of a console and its restore into an empty directory."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.console_stores import add_users, enrol, open_store, report_incident_at, sync

from tabuah.operations.people.key_replacement import KeyReplacementCause
from tabuah.operations.people.roles import Role
from tabuah.operations.readings.reading import ManualReading, Quality, Reading
from tabuah.server.backup import back_up_server
from tabuah.server.journal import ServerJournal
from tabuah.storage.backup.errors import BackupError, DamagedBackup
from tabuah.storage.cache.console_backup import back_up_console, restore_console
from tabuah.storage.cache.errors import CacheError, HoldsServer
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.readings.store import ReadingsStore

PHOTO = b"foto" * 10_000
SHA256 = hashlib.sha256(PHOTO).hexdigest()
AT = datetime(2026, 11, 27, 7, 0, tzinfo=UTC)


def fill(directory: Path) -> None:
    """Add a photo, a damaged file, manual readings, a map and a session to a console's directory."""
    (directory / "blobs").mkdir(exist_ok=True)
    (directory / "blobs" / SHA256).write_bytes(PHOTO)
    (directory / "map").mkdir(exist_ok=True)
    (directory / "map" / "layers.npz").write_bytes(b"peta")
    (directory / "session.json").write_text("{}")
    (directory / "bookmarks.json").write_text("[]")
    waiting, taken, refused = (
        ManualReading(Reading("SLK-1", "stage", AT.replace(minute=m), 1.5, Quality.TYPED_IN), "ani", "papan duga")
        for m in (1, 2, 3)
    )
    corrected = ManualReading(Reading("SLK-1", "stage", AT.replace(minute=1), 1.4, Quality.TYPED_IN), "ani", "papan")
    with ReadingsStore(directory / "readings.db") as readings:
        readings.store_manual_readings([corrected])
        readings.store_manual_readings([waiting, taken, refused])
        readings.settle_manual_readings([(taken, ""), (refused, "future")])
        readings.store([Reading("SLK-9", "rain", AT, 3.0, Quality.GOOD)])


def manual_outcomes(directory: Path) -> list[tuple[float, bool, str, str]]:
    with ReadingsStore(directory / "readings.db") as readings:
        found = readings.manual_readings_between(None, AT.replace(hour=0), AT.replace(hour=23))
        assert readings.latest("SLK-1")
        assert [each.reading.value for each in readings.replaced_manual_readings()] == [1.4]
        return [(o.manual.reading.value, o.waits, o.refused, o.manual.source) for o in found]


def test_console_backup_leaves_nothing_on_full_disk(tmp_path: Path):
    resource = pytest.importorskip("resource", reason="limits of files are POSIX")
    (tmp_path / "disk").mkdir()
    with open_store(tmp_path / "data") as store:
        report_incident_at(store)
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
        try:
            with pytest.raises((BackupError, CacheError)):
                back_up_console(store, tmp_path / "disk" / "salinan.tar")
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list((tmp_path / "disk").iterdir()) == []


def test_console_backup_restores_everything_but_secrets(tmp_path: Path):
    with open_store(tmp_path / "data") as store:
        incident = report_incident_at(store)
        fill(tmp_path / "data")
        saved = back_up_console(store, tmp_path / "salinan.tar")
        report_incident_at(store, "sesudah cadangan")
    assert (saved.pending, saved.readings, saved.attachments, saved.damaged) == (1, 3, 1, ())
    assert restore_console(tmp_path / "salinan.tar", tmp_path / "new") == saved
    with open_store(tmp_path / "new") as restored:
        assert [i.id for i in restored.incidents()] == [incident.id]
        assert restored.attachments.files.read(SHA256) == PHOTO
    assert manual_outcomes(tmp_path / "new") == manual_outcomes(tmp_path / "data")
    assert (tmp_path / "new" / "map" / "layers.npz").read_bytes() == b"peta"
    assert (tmp_path / "new" / "bookmarks.json").is_file()
    assert not (tmp_path / "new" / "session.json").exists()


def test_restored_console_goes_on_under_new_key(tmp_path: Path):
    with ServerJournal.open(tmp_path / "server") as journal:
        add_users(journal, ani=Role.OPERATOR)
        with open_store(tmp_path / "data") as store:
            enrol(journal, store, "ani")
            report_incident_at(store, "terkirim")
            sync(store, journal)
            report_incident_at(store, "belum terkirim")
            back_up_console(store, tmp_path / "salinan.tar")
            former = store.device
            report_incident_at(store, "sesudah cadangan")
            sync(store, journal)
        restore_console(tmp_path / "salinan.tar", tmp_path / "new")
        with open_store(tmp_path / "new") as restored:
            assert restored.device != former
            assert restored.last_key_replacement is not None
            assert restored.last_key_replacement.cause is KeyReplacementCause.RESTORED
            assert restored.identity is not None
            assert not restored.identity.enrolled
            enrol(journal, restored, "ani")
            sync(restored, journal)
            titles = sorted(i.title for i in restored.incidents())
            assert titles == ["belum terkirim", "sesudah cadangan", "terkirim"]
            assert restored.counts().pending == 0


def test_console_restore_refuses_directory_in_use(tmp_path: Path):
    with open_store(tmp_path / "data") as store:
        report_incident_at(store)
        back_up_console(store, tmp_path / "salinan.tar")
    with pytest.raises(BackupError, match="tidak kosong"):
        restore_console(tmp_path / "salinan.tar", tmp_path / "data")


def test_console_restore_refuses_changed_backup(tmp_path: Path):
    with open_store(tmp_path / "data") as store:
        report_incident_at(store, "Banjir bandang")
        back_up_console(store, tmp_path / "salinan.tar")
    data = (tmp_path / "salinan.tar").read_bytes()
    (tmp_path / "salinan.tar").write_bytes(data.replace(b"Banjir bandang", b"Banjir bandanG"))
    with pytest.raises(DamagedBackup):
        restore_console(tmp_path / "salinan.tar", tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_console_restore_accepts_cache_of_older_backup(tmp_path: Path):
    with open_store(tmp_path / "data") as store:
        incident = report_incident_at(store)
        store.back_up(tmp_path / "salinan.gpkg")
    restore_console(tmp_path / "salinan.gpkg", tmp_path / "new")
    with open_store(tmp_path / "new") as restored:
        assert [i.id for i in restored.incidents()] == [incident.id]


def test_console_restore_refuses_backup_of_server(tmp_path: Path):
    ServerJournal.open(tmp_path / "server").close()
    back_up_server(tmp_path / "server", tmp_path / "salinan.tar")
    with pytest.raises(BackupError, match="tabuah server restore"):
        restore_console(tmp_path / "salinan.tar", tmp_path / "new")


def test_console_never_opens_directory_of_server(tmp_path: Path):
    ServerJournal.open(tmp_path / "server").close()
    with pytest.raises(HoldsServer):
        ConsoleStore(tmp_path / "server")
    assert not (tmp_path / "server" / "cache.gpkg").exists()
