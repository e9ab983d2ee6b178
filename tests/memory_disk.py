"""A disk in memory for what tests write: each commit waits until a real disk has it, and no test cuts the power."""

import os
import shutil
from pathlib import Path
from typing import Final

MEMORY_DISK: Final = Path("/dev/shm")
ROOM_BYTES: Final = 1 << 30  # containers often have 64 MiB


def memory_disk() -> Path | None:
    """This system's disk in memory, where it has one with room."""
    if not MEMORY_DISK.is_dir() or not os.access(MEMORY_DISK, os.W_OK):
        return None
    return MEMORY_DISK if shutil.disk_usage(MEMORY_DISK).free >= ROOM_BYTES else None
