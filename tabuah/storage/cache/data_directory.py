"""The data directory: on local disks only, one window and one syncer at a time."""

import os
import sys
import threading
import time
from pathlib import Path
from typing import Final, Self, TypeVar

import msgspec

from tabuah.resources.localisation import _
from tabuah.storage.cache.errors import DirectoryInUse, DiskFull, HoldsServer, UnsafeDirectory
from tabuah.storage.data_files import is_server_directory
from tabuah.storage.process_lock import AlreadyLocked, ProcessLock
from tabuah.storage.small_files import DamagedSmallFile, read_json_file

# File systems on which SQLite's locks do not hold between machines.
NETWORK_FILE_SYSTEMS: Final = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "afpfs", "webdav", "davfs", "fuse.sshfs", "fuse.davfs2", "fuse.rclone"}
    | {"9p", "afs", "ceph", "glusterfs", "fuse.glusterfs", "ncpfs", "fuse.gvfsd-fuse"}
)
# Folder names of programs that sync files to a cloud in the background.
CLOUD_FOLDERS: Final = (
    "onedrive",
    "dropbox",
    "google drive",
    "googledrive",
    "my drive",
    "icloud",
    "nextcloud",
    "mega",
)
_CLOUD_EXACT: Final = frozenset({"box", "com~apple~clouddocs", "cloudstorage"})
_MAX_PRIVATE_BYTES: Final = 16 * 1024 * 1024

ValueT = TypeVar("ValueT")


class DirectoryLock:
    """An OS lock on `<directory>/<name>.lock`; it ends with the process, however that ends."""

    def __init__(self, directory: Path, name: str, *, wait_s: float = 0.0) -> None:
        self._lock = ProcessLock(directory / f"{name}.lock")
        self._message = _in_use_message(name, directory)
        self._wait_s = wait_s

    def __enter__(self) -> Self:
        """Take the lock.

        Raises:
            DirectoryInUse: another process has it.
            DiskFull: the lock file cannot be written.
        """
        deadline = time.monotonic() + self._wait_s
        while True:
            try:
                self._lock.acquire()
            except AlreadyLocked as error:
                if time.monotonic() >= deadline:
                    raise DirectoryInUse(self._message) from error
                time.sleep(0.02)
            except OSError as error:
                raise DiskFull(self._lock.path) from error
            else:
                return self

    def __exit__(self, *_error: object) -> None:
        self._lock.release()


def prepare_directory(directory: Path) -> None:
    """Create the data directory if needed; refuse a place where data would not be safe.

    Raises:
        UnsafeDirectory: it is on a network share, in a cloud-synced folder, or a server's directory.
        DiskFull: it cannot be created.
    """
    resolved = directory.expanduser().resolve()
    reason = unsafe_location_reason(resolved)
    if reason:
        raise UnsafeDirectory(reason)
    if is_server_directory(resolved):
        raise HoldsServer(directory)
    try:
        resolved.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise DiskFull(resolved) from error


def unsafe_location_reason(directory: Path) -> str:
    """Return why data must not be stored in a directory, for the user; empty when it may be."""
    for part in directory.parts:
        folder = part.lower()
        if folder in _CLOUD_EXACT or folder.startswith(CLOUD_FOLDERS):
            return _(
                "{directory} is inside {folder}, which is synced to a cloud and would damage the data. "
                "Choose a folder on this computer with --data."
            ).format(directory=directory, folder=part)
    system = _network_system_of(directory)
    if system:
        return _(
            "{directory} is on a network share ({system}), where data cannot be kept safely. "
            "Choose a folder on this computer with --data."
        ).format(directory=directory, system=system)
    return ""


def _in_use_message(name: str, directory: Path) -> str:
    match name:
        case "window":
            return _("Another Tabuah window is open on {directory}.").format(directory=directory)
        case "sync":
            return _("Another window or `tabuah sync` is syncing {directory} already.").format(directory=directory)
        case "replay":
            return _("Another window or `tabuah exercise replay` plays a past day from {directory} already.").format(
                directory=directory
            )
    return _("{directory} is being set up by another Tabuah; try again.").format(directory=directory)


def _network_system_of(directory: Path) -> str:
    if str(directory).startswith("\\\\"):
        return "UNC"
    return _remote_drive(directory) or network_file_system_of(directory, Path("/proc/self/mounts"))


def _remote_drive(directory: Path) -> str:
    """Return the drive letter of a network share on Windows; empty elsewhere."""
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 - Windows only

        drive_remote = 4  # DRIVE_REMOTE of GetDriveTypeW
        if ctypes.windll.kernel32.GetDriveTypeW(directory.anchor) == drive_remote:
            return directory.anchor
    return ""


def network_file_system_of(directory: Path, mounts: Path) -> str:
    """Return the type of the network file system of a directory, by its longest mount point."""
    try:
        lines = mounts.read_text("utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    best, system = Path("/"), ""
    for line in lines:
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = Path(fields[1].replace("\\040", " "))
        if directory.is_relative_to(point) and len(point.parts) >= len(best.parts):
            best, system = point, fields[2]
    return system if system in NETWORK_FILE_SYSTEMS else ""


def read_private(path: Path, kind: type[ValueT]) -> ValueT:
    """Return the value in a small private file of JSON, which may be damaged in any way.

    Raises:
        OSError: the file does not exist or cannot be read.
        msgspec.DecodeError: it is too large, or has something else than `kind`.
    """
    try:
        return read_json_file(path, kind, at_most=_MAX_PRIVATE_BYTES)
    except DamagedSmallFile as error:
        raise msgspec.DecodeError(str(error)) from error


def write_private(path: Path, data: bytes) -> None:
    """Write a small private file (0600) atomically.

    Raises:
        DiskFull: the disk did not accept it; the previous file stays.
    """
    temporary = path.with_name(f"{path.name}.{threading.get_native_id()}.new")  # two threads may write it at once
    try:
        descriptor = os.open(temporary, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise DiskFull(path) from error
