"""Interruption: a signal never raises an exception inside Qt's own code."""

import os
import signal
import sys

import pytest

from tabuah.console.demo.interruption import Interruption, catch_interruption

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there `os.kill` ends the process")


def test_interruption_is_raised_at_once():
    with catch_interruption() as wanted, pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGTERM)
    assert wanted.is_requested


def test_postponed_interruption_is_raised_afterwards():
    reached = []

    def build_a_window(wanted: Interruption) -> None:
        with wanted.postponed():
            os.kill(os.getpid(), signal.SIGTERM)
            reached.append("built")

    with catch_interruption() as wanted, pytest.raises(KeyboardInterrupt):
        build_a_window(wanted)
    assert reached == ["built"]


def test_postponed_block_without_signal_is_not_interrupted():
    with catch_interruption() as wanted, wanted.postponed():
        pass
    assert not wanted.is_requested
