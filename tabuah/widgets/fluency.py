"""What a process with a window sets so that no other thread and no clean-up of memory holds a picture up."""

import contextlib
import ctypes
import gc
import os
import sys
import threading
from typing import Final

_TURN_S: Final = 0.0003  # a thread that wants the interpreter waits so long; Python's own 5 ms are a third of a frame
_YOUNG: Final = (50_000, 20, 100)  # new objects between two clean-ups, and how many of these before a larger one
_LOWER: Final = 5  # nice value of a thread that works for later; a third of the weight of the window's
_BELOW_NORMAL: Final = -1  # THREAD_PRIORITY_BELOW_NORMAL of Windows


def favour_the_window() -> None:
    """Let the window's thread have its turn quickly; call it once, when the window and its data are there.

    What is alive now is taken out of the clean-ups: one of all objects took 23 ms in a busy room.
    """
    sys.setswitchinterval(_TURN_S)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_YOUNG)


def step_back() -> None:
    """Let the calling thread yield the processor to the window's; where the system has no such thing, do nothing."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _LOWER)
    elif sys.platform == "win32":
        kernel = ctypes.windll.kernel32
        kernel.SetThreadPriority(kernel.GetCurrentThread(), _BELOW_NORMAL)
