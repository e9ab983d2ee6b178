"""Garbage collection restricted to the GUI thread.

Python collects reference cycles in whichever thread happens to allocate. When that is a worker and
the cycle contains a window, Qt makes the worker wait until the GUI thread has flushed its events.
The worker holds the interpreter lock meanwhile, and the GUI thread waits for that lock. Seen once
as a window that hung for ever while the map's worker built a path.
"""

import gc
from typing import Final

from PySide6.QtCore import QObject, QTimer

_LOOK_MS: Final = 500


class GuiThreadCollector(QObject):
    """Replaces automatic collection with its own timer and the same thresholds, until it is closed."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._was_enabled = gc.isenabled()
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self.collect_what_is_due)
        self._timer.start()

    def collect_what_is_due(self) -> int:
        """Collect the oldest generation whose threshold is exceeded; return its number, or -1."""
        counts, thresholds = gc.get_count(), gc.get_threshold()
        for generation in (2, 1, 0):
            if 0 < thresholds[generation] < counts[generation]:
                gc.collect(generation)
                return generation
        return -1

    def close(self) -> None:
        """Switch automatic collection back on."""
        self._timer.stop()
        if self._was_enabled:
            gc.enable()
