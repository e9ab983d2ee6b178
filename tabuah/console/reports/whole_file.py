"""Writes a file whole or not at all: beside it first, then in its place in one step."""

import contextlib
import os
from pathlib import Path

from tabuah.console.reports.errors import FileNotWritten, OwnDataSpared
from tabuah.storage.own_files import is_own_file


def write_file(path: Path, content: bytes) -> None:
    """Put `content` at `path`; what stood there before is replaced only when all of it is on the disk.

    A link keeps pointing where it does, and a device is written to, not replaced.

    Raises:
        FileNotWritten: the disk is full, the folder is missing, the file is open elsewhere …
        OwnDataSpared: Tabuah's own data stand there.
    """
    if is_own_file(path):
        raise OwnDataSpared(path)
    try:
        target = path.resolve()
        if target.exists() and not target.is_file():
            target.write_bytes(content)
        else:
            _replace(target, content)
    except OSError as error:
        raise FileNotWritten(path, error) from error


def _replace(target: Path, content: bytes) -> None:
    unfinished = target.with_name(f".{target.name[:80]}.{os.getpid()}.part")
    try:
        with unfinished.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise
