"""Set-up of a worker process: low priority, and stdout reserved for its messages."""

import contextlib
import os
import sys
from typing import BinaryIO


def lower_priority(niceness: int) -> None:
    """Lower the CPU priority where the system supports it; 19 is the lowest."""
    if hasattr(os, "nice"):
        with contextlib.suppress(OSError):
            os.nice(niceness)


def reserve_stdout() -> BinaryIO:
    """Return stdout as a pipe that only we write to; library output is redirected to stderr."""
    pipe = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return pipe
