"""The readings service: one thread that takes readings in groups, keeps them, and lets the rules judge them."""

import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, InvalidStateError
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, TypeVar

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.forecast.model import GaugeModel
from tabuah.operations.maintenance.window import MaintenanceWindow
from tabuah.operations.rules.rule import Rule
from tabuah.operations.stations.posted import PostedReading
from tabuah.operations.stations.readings import Reading, SeriesPoint
from tabuah.operations.stations.station import Station
from tabuah.operations.units.unit import Unit
from tabuah.resources.catalogue import _
from tabuah.server.errors import DamagedData, ServerError, ServerStopping, StorageFailed, StorageFull
from tabuah.server.forecasts.forecaster import Forecaster
from tabuah.server.groups import next_group
from tabuah.server.journal import ServerJournal
from tabuah.server.readings.keeper import Batch, Keeper
from tabuah.server.readings.news import JournalNews
from tabuah.server.readings.publishing import ReadingsPublisher
from tabuah.storage.journal.protocol import ReadingsReply
from tabuah.storage.readings.errors import DamagedReadings, NewerReadings, ReadingsError, ReadingsNotSaved
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore

log = logging.getLogger(__name__)

LOOK_EVERY_S: Final = 5.0
ROLL_UP_EVERY_S: Final = 60.0
FORGET_EVERY_S: Final = 86_400.0
KEPT: Final = timedelta(days=400)
MAX_GROUP: Final = 32

ResultT = TypeVar("ResultT")
_Job = Callable[[Keeper], Any]


class _Waiting:
    """A batch or a job, and the future that tells its sender."""

    def __init__(self, work: Batch | _Job) -> None:
        self.work = work
        self.future: Future[Any] = Future()

    def tell(self, result: object) -> None:
        """Resolve the future; the sender may have gone."""
        try:
            if isinstance(result, Exception):
                self.future.set_exception(result)
            else:
                self.future.set_result(result)
        except InvalidStateError:
            log.debug("nobody waited for a request any more")


class ReadingsService:
    """All of it may be called from any thread. `start` before use, `stop` at the end."""

    def __init__(self, journal: ServerJournal, broadcaster: ReadingsPublisher, data_dir: Path) -> None:
        self._journal = journal
        self._publisher = broadcaster
        self._path = data_dir / FILE_NAME
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._gate = threading.Lock()
        self._running = False
        self._began: Future[Keeper] = Future()
        self._thread = threading.Thread(target=self._run, name="tabuah-readings", daemon=True)
        self._news = JournalNews(journal, on_news=lambda: self._submit(lambda _keeper: None))

    def start(self) -> None:
        """Open the store, learn stations, rules and alarms, and begin to take readings.

        Raises:
            ServerError: the store cannot be opened; the message says what to do.
        """
        self._running = True
        self._news.begin()
        self._thread.start()
        try:
            self._began.result()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Finish what waits, then end; call it before the journal is closed."""
        self._news.end()
        with self._gate:
            self._running = False
            self._queue.put(None)
        self._thread.join()

    # What others ask

    def submit(self, source: str, posted: Sequence[PostedReading]) -> "Future[ReadingsReply]":
        """Let readings be taken; the future resolves when they are on disk.

        Raises, through the future:
            StorageFailed: nothing was saved.
        """
        return self._submit(Batch(source, posted))

    def latest(self) -> tuple[Reading, ...]:
        """The newest reading of every series."""
        return tuple(self._keeper.latest.copy().values())

    def series(
        self, station: str, parameter: str, since: datetime, until: datetime, *, points: int
    ) -> tuple[SeriesPoint, ...]:
        """One series for a chart, read beside the writer.

        Raises:
            StorageFailed: it cannot be read.
        """
        return self.read(lambda store: store.series(station, parameter, since, until, points=points))

    def read(self, ask: Callable[[ReadingsStore], ResultT]) -> ResultT:
        """Ask what is kept, beside the writer.

        Raises:
            StorageFailed: it cannot be read.
        """
        try:
            with ReadingsStore(self._path) as store:
                return ask(store)
        except ReadingsError as error:
            raise told_as_server_error(error) from error

    @property
    def forecaster(self) -> Forecaster:
        """The forecasts and models of now; its `newest` and `models` may be read from any thread."""
        return self._keeper.forecaster

    def take_model(self, model: GaugeModel) -> None:
        """Let a gauge be forecast by this model, and wait for it.

        Raises:
            ServerError: it could not be kept.
        """
        self._submit(lambda keeper: keeper.take_model(model)).result()

    def look(self) -> None:
        """Judge silence now, and wait for it; the service does so by itself every few seconds."""
        self._submit(Keeper.look).result()

    def forget_before(self, moment: datetime) -> None:
        """Let go of readings from before a moment, and wait for it."""
        self._submit(lambda keeper: keeper.forget_before(moment)).result()

    def counters(self) -> dict[str, int]:
        """How many readings were stored and set aside since the start, and how many batches wait."""
        keeper = self._keeper
        return {
            "stored": keeper.stored_total,
            "set_aside": keeper.set_aside_total,
            "series": len(keeper.latest),
            "waiting": self._queue.qsize(),
        }

    @property
    def _keeper(self) -> Keeper:
        return self._began.result()

    def _submit(self, work: Batch | _Job) -> "Future[Any]":
        waiting = _Waiting(work)
        with self._gate:
            if self._running:
                self._queue.put(waiting)
            else:
                waiting.tell(ServerStopping(_("The server is stopping.")))
        return waiting.future

    # The thread

    def _learn(self, keeper: Keeper) -> None:
        """Know what the journal knows before anything is judged."""
        values = [self._journal.state_of(subject).value for subject in self._news.take()]
        if not values:
            return
        keeper.learn_works([value for value in values if isinstance(value, MaintenanceWindow)])
        if judged := [value for value in values if isinstance(value, Station | Rule)]:
            keeper.learn(judged)
        keeper.learn_units([value for value in values if isinstance(value, Unit)])
        keeper.learn_alarms([value for value in values if isinstance(value, Alarm)])

    def _run(self) -> None:
        try:
            keeper = Keeper(self._path, self._journal, self._publisher)
        except ReadingsError as error:
            self._began.set_exception(told_as_server_error(error))
            return
        try:
            try:
                keeper.begin()
            except Exception as error:  # noqa: BLE001 - told to who started us
                self._began.set_exception(_told(error))
                return
            self._began.set_result(keeper)
            self._work(keeper)
        finally:
            keeper.close()

    def _work(self, keeper: Keeper) -> None:
        every_s = {Keeper.look: LOOK_EVERY_S, Keeper.roll_up: ROLL_UP_EVERY_S, _forget_old: FORGET_EVERY_S}
        due = dict.fromkeys(every_s, 0.0)
        while (group := self._next_group(keeper.coalescer.wait_s())) is not None:
            _attempt(self._learn, keeper)
            self._take(keeper, [w for w in group if isinstance(w.work, Batch)])
            for waiting in group:
                if not isinstance(waiting.work, Batch):
                    waiting.tell(_attempt(waiting.work, keeper))
            keeper.coalescer.tell()
            for job, due_s in due.items():
                if time.monotonic() >= due_s:
                    _attempt(job, keeper)
                    due[job] = time.monotonic() + every_s[job]

    def _next_group(self, wait_s: float | None) -> list[_Waiting] | None:
        """What waits; nothing when it is time to look at the clock, or in `wait_s`; None at the end."""
        longest_s = LOOK_EVERY_S if wait_s is None else min(wait_s, LOOK_EVERY_S)
        return next_group(self._queue, wait_s=longest_s, most=MAX_GROUP)

    def _take(self, keeper: Keeper, group: Sequence[_Waiting]) -> None:
        if not group:
            return
        replies = _attempt(lambda k: k.take([w.work for w in group if isinstance(w.work, Batch)]), keeper)
        for index, waiting in enumerate(group):
            waiting.tell(replies if isinstance(replies, Exception) else replies[index])
        keeper.announce()


def told_as_server_error(error: ReadingsError) -> ServerError:
    """What a failing readings store means to who asked the server."""
    if isinstance(error, ReadingsNotSaved):
        return StorageFull(str(error))
    if isinstance(error, DamagedReadings | NewerReadings):
        return DamagedData(str(error))
    return StorageFailed(str(error))


def _told(error: Exception) -> Exception:
    return told_as_server_error(error) if isinstance(error, ReadingsError) else error


def _attempt(job: _Job, keeper: Keeper) -> Any:
    """The job's result, or its error: nothing that one request does may end the thread."""
    try:
        return job(keeper)
    except ReadingsError as error:
        log.error("readings were not saved: %s", error)  # noqa: TRY400 - expected, and told to the sender
        return told_as_server_error(error)
    except Exception as error:
        log.exception("a job of the readings failed")
        return error


def _forget_old(keeper: Keeper) -> None:
    keeper.forget_before(keeper.now() - KEPT)
