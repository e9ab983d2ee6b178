"""Telling people: what was done with its "Undo", what went wrong, and what cannot be done and why."""

import logging
from collections.abc import Callable
from itertools import count
from pathlib import Path

from PySide6.QtCore import QObject

from tabuah.console.window.explaining import explain, is_expected
from tabuah.widgets.toast import ToastHost, ToastMessage
from tabuah.widgets.values import Level

log = logging.getLogger(__name__)

Undo = Callable[[], None]


class Teller(QObject):
    """Shows messages and remembers how to undo what they tell."""

    def __init__(self, toasts: ToastHost, log_file: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._toasts = toasts
        self._log_file = log_file
        self._undos: dict[str, Undo] = {}
        self._tokens = count(1)
        toasts.undo_requested.connect(self._on_undo_requested)

    def beside(self, toasts: ToastHost, parent: QObject) -> "Teller":
        """One that tells in another window, with the same log."""
        return Teller(toasts, self._log_file, parent)

    def done(self, text: str, *, undo: Undo | None = None) -> None:
        """Something was done; with `undo` it can be taken back."""
        token = ""
        if undo is not None:
            token = str(next(self._tokens))
            self._undos[token] = undo
        self._toasts.show_toast(ToastMessage(text=text, level=Level.NORMAL, undo=token))

    def inform(self, text: str, next_step: str = "") -> None:
        """Something worth knowing."""
        self._toasts.show_toast(ToastMessage(text=text, level=Level.INFORMATION, next_step=next_step))

    def refuse(self, reason: str) -> None:
        """Something cannot be done now, and why."""
        self._toasts.show_toast(ToastMessage(text=reason, level=Level.ATTENTION))

    def warn(self, text: str, *, safe: str = "", next_step: str = "") -> None:
        """Something has happened that a person must look at, with what is safe and what to do."""
        self._toasts.show_toast(ToastMessage(text=text, level=Level.HIGH, safe=safe, next_step=next_step))

    def error(self, error: Exception) -> None:
        """Something went wrong: an expected error in its own words, a bug with its traceback in the log."""
        if not is_expected(error):
            log.error("unexpected error", exc_info=error)
        self._toasts.show_toast(explain(error, self._log_file))

    def undo_last(self) -> bool:
        """Take the newest thing back that can be; False where there is none."""
        return self._toasts.undo_last()

    def _on_undo_requested(self, token: str) -> None:
        undo = self._undos.pop(token, None)
        if undo is not None:
            undo()
