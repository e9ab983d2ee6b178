"""Peak and present memory of this process alone, without that of its parent."""

import platform
import resource
from pathlib import Path
from typing import Final

_STATUS: Final = Path("/proc/self/status")
_MIB: Final = 1024 * 1024


def peak_memory_mb() -> float:
    """Return the largest resident size of this process so far in MiB.

    On Linux a forked process inherits the peak in `ru_maxrss`, even across exec, so that a small child
    of a large process reports the parent's peak; `VmHWM` restarts with each program.
    """
    if _STATUS.is_file():
        return _status_mb("VmHWM:")
    largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return largest / (_MIB if platform.system() == "Darwin" else 1024)


def current_memory_mb() -> float:
    """Return the resident size of this process now in MiB; where the system does not state it, the peak."""
    return _status_mb("VmRSS:") if _STATUS.is_file() else peak_memory_mb()


def _status_mb(name: str) -> float:
    line = next(line for line in _STATUS.read_text("ascii").splitlines() if line.startswith(name))
    return int(line.split()[1]) / 1024
