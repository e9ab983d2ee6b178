"""Notices that nobody has used the keyboard or the mouse for a while."""

from typing import Final

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QWindow

_MINUTE_MS: Final = 60_000
_INPUT: Final = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
    }
)


class IdleTimer(QObject):
    """Restarts with each input to a window of the program.

    It watches windows, not the application: a filter there would see every paint event of the map.

    Signals:
        expired: the time without input is over.
    """

    expired = Signal()

    def __init__(self, app: QGuiApplication, parent: QObject) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.expired)
        app.focusWindowChanged.connect(self._on_focus_window_changed)
        self._app = app
        self._on_focus_window_changed(app.focusWindow())

    @property
    def is_running(self) -> bool:
        return self._timer.isActive()

    def start(self, minutes: int) -> None:
        """Wait for this many minutes without input; 0 stops."""
        if minutes <= 0:
            self._timer.stop()
        elif not self._timer.isActive() or self._timer.interval() != minutes * _MINUTE_MS:
            self._timer.start(minutes * _MINUTE_MS)

    def close(self) -> None:
        """Stop for good."""
        self._timer.stop()
        self._app.focusWindowChanged.disconnect(self._on_focus_window_changed)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Qt: see the events of the windows; none is held back."""
        if event.type() in _INPUT and self._timer.isActive():
            self._timer.start()
        return False

    def _on_focus_window_changed(self, window: QWindow | None) -> None:
        if window is not None:
            window.installEventFilter(self)  # once, also if it was installed before
            if self._timer.isActive():
                self._timer.start()
