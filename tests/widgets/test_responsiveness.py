"""Interpreter settings apply to the process, thread priority only to the calling thread."""

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


def run(code: str) -> None:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


def test_tune_interpreter_sets_switch_interval_and_gc():
    run(TUNE_INTERPRETER)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux reports the priority of a thread")
def test_lower_thread_priority_affects_calling_thread():
    run(LOWER_PRIORITY)
