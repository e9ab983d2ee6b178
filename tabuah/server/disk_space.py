"""Whether the disk of the server has space, without writing to it."""

import os
import shutil
from pathlib import Path
from typing import Final

MIN_FREE_BYTES: Final = 1024 * 1024  # SQLite needs some for its log before it can save a single entry


def has_space(directory: Path) -> bool:
    """Return whether files can be written in a directory: the disk is neither full nor read-only."""
    try:
        return os.access(directory, os.W_OK) and shutil.disk_usage(directory).free >= MIN_FREE_BYTES
    except OSError:
        return False
