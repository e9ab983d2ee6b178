"""Tabuah's own data files: private to their owner, and detected so that no report or bundle overwrites them."""

import contextlib
import os
import re
import stat
import tempfile
import threading
import time
from pathlib import Path
from typing import Final

# The files that identify a data directory: one of a console, one of a server.
_SERVER_MARK: Final = ("journal.db", "server.key")
_MARKS: Final = (("cache.gpkg", "migration.lock"), _SERVER_MARK)
_NAMES: Final = frozenset(
    {"cache.gpkg", "readings.db", "journal.db", "device.key", "server.key"}
    | {
        "session.json",
        "window.json",
        "first-steps.json",
        "limit-reminders.json",
        "line.json",
        "server-pin.json",
        "sync-failure.json",
        "bookmarks.json",
        "keeping.toml",
        "security.log",
        "gateway-messages.jsonl",
        "notices.db",
        "webhooks.db",
        "mailboxes.db",
        "known-addresses.json",
        "regency.json",
    }
)
# The name of the file, then a random part, the id of a process, or neither where only one process writes it.
_UNFINISHED: Final = re.compile(
    r".+\.(key|json|jsonl|toml|pem|crt|previous|new)\.([a-z0-9_]{8}|[0-9]{1,10})\.new|server\.key\.new|[0-9]+-[0-9a-f]{12}\.new"
)
UNFINISHED_AFTER_S: Final = 60.0  # a small file is written within a second, also on a slow disk
PIN_FILE: Final = "server-pin.json"  # in a console's directory: the server that it trusts
_SUFFIXES: Final = ("-wal", "-shm", "-journal")
_FOLDERS: Final = frozenset(
    {"blobs", "partial", "map", "tiles", "carried", "snapshot", "snapshots", "histories", "tls"}
)


def is_data_file(path: Path) -> bool:
    """Return whether a path names a part of a console's or a server's data; links are followed."""
    target = path.expanduser().resolve()
    if any(_is_data_directory(folder) for folder in _holders(target)):
        return True
    return _is_data_directory(target.parent) and (_bare(target.name) in _NAMES or target.suffix == ".lock")


def is_server_directory(folder: Path) -> bool:
    """Return whether a folder contains the data of a server."""
    return all((folder.expanduser() / name).is_file() for name in _SERVER_MARK)


def _holders(target: Path) -> list[Path]:
    """Return the folders that could own the `blobs/`, `map/` … that contains the target."""
    parents = target.parents[:3]
    return [folder.parent for folder in parents if folder.name in _FOLDERS]


def _is_data_directory(folder: Path) -> bool:
    return any(all((folder / name).is_file() for name in mark) for mark in _MARKS)


def _bare(name: str) -> str:
    for suffix in _SUFFIXES:
        name = name.removesuffix(suffix)
    return name


def make_private(path: Path) -> None:
    """Create an empty file with mode 0600, or restrict an existing one to its owner.

    An existing file is never opened: closing any descriptor of a SQLite database drops all locks of
    this process on it.

    Raises:
        OSError: it cannot be created.
    """
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        _close_to_others(path)


def create_private(path: Path, data: bytes) -> None:
    """Create a small private file (0600) atomically: after a crash it is whole or missing.

    Raises:
        FileExistsError: the file exists; it stays as it is.
        OSError: the disk did not accept it; no file is left.
    """
    descriptor, name = tempfile.mkstemp(prefix=f"{path.name}.", suffix=".new", dir=path.parent)
    unfinished = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        _publish(unfinished, path)
        sync_folder(path.parent)
    finally:
        unfinished.unlink(missing_ok=True)


def replace_private(path: Path, data: bytes) -> None:
    """Write a small private file (0600) atomically: after a crash it has the former content or the new one.

    Raises:
        OSError: the disk did not accept it; the former content stays.
    """
    descriptor, name = tempfile.mkstemp(prefix=f"{path.name}.", suffix=".new", dir=path.parent)
    unfinished = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
        sync_folder(path.parent)
    finally:
        unfinished.unlink(missing_ok=True)


def replace_file(path: Path, data: bytes) -> None:
    """Write a file that others may read, atomically: after a crash it has the former content or the new one.

    Raises:
        OSError: the disk did not accept it; the former content stays.
    """
    # the identifier of a thread: two threads may write the same file at once
    unfinished = path.with_name(f"{path.name}.{threading.get_native_id()}.new")
    try:
        with unfinished.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
        sync_folder(path.parent)
    finally:
        unfinished.unlink(missing_ok=True)


def remove_unfinished(folder: Path) -> None:
    """Remove files that a killed process left half written in a folder of our data; they may contain private keys.

    Only regular files with the names that `create_private`, `replace_private` and their like give are ours. Another
    process may write one at this moment, which takes far less than `UNFINISHED_AFTER_S`; until then a file that
    others could read is closed to them.
    """
    for unfinished in folder.glob("*.new"):
        with contextlib.suppress(OSError):  # the next call tries again
            found = unfinished.lstat()
            if not _UNFINISHED.fullmatch(unfinished.name) or not stat.S_ISREG(found.st_mode):
                continue
            if time.time() - found.st_mtime > UNFINISHED_AFTER_S:
                unfinished.unlink()
            else:
                _close_to_others(unfinished)


def sync_folder(folder: Path) -> None:
    """Make new names in a folder survive a power cut. Windows cannot do this and does not need to."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _publish(unfinished: Path, path: Path) -> None:
    try:
        path.hardlink_to(unfinished)  # unlike a rename, it never replaces a file of another process
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        if path.exists():
            raise FileExistsError(path) from None
        unfinished.replace(path)


def _close_to_others(path: Path) -> None:
    if path.stat().st_mode & 0o077 and hasattr(os, "getuid") and path.stat().st_uid == os.getuid():
        path.chmod(0o600)
