"""Notices that the maps of the data directory are others: a command imported some, or a file has gone."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from tabuah.storage.cache.map_files import map_signature

_LOOK_MS: Final = 1_000  # a handful of local files: a few microseconds


class MapWatch(QObject):
    """Looks once a second and waits until nobody writes any more.

    Signals:
        changed: the maps are to be read anew.
    """

    changed = Signal()

    def __init__(self, directory: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._directory = directory
        self._read = self._seen = map_signature(directory)
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """Look from now on; the maps are read as they are."""
        self._timer.start()

    def close(self) -> None:
        """Look no more."""
        self._timer.stop()

    def note(self) -> None:
        """Somebody reads the maps just now for a reason of their own."""
        self._read = self._seen = map_signature(self._directory)

    def look(self) -> None:
        """Look now: what is different, and the same as at the look before, is there to stay."""
        before, self._seen = self._seen, map_signature(self._directory)
        if self._seen == before and self._seen != self._read:
            self._read = self._seen
            self.changed.emit()
