"""A polite end from outside never throws an exception into Qt's own code."""

import os
import signal
import sys

import pytest

from tabuah.console.demo.interrupting import Interruption, interruption

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there `os.kill` ends the process")


def test_without_anything_to_spare_it_is_raised_at_once():
    with interruption() as wanted, pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGTERM)
    assert wanted.is_wanted


def test_while_a_window_is_built_it_is_only_noted_and_raised_afterwards():
    reached = []

    def build_a_window(wanted: Interruption) -> None:
        with wanted.held():
            os.kill(os.getpid(), signal.SIGTERM)
            reached.append("built")

    with interruption() as wanted, pytest.raises(KeyboardInterrupt):
        build_a_window(wanted)
    assert reached == ["built"]


def test_nobody_who_did_not_ask_is_interrupted():
    with interruption() as wanted, wanted.held():
        pass
    assert not wanted.is_wanted
