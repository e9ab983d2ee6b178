"""An answer to a message of an exercise, by keyboard in the window: marked as LATIHAN and never sent."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot
from support.keyboard_steps import (
    CTRL,
    OFFICE_LAPTOP,
    SHIFT,
    dialog_in_front,
    focused,
    leave_dialog,
    log_in,
    name_of,
    return_to_window,
    run_command,
    step,
)
from support.notice_servers import GatewayServer, start_gateway_server
from support.running_server import RunningServer, start_server
from support.window_fixture import OpenWindow, open_window, visible_texts

from tabuah.operations.entries import subject_key
from tabuah.operations.exercises.drafts import start_exercise
from tabuah.operations.messages.answer import AnswerState
from tabuah.operations.messages.drafts import receive_message
from tabuah.operations.messages.inbound_message import InboundMessage
from tabuah.operations.messages.mapping_file import FILE_NAME
from tabuah.operations.messages.message import Message, MessageChannel
from tabuah.operations.people.roles import Role
from tabuah.widgets.exercises.exercises_dialog import ExercisesDialog
from tabuah.widgets.messages.message_list_dialog import MessageListDialog

DRILL = "dddddddd-0000-0000-0000-000000000001"
MAPPINGS = """
[limits]
answer_delay_s = 0
[[message]]
account = "wa"
use = "simple"
answer_channel = "wa"
"""


@pytest.fixture
def gateway() -> Iterator[GatewayServer]:
    with start_gateway_server() as found:
        yield found


@pytest.fixture
def server(tmp_path: Path, gateway: GatewayServer) -> Iterator[RunningServer]:
    """Run a server that answers through a test gateway, with a real message and one of an exercise."""
    directory = tmp_path / "server"
    directory.mkdir()
    channel = f'[[channel]]\nname = "wa"\nkind = "http"\nurl = "{gateway.url}/send"\n'
    channel += 'json = { to = "{recipient}", text = "{text}" }\n'
    (directory / "notices.toml").write_text(channel)
    (directory / FILE_NAME).write_text(MAPPINGS)
    with start_server(directory) as running:
        running.add_user("ani")
        running.add_user("wa", Role.GATEWAY)
        started = start_exercise("Galodo", known=(), suffix="ab12")
        running.journal.append_drafts([started])
        drill = receive_message(
            DRILL,
            InboundMessage(channel=MessageChannel.WHATSAPP, sender="Peran 3", address="62000", text="Galodo di hulu"),
            account="wa",
            salts=("5a" * 16,) * 4,
        )
        running.journal.append_drafts([replace(drill, exercise=True, exercise_id=subject_key(started.subject))])
        document = {"id": "1", "sender": "Yanti", "address": "62812", "text": "Air naik di pasar"}
        with running.client("wa") as client:
            assert client.post("/v1/messages", json={"messages": [document]}).status_code < 300
        yield running


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[OpenWindow]:
    opened = open_window(qtbot, tmp_path / "console")
    opened.shell.resize(OFFICE_LAPTOP)
    yield opened
    opened.console.close()


def test_answer_of_an_exercise_is_marked_and_never_sent(
    window: OpenWindow, server: RunningServer, gateway: GatewayServer
) -> None:
    log_in(window, server.url, "ani")
    show_exercise(window)
    dialog = answer_only_message(window, "Galodo di hulu", "Latihan: tim menuju hulu")
    assert "LATIHAN" in visible_texts(window.shell.parts.exercise_banner)
    window.until(lambda: "Jawaban latihan tidak dikirim" in visible_texts(dialog))
    leave_dialog(window)
    window.until(lambda: state_of_answer(server, DRILL) is AnswerState.EXERCISE)
    run_command(window, "Keluar dari latihan")
    window.until(lambda: not window.shell.parts.exercise_banner.isVisible())
    answer_only_message(window, "Air naik di pasar", "Petugas menuju lokasi")
    leave_dialog(window)
    window.until(lambda: bool(gateway.requests))
    bodies = [body for _path, _headers, body in gateway.requests]
    assert bodies == [{"to": "62812", "text": "Petugas menuju lokasi"}], "the server sends in order; one is left out"


def show_exercise(window: OpenWindow) -> None:
    window.until(lambda: bool(window.console.services.state.snapshot.exercises))
    window.key(Qt.Key.Key_L, CTRL, SHIFT)
    dialog_in_front(window, ExercisesDialog)
    step(window, "exercise-list")
    window.key(Qt.Key.Key_Down)
    window.key(Qt.Key.Key_Return)
    window.until(window.shell.parts.exercise_banner.isVisible)
    return_to_window(window)
    step(window, "exercise-window")


def answer_only_message(window: OpenWindow, received: str, text: str) -> MessageListDialog:
    """Answer the message that waits in the world of the window."""
    window.key(Qt.Key.Key_M, CTRL, SHIFT)
    dialog = dialog_in_front(window, MessageListDialog)
    window.until(lambda: dialog.list.model().rowCount() == 1)
    window.until(lambda: received in visible_texts(dialog))
    step(window, "exercise-messages")
    window.key(Qt.Key.Key_A)
    window.until(lambda: name_of(focused()) == "answer_text")
    window.write(text)
    step(window, "exercise-answer")
    window.key(Qt.Key.Key_Return, CTRL)
    window.until(lambda: dialog.list.model().rowCount() == 0)
    assert not isinstance(focused(), QPushButton), "a stray Space would undo the answer"
    step(window, "exercise-answered")
    return dialog


def state_of_answer(server: RunningServer, key: str) -> AnswerState | None:
    message = server.journal.state_of(f"message/{key}").value
    assert isinstance(message, Message)
    return message.answers[-1].state if message.answers else None
