"""Files that only their owner may read: what they hold is other people's."""

import os
from pathlib import Path


def make_private(path: Path) -> None:
    """Make an empty file for its owner only; one that is there already is closed to everybody else.

    A file that exists is never opened: closing a descriptor of a database drops all locks of this process there.

    Raises:
        OSError: it cannot be made.
    """
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        _close_to_others(path)


def _close_to_others(path: Path) -> None:
    if path.stat().st_mode & 0o077 and hasattr(os, "getuid") and path.stat().st_uid == os.getuid():
        path.chmod(0o600)
