"""The data directory: a local folder of one user, with one window and one syncer."""

import errno
import os
from pathlib import Path

import msgspec
import pytest

from tabuah.storage.cache.data_directory import (
    DirectoryLock,
    network_file_system_of,
    prepare_directory,
    read_private,
    unsafe_location_reason,
    write_private,
)
from tabuah.storage.cache.errors import DirectoryInUse, DiskFull, UnsafeDirectory


@pytest.mark.parametrize(
    "folder", ["OneDrive - Pemkab Solok", "Dropbox", "Google Drive", "My Drive", "iCloud Drive", "Nextcloud", "Box"]
)
def test_cloud_folder_is_refused(tmp_path: Path, folder: str):
    with pytest.raises(UnsafeDirectory, match=folder):
        prepare_directory(tmp_path / folder / "tabuah")
    assert not (tmp_path / folder).exists()


@pytest.mark.parametrize("folder", ["Boxes", "drive", "Dokumen", "posko-box"])
def test_local_folder_is_accepted(tmp_path: Path, folder: str):
    prepare_directory(tmp_path / folder)
    assert (tmp_path / folder).is_dir()


def test_link_into_cloud_folder_is_refused(tmp_path: Path):
    (tmp_path / "Dropbox").mkdir()
    (tmp_path / "data").symlink_to(tmp_path / "Dropbox")
    assert "Dropbox" in unsafe_location_reason((tmp_path / "data").resolve())


def test_network_share_is_detected_by_mount_point(tmp_path: Path):
    mounts = tmp_path / "mounts"
    mounts.write_text(
        "/dev/sda1 / ext4 rw 0 0\nserver:/data /srv/data nfs4 rw 0 0\n"
        "/dev/sdb1 /srv/data/local ext4 rw 0 0\n//pc/share /mnt/my\\040share cifs rw 0 0\n",
        "utf-8",
    )
    assert network_file_system_of(Path("/srv/data/tabuah"), mounts) == "nfs4"
    assert network_file_system_of(Path("/srv/data/local/tabuah"), mounts) == ""
    assert network_file_system_of(Path("/mnt/my share/x"), mounts) == "cifs"
    assert network_file_system_of(Path("/srv/database"), mounts) == ""


def test_windows_share_is_refused():
    assert "UNC" in unsafe_location_reason(Path("\\\\server\\share\\tabuah"))


def test_uncreatable_directory_is_reported(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(DiskFull):
        prepare_directory(tmp_path / "file" / "data")


def test_second_window_waits_for_first(tmp_path: Path):
    with DirectoryLock(tmp_path, "window"):
        with pytest.raises(DirectoryInUse, match="Jendela Tabuah lain"):
            DirectoryLock(tmp_path, "window").__enter__()
        with DirectoryLock(tmp_path, "sync"):
            pass
    with DirectoryLock(tmp_path, "window"):
        pass


def test_unwritable_lock_is_expected_error(tmp_path: Path):
    (tmp_path / "sync.lock").mkdir()
    with pytest.raises(DiskFull), DirectoryLock(tmp_path, "sync"):
        pass


def test_private_file_survives_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def fail(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    write_private(tmp_path / "session.json", b"lama")
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(DiskFull, match="penuh"):
        write_private(tmp_path / "session.json", b"baru")
    assert [path.name for path in tmp_path.iterdir()] == ["session.json"]
    assert (tmp_path / "session.json").read_bytes() == b"lama"


class Note(msgspec.Struct):
    text: str = ""


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b'{"text": 1}', b'{"text": "\xff"}', b'{"other":' + b"[" * 100_000, b" " * 17 * 1024 * 1024 + b"{}"],
    ids=["empty", "list", "type", "no UTF-8", "nested", "large"],
)
def test_damaged_private_file_is_one_kind_of_error(tmp_path: Path, content: bytes):
    (tmp_path / "note.json").write_bytes(content)
    with pytest.raises(msgspec.DecodeError):
        read_private(tmp_path / "note.json", Note)
    write_private(tmp_path / "note.json", b'{"text": "siaga"}')
    assert read_private(tmp_path / "note.json", Note).text == "siaga"
