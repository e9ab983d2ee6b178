"""The most memory that a process had: of itself alone, not of the one that started it."""

import platform
import resource
from pathlib import Path
from typing import Final

_STATUS: Final = Path("/proc/self/status")
_MIB: Final = 1024 * 1024


def peak_memory_mb() -> float:
    """The largest resident size of this process so far in MiB.

    Linux hands the peak in `ru_maxrss` down to whoever is forked and keeps it even beyond an exec, so a small process
    of a large one would tell the large one's; `VmHWM` begins anew with each program.
    """
    if _STATUS.is_file():
        line = next(line for line in _STATUS.read_text("ascii").splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) / 1024
    largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return largest / (_MIB if platform.system() == "Darwin" else 1024)
