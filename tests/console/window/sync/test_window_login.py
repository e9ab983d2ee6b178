"""Log-in in the window on a locked device: the form offers a new key, and nothing is lost."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton
from support.running_server import PASSWORD, RunningServer
from support.tls_server import create_tls_server, start_tls_server
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
from tabuah.storage.data_files import PIN_FILE
from tabuah.storage.journal.pairing import pairing_text
from tabuah.storage.sync.session_tokens import TOKEN_FILE, TokenFile


def new_key_button(window: OpenWindow) -> QAbstractButton:
    return window.find(QAbstractButton, "login_new_key")


def submit(window: OpenWindow, password: str) -> None:
    window.commands.sync.login.begin()
    submit_typed(window, password)


def submit_typed(window: OpenWindow, password: str) -> None:
    """Submit the form as it is, with a password."""
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


def test_pairing_code_is_asked_at_the_first_log_in(open_console, data: Path, tmp_path: Path) -> None:
    state = create_tls_server(tmp_path / "secured")
    with start_tls_server(tmp_path / "secured") as secured:
        window = open_console()
        window.commands.sync.login.begin()
        form = window.shell.parts.login_form
        assert window.edit("login_code").isVisible()
        for name, text in (("server", secured.url), ("user", "ani"), ("code", state.code[:-1])):
            window.edit(f"login_{name}").setText(text)
        submit_typed(window, PASSWORD)
        assert "delapan kata" in visible_texts(form)
        assert (window.edit("login_code").hasFocus(), window.edit("login_password").text()) == (True, PASSWORD)
        window.edit("login_code").setText(create_tls_server(tmp_path / "other").code)
        submit_typed(window, PASSWORD)
        window.until(lambda: "bukan server dari kode" in visible_texts(form))
        assert not (data / PIN_FILE).exists()
        window.edit("login_code").setText(state.code)
        submit_typed(window, PASSWORD)
        window.until(lambda: "Tersinkron" in window.shell.parts.header.sync_badge.accessibleName())
        assert (data / PIN_FILE).exists()
        window.commands.sync.login.begin()
        assert not window.edit("login_code").isVisible()


def test_pairing_code_file_fills_the_form(open_console, tmp_path: Path) -> None:
    state = create_tls_server(tmp_path / "secured")
    file = tmp_path / "code.txt"
    file.write_text(f"# Tabuah\n{pairing_text('https://tabuah.example:8410', state.code)}\n", "utf-8")
    window = open_console()
    login = window.commands.sync.login
    login.begin()
    login.actions._read_code_file(file)
    assert window.edit("login_code").text() == state.code
    assert window.edit("login_server").text() == "https://tabuah.example:8410"
    file.write_text("kosong", "utf-8")
    login.actions._read_code_file(file)
    assert "delapan kata" in visible_texts(window.shell.parts.login_form)
    login.actions._read_code_file(tmp_path / "missing.txt")
    assert "missing.txt" in visible_texts(window.shell.parts.login_form)
