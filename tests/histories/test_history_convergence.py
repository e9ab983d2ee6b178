"""Test that every random history of users, consoles, connections, disks and the server converges.

They are the same ones each time; `make test-long` runs ten thousand others and shrinks failures.
"""

import logging

import pytest
from histories.aid_moves import AidMoves
from histories.author_moves import AuthorMoves
from histories.call_moves import CallMoves
from histories.contact_moves import ContactMoves
from histories.disruption_moves import DisruptionMoves
from histories.exercise_moves import ExerciseMoves
from histories.load_moves import LoadMoves
from histories.machine import History
from histories.merge_moves import MergeMoves
from histories.message_moves import MessageMoves
from histories.notice_moves import NoticeMoves
from histories.parent_event_moves import ParentEventMoves
from histories.restore_moves import RestoreMoves
from histories.roster_moves import RosterMoves
from histories.run_size import HISTORIES_OF_PART, PARTS, PROFILE, RESTORED_PARTS
from histories.scope_moves import ScopeMoves
from histories.shelter_moves import ShelterMoves
from histories.shift_moves import ShiftMoves
from histories.station_moves import StationMoves
from histories.task_moves import TaskMoves
from histories.theft_moves import TheftMoves
from histories.unit_moves import UnitMoves
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

SETTINGS = settings(
    max_examples=HISTORIES_OF_PART,
    stateful_step_count=20,
    deadline=None,
    phases=[Phase.generate, *([Phase.shrink] if PROFILE == "long" else [])],
    suppress_health_check=list(HealthCheck),
)


class WholeHistory(
    History,
    StationMoves,
    MergeMoves,
    ExerciseMoves,
    AuthorMoves,
    TheftMoves,
    LoadMoves,
    ScopeMoves,
    RosterMoves,
    ShiftMoves,
    ContactMoves,
    CallMoves,
    TaskMoves,
    ShelterMoves,
    DisruptionMoves,
    ParentEventMoves,
    AidMoves,
    MessageMoves,
    NoticeMoves,
    UnitMoves,
):
    """With moves that no mutation needs; there they would only make the histories longer."""


class RestoredHistory(History, RestoreMoves):
    """With a server that is put back to older copies."""


@pytest.mark.parametrize("part", range(PARTS))
def test_any_history_converges(part: int, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.CRITICAL)  # power cuts and refusals are expected here
    machine = type(f"History{part}", (WholeHistory,), {})
    run_state_machine_as_test(machine if PROFILE == "long" else seed(part)(machine), settings=SETTINGS)


@pytest.mark.parametrize("part", range(RESTORED_PARTS))
def test_any_history_with_restored_servers_converges(part: int, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.CRITICAL)
    machine = type(f"RestoredHistory{part}", (RestoredHistory,), {})
    run_state_machine_as_test(machine if PROFILE == "long" else seed(part)(machine), settings=SETTINGS)
