"""The window of the shift: a line by one key and Enter, promises, and a handover that two people confirm."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget
from support.command_line import CommandLine
from support.window_fixture import OpenWindow, identity, open_second_store, visible_texts

from tabuah.operations.people.roles import Role
from tabuah.operations.shifts.drafts import close_shift
from tabuah.operations.shifts.duty_shift import DutyShift
from tabuah.widgets.shifts.duty_shift_dialog import DutyShiftDialog
from tabuah.widgets.shifts.values import DutyAct

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def log_in(data: Path, user: str, role: Role = Role.SUPERVISOR) -> None:
    with open_second_store(data) as store:
        store.remember_identity(identity(role, user))


@pytest.fixture
def dialog(window: OpenWindow, data: Path) -> DutyShiftDialog:
    """The dialog of a shift that Rina has started."""
    log_in(data, "rina")
    window.context.state.refresh()
    window.until(lambda: window.context.state.snapshot.actor == "rina")
    dialog = open_shift(window)
    click(dialog, "duty_shift_start")
    write(dialog, crew="Regu A")
    window.qtbot.keyClick(dialog.form, Qt.Key.Key_Return)
    window.until(lambda: bool(window.context.state.snapshot.shifts))
    window.until(entry_of(dialog).isEnabled)
    return dialog


def open_shift(window: OpenWindow) -> DutyShiftDialog:
    window.key(Qt.Key.Key_S, CTRL, SHIFT)
    dialog = window.commands.shifts.dialog
    assert dialog is not None
    window.until(dialog.isActiveWindow)
    return dialog


def entry_of(dialog: DutyShiftDialog) -> QLineEdit:
    entry = dialog.findChild(QLineEdit, "duty_shift_entry")
    assert isinstance(entry, QLineEdit)
    return entry


def button_of(dialog: DutyShiftDialog, name: str) -> QPushButton:
    button = dialog.findChild(QPushButton, name)
    assert isinstance(button, QPushButton)
    return button


def click(dialog: DutyShiftDialog, name: str) -> None:
    button = dialog.findChild(QPushButton, name)
    assert isinstance(button, QPushButton)
    assert button.isEnabled(), button.accessibleDescription()
    button.click()


def write(dialog: DutyShiftDialog, **texts: str) -> None:
    for name, text in texts.items():
        field = dialog.form._controls[name]
        assert isinstance(field, QLineEdit), name
        field.setText(text)


def answer(window: OpenWindow, dialog: DutyShiftDialog) -> None:
    card = dialog.findChild(QWidget, "confirm_card")
    window.until(card.isVisible)
    window.qtbot.keyClick(card, Qt.Key.Key_Return)


def shift_of(window: OpenWindow) -> DutyShift:
    (shift,) = window.context.state.snapshot.shifts.values()
    return shift


def test_line_is_written_by_enter_and_promise_by_a_form(window: OpenWindow, dialog: DutyShiftDialog):
    entry_of(dialog).setText("telepon camat")
    window.qtbot.keyClick(entry_of(dialog), Qt.Key.Key_Return)
    window.until(lambda: "telepon camat" in visible_texts(dialog))
    assert entry_of(dialog).text() == ""
    window.qtbot.keyClick(dialog, Qt.Key.Key_F3)
    write(dialog, what="kirim terpal", to="Wali nagari", due="bukan waktu")
    window.qtbot.keyClick(dialog.form, Qt.Key.Key_Return)
    assert dialog.has_form
    write(dialog, due="2099-01-01 08.00")
    window.qtbot.keyClick(dialog.form, Qt.Key.Key_Return)
    window.until(lambda: "kirim terpal" in visible_texts(dialog))
    window.qtbot.keyClick(dialog, Qt.Key.Key_F4)
    answer(window, dialog)
    window.until(lambda: not shift_of(window).open_promises)


def test_two_people_confirm_the_handover_at_one_desk(window: OpenWindow, dialog: DutyShiftDialog, data: Path):
    window.qtbot.keyClick(dialog, Qt.Key.Key_F2)
    window.qtbot.keyClick(dialog, Qt.Key.Key_F3)
    answer(window, dialog)
    window.until(lambda: dialog.shows_handover)
    window.until(lambda: shift_of(window).handover is not None)
    button = dialog.findChild(QPushButton, "duty_shift_confirm")
    window.until(button.isEnabled)
    window.qtbot.keyClick(dialog, Qt.Key.Key_F4)
    answer(window, dialog)
    window.until(lambda: shift_of(window).handover.outgoing is not None)
    window.qtbot.keyClick(dialog, Qt.Key.Key_F3, SHIFT)
    assert window.commands.shifts.dialog is None
    user = window.edit("login_user")
    assert user.text() == ""  # not the person who goes: their name with another password is refused
    assert window.shell.focusWidget() is user
    log_in(data, "yusuf")
    window.context.state.refresh()
    window.until(lambda: window.commands.shifts.dialog is not None)
    again = window.commands.shifts.dialog
    assert again.shows_handover
    window.until(again.findChild(QPushButton, "duty_shift_confirm").isEnabled)
    window.qtbot.keyClick(again, Qt.Key.Key_F4)
    answer(window, again)
    window.until(lambda: not shift_of(window).is_open)
    handover = shift_of(window).handover
    assert (handover.outgoing.by, handover.incoming.by) == ("rina", "yusuf")
    start = again.findChild(QPushButton, "duty_shift_start_next")
    window.until(start.isVisible)
    assert again.shows_handover
    assert "Serah terima selesai" in visible_texts(again)
    assert button_of(again, "duty_shift_export").isEnabled()
    assert not button_of(again, "duty_shift_prepare").isVisible()
    window.qtbot.keyClick(again, Qt.Key.Key_F3)
    assert again.has_form


def test_viewer_reads_the_shift_and_writes_nothing(window: OpenWindow, data: Path):
    log_in(data, "tamu", Role.VIEWER)
    window.context.state.refresh()
    window.until(lambda: window.context.state.snapshot.actor == "tamu")
    dialog = open_shift(window)
    assert not entry_of(dialog).isEnabled()
    button = dialog.findChild(QPushButton, "duty_shift_promise")
    assert not button.isEnabled()


@pytest.fixture
def earlier(data: Path, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """A shift that was handed over, one that was closed without a handover, and none that is running."""
    line = CommandLine(capsys, data)
    log_in(data, "rina")
    line.json("shift", "start", "--crew", "Regu A")
    line.json("shift", "log", "jembatan ditutup")
    content_hash = line.json("shift", "handover")["handover"]["hash"]
    line.json("shift", "confirm", content_hash)
    log_in(data, "yusuf")
    line.json("shift", "confirm", content_hash)
    line.json("shift", "start", "--crew", "Regu C")
    line.json("shift", "close", "--reason", "uji")
    return line


def row_of(dialog: DutyShiftDialog, crew: str) -> str:
    return next(key for key, shift in dialog.shift_list._shifts.items() if shift.text.startswith(crew))


def test_earlier_shift_is_read_and_its_handover_exported(earlier: CommandLine, window: OpenWindow, tmp_path: Path):
    window.until(lambda: len(window.context.state.snapshot.shifts) == 2)
    dialog = open_shift(window)
    window.qtbot.keyClick(dialog, Qt.Key.Key_F4, SHIFT)
    assert dialog.shows_list
    dialog.shift_list.list.choose(row_of(dialog, "Regu A"))
    window.qtbot.keyClick(dialog.shift_list.list, Qt.Key.Key_Return)
    assert not dialog.shows_list
    assert "jembatan ditutup" in visible_texts(dialog)
    assert not entry_of(dialog).isEnabled()
    shift = window.commands.shifts._earlier
    assert shift is not None
    for name, start in (("a.pdf", b"%PDF"), ("a.txt", b"*")):
        window.commands.shifts.files.write_record(shift, tmp_path / name)
        window.until((tmp_path / name).exists)
        assert (tmp_path / name).read_bytes().startswith(start)


def test_closed_shift_is_reopened_from_the_list_but_not_a_handed_over_one(earlier: CommandLine, window: OpenWindow):
    window.until(lambda: len(window.context.state.snapshot.shifts) == 2)
    dialog = open_shift(window)
    window.qtbot.keyClick(dialog, Qt.Key.Key_F4, SHIFT)
    button = dialog.findChild(QPushButton, "duty_shift_list_reopen")
    dialog.shift_list.list.choose(row_of(dialog, "Regu A"))
    assert not button.isEnabled()
    dialog.shift_list.list.choose(row_of(dialog, "Regu C"))
    window.qtbot.keyClick(dialog.shift_list.list, Qt.Key.Key_F3)
    card = dialog.findChild(QWidget, "confirm_card")
    window.until(card.isVisible)
    dialog.findChild(QLineEdit, "confirm_field").setText("terlalu dini")
    window.qtbot.keyClick(card, Qt.Key.Key_Return)
    window.until(lambda: any(shift.is_open for shift in window.context.state.snapshot.shifts.values()))


def test_shift_ended_without_handover_is_reopened_by_undo(window: OpenWindow, dialog: DutyShiftDialog):
    dialog.act_requested.emit(DutyAct.CLOSE_SHIFT)
    dialog.findChild(QLineEdit, "confirm_field").setText("tidak ada piket berikutnya")
    answer(window, dialog)
    window.until(lambda: not shift_of(window).is_open)
    window.wait_for_toast("Piket berakhir")
    window.qtbot.keyClick(dialog, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    window.until(lambda: shift_of(window).is_open)
    window.wait_for_toast("Piket berlanjut")


def test_handover_page_gives_no_button_the_keyboard(window: OpenWindow, dialog: DutyShiftDialog):
    window.qtbot.keyClick(dialog, Qt.Key.Key_F2)
    assert not isinstance(dialog.focusWidget(), QPushButton)


def test_keyboard_stays_in_the_dialog_when_the_shift_ends(window: OpenWindow, dialog: DutyShiftDialog, data: Path):
    assert entry_of(dialog).hasFocus()
    shift = shift_of(window)
    with open_second_store(data) as store:
        store.save(close_shift(shift, reason="uji"))
    window.until(lambda: not entry_of(dialog).isEnabled())
    focused = dialog.focusWidget()
    assert focused is not None
    assert focused.isEnabled()
    assert not isinstance(focused, QPushButton)
    window.key(Qt.Key.Key_Tab)
    assert dialog.focusWidget() is dialog.findChild(QPushButton, "duty_shift_start")
