"""Files that only their owner may read, because they hold personal data."""

import os
from pathlib import Path


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


def _close_to_others(path: Path) -> None:
    if path.stat().st_mode & 0o077 and hasattr(os, "getuid") and path.stat().st_uid == os.getuid():
        path.chmod(0o600)
