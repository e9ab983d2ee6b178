"""Atomic file writing: a temporary file in the same folder replaces the target in one step."""

import contextlib
import os
from pathlib import Path

from tabuah.console.reports.errors import FileNotWritten, ReportTargetIsOwnData
from tabuah.storage.data_files import is_data_file


def write_file(path: Path, content: bytes) -> None:
    """Write `content` to `path`; an existing file is replaced only once all of it is on the disk.

    A link keeps its target; a device is written to, not replaced.

    Raises:
        FileNotWritten: the disk is full, the folder is missing, the file is open elsewhere …
        ReportTargetIsOwnData: the target is Tabuah's own data.
    """
    if is_data_file(path):
        raise ReportTargetIsOwnData(path)
    try:
        target = path.resolve()
        if target.exists() and not target.is_file():
            target.write_bytes(content)
        else:
            _replace_file(target, content)
    except OSError as error:
        raise FileNotWritten(path, error) from error


def _replace_file(target: Path, content: bytes) -> None:
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
