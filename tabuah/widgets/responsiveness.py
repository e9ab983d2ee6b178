"""Interpreter and thread settings that keep the window responsive."""

import contextlib
import ctypes
import gc
import os
import sys
import threading
from typing import Final

_SWITCH_INTERVAL_S: Final = 0.0003  # thread switch interval; Python's default of 5 ms is a third of a frame
_GC_THRESHOLDS: Final = (50_000, 20, 100)  # thresholds of the three generations of the garbage collector
_WORKER_NICE: Final = 5  # nice value of background threads; about a third of the scheduler weight of the window's
_BELOW_NORMAL: Final = -1  # THREAD_PRIORITY_BELOW_NORMAL of Windows


def tune_interpreter() -> None:
    """Set thread switching and garbage collection for the window; call once, after loading its data.

    Objects that exist now are frozen out of garbage collection: a full collection took 23 ms in a busy session.
    """
    sys.setswitchinterval(_SWITCH_INTERVAL_S)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_GC_THRESHOLDS)


def lower_thread_priority() -> None:
    """Lower the scheduling priority of the calling thread on Linux and Windows; do nothing elsewhere."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _WORKER_NICE)
    elif sys.platform == "win32":
        kernel = ctypes.windll.kernel32
        kernel.SetThreadPriority(kernel.GetCurrentThread(), _BELOW_NORMAL)
