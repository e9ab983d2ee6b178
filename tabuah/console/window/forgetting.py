"""Lets go of old readings a little at a time, so that nobody who asks for a chart waits for it."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from tabuah.console.window.room import Room
from tabuah.console.window.tasks import TaskRunner
from tabuah.storage.readings.errors import ReadingsError, UnusableKeeping
from tabuah.storage.readings.keeping_file import read_keeping
from tabuah.storage.readings.store import ReadingsStore

_FIRST_MS: Final = 60_000  # a starting window has other work
_EVERY_MS: Final = 6 * 3_600_000
_PAUSE_MS: Final = 100  # what waits for the store comes between two steps

log = logging.getLogger(__name__)


class Forgetting(QObject):
    """Goes by `keeping.toml`, read anew each time; a console that knows no server lets go of nothing.

    Signals:
        failed: the file cannot be used, told once; nothing is let go of until it can.
    """

    failed = Signal(object)

    def __init__(self, directory: Path, room: Room, store: TaskRunner[ReadingsStore], parent: QObject) -> None:
        super().__init__(parent)
        self._directory, self._room, self._store = directory, room, store
        self._steps: Iterator[int] | None = None
        self._has_told = False
        self.forgotten = 0  # rows since the window was opened
        self._next_round, self._next_step = QTimer(self), QTimer(self)
        for timer, slot in ((self._next_round, self.begin), (self._next_step, self._take_step)):
            timer.setSingleShot(True)
            timer.timeout.connect(slot)

    def start(self) -> None:
        """Look soon, and again every few hours."""
        self._next_round.start(_FIRST_MS)

    def close(self) -> None:
        """Go no further; the rest is for the next time."""
        self._next_round.stop()
        self._next_step.stop()
        self._steps = None

    def begin(self) -> None:
        """Let go of what is too old now, in steps."""
        self._next_round.start(_EVERY_MS)
        if self._steps is not None or self._room.snapshot.identity is None:  # nobody else would have the values
            return
        try:
            keeping = read_keeping(self._directory)
        except UnusableKeeping as error:
            self._tell(error)
            return
        self._has_told = False
        now = self._room.now()
        values_before, hours_before = keeping.values_before(now), keeping.hours_before(now)
        self._store.run(
            lambda store: store.forgetting(values_before=values_before, hours_before=hours_before),
            on_done=self._on_begun,
        )

    @property
    def is_busy(self) -> bool:
        """Whether there may be more to let go of."""
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
        self.forgotten += gone
        self._next_step.start(_PAUSE_MS if gone else 0)

    def _on_error(self, error: Exception) -> None:
        """A full disk is told by whoever keeps something; here it only waits for the next round."""
        self._steps = None
        if not isinstance(error, ReadingsError):
            raise error
        log.warning("old readings were not let go of: %s", error)

    def _tell(self, error: UnusableKeeping) -> None:
        log.warning("nothing is let go of: %s", error)
        if not self._has_told:
            self._has_told = True
            self.failed.emit(error)
