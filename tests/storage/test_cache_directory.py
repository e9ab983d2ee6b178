"""The data directory: a local folder of one user, one window and one syncer."""

from pathlib import Path

import pytest

from tabuah.storage.cache.directory import DirectoryLock, linux_share, prepare_directory, unsafe_because
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
