"""One run of a replay at the server: it registers the stations, plays, and saves the progress."""

import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

import msgspec

from tabuah.console.exercises.day_replay import DayReplay, ReplayTarget
from tabuah.console.exercises.replay_file import ReplayFile, ReplayProgress
from tabuah.console.exercises.replay_plan import ReplayPlan
from tabuah.console.simulator.exercises import ExerciseMonitor
from tabuah.console.simulator.http_sender import HttpSender, SentReadings
from tabuah.console.simulator.stations import register_stations
from tabuah.operations.stations.station import Station
from tabuah.storage.cache.data_directory import DirectoryLock
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.sync.push import push_outbox

_STATIONS_AT_ONCE: Final = 10  # between two looks at `stopping`


class ReplayListener(msgspec.Struct, frozen=True, kw_only=True):
    """Functions that a run calls on its own thread.

    Attributes:
        on_progress: after each step, also before the first.
        on_trouble: with the reason, when the server stops answering.
        on_recovery: when it answers again.
    """

    on_progress: Callable[[ReplayProgress], None]
    on_trouble: Callable[[str], None]
    on_recovery: Callable[[], None]


class ReplayResult(msgspec.Struct, frozen=True, kw_only=True):
    """The result of a run; with `exercise_ended` it stopped because the exercise was ended."""

    progress: ReplayProgress
    registered: int
    sent: SentReadings
    reported: int
    exercise_ended: bool


def run_replay(
    store: ConsoleStore,
    plan: ReplayPlan,
    exercise_id: str,
    listener: ReplayListener,
    *,
    stopping: threading.Event,
) -> ReplayResult:
    """Play until the end of the period, until the exercise ends, or until `stopping` is set.

    Raises:
        SimulatorError: the server does not register the stations.
        SyncError: the server refuses the data, and a retry would not help.
        DirectoryInUse: another process plays a replay from this directory.
        FileNotWritten: the progress cannot be saved.
    """
    with DirectoryLock(store.directory, "replay"):
        registered = sum(
            register_stations(store, plan.session, some) for some in _some_at_once(plan.stations, stopping)
        )
        run = _Run(store, plan, exercise_id, listener, stopping)
        run.play()
    return ReplayResult(
        progress=run.player.progress,
        registered=registered,
        sent=run.sender.sent,
        reported=run.player.reported,
        exercise_ended=run.exercise_ended,
    )


class _Run:
    """The player of a run, with its progress on disk; it stops when the exercise ends."""

    def __init__(
        self,
        store: ConsoleStore,
        plan: ReplayPlan,
        exercise_id: str,
        listener: ReplayListener,
        stopping: threading.Event,
    ) -> None:
        client = plan.session.client
        self.exercise_ended = False
        self.sender = HttpSender(
            client, stopping=stopping, on_trouble=listener.on_trouble, on_recovery=listener.on_recovery
        )
        push = partial(push_outbox, store, client)
        self.player = DayReplay(
            target=ReplayTarget(exercise_id=exercise_id, store=store, sender=self.sender, push=push),
            progress=plan.progress,
            readings=plan.readings,
            reports=plan.reports,
            on_progress=self._save,
            on_trouble=listener.on_trouble,
        )
        self._store, self._exercise_id, self._listener, self._stopping = store, exercise_id, listener, stopping
        self._file, self._monitor = ReplayFile(store.directory), ExerciseMonitor(client, exercise_id)

    def play(self) -> None:
        self._save(self.player.progress)
        self.player.run(now=self._store.now, stopping=self._stopping)

    def _save(self, progress: ReplayProgress) -> None:
        self._file.save(self._exercise_id, progress)
        self._listener.on_progress(progress)
        if self._monitor.has_ended():
            self.exercise_ended = True
            self._stopping.set()


def _some_at_once(stations: tuple[Station, ...], stopping: threading.Event) -> Iterator[tuple[Station, ...]]:
    """Yield a few stations at a time until `stopping` is set."""
    for start in range(0, len(stations), _STATIONS_AT_ONCE):
        if stopping.is_set():
            return
        yield stations[start : start + _STATIONS_AT_ONCE]
