"""Settings of interpreter, threads and memory allocation that keep the window responsive and small."""

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
_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8  # parameters of mallopt, from malloc.h of glibc
_OWN_MAPPING_BYTES: Final = 1024 * 1024  # less than a picture of the map
_ARENAS: Final = 4


def limit_free_memory() -> None:
    """Make glibc return the memory of pictures to the system at once; call before other threads start.

    By default glibc keeps freed blocks of up to 32 MB for each of up to 8 arenas per core, and the window has
    eleven threads: 20 MB of 345 MB after a busy hour. Other C libraries have no such settings.
    """
    if sys.platform != "linux":
        return
    with contextlib.suppress(AttributeError, OSError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_M_MMAP_THRESHOLD, _OWN_MAPPING_BYTES)
        mallopt(_M_ARENA_MAX, _ARENAS)


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
