"""A file lock that the operating system releases when its process ends, however it ends."""

import contextlib
import os
import sys
from pathlib import Path
from typing import IO, Final

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

# Windows forbids reading a locked byte, so the lock lies far behind the text that names the holder.
_LOCKED_BYTE: Final = 1 << 30


class AlreadyLocked(Exception):
    """Another process holds the lock; `holder` is what it wrote about itself."""

    def __init__(self, path: Path, holder: str) -> None:
        self.path, self.holder = path, holder
        super().__init__(f"{path} is locked by {holder or 'another process'}")


class ProcessLock:
    """An exclusive lock between processes; `acquire` never waits."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: IO[str] | None = None

    def acquire(self) -> None:
        """Take the lock and write the process id into the file.

        Raises:
            AlreadyLocked: another process, or another lock of this one, has it.
            OSError: the file cannot be opened.
        """
        file = self.path.open("a+", encoding="ascii")
        try:
            _lock(file)
        except OSError as error:
            file.seek(0)
            holder = file.read(40).strip()
            file.close()
            raise AlreadyLocked(self.path, holder) from error
        _name_holder(file)
        self._file = file

    def release(self) -> None:
        """Release the lock; the file stays, since deleting it would race with the next holder."""
        if self._file is not None:
            self._file.close()
            self._file = None


def _name_holder(file: IO[str]) -> None:
    """Write the process id for people to read; on a full disk the lock holds without it."""
    with contextlib.suppress(OSError):
        os.ftruncate(file.fileno(), 0)
        os.write(file.fileno(), f"{os.getpid()}\n".encode())


def _lock(file: IO[str]) -> None:
    if sys.platform == "win32":
        os.lseek(file.fileno(), _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
