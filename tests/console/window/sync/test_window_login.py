"""Log-in in the window on a locked device: the form offers a new key, and nothing is lost."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton
from support.running_server import PASSWORD, RunningServer
from support.window_fixture import (
    GAUGE,
    OpenWindow,
    log_in_and_sync,
    open_second_store,
    register_gauge,
    report_in_second_store,
    visible_texts,
)

from tabuah.console.window.shared.panels import SidePage
from tabuah.operations.exercises.scope import UNNAMED
from tabuah.server.administration import revoke_device
from tabuah.server.database.engine import FILE_NAME
from tabuah.storage.cache.data_directory import write_private
from tabuah.storage.sync.session_tokens import TOKEN_FILE, TokenFile


def new_key_button(window: OpenWindow) -> QAbstractButton:
    return window.find(QAbstractButton, "login_new_key")


def submit(window: OpenWindow, password: str) -> None:
    window.commands.sync.login.begin()
    window.edit("login_password").setText(password)
    window.edit("login_password").setFocus()
    window.key(Qt.Key.Key_Return)


def test_locked_device_goes_on_under_a_new_key(open_console, data: Path, server: RunningServer) -> None:
    log_in_and_sync(data, server, "ani")
    with open_second_store(data) as store:
        device = store.device
        revoke_device(server.journal, device, "hilang, lalu kembali")
        report_in_second_store(store, title="Sesudah dicabut")
    window = open_console()
    submit(window, PASSWORD)
    window.until(lambda: new_key_button(window).isVisible())
    assert "dikunci" in visible_texts(window.shell.parts.login_form)
    assert window.edit("login_password").text() == PASSWORD
    new_key_button(window).click()
    window.until(lambda: window.shell.parts.side.page is SidePage.DETAILS)
    window.until(lambda: not window.console.services.state.snapshot.pending)
    with open_second_store(data) as store:
        assert store.device != device
    titles = [state.value.title for state in server.journal.states_of_kind("incident").values()]
    assert titles == ["Sesudah dicabut"]
    assert window.edit("login_password").text() == ""


def test_badge_opens_log_in_after_all_sessions_ended(open_console, data: Path, server: RunningServer) -> None:
    log_in_and_sync(data, server, "ani")
    with closing(sqlite3.connect(server.journal.directory.path / FILE_NAME, isolation_level=None)) as connection:
        connection.execute("DELETE FROM refresh_tokens")  # as a restore does
    tokens = TokenFile(data).read()
    assert tokens is not None
    expired = msgspec.structs.replace(tokens, access_expires_at=datetime.now(UTC))
    write_private(data / TOKEN_FILE, msgspec.json.encode(expired))
    window = open_console()
    parts = window.shell.parts
    window.until(lambda: "Perlu masuk lagi" in parts.header.sync_badge.accessibleName())
    window.until(lambda: "Perlu masuk lagi" in visible_texts(parts.status))
    assert "Server menolak" not in visible_texts(parts.status)
    assert "Sesi sudah berakhir" in window.console.services.state.link.problem
    parts.header.sync_badge.click()
    assert parts.side.page is SidePage.LOGIN
    submit(window, PASSWORD)
    window.until(lambda: "Tersinkron" in parts.header.sync_badge.accessibleName())


def test_other_failures_offer_no_new_key(open_console, data: Path, server: RunningServer) -> None:
    log_in_and_sync(data, server, "ani")
    window = open_console()
    submit(window, "salah-sekali")
    window.until(lambda: "kata sandi salah" in visible_texts(window.shell.parts.login_form))
    assert not new_key_button(window).isVisible()


def test_locked_device_form_scrolls_in_low_window(open_console, data: Path, server: RunningServer) -> None:
    register_gauge(server, exercise=True)
    log_in_and_sync(data, server, "ani")
    with open_second_store(data) as store:
        revoke_device(server.journal, store.device, "hilang, lalu kembali")
    window = open_console(exercise=UNNAMED)
    window.shell.resize(1280, 720)
    window.until(lambda: GAUGE.code in window.console.services.state.snapshot.stations)
    window.selection.choose_station(GAUGE.code)  # its chart leaves less room
    window.until(lambda: not window.shell.parts.chart.is_strip)
    submit(window, PASSWORD)
    button, side = new_key_button(window), window.shell.parts.side
    window.until(lambda: button.isVisible() and button.hasFocus())
    window.until(lambda: button.visibleRegion().boundingRect() == button.rect())
    field = window.edit("login_password")
    assert field.height() >= field.sizeHint().height()
    assert side.minimumSizeHint().height() <= side.height()
