"""The pace of a backup's writing: half of the disk's time is left to a running server, and no flush is long."""

import os
import time
from pathlib import Path
from typing import Final

FLUSH_BYTES: Final = 4 * 1024 * 1024
MIN_FLUSH_BYTES: Final = 512 * 1024
LONGEST_FLUSH_S: Final = 0.02  # the next flush is smaller if one took longer
MAX_PAUSE_S: Final = 0.05
FREED_BYTES: Final = 64 * 1024 * 1024


class WritePace:
    """Flushes a growing file every few megabytes, and pauses as long as the work took.

    A commit of a server waits while the disk writes the data of others; on ext4 a flush even waits until all
    blocks that were allocated before it are written. So no flush may be large: on a slow disk they get smaller.
    """

    def __init__(self) -> None:
        self._flush_bytes = FLUSH_BYTES
        self._unflushed = 0
        self._since = time.monotonic()

    def wrote(self, count: int, descriptor: int) -> None:
        """Note that `count` bytes were written to a file since the last call, flush it when it is time, and pause."""
        self._unflushed += count
        if self._unflushed < self._flush_bytes:
            return
        self._unflushed = 0
        began_s = time.monotonic()
        os.fsync(descriptor)
        took_s = time.monotonic() - began_s
        if took_s > LONGEST_FLUSH_S:
            self._flush_bytes = max(self._flush_bytes // 2, MIN_FLUSH_BYTES)
        elif took_s < LONGEST_FLUSH_S / 4:
            self._flush_bytes = min(self._flush_bytes * 2, FLUSH_BYTES)
        self.pause()

    def delete(self, path: Path) -> None:
        """Delete a file in pieces: gigabytes that are freed at once delay the next commit."""
        size = path.stat().st_size
        while size > FREED_BYTES:
            size -= FREED_BYTES
            os.truncate(path, size)
            self.pause()
        path.unlink()

    def pause(self) -> None:
        """Sleep as long as the work since the last pause took, at most `MAX_PAUSE_S`."""
        time.sleep(min(time.monotonic() - self._since, MAX_PAUSE_S))
        self._since = time.monotonic()
