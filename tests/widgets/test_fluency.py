"""What favours the window's thread is set for the whole process, and a worker yields only itself."""

import subprocess
import sys

import pytest

FAVOURING = """
import gc, sys
from tabuah.widgets.fluency import favour_the_window
favour_the_window()
assert sys.getswitchinterval() <= 0.001
assert gc.get_freeze_count() > 1000
assert gc.isenabled() and gc.get_threshold()[0] > 10_000
"""
STEPPING = """
import os, threading
from tabuah.widgets.fluency import step_back
def nice(): return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
seen = []
worker = threading.Thread(target=lambda: (step_back(), seen.append(nice())))
before = nice()
worker.start(); worker.join()
assert seen[0] > before and nice() == before, (seen, before, nice())
"""


def run(code: str) -> None:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


def test_the_window_gets_its_turn_within_a_millisecond_and_what_lives_long_is_not_searched():
    run(FAVOURING)


@pytest.mark.skipif(sys.platform != "linux", reason="priorities of threads are told by Linux only")
def test_a_thread_that_steps_back_lowers_its_own_priority_and_no_other():
    run(STEPPING)
