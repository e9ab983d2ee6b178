"""Pictures of the window during a played shift, one for each simulated hour."""

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

LOCAL_ZONE: Final = timezone(timedelta(hours=7))  # of the regency in which the shift is played
_CHECKED_EACH_MS = 100


class ShiftFilm(QObject):
    """Saves a picture of a window at each full hour of a clock, named after the hour.

    Taking a picture blocks the GUI thread, so a filmed shift measures no beats.
    """

    def __init__(self, window: QWidget, clock: Callable[[], datetime], folder: Path) -> None:
        super().__init__(window)
        folder.mkdir(parents=True, exist_ok=True)
        self._window, self._clock, self._folder = window, clock, folder
        self._hour: datetime | None = None
        timer = QTimer(self, interval=_CHECKED_EACH_MS)
        timer.timeout.connect(self.take_if_due)
        timer.start()

    def take_if_due(self) -> None:
        """Save a picture, if an hour began since the last one."""
        hour = self._clock().astimezone(LOCAL_ZONE).replace(minute=0, second=0, microsecond=0)
        if hour == self._hour:
            return
        self._hour = hour
        self.take(f"{hour:%d-%H%M}")

    def take(self, name: str) -> None:
        self._window.grab().save(str(self._folder / f"{name}.png"))
