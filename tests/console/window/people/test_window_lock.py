"""The lock screen: it covers everything but alarms, and only a password opens the window again."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QWidget
from pytestqt.qtbot import QtBot
from support.running_server import PASSWORD, RunningServer
from support.window_fixture import (
    OpenWindow,
    log_in_and_sync,
    open_second_store,
    raise_alarm_at_gauge,
    report_in_second_store,
    visible_texts,
)

from tabuah.console.window.people.lock_settings import LockSettings, LockSettingsFile, minutes_of
from tabuah.console.window.shared.panels import SidePage
from tabuah.console.window.shell.application import ConsoleWindow
from tabuah.operations.people.roles import Role
from tabuah.storage.cache.password_verifiers import VERIFIER_FILE
from tabuah.storage.sync.session_tokens import TokenFile
from tabuah.widgets.alarms.sound_player import AlarmTone, SoundPlayer
from tabuah.widgets.people.lock_window import LockWindow

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def lock(window: OpenWindow) -> LockWindow:
    """Lock by key and return the lock screen."""
    window.key(Qt.Key.Key_F12)
    cover = window.commands.people.lock.cover
    assert cover is not None
    window.until(cover.isActiveWindow)
    return cover


def field(cover: LockWindow, name: str) -> QLineEdit:
    found = cover.findChild(QLineEdit, name)
    assert isinstance(found, QLineEdit)
    return found


def enter(window: OpenWindow, cover: LockWindow, password: str) -> None:
    window.qtbot.keyClicks(field(cover, "unlock_password"), password)
    window.qtbot.keyClick(field(cover, "unlock_password"), Qt.Key.Key_Return)


def log_in_on(window: OpenWindow, cover: LockWindow, user: str) -> None:
    """Log in on the lock screen."""
    if not cover.asks_for_log_in:
        cover.unlock.another_requested.emit()
    field(cover, "lock_login_user").setText(user)
    field(cover, "lock_login_password").setText(PASSWORD)
    window.qtbot.keyClick(field(cover, "lock_login_password"), Qt.Key.Key_Return)


def visible_windows() -> list[QWidget]:
    return [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()]


def test_locked_window_shows_alarms_and_nothing_else(alarm_window: OpenWindow) -> None:
    alarm_window.commands.exercises.begin()
    alarm_window.commands.detach_panel("chart")
    alarm_window.until(alarm_window.shell.parts.panels["chart"].isFloating)
    cover = lock(alarm_window)
    assert visible_windows() == [cover]
    text = visible_texts(cover)
    assert "AWLR Koto Baru" in text
    assert "KRITIS" in text or "Kritis" in text
    assert not any(button.isVisible() for button in cover.findChildren(QWidget, "alarm_acknowledge"))


def test_alarms_of_locked_window_are_current_and_audible(
    alarm_window: OpenWindow, server: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    cover = lock(alarm_window)
    heard: list[AlarmTone] = []
    monkeypatch.setattr(SoundPlayer, "play", lambda _player, tone: heard.append(tone))
    raise_alarm_at_gauge(server, value=4.01)
    alarm_window.context.sync_soon()
    alarm_window.until(lambda: bool(heard))
    assert cover.isVisible()


def test_shortcuts_do_nothing_while_locked(alarm_window: OpenWindow) -> None:
    cover = lock(alarm_window)
    for key in (Qt.Key.Key_N, Qt.Key.Key_T, Qt.Key.Key_F9, Qt.Key.Key_F10, Qt.Key.Key_Escape):
        alarm_window.qtbot.keyClick(cover, key)
        alarm_window.qtbot.keyClick(cover, key, CTRL)
    assert visible_windows() == [cover]
    assert alarm_window.shell.parts.side.page is SidePage.DETAILS
    assert not any(alarm.acknowledged_at for alarm in alarm_window.context.state.snapshot.alarms.values())


def test_tab_stays_in_lock_screen(alarm_window: OpenWindow) -> None:
    cover = lock(alarm_window)
    for _n in range(12):
        alarm_window.key(Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        assert focused is not None
        assert focused.window() is cover


def test_wrong_password_keeps_window_locked(alarm_window: OpenWindow) -> None:
    cover = lock(alarm_window)
    enter(alarm_window, cover, "salah-sekali")
    alarm_window.until(lambda: "salah" in visible_texts(cover))
    assert visible_windows() == [cover]
    assert field(cover, "unlock_password").text() == ""


def test_form_and_dialog_survive_lock(alarm_window: OpenWindow) -> None:
    alarm_window.key(Qt.Key.Key_N)
    alarm_window.write("Koto Baru")
    cover = lock(alarm_window)
    enter(alarm_window, cover, PASSWORD)
    alarm_window.until(lambda: alarm_window.commands.people.lock.cover is None)
    assert alarm_window.shell.isVisible()
    assert alarm_window.shell.parts.side.page is SidePage.REPORT
    assert alarm_window.edit("place_text").text() == "Koto Baru"
    alarm_window.until(lambda: alarm_window.edit("place_text").hasFocus())


def test_window_that_opens_while_locked_is_shown_after_unlock(alarm_window: OpenWindow) -> None:
    cover = lock(alarm_window)
    late = QDialog(alarm_window.shell)
    late.show()
    alarm_window.until(lambda: visible_windows() == [cover])
    enter(alarm_window, cover, PASSWORD)
    alarm_window.until(late.isVisible)
    late.close()


def test_lock_screen_cannot_be_closed(alarm_window: OpenWindow) -> None:
    cover = lock(alarm_window)
    assert not cover.close()
    assert visible_windows() == [cover]
    assert "dikunci" in visible_texts(cover)


def test_another_user_logs_in_on_lock_screen(alarm_window: OpenWindow) -> None:
    alarm_window.key(Qt.Key.Key_N)
    alarm_window.write("Koto Baru")
    cover = lock(alarm_window)
    log_in_on(alarm_window, cover, "kalaksa")
    alarm_window.until(lambda: alarm_window.commands.people.lock.cover is None)
    assert alarm_window.context.state.snapshot.actor == "kalaksa"
    assert alarm_window.shell.parts.side.page is SidePage.DETAILS, "the form of the former user is closed"
    alarm_window.key(Qt.Key.Key_N)
    assert alarm_window.edit("place_text").text() == ""


def test_another_user_logs_in_without_server(alarm_window: OpenWindow, data: Path, server: RunningServer) -> None:
    log_in_and_sync(data, server, "kalaksa")
    log_in_and_sync(data, server, "ani")
    server.stop()
    cover = lock(alarm_window)
    log_in_on(alarm_window, cover, "kalaksa")
    alarm_window.until(lambda: alarm_window.commands.people.lock.cover is None)
    assert alarm_window.context.state.snapshot.actor == "kalaksa"
    alarm_window.wait_for_toast("tanpa server")


def test_unlock_works_without_server(alarm_window: OpenWindow, server: RunningServer) -> None:
    server.stop()
    cover = lock(alarm_window)
    enter(alarm_window, cover, "salah-sekali")
    alarm_window.until(lambda: "Kata sandi salah" in visible_texts(cover))
    enter(alarm_window, cover, PASSWORD)
    alarm_window.until(lambda: alarm_window.commands.people.lock.cover is None)


def test_console_without_verifier_asks_server(alarm_window: OpenWindow, data: Path) -> None:
    (data / VERIFIER_FILE).unlink()  # the log-in was made by an earlier version
    cover = lock(alarm_window)
    enter(alarm_window, cover, PASSWORD)
    alarm_window.until(lambda: alarm_window.commands.people.lock.cover is None)
    assert (data / VERIFIER_FILE).exists()


def test_log_out_keeps_unsent_work_and_locks(alarm_window: OpenWindow, data: Path, server: RunningServer) -> None:
    server.stop()
    with open_second_store(data) as store:
        report_in_second_store(store)
    alarm_window.until(lambda: bool(alarm_window.context.state.snapshot.counts.pending))
    alarm_window.commands.people.log_out.begin()
    assert "kotak keluar" in visible_texts(alarm_window.shell.parts.confirm)
    alarm_window.key(Qt.Key.Key_Return)
    cover = alarm_window.commands.people.lock.cover
    assert cover is not None
    assert cover.asks_for_log_in
    alarm_window.until(lambda: TokenFile(data).read() is None)
    alarm_window.qtbot.keyClick(cover.login, Qt.Key.Key_Escape)
    assert cover.asks_for_log_in, "there is nobody to go back to"
    log_in_on(alarm_window, cover, "ani")
    alarm_window.until(lambda: alarm_window.commands.people.lock.cover is None)
    assert alarm_window.context.state.snapshot.counts.pending


def test_locked_window_is_locked_after_restart(alarm_window: OpenWindow, data: Path, qtbot: QtBot) -> None:
    lock(alarm_window)
    alarm_window.console.close()
    assert LockSettingsFile(data).read().is_locked
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    again = OpenWindow(qtbot, ConsoleWindow(data, app))
    try:
        again.console.show()
        cover = again.commands.people.lock.cover
        assert cover is not None
        again.until(lambda: "ani" in visible_texts(cover))
        assert not again.shell.isVisible()
        enter(again, cover, PASSWORD)
        again.until(again.shell.isVisible)
        assert not LockSettingsFile(data).read().is_locked
    finally:
        again.console.close()


def test_window_locks_after_time_without_input(alarm_window: OpenWindow, data: Path) -> None:
    lock_actions = alarm_window.commands.people.lock
    assert not lock_actions._idle.is_running, "the control room does not lock by itself"
    lock_actions.ask_for_time()
    alarm_window.key(Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    alarm_window.key(Qt.Key.Key_Return)
    assert LockSettingsFile(data).read().after_min == 5
    assert lock_actions._idle.is_running
    lock_actions._idle.expired.emit()
    alarm_window.until(lambda: lock_actions.cover is not None)
    assert not lock_actions._idle.is_running


@pytest.mark.parametrize(
    ("role", "minutes"), [(Role.OPERATOR, 0), (Role.SUPERVISOR, 0), (Role.FIELD, 15), (Role.ADMIN, 15), (None, 0)]
)
def test_lock_time_depends_on_role_until_it_is_set(role: Role | None, minutes: int) -> None:
    assert minutes_of(LockSettings(), role) == minutes
    assert minutes_of(LockSettings(after_min=30), role) == 30


@pytest.mark.parametrize("damage", [b"", b"{", b'{"after_min": -1}', b"\xff\xfe"])
def test_damaged_lock_settings_are_the_defaults(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "lock.json").write_bytes(damage)
    assert LockSettingsFile(tmp_path).read() == LockSettings()


def test_lock_without_log_in_is_refused(window: OpenWindow) -> None:
    window.key(Qt.Key.Key_F12)
    window.wait_for_toast("kata sandi")
    assert window.commands.people.lock.cover is None
