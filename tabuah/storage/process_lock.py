"""A file lock that the operating system releases when its process ends, however it ends."""

import contextlib
import os
import sys
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

# Windows forbids reading the locked byte, which is the first, so the name of the holder begins behind it.
_HOLDER_AT: Final = 1 if sys.platform == "win32" else 0


class AlreadyLocked(Exception):
    """Another process holds the lock; `holder` is its process id from the file."""

    def __init__(self, path: Path, holder: str) -> None:
        self.path, self.holder = path, holder
        super().__init__(f"{path} is locked by {holder or 'another process'}")


class ProcessLock:
    """An exclusive lock between processes; `acquire` never waits.

    The file stays after a release: deleting it would race with the next holder.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = FileLock(
            path,
            blocking=False,
            thread_local=False,  # a server may stop in another thread than it started in
            fallback_to_soft=False,  # a marker file would outlive a process that was killed
            preserve_lock_file=True,
            on_acquired=_name_holder,
        )

    def acquire(self) -> None:
        """Take the lock and write the process id into the file.

        Raises:
            AlreadyLocked: another process, or another lock of this one, has it.
            OSError: the file cannot be opened or the file system has no locks.
        """
        if self._lock.is_locked:  # FileLock would count a second hold
            raise AlreadyLocked(self.path, _holder_in(self.path))
        try:
            self._lock.acquire()
        except Timeout as error:
            raise AlreadyLocked(self.path, _holder_in(self.path)) from error

    def release(self) -> None:
        """Release the lock if it is held."""
        self._lock.release()


def _name_holder(descriptor: int) -> None:
    """Write the process id for people to read; on a full disk the lock holds without it."""
    with contextlib.suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.lseek(descriptor, _HOLDER_AT, os.SEEK_SET)
        os.write(descriptor, f"{os.getpid()}\n".encode())


def _holder_in(path: Path) -> str:
    try:
        with path.open("rb") as file:
            file.seek(_HOLDER_AT)
            return file.read(40).decode("ascii", "replace").strip()
    except OSError:
        return ""
