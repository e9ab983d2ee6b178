"""Random histories with servers that went on after they were put back converge, whichever history is kept."""

import logging

import pytest
from histories.machine import History
from histories.restore_moves import SecondHistoryMoves
from histories.run_size import PROFILE, RESTORED_PARTS
from histories.test_history_convergence import SETTINGS
from hypothesis import seed
from hypothesis.stateful import run_state_machine_as_test


class ForkedHistory(History, SecondHistoryMoves):
    """With a server that has two histories."""


@pytest.mark.parametrize("part", range(RESTORED_PARTS))
def test_any_history_with_decisions_converges(part: int, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.CRITICAL)
    machine = type(f"ForkedHistory{part}", (ForkedHistory,), {})
    run_state_machine_as_test(machine if PROFILE == "long" else seed(part)(machine), settings=SETTINGS)
