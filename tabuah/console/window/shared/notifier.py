"""Notifications: completed actions with undo, errors, and reasons why something is unavailable."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import count
from pathlib import Path
from weakref import WeakSet

from PySide6.QtCore import QObject

from tabuah.console.window.shared.error_toasts import error_message, is_expected
from tabuah.console.window.shared.file_dialogs import open_file
from tabuah.resources.localisation import _
from tabuah.widgets.shell.toast import ToastHost, ToastMessage
from tabuah.widgets.values import Level

log = logging.getLogger(__name__)

Undo = Callable[[], None]


class Notifier(QObject):
    """Shows notifications and keeps their undo functions."""

    def __init__(
        self,
        toasts: ToastHost,
        log_file: Path,
        parent: QObject | None = None,
        *,
        tokens: Iterator[int] | None = None,
    ) -> None:
        super().__init__(parent)
        self._toasts = toasts
        self._log_file = log_file
        self._undos: dict[str, Undo] = {}
        self._saved: dict[str, Path] = {}  # by the tokens of their buttons
        self._shows: dict[str, Undo] = {}  # likewise; what a button shows
        self._tokens = tokens if tokens is not None else count(1)  # unique among all windows
        self._windows: WeakSet[Notifier] = WeakSet()
        toasts.undo_requested.connect(self._on_undo_requested)
        toasts.offer_accepted.connect(self._on_offer_accepted)

    def for_window(self, toasts: ToastHost, parent: QObject) -> "Notifier":
        """Return a notifier for another window, with the same log."""
        made = Notifier(toasts, self._log_file, parent, tokens=self._tokens)
        self._windows.add(made)
        return made

    def move_to(self, other: "Notifier") -> None:
        """Show the messages in the window of another notifier from now on: the window of this one closes.

        Countdowns do not move. Work that ends later still reports to this notifier.
        """
        shown = [message for message in self._toasts.messages if not message.countdown_s]
        self.close()
        self._toasts, self._undos, self._saved, self._shows = other.take_over(
            shown, self._undos, self._saved, self._shows
        )

    def take_over(
        self,
        shown: Iterable[ToastMessage],
        undos: Mapping[str, Undo],
        saved: Mapping[str, Path],
        shows: Mapping[str, Undo],
    ) -> tuple[ToastHost, dict[str, Undo], dict[str, Path], dict[str, Undo]]:
        """Show the messages of a window that closes; return the parts with which its notifier goes on."""
        self._undos.update(undos)
        self._saved.update(saved)
        self._shows.update(shows)
        for message in shown:
            self._toasts.show_toast(message)
        return self._toasts, self._undos, self._saved, self._shows

    def done(self, text: str, *, undo: Undo | None = None) -> None:
        """Report a completed action; with `undo` it can be undone."""
        token = ""
        if undo is not None:
            token = str(next(self._tokens))
            self._undos[token] = undo
        self._toasts.show_toast(ToastMessage(text=text, level=Level.NORMAL, undo=token))

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
        self._toasts.withdraw(token)

    def close(self) -> None:
        """Close all messages, before the window is deleted."""
        self._toasts.clear()

    def clear_settled(self) -> None:
        """Close all messages except problems."""
        self._toasts.clear_settled()

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
        """Undo the latest action that can be undone, here or in another window; return False if there is none."""
        return self._toasts.undo_last() or any(each.undo_last() for each in tuple(self._windows))

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
