"""A window whose server has another history says what is safe, what is missing, and who has to do what."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton, QWidget
from support.restored_server import RestorableServer, server_with_report
from support.window_fixture import OpenWindow, visible_texts
from support.window_values import NOW, snapshot_with

from tabuah.console.commands.doctor import check_console
from tabuah.console.window.state.connection_status import ConnectionStatus
from tabuah.console.window.sync.sync_badge import sync_badge_state
from tabuah.operations.people.roles import Role
from tabuah.operations.sync.connection_state import ConnectionState, HistoryProblem
from tabuah.server.handback.decision import KeptHistory
from tabuah.server.handback.handback import Handback
from tabuah.server.journal import ServerJournal
from tabuah.storage.sync.errors import HistoryDiffers
from tabuah.text.sync.history_problem import history_advice, history_in_brief, history_state, list_history_steps
from tabuah.widgets.values import Level

UNDECIDED = HistoryProblem.UNDECIDED


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RestorableServer]:
    """Run a server with a second history: the console of ani has what it lost, that of budi what it wrote since."""
    with server_with_report(tmp_path, "sebelum salinan", {"ani": Role.OPERATOR, "budi": Role.OPERATOR}) as server:
        files = server.copy_files()
        server.log_in("ani")
        server.report("ani", "riwayat konsol")
        server.sync("ani")
        server.put_back(files)
        server.log_in("budi")
        server.report("budi", "riwayat server")
        server.sync("budi")
        server.log_in("ani")
        server.report("ani", "belum terkirim")
        yield server


def decide(server: RestorableServer) -> None:
    """Keep the server's history, as the command does."""
    port = server.port
    server.stop()
    with ServerJournal.open(server.directory, serving=True) as journal:
        assert Handback(journal).decide(KeptHistory.SERVER) is not None
    server.start(server.directory, port)
    server.log_in("ani")


@pytest.mark.parametrize("problem", HistoryProblem)
@pytest.mark.parametrize("pending", [0, 3])
def test_badge_names_problem_and_steps(problem: HistoryProblem, pending: int) -> None:
    link = ConnectionStatus(state=ConnectionState.REFUSED, problem="x", history=problem)
    state = sync_badge_state(snapshot_with(pending=pending, role=Role.OPERATOR), link, NOW)
    assert state.level is Level.HIGH
    assert state.text == f"{history_state(problem)} · {pending} menunggu"
    assert state.details[: len(list_history_steps(problem, pending))] == list_history_steps(problem, pending)
    assert "x" not in state.details


def test_window_says_who_decides_until_server_goes_on(
    server: RestorableServer, open_console: Callable[..., OpenWindow]
) -> None:
    window = open_console(server.folder / "ani")
    notice = window.shell.parts.sync_notice
    window.until(notice.isVisible)
    assert history_in_brief(UNDECIDED) in visible_texts(notice)
    assert history_state(UNDECIDED) in visible_texts(window.shell.parts.status)
    window.find(QPushButton, "sync_notice_button").click()
    popover = window.find(QWidget, "sync_details")
    window.until(popover.isVisible)
    assert all(step in visible_texts(popover) for step in list_history_steps(UNDECIDED, 1))
    popover.hide()
    decide(server)
    window.commands.sync_now()
    window.until(lambda: not notice.isVisible())
    wanted = {"sebelum salinan", "riwayat konsol", "riwayat server", "belum terkirim"}
    window.until(lambda: {incident.title for incident in window.incidents} == wanted)


def test_doctor_advises_decision_instead_of_another_sync(server: RestorableServer) -> None:
    with pytest.raises(HistoryDiffers):
        server.sync("ani")
    (check,) = (each for each in check_console(server.folder / "ani", quick=True) if each.check == "sync")
    assert (check.ok, check.advice) == (False, history_advice(UNDECIDED))
