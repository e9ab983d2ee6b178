"""Users replace their own password in the window, or choose one with a one-time code in the log-in form."""

from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QWidget
from support.running_server import PASSWORD, RunningServer, WritingDevice, log_in
from support.window_fixture import OpenWindow, visible_texts

from tabuah.console.window.shared.panels import SidePage
from tabuah.server.people.second_factor import code_at, step_at
from tabuah.server.people.user_changes import issue_reset_code
from tabuah.widgets.people.password_dialog import PasswordDialog

NEW = "kuda hujan meja sawah"


def fill(dialog: QWidget, **values: str) -> None:
    for name, value in values.items():
        edit = dialog.findChild(QLineEdit, name)
        assert edit is not None, name
        edit.setText(value)


def open_dialog(window: OpenWindow) -> PasswordDialog:
    window.commands.people.password.begin()
    dialog = window.commands.people.password.dialog
    assert dialog is not None
    return dialog


def submit(window: OpenWindow, dialog: PasswordDialog, present: str, new: str, repeat: str) -> None:
    fill(dialog, password_present=present, password_new=new, password_repeat=repeat)
    window.qtbot.keyClick(dialog, Qt.Key.Key_Return)


def test_own_password_is_changed(alarm_window: OpenWindow, server: RunningServer) -> None:
    submit(alarm_window, open_dialog(alarm_window), PASSWORD, NEW, NEW)
    alarm_window.until(lambda: alarm_window.commands.people.password.dialog is None)
    with server.client() as client:
        assert log_in(client, "ani", password=NEW).user == "ani"


def test_new_password_is_checked_before_the_server_is_asked(alarm_window: OpenWindow) -> None:
    dialog = open_dialog(alarm_window)
    for new, repeat, words in (("pendek", "pendek", "10"), ("rahasiarahasia", "rahasiarahasia", "ditebak"),
                               (NEW, NEW + "!", "berbeda")):  # fmt: skip
        submit(alarm_window, dialog, PASSWORD, new, repeat)
        assert words in visible_texts(dialog)


def test_wrong_present_password_is_named(alarm_window: OpenWindow) -> None:
    dialog = open_dialog(alarm_window)
    submit(alarm_window, dialog, "salah-sekali", NEW, NEW)
    alarm_window.until(lambda: "Kata sandi sekarang salah" in visible_texts(dialog))
    assert alarm_window.commands.people.password.dialog is dialog


def test_one_time_code_chooses_password_and_logs_in(window: OpenWindow, server: RunningServer, data: Path) -> None:
    code = issue_reset_code(server.journal, "ani", by="admin", reason="lupa").code
    window.commands.sync.login.begin()
    form = window.shell.parts.login_form
    switch = form.findChild(QAbstractButton, "login_switch")
    assert switch is not None
    switch.click()
    fill(form, login_server=server.url, login_user="ani", login_one_time="0000", login_new=NEW, login_repeat=NEW)
    window.qtbot.keyClick(form, Qt.Key.Key_Return)
    window.until(lambda: "minta kode baru" in visible_texts(form))
    fill(form, login_one_time=code.lower())
    window.qtbot.keyClick(form, Qt.Key.Key_Return)
    window.until(lambda: window.shell.parts.side.page is SidePage.DETAILS)
    window.until(lambda: window.context.state.snapshot.actor == "ani")
    assert (data / "verifiers.json").exists()


def test_log_in_asks_for_second_factor(window: OpenWindow, server: RunningServer) -> None:
    with server.client() as client:
        device = WritingDevice(client, "kalaksa")
        session = log_in(client, "kalaksa", key=device.key)
        client.headers["Authorization"] = f"Bearer {session.access_token}"
        device.enrol()
        secret = client.post("/v1/second-factor", json={"password": PASSWORD}).json()["secret"]
        step = step_at(datetime.now(UTC))
        reply = client.post("/v1/second-factor/confirm", json={"code": code_at(secret, step)})
        assert reply.status_code == 200, reply.text
    window.commands.sync.login.begin()
    form = window.shell.parts.login_form
    assert not window.edit("login_factor").isVisible()
    fill(form, login_server=server.url, login_user="kalaksa", login_password=PASSWORD)
    window.qtbot.keyClick(form, Qt.Key.Key_Return)
    window.until(window.edit("login_factor").isVisible)
    assert window.edit("login_password").text() == PASSWORD
    fill(form, login_factor=code_at(secret, step + 1))
    window.qtbot.keyClick(form, Qt.Key.Key_Return)
    window.until(lambda: window.context.state.snapshot.actor == "kalaksa")
