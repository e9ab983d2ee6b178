"""Notifications are shown in the window that is in front, and can be undone from any."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget
from support.window_fixture import OpenWindow, visible_texts

from tabuah.console.window.shared.dialog_front import bring_to_front

CTRL = Qt.KeyboardModifier.ControlModifier


def dialog_in(window: OpenWindow) -> QDialog:
    dialog = QDialog(window.shell)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.resize(600, 400)
    bring_to_front(dialog, window.notifier)
    window.until(dialog.isActiveWindow)
    return dialog


def toasts_in(shown: QWidget) -> str:
    """Return the texts of the messages of a window, without those of its dialogs."""
    toasts = shown.findChildren(QWidget, "toast")
    return " | ".join(visible_texts(each) for each in toasts if each.parentWidget() is shown and not each.isHidden())


def test_notification_is_shown_in_the_dialog_in_front_and_undone_there(window: OpenWindow):
    dialog, undone = dialog_in(window), []
    window.notifier.done("Tersimpan", undo=lambda: undone.append("dialog"))
    assert "Tersimpan" in toasts_in(dialog)
    assert "Tersimpan" not in toasts_in(window.shell)
    window.qtbot.keyClick(dialog, Qt.Key.Key_Z, CTRL)
    assert undone == ["dialog"]
    assert "Tersimpan" not in toasts_in(dialog)


def test_notification_follows_the_window_in_front(window: OpenWindow):
    first, second = dialog_in(window), dialog_in(window)
    window.notifier.inform("ke kedua")
    first.activateWindow()
    window.until(first.isActiveWindow)
    window.notifier.inform("ke pertama")
    window.shell.activateWindow()
    window.until(window.shell.isActiveWindow)
    window.notifier.inform("ke jendela")
    assert toasts_in(second).count("ke ") == toasts_in(first).count("ke ") == 1
    assert "ke pertama" in toasts_in(first)
    assert "ke jendela" in toasts_in(window.shell)


def test_notification_of_a_closed_dialog_can_be_undone_in_the_window(window: OpenWindow):
    dialog, undone = dialog_in(window), []
    window.notifier.done("Tersimpan", undo=lambda: undone.append("dialog"))
    token = window.notifier.count_down("Ditanggapi", "", seconds=9, undo=lambda: undone.append("hitung"))
    dialog.close()
    assert "Tersimpan" in toasts_in(window.shell)
    assert "9 d" in toasts_in(window.shell), "the countdown goes on"
    window.notifier.withdraw(token)
    assert window.notifier.undo_last()
    assert undone == ["dialog"]
    assert not window.notifier.undo_last()


def test_notification_of_a_hidden_dialog_moves_to_the_dialog_below(window: OpenWindow):
    below, front = dialog_in(window), dialog_in(window)
    window.notifier.done("Tersimpan", undo=lambda: None)
    front.hide()
    assert "Tersimpan" in toasts_in(below)
    below.close()
    assert "Tersimpan" in toasts_in(window.shell)


def test_undo_takes_the_newest_notification_of_all_windows(window: OpenWindow):
    undone: list[str] = []
    window.notifier.done("lama", undo=lambda: undone.append("lama"))
    dialog = dialog_in(window)
    window.notifier.done("baru", undo=lambda: undone.append("baru"))
    window.shell.activateWindow()
    window.until(window.shell.isActiveWindow)
    window.key(Qt.Key.Key_Z, CTRL)
    dialog.activateWindow()
    window.until(dialog.isActiveWindow)
    window.qtbot.keyClick(dialog, Qt.Key.Key_Z, CTRL)
    assert undone == ["baru", "lama"]


def test_undo_key_in_a_text_field_of_a_dialog_undoes_the_typing(window: OpenWindow):
    dialog, undone = dialog_in(window), []
    field = QLineEdit(dialog)
    field.show()
    field.setFocus()
    window.notifier.done("Tersimpan", undo=lambda: undone.append("dialog"))
    window.qtbot.keyClicks(field, "abc")
    window.qtbot.keyClick(field, Qt.Key.Key_Z, CTRL)
    assert (field.text(), undone) == ("", [])
