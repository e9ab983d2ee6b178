"""The replay that this window plays: a worker of its own, which counts the readings of a day and plays them."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from tabuah.console.exercises.replay_file import ReplayFile, ReplayProgress
from tabuah.console.window.shared.long_task import LongTask, LongTaskCancelledError, OnProgress
from tabuah.console.window.state.task_runner import GuiMailbox
from tabuah.operations.exercises.past_day import DEFAULT_HISTORY_H, ReplaySchedule
from tabuah.storage.cache.store import ConsoleStore

if TYPE_CHECKING:
    from tabuah.console.exercises.replay_plan import ReplayPlan
    from tabuah.console.exercises.replay_run import ReplayResult
    from tabuah.storage.sync.session import ConsoleSession


class ReplayRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A wanted replay: the exercise, the past period, the speed, and whether incidents are reported again."""

    exercise_id: str
    since: datetime
    until: datetime
    speed: float
    incidents: bool

    def schedule(self, now: datetime) -> ReplaySchedule:
        """Return the times of a replay that begins now."""
        history = timedelta(hours=DEFAULT_HISTORY_H)
        return ReplaySchedule(since=self.since, until=self.until, begins_at=now, speed=self.speed, history=history)


class ReplayCount(msgspec.Struct, frozen=True, kw_only=True):
    """The content of a past period; `progress` has the times of the replay, of an earlier run if it goes on."""

    stations: int
    readings: int
    incidents: int
    progress: ReplayProgress


class ReplayOutcome(Enum):
    """How a replay ended without an error."""

    FINISHED = auto()
    STOPPED = auto()
    EXERCISE_ENDED = auto()


class ReplayStatus(msgspec.Struct, frozen=True, kw_only=True):
    """The replay that runs: its exercise, its progress once it plays, and why it waits."""

    exercise_id: str
    progress: ReplayProgress | None = None
    trouble: str = ""


class ReplayTask(QObject):
    """Plays one replay at a time. It goes on when the window is replaced, and stops when the console closes.

    Signals:
        changed: `status` or `known` has changed.
        ended: the exercise id, and the ReplayOutcome or the error.
    """

    changed = Signal()
    ended = Signal(str, object)

    def __init__(self, directory: Path, parent: QObject) -> None:
        super().__init__(parent)
        self.status: ReplayStatus | None = None
        self.known: dict[str, ReplayProgress] = {}  # the newest replay of each exercise
        self._directory = directory
        self._mailbox = GuiMailbox(self)
        self._counter = LongTask(directory, self, thread="tabuah-replay-count")
        self._player = LongTask(directory, self, thread="tabuah-replay")
        self._stopping = threading.Event()

    def unfinished(self, exercise_id: str) -> ReplayProgress | None:
        """Return the replay of an exercise that was stopped before its end."""
        progress = self.known.get(exercise_id)
        return None if progress is None or progress.is_finished else progress

    def count(
        self,
        request: ReplayRequest,
        *,
        on_progress: OnProgress,
        on_done: Callable[[ReplayCount], None],
        on_error: Callable[[Exception], None],
    ) -> None:
        """Count the readings and reports of a period at the server; an earlier count is cancelled."""

        def work(store: ConsoleStore, on_station: OnProgress) -> ReplayCount:
            with _session(store) as session:
                plan = _plan(store, session, request, on_station)
            return ReplayCount(
                stations=len(plan.stations),
                readings=plan.count,
                incidents=len(plan.reports),
                progress=plan.progress,
            )

        self._counter.run(work, on_progress=on_progress, on_done=on_done, on_error=on_error)

    def cancel_count(self) -> None:
        self._counter.cancel()

    def start(self, request: ReplayRequest) -> None:
        """Play a period, or go on with it; another replay must not run."""
        if self.status is not None:
            return
        stopping = self._stopping = threading.Event()
        self.status = ReplayStatus(exercise_id=request.exercise_id)
        self.changed.emit()

        def work(store: ConsoleStore, check: OnProgress) -> "ReplayResult":
            return self._play(store, request, check, stopping)

        self._player.run(work, on_progress=lambda _done, _of: None, on_done=self._on_played, on_error=self._on_failed)

    def stop(self) -> None:
        """Stop after the current exchange; `ended` follows."""
        self._stopping.set()

    def add_known(self, known: Mapping[str, ReplayProgress]) -> None:
        """Take over the replays of earlier runs of the program."""
        self.known = {**known, **self.known}
        self.changed.emit()

    def close(self) -> None:
        """Stop after the current exchange and wait for it; the progress is on disk."""
        self._stopping.set()
        for task in (self._counter, self._player):
            task.close()
        self._mailbox.close()

    def _play(
        self, store: ConsoleStore, request: ReplayRequest, check: OnProgress, stopping: threading.Event
    ) -> "ReplayResult":
        """Play on the worker; `check` raises once the console closes."""
        from tabuah.console.exercises.replay_run import ReplayListener, run_replay  # noqa: PLC0415 - HTTP client

        def post(change: Callable[[], None]) -> None:
            self._mailbox.post(change)

        def on_station(done: int, of: int) -> None:
            check(done, of)
            if stopping.is_set():
                raise LongTaskCancelledError

        listener = ReplayListener(
            on_progress=lambda progress: post(lambda: self._on_progress(progress)),
            on_trouble=lambda reason: post(lambda: self._on_trouble(reason)),
            on_recovery=lambda: post(lambda: self._on_trouble("")),
        )
        with _session(store) as session:
            plan = _plan(store, session, request, on_station)
            return run_replay(store, plan, request.exercise_id, listener, stopping=stopping)

    def _on_progress(self, progress: ReplayProgress) -> None:
        if self.status is not None:
            self.known = {**self.known, self.status.exercise_id: progress}
            self.status = replace(self.status, progress=progress)
            self.changed.emit()

    def _on_trouble(self, reason: str) -> None:
        if self.status is not None:
            self.status = replace(self.status, trouble=reason)
            self.changed.emit()

    def _on_played(self, result: "ReplayResult") -> None:
        if result.progress.is_finished:
            self._end(ReplayOutcome.FINISHED)
        else:
            self._end(ReplayOutcome.EXERCISE_ENDED if result.exercise_ended else ReplayOutcome.STOPPED)

    def _on_failed(self, error: Exception) -> None:
        self._end(ReplayOutcome.STOPPED if isinstance(error, LongTaskCancelledError) else error)

    def _end(self, outcome: ReplayOutcome | Exception) -> None:
        exercise_id = self.status.exercise_id if self.status else ""
        self.status = None
        self.changed.emit()
        self.ended.emit(exercise_id, outcome)


@contextmanager
def _session(store: ConsoleStore) -> "Iterator[ConsoleSession]":
    """Yield a session at the server, which is closed at the end."""
    from tabuah.storage.sync.session import ConsoleSession  # noqa: PLC0415 - loads the HTTP client

    session = ConsoleSession(store)
    with session.client:
        yield session


def _plan(
    store: ConsoleStore, session: "ConsoleSession", request: ReplayRequest, on_station: OnProgress
) -> "ReplayPlan":
    """Plan a replay that begins now, or the rest of one that was stopped; a finished one begins again."""
    from tabuah.console.exercises.replay_plan import plan_replay  # noqa: PLC0415 - loads the HTTP client

    earlier = ReplayFile(store.directory).find(request.exercise_id)
    return plan_replay(
        store,
        session,
        request.exercise_id,
        request.schedule(store.now()),
        incidents=request.incidents,
        is_new=earlier is not None and earlier.is_finished,
        on_station=on_station,
    )
