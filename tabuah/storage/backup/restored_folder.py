"""The folder of a restore: it gets its name when everything in it is verified."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from tabuah.resources.localisation import _
from tabuah.storage.backup.errors import BackupError, expected_backup_errors


def require_empty(folder: Path) -> None:
    """Refuse a path that is anything but missing or an empty folder.

    Raises:
        BackupError: it is not.
    """
    with expected_backup_errors(folder):
        if folder.is_dir() and not any(folder.iterdir()):
            return
        if folder.exists():
            text = _("{folder} is not empty; choose a new folder. Nothing was changed.")
            raise BackupError(text.format(folder=folder))


@contextlib.contextmanager
def restored_folder(into: Path) -> Iterator[Path]:
    """Yield a folder next to `into`, which it becomes when the block succeeds; otherwise it is removed.

    Raises:
        BackupError: `into` is not empty, or cannot be created.
    """
    into = into.expanduser().absolute()
    require_empty(into)
    folder = into.with_name(f"{into.name}.{os.getpid()}.new")
    try:
        with expected_backup_errors(folder):
            folder.mkdir(mode=0o700, parents=True)
        yield folder
        with expected_backup_errors(into):
            if into.is_dir():
                into.rmdir()
            folder.rename(into)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
