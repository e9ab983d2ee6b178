"""Jobs that administrators ask for: at most one of each kind waits or runs. Safe for several threads."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tabuah.storage.journal.backups_protocol import BackupAct


class BackupRequests:
    """The jobs that wait, and the one that runs."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._waiting: list[BackupAct] = []
        self._running: BackupAct | None = None

    @property
    def running(self) -> BackupAct | None:
        with self._lock:
            return self._running

    @property
    def waiting(self) -> tuple[BackupAct, ...]:
        with self._lock:
            return tuple(self._waiting)

    def add(self, act: BackupAct) -> bool:
        """Ask for a job; return false if such a job waits or runs already."""
        with self._lock:
            if act in self._waiting or self._running is act:
                return False
            self._waiting.append(act)
        self._wake.set()
        return True

    def take(self) -> tuple[BackupAct, ...]:
        """Return the jobs that wait, which wait no more."""
        with self._lock:
            self._wake.clear()
            taken = tuple(self._waiting)
            self._waiting.clear()
            return taken

    def wait(self, timeout_s: float) -> None:
        """Wait for a job, or for the time to pass."""
        self._wake.wait(timeout_s)

    def end_wait(self) -> None:
        """Let a thread go on that waits."""
        self._wake.set()

    @contextmanager
    def run(self, act: BackupAct) -> Iterator[None]:
        """Mark a job as running."""
        self._mark(act)
        try:
            yield
        finally:
            self._mark(None)

    def _mark(self, act: BackupAct | None) -> None:
        with self._lock:
            self._running = act
