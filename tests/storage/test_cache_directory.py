"""The data directory: a local folder of one user, one window and one syncer."""

import errno
import os
from pathlib import Path

import pytest

from tabuah.storage.cache.directory import (
    DirectoryLock,
    linux_share,
    prepare_directory,
    unsafe_because,
    write_private,
)
from tabuah.storage.cache.errors import DirectoryInUse, DiskFull, UnsafeDirectory


@pytest.mark.parametrize(
    "folder", ["OneDrive - Pemkab Solok", "Dropbox", "Google Drive", "My Drive", "iCloud Drive", "Nextcloud", "Box"]
)
def test_a_cloud_folder_is_refused(tmp_path: Path, folder: str):
    with pytest.raises(UnsafeDirectory, match=folder):
        prepare_directory(tmp_path / folder / "tabuah")
    assert not (tmp_path / folder).exists()


@pytest.mark.parametrize("folder", ["Boxes", "drive", "Dokumen", "posko-box"])
def test_an_ordinary_folder_is_taken(tmp_path: Path, folder: str):
    prepare_directory(tmp_path / folder)
    assert (tmp_path / folder).is_dir()


def test_a_link_into_a_cloud_folder_is_refused(tmp_path: Path):
    (tmp_path / "Dropbox").mkdir()
    (tmp_path / "data").symlink_to(tmp_path / "Dropbox")
    assert "Dropbox" in unsafe_because((tmp_path / "data").resolve())


def test_a_network_share_is_known_by_its_longest_mount_point(tmp_path: Path):
    mounts = tmp_path / "mounts"
    mounts.write_text(
        "/dev/sda1 / ext4 rw 0 0\nserver:/data /srv/data nfs4 rw 0 0\n"
        "/dev/sdb1 /srv/data/local ext4 rw 0 0\n//pc/share /mnt/my\\040share cifs rw 0 0\n",
        "utf-8",
    )
    assert linux_share(Path("/srv/data/tabuah"), mounts) == "nfs4"
    assert linux_share(Path("/srv/data/local/tabuah"), mounts) == ""
    assert linux_share(Path("/mnt/my share/x"), mounts) == "cifs"
    assert linux_share(Path("/srv/database"), mounts) == ""


def test_a_windows_share_is_refused():
    assert "UNC" in unsafe_because(Path("\\\\server\\share\\tabuah"))


def test_a_directory_that_cannot_be_made_is_told(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(DiskFull):
        prepare_directory(tmp_path / "file" / "data")


def test_a_second_window_is_refused_until_the_first_is_closed(tmp_path: Path):
    with DirectoryLock(tmp_path, "window"):
        with pytest.raises(DirectoryInUse, match="Jendela Tabuah lain"):
            DirectoryLock(tmp_path, "window").__enter__()
        with DirectoryLock(tmp_path, "sync"):
            pass
    with DirectoryLock(tmp_path, "window"):
        pass


def test_a_lock_that_cannot_be_written_is_no_bug(tmp_path: Path):
    (tmp_path / "sync.lock").mkdir()
    with pytest.raises(DiskFull), DirectoryLock(tmp_path, "sync"):
        pass


def test_a_private_file_that_a_full_disk_refuses_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def fail(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    write_private(tmp_path / "session.json", b"lama")
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(DiskFull, match="penuh"):
        write_private(tmp_path / "session.json", b"baru")
    assert [path.name for path in tmp_path.iterdir()] == ["session.json"]
    assert (tmp_path / "session.json").read_bytes() == b"lama"
