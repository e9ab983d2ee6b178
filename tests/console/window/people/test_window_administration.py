"""The administration window: users, devices and sessions; without the server it is read-only."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QPushButton, QWidget
from support.running_server import RunningServer
from support.window_fixture import OpenWindow, identity, log_in_and_sync, open_second_store, visible_texts

from tabuah.operations.people.roles import Role
from tabuah.text.people.users import administrators_only, needs_server_reason, own_account_reason
from tabuah.widgets.people.administration_dialog import AdministrationDialog
from tabuah.widgets.people.values import UserTab

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def admin_window(
    open_console: Callable[..., OpenWindow], data: Path, tmp_path: Path, server: RunningServer
) -> OpenWindow:
    """Return the window of an administrator; the operator ani has a device."""
    server.add_user("admin", Role.ADMIN)
    log_in_and_sync(tmp_path / "of-ani", server, "ani")
    log_in_and_sync(data, server, "admin")
    return open_console()


def open_dialog(window: OpenWindow) -> AdministrationDialog:
    window.key(Qt.Key.Key_P, CTRL, SHIFT)
    dialog = window.commands.people.administration.dialog
    assert dialog is not None
    window.until(dialog.isActiveWindow)
    window.until(lambda: button(dialog, "user_create").isEnabled())
    return dialog


def choose(window: OpenWindow, dialog: AdministrationDialog, name: str) -> None:
    dialog.list.choose(name)
    window.until(lambda: name in heading(dialog))


def heading(dialog: AdministrationDialog) -> str:
    found = dialog.findChild(QLabel, "user_heading")
    assert isinstance(found, QLabel)
    return found.text()


def button(dialog: QWidget, name: str, kind: type[QAbstractButton] = QPushButton) -> QAbstractButton:
    found = dialog.findChild(kind, name)
    assert isinstance(found, kind), name
    return found


def field(dialog: QWidget, name: str) -> QLineEdit:
    found = dialog.findChild(QLineEdit, name)
    assert isinstance(found, QLineEdit), name
    return found


def answer(window: OpenWindow, dialog: AdministrationDialog, reason: str) -> None:
    """Answer the open question with a reason."""
    card = dialog.findChild(QWidget, "confirm_card")
    assert card is not None
    assert card.isVisible()
    if reason:
        window.qtbot.keyClicks(field(card, "confirm_field"), reason)
    window.qtbot.keyClick(card, Qt.Key.Key_Return)


def test_administrator_creates_user_with_one_time_code(admin_window: OpenWindow, server: RunningServer) -> None:
    dialog = open_dialog(admin_window)
    admin_window.qtbot.keyClick(dialog, Qt.Key.Key_N, CTRL | SHIFT)
    admin_window.until(lambda: field(dialog, "user_name").isVisible())
    admin_window.qtbot.keyClicks(field(dialog, "user_name"), "sari dewi")
    admin_window.qtbot.keyClick(dialog.form, Qt.Key.Key_Return)
    assert "spasi" in visible_texts(dialog.form)
    field(dialog, "user_name").setText("sari")
    field(dialog, "user_opd").setText("BPBD")
    admin_window.qtbot.keyClick(dialog.form, Qt.Key.Key_Return)
    code = dialog.findChild(QLabel, "one_time_code")
    assert isinstance(code, QLabel)
    admin_window.until(code.isVisible)
    admin_window.qtbot.keyClick(dialog.code, Qt.Key.Key_C, CTRL)
    assert QGuiApplication.clipboard().text() == code.text() != ""
    admin_window.qtbot.keyClick(dialog.code, Qt.Key.Key_Escape)
    assert code.text() == ""
    user = server.journal.authority.users["sari"]
    assert (user.role, user.opd, user.active) == (Role.OPERATOR, "BPBD", True)
    admin_window.until(lambda: "sari" in [item.id for item in dialog._users])


def test_lock_and_unlock_are_recorded_with_reason_and_administrator(
    admin_window: OpenWindow, server: RunningServer
) -> None:
    dialog = open_dialog(admin_window)
    choose(admin_window, dialog, "ani")
    admin_window.qtbot.keyClick(dialog, Qt.Key.Key_L)
    answer(admin_window, dialog, "")
    assert server.journal.authority.users["ani"].active, "a reason is required"
    answer(admin_window, dialog, "cuti panjang")
    admin_window.until(lambda: not server.journal.authority.users["ani"].active)
    admin_window.until(lambda: button(dialog, "user_unlock").isVisible())
    dialog.page.show_tab(UserTab.HISTORY)
    admin_window.until(lambda: "cuti panjang" in spoken_rows(dialog))
    assert "Pengguna dikunci" in spoken_rows(dialog)
    assert "admin" in spoken_rows(dialog)
    admin_window.qtbot.keyClick(dialog, Qt.Key.Key_U)
    answer(admin_window, dialog, "kembali")
    admin_window.until(lambda: server.journal.authority.users["ani"].active)


def spoken_rows(dialog: AdministrationDialog) -> str:
    model = dialog.page.list.model()
    return " | ".join(str(model.index(row, 0).data()) for row in range(model.rowCount()))


def test_role_change_needs_reason(admin_window: OpenWindow, server: RunningServer) -> None:
    dialog = open_dialog(admin_window)
    choose(admin_window, dialog, "ani")
    admin_window.qtbot.keyClick(dialog, Qt.Key.Key_E)
    supervisor = next(
        chip for chip in dialog.form.findChildren(QAbstractButton) if chip.objectName() == "choice_supervisor"
    )
    supervisor.click()
    admin_window.qtbot.keyClick(dialog.form, Qt.Key.Key_Return)
    assert server.journal.authority.users["ani"].role is Role.OPERATOR
    field(dialog, "user_reason").setText("naik jabatan")
    admin_window.qtbot.keyClick(dialog.form, Qt.Key.Key_Return)
    admin_window.until(lambda: server.journal.authority.users["ani"].role is Role.SUPERVISOR)
    admin_window.until(lambda: "Penyelia" in heading(dialog))


def test_form_shows_rights_before_kecamatan_is_saved(admin_window: OpenWindow, server: RunningServer) -> None:
    dialog = open_dialog(admin_window)
    choose(admin_window, dialog, "ani")
    admin_window.qtbot.keyClick(dialog, Qt.Key.Key_E)
    assert "Pada semua insiden" in visible_texts(dialog)
    for chip in ("choice_field", "choice_13.02.10"):
        button(dialog.form, chip, QAbstractButton).click()
    assert "lingkup" in visible_texts(dialog)
    assert "Hanya insiden di kecamatan Kubung (13.02.10)" in visible_texts(dialog)
    field(dialog, "user_reason").setText("pindah")
    admin_window.qtbot.keyClick(dialog.form, Qt.Key.Key_Return)
    admin_window.until(lambda: server.journal.authority.users["ani"].office.kecamatan == "13.02.10")
    admin_window.until(lambda: "Kubung (13.02.10)" in visible_texts(dialog.page))


def test_sessions_end_from_the_window(admin_window: OpenWindow, server: RunningServer) -> None:
    dialog = open_dialog(admin_window)
    choose(admin_window, dialog, "ani")
    dialog.page.show_tab(UserTab.SESSIONS)
    admin_window.until(lambda: dialog.page.list.model().rowCount() == 1)
    admin_window.qtbot.keyClick(dialog, Qt.Key.Key_Z)
    answer(admin_window, dialog, "ganti petugas")
    admin_window.until(lambda: dialog.page.list.model().rowCount() == 0)


def test_device_is_revoked_from_the_window(admin_window: OpenWindow, server: RunningServer) -> None:
    dialog = open_dialog(admin_window)
    choose(admin_window, dialog, "ani")
    device = dialog.page.list.chosen
    admin_window.qtbot.keyClick(dialog, Qt.Key.Key_B)
    answer(admin_window, dialog, "rusak")
    admin_window.until(lambda: server.journal.authority.devices[device].revoked)
    admin_window.until(lambda: not button(dialog, "user_revoke").isEnabled())


def test_own_account_and_device_are_protected(admin_window: OpenWindow) -> None:
    dialog = open_dialog(admin_window)
    choose(admin_window, dialog, "admin")
    assert button(dialog, "user_lock").accessibleDescription() == own_account_reason()
    assert not button(dialog, "user_revoke").isEnabled()
    assert not button(dialog, "user_stolen").isEnabled()


def test_search_filters_users(admin_window: OpenWindow) -> None:
    dialog = open_dialog(admin_window)
    admin_window.qtbot.keyClick(dialog, Qt.Key.Key_F, CTRL)
    admin_window.until(dialog.filter.hasFocus)
    admin_window.qtbot.keyClicks(dialog.filter, "kalak")
    assert dialog.list.model().rowCount() == 1
    assert "kalaksa" in heading(dialog)


def test_letters_in_search_are_no_acts(admin_window: OpenWindow) -> None:
    dialog = open_dialog(admin_window)
    dialog.filter.setFocus()
    admin_window.until(dialog.filter.hasFocus)
    for key in (Qt.Key.Key_L, Qt.Key.Key_R, Qt.Key.Key_Return):
        admin_window.key(key)
    card = dialog.findChild(QWidget, "confirm_card")
    assert card is None or not card.isVisible()
    assert dialog.filter.text() == "lr"


def test_without_server_window_is_read_only_with_reason(admin_window: OpenWindow, server: RunningServer) -> None:
    server.stop()
    admin_window.key(Qt.Key.Key_P, CTRL, SHIFT)
    dialog = admin_window.commands.people.administration.dialog
    assert dialog is not None
    admin_window.until(lambda: "hanya baca" in visible_texts(dialog))
    choose(admin_window, dialog, "ani")
    assert button(dialog, "user_lock").accessibleDescription() == needs_server_reason()
    assert not button(dialog, "user_create").isEnabled()
    assert dialog.page.list.model().rowCount() == 1, "devices are in the journal"


def test_operator_cannot_open_administration(alarm_window: OpenWindow) -> None:
    alarm_window.key(Qt.Key.Key_P, CTRL, SHIFT)
    assert alarm_window.commands.people.administration.dialog is None
    assert administrators_only() in alarm_window.toasts


def test_administration_closes_when_role_is_lost(admin_window: OpenWindow, data: Path) -> None:
    open_dialog(admin_window)
    with open_second_store(data) as store:
        store.remember_identity(identity(Role.OPERATOR, user="admin"))
    admin_window.context.state.reload()
    admin_window.until(lambda: admin_window.commands.people.administration.dialog is None)


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down])
def test_filter_is_left_for_the_list_by_enter_and_down(admin_window: OpenWindow, key: Qt.Key) -> None:
    dialog = open_dialog(admin_window)
    admin_window.qtbot.keyClick(dialog, Qt.Key.Key_F, CTRL)
    admin_window.until(dialog.filter.hasFocus)
    admin_window.qtbot.keyClicks(dialog.filter, "ani")
    admin_window.qtbot.keyClick(dialog.filter, key)
    admin_window.until(dialog.list.hasFocus)
    assert dialog.filter.text() == "ani"
    assert dialog.list.chosen == "ani"
    admin_window.until(lambda: "ani" in heading(dialog))
