"""Pruning of old readings in small steps, so that a request for a chart never waits for it."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from tabuah.console.window.state.console_state import ConsoleState
from tabuah.console.window.state.task_runner import TaskRunner
from tabuah.storage.readings.errors import ReadingsError, UnusableRetention
from tabuah.storage.readings.retention_file import read_retention
from tabuah.storage.readings.store import ReadingsStore

_FIRST_MS: Final = 60_000  # starting the window has other work to do
_EVERY_MS: Final = 6 * 3_600_000
_PAUSE_MS: Final = 100  # other tasks of the store run between two steps

log = logging.getLogger(__name__)


class ReadingsPruning(QObject):
    """Applies `keeping.toml`, which is read again for each round.

    A console without a server prunes nothing: no other computer has the values.

    Signals:
        failed: the file cannot be used. Emitted once; nothing is pruned until it can be used.
    """

    failed = Signal(object)

    def __init__(
        self, directory: Path, state: ConsoleState, store: TaskRunner[ReadingsStore], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._directory, self._state, self._store = directory, state, store
        self._steps: Iterator[int] | None = None
        self._is_announced = False
        self.pruned_rows = 0  # rows pruned since the window opened
        self._next_round, self._next_step = QTimer(self), QTimer(self)
        for timer, slot in ((self._next_round, self.begin), (self._next_step, self._take_step)):
            timer.setSingleShot(True)
            timer.timeout.connect(slot)

    def start(self) -> None:
        """Start soon, and repeat every few hours."""
        self._next_round.start(_FIRST_MS)

    def close(self) -> None:
        """Stop; the next session continues."""
        self._next_round.stop()
        self._next_step.stop()
        self._steps = None

    def begin(self) -> None:
        """Prune readings older than the retention allows, in steps."""
        self._next_round.start(_EVERY_MS)
        if (
            self._steps is not None or self._state.snapshot.identity is None
        ):  # no other computer would have the values
            return
        try:
            keeping = read_retention(self._directory)
        except UnusableRetention as error:
            self._tell(error)
            return
        self._is_announced = False
        now = self._state.now()
        values_before, hours_before = keeping.values_before(now), keeping.hours_before(now)
        self._store.run(
            lambda store: store.prune(values_before=values_before, hours_before=hours_before),
            on_done=self._on_begun,
        )

    @property
    def is_busy(self) -> bool:
        """Return whether a round is running."""
        return self._steps is not None

    def _on_begun(self, steps: Iterator[int]) -> None:
        self._steps = steps
        self._take_step()

    def _take_step(self) -> None:
        steps = self._steps
        if steps is not None:
            self._store.run(lambda _store: next(steps, None), on_done=self._on_step_taken, on_error=self._on_error)

    def _on_step_taken(self, gone: int | None) -> None:
        if gone is None or self._steps is None:
            self._steps = None
            return
        self.pruned_rows += gone
        self._next_step.start(_PAUSE_MS if gone else 0)

    def _on_error(self, error: Exception) -> None:
        """Wait for the next round on a full disk; the writer reports it."""
        self._steps = None
        if not isinstance(error, ReadingsError):
            raise error
        log.warning("old readings were not let go of: %s", error)

    def _tell(self, error: UnusableRetention) -> None:
        log.warning("nothing is let go of: %s", error)
        if not self._is_announced:
            self._is_announced = True
            self.failed.emit(error)
