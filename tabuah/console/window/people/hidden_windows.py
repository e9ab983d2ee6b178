"""Hides all windows of the program but one, and shows them again as they were."""

from functools import partial
from typing import Final

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget

_FLEETING: Final = (Qt.WindowType.Popup, Qt.WindowType.ToolTip, Qt.WindowType.SplashScreen)


class HiddenWindows(QObject):
    """The windows behind a lock screen.

    A hidden window takes no key, no click and no focus, and screen readers do not see its content. Windows that
    would open meanwhile, such as a dialog whose data have arrived, are hidden as well.
    """

    def __init__(self, app: QApplication, main: QWidget, *, kept: QWidget) -> None:
        """Keep one window; `main` is shown afterwards even if it was not visible before."""
        super().__init__(kept)
        self._app, self._main, self._kept = app, main, kept
        self._windows: list[QWidget] = []
        self._is_hiding = False
        self._focus: QWidget | None = None

    def hide_all(self) -> None:
        """Hide every window except the kept one."""
        self._focus, self._is_hiding = self._app.focusWidget(), True
        self._app.installEventFilter(self)
        self._windows = [self._main]
        for window in self._app.topLevelWidgets():
            if window.isVisible() and self._is_covered(window):
                self._hide(window)

    def show_all(self) -> None:
        """Show the windows again, those without a parent first, and return the focus."""
        self._stop()
        windows, self._windows = self._windows, []
        for window in sorted(filter(shiboken6.isValid, windows), key=_depth):
            window.show()
        if self._focus is not None and shiboken6.isValid(self._focus):
            self._focus.window().activateWindow()
            self._focus.setFocus(Qt.FocusReason.OtherFocusReason)
        self._focus = None

    def forget(self) -> None:
        """Stop hiding without showing anything again: the program ends."""
        self._stop()
        self._windows = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: hide windows that open, once Qt has finished opening them."""
        if event.type() is QEvent.Type.Show and isinstance(watched, QWidget) and self._is_covered(watched):
            QTimer.singleShot(0, watched, partial(self._hide, watched))
        return False

    def _stop(self) -> None:
        self._is_hiding = False
        self._app.removeEventFilter(self)

    def _hide(self, window: QWidget) -> None:
        if not self._is_hiding or not window.isVisible():
            return
        if window.windowType() not in _FLEETING and window not in self._windows:
            self._windows.append(window)
        window.hide()

    def _is_covered(self, window: QWidget) -> bool:
        return window.isWindow() and not self._belongs_to_kept(window)

    def _belongs_to_kept(self, window: QWidget | None) -> bool:
        """Return whether a window is the kept one, or a menu or tooltip of it."""
        while window is not None and window is not self._kept:
            window = window.parentWidget()
        return window is not None


def _depth(widget: QWidget) -> int:
    parent = widget.parentWidget()
    return 0 if parent is None else 1 + _depth(parent)
