"""In-memory disk for test data: tests need no durability, and commits on a real disk are slow."""

import os
import shutil
from pathlib import Path
from typing import Final

MEMORY_DISK: Final = Path("/dev/shm")
ROOM_BYTES: Final = 1 << 30  # containers often have 64 MiB


def memory_disk() -> Path | None:
    """Return the in-memory disk of this system, if it has enough space."""
    if not MEMORY_DISK.is_dir() or not os.access(MEMORY_DISK, os.W_OK):
        return None
    return MEMORY_DISK if shutil.disk_usage(MEMORY_DISK).free >= ROOM_BYTES else None
