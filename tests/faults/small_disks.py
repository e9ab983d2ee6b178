"""Full disks: a small separate disk for a process, and a file size limit."""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

_MOUNT = (
    'mount -t tmpfs -o size="$1" none "$3" && cp -a "$2/." "$3" && mount -o "remount,$4,size=$1" "$3"'
    ' && shift 4 && exec "$@"'
)


class SmallDisk:
    """Disk that one process and its children see at `path`, with the content of `filled_from`; it ends with them."""

    def __init__(self, folder: Path, *, size: str, filled_from: Path, read_only: bool) -> None:
        self.path = folder
        folder.mkdir()
        self.wrap: Sequence[str] = ("unshare", "-rm", "sh", "-c", _MOUNT, "sh", size, str(filled_from), str(folder))
        self.wrap = (*self.wrap, "ro" if read_only else "rw")

    def fill(self, pid: int) -> Path:
        """Fill the disk, as seen by a process on it; deleting the file frees the space."""
        filler = Path(f"/proc/{pid}/root{self.path}/filler")
        with filler.open("wb", buffering=0) as file:
            for size in (1 << 16, 1 << 12):
                try:
                    while True:
                        file.write(bytes(size))
                except OSError:
                    continue
        return filler


def small_disk(folder: Path, *, size: str, filled_from: Path, read_only: bool = False) -> SmallDisk:
    """Return a small disk; skip the test, with the reason, where this system has none."""
    if not sys.platform.startswith("linux") or shutil.which("unshare") is None:
        pytest.skip("a disk that is full needs Linux and `unshare`")
    probe = ["unshare", "-rm", "sh", "-c", 'mount -t tmpfs -o size=64k none "$0"', str(filled_from)]
    tried = subprocess.run(probe, capture_output=True, text=True, check=False)
    if tried.returncode != 0:
        pytest.skip(f"this system mounts no disk for a test: {tried.stderr.strip()}")
    return SmallDisk(folder, size=size, filled_from=filled_from, read_only=read_only)
