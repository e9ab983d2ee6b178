"""The clock of a running server, which keeps its own time when the clock of the computer jumps.

A jump would date entries wrongly, hold work as written in the future, and end sessions or prolong them. Corrections
of a few minutes, as by NTP, are followed. After a larger one an administrator checks the clock and restarts the
server.
"""

import contextlib
import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec

from tabuah.server.clock_check import CLOCK_TOLERANCE
from tabuah.storage.small_files import DamagedSmallFile, read_json_file

log = logging.getLogger(__name__)

FILE_NAME: Final = "clock-jump.json"
# Counts the time in which the computer sleeps, too; Windows and macOS do so by other names.
_BOOT_CLOCK: Final = getattr(time, "CLOCK_BOOTTIME", None)


class ClockJump(msgspec.Struct, frozen=True, kw_only=True):
    """A jump of the computer's clock: when it was found, by the time before, and its size, positive when ahead."""

    found_at: datetime
    jump_s: int


class SteadyClock:
    """Returns the time in UTC: that of the computer, or after a jump the time before it, continued. Thread-safe.

    Args of the constructor:
        directory: where the jump is noted for `tabuah doctor`.
        wall: the clock of the computer.
        elapsed_s: seconds that pass whatever happens to the clock.
    """

    def __init__(
        self,
        directory: Path,
        *,
        wall: Callable[[], datetime] = lambda: datetime.now(UTC),
        elapsed_s: Callable[[], float] | None = None,
    ) -> None:
        self._file, self._wall, self._elapsed_s = directory / FILE_NAME, wall, elapsed_s or _boot_s
        self._lock = threading.Lock()
        self._known = (wall(), self._elapsed_s())
        self._jump_s = 0
        self._note(None)

    def __call__(self) -> datetime:
        """Return the time."""
        with self._lock:
            wall, elapsed_s = self._wall(), self._elapsed_s()
            known, known_s = self._known
            expected = known + timedelta(seconds=elapsed_s - known_s)
            if abs(wall - expected) <= CLOCK_TOLERANCE:
                self._known = (wall, elapsed_s)
                self._follow(wall, jump_s=0)
                return wall
            self._follow(expected, jump_s=round((wall - expected).total_seconds()))
            return expected

    @property
    def jump_s(self) -> int:
        """Return by how many seconds the computer's clock is off the time of the server; 0 without a jump."""
        self()
        return self._jump_s

    def _follow(self, now: datetime, *, jump_s: int) -> None:
        """Note a new jump, or its end; a second one within the tolerance is the same."""
        if abs(jump_s - self._jump_s) <= CLOCK_TOLERANCE.total_seconds() and bool(jump_s) == bool(self._jump_s):
            return
        self._jump_s = jump_s
        if jump_s:
            log.error("the clock of the computer jumped by %d s: the server goes on with the time before", jump_s)
            self._note(ClockJump(found_at=now, jump_s=jump_s))
        else:
            log.warning("the clock of the computer is right again")
            self._note(None)

    def _note(self, jump: ClockJump | None) -> None:
        with contextlib.suppress(OSError):  # on a full or read-only disk only `/health` names it
            if jump is None:
                self._file.unlink(missing_ok=True)
            else:
                self._file.write_bytes(msgspec.json.encode(jump))


def read_clock_jump(directory: Path) -> ClockJump | None:
    """Return the jump that the server of this directory found since its start; None without one."""
    try:
        return read_json_file(directory / FILE_NAME, ClockJump)
    except (OSError, DamagedSmallFile):
        return None


def clock_jump_s(clock: Callable[[], datetime]) -> int:
    """Return the jump of a clock in seconds; 0 for a clock that follows the computer's."""
    return clock.jump_s if isinstance(clock, SteadyClock) else 0


def _boot_s() -> float:
    return time.clock_gettime(_BOOT_CLOCK) if _BOOT_CLOCK is not None else time.monotonic()
