"""The folder of scheduled backups: shared attachments, sealing, expiry, and restores."""

import hashlib
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from tabuah.server.backup import VERIFY_DAYS, back_up_server, restore_server
from tabuah.server.backups.backup_folder import BackupFolder
from tabuah.server.backups.schedule import BackupConfiguration
from tabuah.server.errors import NotInitialised
from tabuah.server.journal import ServerJournal
from tabuah.storage.backup.archive import BackupReader
from tabuah.storage.backup.backup_key import create_key_file, parse_public_key, read_key_file
from tabuah.storage.backup.errors import BackupError, DamagedBackup

NIGHT = datetime(2026, 12, 1, 19, tzinfo=UTC)
PHOTO = b"foto jembatan" * 5000
SHA256 = hashlib.sha256(PHOTO).hexdigest()


@pytest.fixture
def server(tmp_path: Path) -> Path:
    directory = tmp_path / "server"
    with ServerJournal.open(directory):
        pass
    add_photo(directory, PHOTO)
    (tmp_path / "backups").mkdir()
    return directory


def add_photo(directory: Path, content: bytes) -> str:
    (directory / "blobs").mkdir(exist_ok=True)
    name = hashlib.sha256(content).hexdigest()
    (directory / "blobs" / name).write_bytes(content)
    return name


def folder_of(server: Path, **settings: object) -> BackupFolder:
    return BackupFolder(server, BackupConfiguration(directory="../backups", **settings))  # type: ignore[arg-type]


def make(folder: BackupFolder, at: datetime) -> Path:
    return Path(folder.make(lambda: at).path)


def test_backups_share_unchanged_attachments(server: Path):
    folder = folder_of(server)
    first = make(folder, NIGHT)
    other = add_photo(server, b"foto lain")
    second = make(folder, NIGHT + timedelta(days=1))
    assert (first / "blobs" / SHA256).samefile(second / "blobs" / SHA256)
    assert not (first / "blobs" / other).exists()
    assert (second / "blobs" / other).read_bytes() == b"foto lain"
    shutil.rmtree(first)
    restore_server(second, server.parent / "new")
    assert (server.parent / "new" / "blobs" / SHA256).read_bytes() == PHOTO


def test_damaged_shared_attachment_is_copied_again_within_a_week(server: Path):
    folder = folder_of(server, keep_newest=20)
    first = make(folder, NIGHT)
    (first / "blobs" / SHA256).write_bytes(PHOTO.replace(b"foto", b"fato"))
    backups = [make(folder, NIGHT + timedelta(days=day)) for day in range(1, VERIFY_DAYS + 1)]
    assert (backups[-1] / "blobs" / SHA256).read_bytes() == PHOTO
    with BackupReader(backups[-1]) as reader:
        reader.verify()


@pytest.mark.parametrize("damage", ["cut", "missing"])
def test_cut_or_missing_shared_attachment_is_copied_at_once(server: Path, damage: str):
    folder = folder_of(server)
    shared = make(folder, NIGHT) / "blobs" / SHA256
    if damage == "cut":
        shared.write_bytes(PHOTO[:-1])
    else:
        shared.unlink()
    second = make(folder, NIGHT + timedelta(days=1))
    assert (second / "blobs" / SHA256).read_bytes() == PHOTO


def test_sealed_backups_share_attachments_and_open_with_the_key_only(server: Path, tmp_path: Path):
    line = create_key_file(tmp_path / "backup.key")
    folder = folder_of(server, seal_to=line)
    first, second = make(folder, NIGHT), make(folder, NIGHT + timedelta(days=1))
    assert (first / "blobs" / SHA256).samefile(second / "blobs" / SHA256)
    content = b"".join(
        path.read_bytes() for path in second.rglob("*") if path.is_file() and path.name != "backup.json"
    )
    assert not any(word in content for word in (b"jembatan", b"SQLite", (server / "server.key").read_bytes().strip()))
    assert not [path for path in server.iterdir() if path.name.startswith("backup-")], "copies before sealing"
    for key in (None, "other"):
        if key is not None:
            create_key_file(tmp_path / key)
        opened = read_key_file(tmp_path / key) if key else None
        with pytest.raises(BackupError):
            restore_server(second, tmp_path / "new", key=opened)
        assert not (tmp_path / "new").exists()
    restored = restore_server(second, tmp_path / "new", key=read_key_file(tmp_path / "backup.key"))
    assert restored.sealed_to
    assert (tmp_path / "new" / "blobs" / SHA256).read_bytes() == PHOTO
    with ServerJournal.open(tmp_path / "new", create=False) as journal:
        assert journal.head().seq == restored.seq


def test_altered_sealed_backup_is_refused(server: Path, tmp_path: Path):
    folder = folder_of(server, seal_to=create_key_file(tmp_path / "backup.key"))
    path = make(folder, NIGHT) / "blobs" / SHA256
    sealed = bytearray(path.read_bytes())
    sealed[-1] ^= 1
    path.write_bytes(sealed)
    with pytest.raises(DamagedBackup):
        restore_server(path.parent.parent, tmp_path / "new", key=read_key_file(tmp_path / "backup.key"))
    assert not (tmp_path / "new").exists()
    assert folder.list_backups(verify=True)[0].problem


def test_sealed_and_open_backups_share_nothing(server: Path, tmp_path: Path):
    first = make(folder_of(server), NIGHT)
    sealed = make(folder_of(server, seal_to=create_key_file(tmp_path / "k")), NIGHT + timedelta(days=1))
    assert not (first / "blobs" / SHA256).samefile(sealed / "blobs" / SHA256)


def test_expired_backups_are_deleted_after_a_good_one_only(server: Path, monkeypatch: pytest.MonkeyPatch):
    folder = folder_of(server, keep_newest=2, keep_weeks=0, keep_months=0)
    for day in range(3):
        make(folder, NIGHT + timedelta(days=day))
    assert len(folder.names()) == 2
    monkeypatch.setattr(
        "tabuah.server.backups.backup_folder.shutil.disk_usage", lambda _path: SimpleNamespace(free=1_000)
    )
    with pytest.raises(BackupError, match="MB"):
        make(folder, NIGHT + timedelta(days=9))
    assert len(folder.names()) == 2
    assert not list(folder.path.glob("*.new"))


def test_disk_that_fills_up_leaves_earlier_backups_alone(server: Path, monkeypatch: pytest.MonkeyPatch):
    folder = folder_of(server)
    make(folder, NIGHT)
    add_photo(server, b"besar")

    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tabuah.storage.backup.archive.os.fsync", full)
    with pytest.raises(BackupError, match="No space"):
        make(folder, NIGHT + timedelta(days=1))
    assert [Path(backup.path).name for backup in folder.list_backups(verify=True)] == folder.names()
    assert len(folder.names()) == 1
    assert not list(folder.path.glob("*.new"))


def test_backup_folder_leaves_other_servers_and_files_alone(server: Path, tmp_path: Path):
    with ServerJournal.open(tmp_path / "other"):
        pass
    other = make(BackupFolder(tmp_path / "other", BackupConfiguration(directory="../backups")), NIGHT)
    (tmp_path / "backups" / "tabuah-catatan.txt").write_text("catatan")
    folder = folder_of(server, keep_newest=2, keep_weeks=0, keep_months=0)
    for day in range(4):
        make(folder, NIGHT + timedelta(days=day))
    assert other.is_dir()
    assert (tmp_path / "backups" / "tabuah-catatan.txt").is_file()
    assert len(folder.list_backups()) == 2


def test_interrupted_backup_is_deleted_before_the_next(server: Path):
    folder = folder_of(server)
    name = make(folder, NIGHT).name
    unfinished = folder.path / f"{name[:-16]}20261205T190000Z.123.new"
    (unfinished / "blobs").mkdir(parents=True)
    make(folder, NIGHT + timedelta(days=1))
    assert not unfinished.exists()


def test_backup_of_the_future_does_not_count_as_newest(server: Path):
    folder = folder_of(server)
    make(folder, NIGHT + timedelta(days=400))
    assert folder.newest_at(NIGHT) is None
    make(folder, NIGHT)
    assert folder.newest_at(NIGHT) == NIGHT


def test_backup_folder_inside_the_server_is_refused(server: Path, tmp_path: Path):
    with pytest.raises(BackupError):
        BackupFolder(server, BackupConfiguration(directory="backups"))
    with pytest.raises(NotInitialised):
        BackupFolder(tmp_path / "nothing", BackupConfiguration(directory="../backups"))


def test_missing_backup_folder_is_an_expected_error(server: Path, tmp_path: Path):
    folder = BackupFolder(server, BackupConfiguration(directory="../usb"))
    with pytest.raises(BackupError):
        folder.newest_at(NIGHT)
    with pytest.raises(BackupError):
        folder.make(lambda: NIGHT)
    assert not (tmp_path / "usb").exists()


def test_restore_refuses_the_backup_of_another_server(server: Path, tmp_path: Path):
    backup = make(folder_of(server), NIGHT)
    with pytest.raises(BackupError, match="abcdef"):
        restore_server(backup, tmp_path / "new", server="abcdef")
    assert not (tmp_path / "new").exists()
    with BackupReader(backup) as reader:
        restore_server(backup, tmp_path / "new", server=reader.manifest.server[:8].upper())


def test_sealed_backup_is_a_folder(server: Path, tmp_path: Path):
    line = create_key_file(tmp_path / "k")
    with pytest.raises(BackupError, match=r"\.tar"):
        back_up_server(server, tmp_path / "copy.tar", recipient=parse_public_key(line))
