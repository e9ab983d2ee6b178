"""Heartbeat of the GUI thread: how long the thread was blocked between two beats."""

import time

from PySide6.QtCore import QObject, Qt, QTimer

BEAT_MS = 5


class Heartbeat(QObject):
    """A timer in the GUI thread. `late_ms` has the delay of each beat."""

    def __init__(self) -> None:
        super().__init__()
        self.late_ms: list[float] = []
        self._last_s = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self._on_beat)

    def start(self) -> None:
        self.late_ms.clear()
        self._last_s = time.perf_counter()
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    @property
    def worst_ms(self) -> float:
        return max(self.late_ms, default=0.0)

    def over(self, limit_ms: float) -> int:
        """Return how many beats were later than a limit."""
        return sum(late > limit_ms for late in self.late_ms)

    def _on_beat(self) -> None:
        now_s = time.perf_counter()
        self.late_ms.append(max(0.0, (now_s - self._last_s) * 1_000 - BEAT_MS))
        self._last_s = now_s
