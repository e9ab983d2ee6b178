"""The window of mappings: corrected with a recorded message, taken into force; offline it says why it cannot."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QPlainTextEdit, QPushButton
from support.running_server import RunningServer, start_server
from support.window_fixture import OpenWindow, log_in_and_sync, visible_texts

from tabuah.operations.gateways.recorded_message import record_message
from tabuah.operations.people.roles import Role
from tabuah.server.journal import utc_now
from tabuah.server.mqtt.address import parse_broker
from tabuah.widgets.gateways.mapping_dialog import MappingDialog

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
WRONG = """[[gateway]]
name = "lora"
topic = "lora/{station}/up"
values = [{ path = "level", parameter = "stage_m" }]
"""
RIGHT = WRONG.replace('"level"', '"tinggi"')
TOPIC, PAYLOAD = "lora/SLK-AWLR-03/up", b'{"t": "2026-11-24T07:30:00Z", "tinggi": 3.42}'


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    with start_server(tmp_path / "server", broker=parse_broker("embedded:0")) as server:
        server.add_user("admin", Role.ADMIN)
        (tmp_path / "server" / "gateways.toml").write_text(WRONG)
        message = record_message(TOPIC, PAYLOAD, mapping="lora", received_at=utc_now(), account="pupr")
        server.service.mqtt_source.unread.add(message)
        yield server


def button(dialog: MappingDialog, name: str) -> QAbstractButton:
    found = dialog.findChild(QPushButton, name)
    assert isinstance(found, QPushButton), name
    return found


def edit(dialog: MappingDialog, text: str) -> None:
    editor = dialog.findChild(QPlainTextEdit, "mapping_text")
    assert isinstance(editor, QPlainTextEdit)
    editor.setPlainText(text)


def test_mapping_is_corrected_on_a_recorded_message_and_taken_into_force(
    open_console: Callable[..., OpenWindow], data: Path, tmp_path: Path, server: RunningServer
) -> None:
    log_in_and_sync(data, server, "admin")
    window = open_console()
    window.key(Qt.Key.Key_G, CTRL, SHIFT)
    trial = window.commands.gateways
    dialog = trial.dialog
    assert dialog is not None
    window.until(lambda: "0 dari 1 pesan terekam terbaca" in visible_texts(dialog))
    assert (dialog.topic, dialog.mappings) == (TOPIC, WRONG)
    assert "sudah berlaku" in button(dialog, "mapping_use").toolTip()
    edit(dialog, WRONG + "x =\n")
    window.until(lambda: "Pemetaan memiliki 1 kesalahan" in visible_texts(dialog))
    assert "kesalahan" in button(dialog, "mapping_use").toolTip()
    edit(dialog, RIGHT)
    window.until(lambda: "1 dari 1 pesan terekam terbaca" in visible_texts(dialog))
    assert "rancangan" in visible_texts(dialog)
    window.qtbot.keyClick(dialog, Qt.Key.Key_C, CTRL | SHIFT)
    assert QGuiApplication.clipboard().text() == RIGHT
    button(dialog, "mapping_use").click()
    button(dialog, "confirm_yes").click()
    window.until(lambda: (tmp_path / "server" / "gateways.toml").read_text() == RIGHT)
    window.until(lambda: "Berlaku: lora, tabuah." in visible_texts(dialog))
    button(dialog, "mapping_previous").click()
    assert dialog.mappings == WRONG
    dialog.close()
    trial.begin()
    assert trial.dialog is not None
    assert trial.dialog.mappings == WRONG  # the draft is kept


def test_mappings_without_server_can_be_tried_but_not_used(
    open_console: Callable[..., OpenWindow], data: Path, server: RunningServer
) -> None:
    log_in_and_sync(data, server, "admin")
    server.stop()
    window = open_console()
    trial = window.commands.gateways
    trial.begin()
    dialog = trial.dialog
    assert dialog is not None
    window.until(lambda: "tabuah gateway use FILE" in visible_texts(dialog))
    assert not button(dialog, "mapping_use").isEnabled()
    assert "tanpa server" in visible_texts(dialog)
    dialog.show_message(TOPIC, PAYLOAD.decode())
    dialog.message_edited.emit()
    edit(dialog, RIGHT)
    window.until(lambda: trial._result.trial is not None and trial._result.trial.is_read)
    assert "1 bacaan" in visible_texts(dialog)
    assert trial._result.problems == ()
