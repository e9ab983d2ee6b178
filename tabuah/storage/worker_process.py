"""What a process does that works for a window or a server: it gives way, and keeps its output for its messages."""

import contextlib
import os
import sys
from typing import BinaryIO


def give_way(niceness: int) -> None:
    """Let others have the cores first, where the system knows such a thing; 19 is the most."""
    if hasattr(os, "nice"):
        with contextlib.suppress(OSError):
            os.nice(niceness)


def own_output() -> BinaryIO:
    """The pipe to who began the process, which only we write to: what libraries print goes to the error stream."""
    pipe = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return pipe
