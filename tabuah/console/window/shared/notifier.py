"""Notifications: completed actions with undo, errors, and reasons why something is unavailable."""

import logging
from collections.abc import Callable
from itertools import count
from pathlib import Path

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog

from tabuah.console.window.shared.error_toasts import error_message, is_expected
from tabuah.console.window.shared.file_dialogs import open_file
from tabuah.resources.localisation import _
from tabuah.widgets.shell.toast import ToastHost, ToastMessage
from tabuah.widgets.values import Level

log = logging.getLogger(__name__)

Undo = Callable[[], None]


class Notifier(QObject):
    """Shows notifications in the window that is in front, and keeps their undo functions."""

    def __init__(self, toasts: ToastHost, log_file: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._main = toasts
        self._log_file = log_file
        self._dialogs: dict[QDialog, ToastHost] = {}
        self._front: QDialog | None = None  # None for the main window
        self._undos: dict[str, Undo] = {}
        self._saved: dict[str, Path] = {}  # by the tokens of their buttons
        self._shows: dict[str, Undo] = {}  # likewise, of the buttons that show a subject
        self._tokens = count(1)
        self._follow(toasts)

    def show_in(self, dialog: QDialog) -> None:
        """Show notifications in a dialog, which covers the main window, while it is in front; Ctrl+Z undoes there.

        Those that a dialog shows when it closes move to the window below.
        """
        if dialog not in self._dialogs:
            self._dialogs[dialog] = self._main.for_dialog(dialog)
            self._follow(self._dialogs[dialog])
            dialog.finished.connect(self._on_dialog_finished)
            undo = QKeySequence(QKeySequence.StandardKey.Undo)
            if all(each.key() != undo for each in dialog.findChildren(QShortcut)):  # settings undo themselves
                QShortcut(undo, dialog).activated.connect(self.undo_last)
        self._front = dialog

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: note which window is in front; while another program is, the last one stays.

        A dialog that shows something in the main window is hidden; its messages move there.
        """
        dialog = next((dialog for dialog in self._dialogs if dialog is watched), None)
        if event.type() is QEvent.Type.WindowActivate:
            self._front = dialog
        elif event.type() is QEvent.Type.Hide and dialog is not None:
            self._move_messages(dialog)
        return super().eventFilter(watched, event)

    @property
    def _toasts(self) -> ToastHost:
        """The host of the window in front; a hidden one shows nothing."""
        if self._front is not None and self._front.isVisible():
            return self._dialogs[self._front]
        return self._main

    @property
    def _hosts(self) -> tuple[ToastHost, ...]:
        return (self._main, *self._dialogs.values())

    def _follow(self, toasts: ToastHost) -> None:
        toasts.undo_requested.connect(self._on_undo_requested)
        toasts.offer_accepted.connect(self._on_offer_accepted)
        toasts.window.installEventFilter(self)

    def _on_dialog_finished(self, _result: int) -> None:
        dialog = self.sender()
        if isinstance(dialog, QDialog) and dialog in self._dialogs:
            self._move_messages(dialog)
            del self._dialogs[dialog]

    def _move_messages(self, dialog: QDialog) -> None:
        """Show the messages of a dialog that leaves in the window below: their actions can still be undone."""
        if self._front is dialog:
            below = (each for each in reversed(self._dialogs) if each is not dialog and each.isVisible())
            self._front = next(below, None)
        toasts = self._dialogs[dialog]
        left = toasts.messages
        toasts.clear()
        for message in left:
            self._toasts.show_toast(message)

    def done(self, text: str, *, undo: Undo | None = None) -> None:
        """Report a completed action; with `undo` it can be undone."""
        if undo is not None:
            self.offer_undo(text, undo)
        else:
            self._toasts.show_toast(ToastMessage(text=text, level=Level.NORMAL))

    def offer_undo(self, text: str, undo: Undo) -> str:
        """Report a completed action that can be undone; return the token of the message, for `withdraw`."""
        token = str(next(self._tokens))
        self._undos[token] = undo
        self._toasts.show_toast(ToastMessage(text=text, level=Level.NORMAL, undo=token))
        return token

    def saved(self, text: str, file: Path, *, opens: bool = True) -> None:
        """Report a saved file, with buttons that open it and its folder.

        Args:
            text: names the file.
            file: where it is.
            opens: False for a file that no other program reads.
        """
        number = next(self._tokens)
        self._saved[f"open {number}"], self._saved[f"folder {number}"] = file, file.parent
        offers = ((f"open {number}", _("Open")),) if opens else ()
        offers = (*offers, (f"folder {number}", _("Open folder")))
        self._toasts.show_toast(ToastMessage(text=text, level=Level.NORMAL, offers=offers))

    def count_down(self, text: str, details: str, *, seconds: int, undo: Undo) -> str:
        """Announce an action that is done in some seconds unless it is undone; return the token of the message."""
        token = str(next(self._tokens))
        self._undos[token] = undo
        self._toasts.show_toast(
            ToastMessage(text=text, level=Level.NORMAL, next_step=details, undo=token, countdown_s=seconds)
        )
        return token

    def withdraw(self, token: str) -> None:
        """Close a message whose action can no longer be undone."""
        self._undos.pop(token, None)
        for each in self._hosts:
            each.withdraw(token)

    def close(self) -> None:
        """Close all messages, before the window is deleted."""
        for each in self._hosts:
            each.clear()

    def clear_settled(self) -> None:
        """Close all messages except problems."""
        for each in self._hosts:
            each.clear_settled()

    def inform(self, text: str, next_step: str = "") -> None:
        """Show information."""
        self._toasts.show_toast(ToastMessage(text=text, level=Level.INFORMATION, next_step=next_step))

    def refuse(self, reason: str) -> None:
        """Show why something is not possible now."""
        self._toasts.show_toast(ToastMessage(text=reason, level=Level.ATTENTION))

    def warn(self, text: str, *, safe: str = "", next_step: str = "") -> None:
        """Show a problem that needs attention, with what is safe and what to do."""
        self._toasts.show_toast(ToastMessage(text=text, level=Level.HIGH, safe=safe, next_step=next_step))

    def warn_of_faulty_view(self) -> None:
        """Show that a view cannot show its data; the log has the reason."""
        self.warn(
            _("A part of the window cannot be displayed."),
            safe=_("Nothing is lost, and the other parts go on."),
            next_step=_("Tell the administrator; the reason is in the log."),
        )

    def point_out(self, text: str, *, level: Level, next_step: str, label: str, show: Callable[[], None]) -> None:
        """Show what needs attention, with a button of this label that shows its subject."""
        token = f"show {next(self._tokens)}"
        self._shows[token] = show
        self._toasts.show_toast(ToastMessage(text=text, level=level, next_step=next_step, offers=((token, label),)))

    def error(self, error: Exception) -> None:
        """Show an error: an expected one with its own text, a bug with its traceback in the log."""
        if not is_expected(error):
            log.error("unexpected error", exc_info=error)
        self._toasts.show_toast(error_message(error, self._log_file))

    def undo_last(self) -> bool:
        """Undo the latest action that can be undone, in any window; return False if there is none."""
        newest = max(self._hosts, key=lambda each: int(each.newest_undo or 0))
        return newest.undo_last()

    def _on_offer_accepted(self, token: str) -> None:
        if (show := self._shows.pop(token, None)) is not None:
            show()
            return
        path = self._saved.get(token)
        if path is not None and not (path.exists() and open_file(path)):
            self.warn_not_opened(path)

    def warn_not_opened(self, file: Path) -> None:
        """Show that the system has no program for a file, and where it is."""
        self.warn(
            _("{file} cannot be opened from here.").format(file=file.name),
            next_step=_("It is in {folder}.").format(folder=file if file.is_dir() else file.parent),
        )

    def _on_undo_requested(self, token: str) -> None:
        undo = self._undos.pop(token, None)
        if undo is not None:
            undo()
