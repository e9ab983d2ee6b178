"""Interpreter and memory settings apply to the process, thread priority only to the calling thread."""

import platform
import subprocess
import sys

import pytest

TUNE_INTERPRETER = """
import gc, sys
from tabuah.widgets.responsiveness import tune_interpreter
tune_interpreter()
assert sys.getswitchinterval() <= 0.001
assert gc.get_freeze_count() > 1000
assert gc.isenabled() and gc.get_threshold()[0] > 10_000
"""
LOWER_PRIORITY = """
import os, threading
from tabuah.widgets.responsiveness import lower_thread_priority
def nice(): return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
seen = []
worker = threading.Thread(target=lambda: (lower_thread_priority(), seen.append(nice())))
before = nice()
worker.start(); worker.join()
assert seen[0] > before and nice() == before, (seen, before, nice())
"""
LIMIT_MEMORY = """
import ctypes
from tabuah.widgets.responsiveness import limit_free_memory
class Info(ctypes.Structure):
    _fields_ = [(name, ctypes.c_int) for name in "arena ordblks smblks hblks hblkhd usmblks fsmblks a b c".split()]
libc = ctypes.CDLL(None)
libc.mallinfo.restype = Info
libc.malloc.restype = ctypes.c_void_p
limit_free_memory()
libc.free(ctypes.c_void_p(libc.malloc(2_000_000)))  # by default glibc serves the next one from its heap
mappings = libc.mallinfo().hblks
assert libc.malloc(2_000_000) and libc.mallinfo().hblks == mappings + 1
"""


def run(code: str) -> None:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


def test_tune_interpreter_sets_switch_interval_and_gc():
    run(TUNE_INTERPRETER)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux reports the priority of a thread")
def test_lower_thread_priority_affects_calling_thread():
    run(LOWER_PRIORITY)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="a setting of glibc")
def test_limit_free_memory_maps_pictures_separately():
    run(LIMIT_MEMORY)
