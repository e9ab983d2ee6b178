"""The readings service: one thread that takes readings in groups, stores them, and evaluates the rules."""

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, InvalidStateError
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, TypeVar

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.forecast.gauge_model import GaugeModel
from tabuah.operations.maintenance.window import MaintenanceWindow
from tabuah.operations.readings.authorship import DEFAULT_AGE_LIMITS, AgeLimits, ReadingAuthor
from tabuah.operations.readings.reading import PostedReading, Reading, SeriesPoint
from tabuah.operations.rules.rule import Rule
from tabuah.operations.stations.station import Station
from tabuah.operations.units.unit import Unit
from tabuah.resources.fault_isolation import record_fault
from tabuah.resources.localisation import _
from tabuah.server.errors import DamagedData, ServerError, ServerStopping, StorageFailed, StorageFull
from tabuah.server.forecast.forecaster import Forecaster
from tabuah.server.journal import ServerJournal
from tabuah.server.readings.coalescer import ReadingsPublisher
from tabuah.server.readings.journal_listener import JournalListener
from tabuah.server.readings.posted_batch import PostedBatch
from tabuah.server.readings.processor import ReadingsProcessor
from tabuah.server.request_groups import next_group
from tabuah.storage.journal.protocol import ReadingsReply
from tabuah.storage.readings.errors import DamagedReadings, NewerReadings, ReadingsError, ReadingsNotSaved
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore

log = logging.getLogger(__name__)

LOOK_EVERY_S: Final = 5.0
ROLL_UP_EVERY_S: Final = 60.0
PRUNE_EVERY_S: Final = 86_400.0
KEPT: Final = timedelta(days=400)
MAX_GROUP: Final = 32

ResultT = TypeVar("ResultT")
_Job = Callable[[ReadingsProcessor], Any]


class _QueuedJob:
    """A queued batch or job, and the future of its sender."""

    def __init__(self, work: PostedBatch | _Job) -> None:
        self.work = work
        self.future: Future[Any] = Future()

    def resolve(self, result: object) -> None:
        """Resolve the future; the sender may have cancelled it."""
        try:
            if isinstance(result, Exception):
                self.future.set_exception(result)
            else:
                self.future.set_result(result)
        except InvalidStateError:
            log.debug("the sender of a request has cancelled it")


class ReadingsService:
    """May be called from any thread. Call `start` before use and `stop` at the end."""

    def __init__(
        self,
        journal: ServerJournal,
        broadcaster: ReadingsPublisher,
        data_dir: Path,
        *,
        age_limits: AgeLimits = DEFAULT_AGE_LIMITS,
    ) -> None:
        self._journal = journal
        self._age_limits = age_limits
        self._publisher = broadcaster
        self._path = data_dir / FILE_NAME
        self._queue: queue.SimpleQueue[_QueuedJob | None] = queue.SimpleQueue()
        self._gate = threading.Lock()
        self._running = False
        self._began: Future[ReadingsProcessor] = Future()
        self._thread = threading.Thread(target=self._run, name="tabuah-readings", daemon=True)
        self._journal_listener = JournalListener(journal, on_change=lambda: self._submit(lambda _processor: None))

    def start(self) -> None:
        """Open the store, load stations, rules and alarms, and start the thread.

        Raises:
            ServerError: the store cannot be opened; the message gives the next step.
        """
        self._running = True
        self._journal_listener.begin()
        self._thread.start()
        try:
            self._began.result()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Finish the queued work and stop; call it before the journal is closed."""
        self._journal_listener.end()
        with self._gate:
            self._running = False
            self._queue.put(None)
        self._thread.join()

    @property
    def is_running(self) -> bool:
        """Whether the thread runs; callable from any thread."""
        return self._thread.is_alive()

    # Called from other threads

    def submit(self, author: ReadingAuthor, posted: Sequence[PostedReading]) -> "Future[ReadingsReply]":
        """Queue readings; the future resolves when they are on disk.

        Raises, through the future:
            StorageFailed: nothing was saved.
        """
        return self._submit(PostedBatch(author, posted))

    def latest(self) -> tuple[Reading, ...]:
        """Return the newest reading of every series."""
        return tuple(self._processor.latest.copy().values())

    def series(
        self, station: str, parameter: str, since: datetime, until: datetime, *, points: int
    ) -> tuple[SeriesPoint, ...]:
        """Return one series for a chart, read in parallel to the writer.

        Raises:
            StorageFailed: it cannot be read.
        """
        return self.read(lambda store: store.series(station, parameter, since, until, points=points))

    def read(self, ask: Callable[[ReadingsStore], ResultT]) -> ResultT:
        """Query the store in parallel to the writer.

        Raises:
            StorageFailed: it cannot be read.
        """
        try:
            with ReadingsStore(self._path) as store:
                return ask(store)
        except ReadingsError as error:
            raise translate_readings_error(error) from error

    @property
    def forecaster(self) -> Forecaster:
        """The forecaster; its `newest` and `models` may be read from any thread."""
        return self._processor.forecaster

    def use_model(self, model: GaugeModel) -> None:
        """Use a forecast model for its gauge, and wait.

        Raises:
            ServerError: it could not be saved.
        """
        self._submit(lambda processor: processor.use_model(model)).result()

    def check_silence(self) -> None:
        """Evaluate silence now, and wait; the service does this every few seconds by itself."""
        self._submit(ReadingsProcessor.check_silence).result()

    def forget_before(self, moment: datetime) -> None:
        """Prune readings from before a moment, and wait."""
        self._submit(lambda processor: processor.forget_before(moment)).result()

    def counters(self) -> dict[str, int]:
        """Return the number of stored and quarantined readings since the start, of series, and of queued batches."""
        processor = self._processor
        return {
            "stored": processor.stored_total,
            "set_aside": processor.set_aside_total,
            "series": len(processor.latest),
            "waiting": self._queue.qsize(),
        }

    def quarantined(self) -> dict[str, int]:
        """Return the number of readings in quarantine by reason, as of a few seconds ago."""
        return {doubt.value: count for doubt, count in self._processor.quarantined.items()}

    @property
    def _processor(self) -> ReadingsProcessor:
        return self._began.result()

    def _submit(self, work: PostedBatch | _Job) -> "Future[Any]":
        waiting = _QueuedJob(work)
        with self._gate:
            if self._running:
                self._queue.put(waiting)
            else:
                waiting.resolve(ServerStopping(_("The server is stopping.")))
        return waiting.future

    # On the readings thread

    def _learn(self, processor: ReadingsProcessor) -> None:
        """Load changes of the journal before the next readings are evaluated."""
        values = [self._journal.state_of(subject).value for subject in self._journal_listener.take()]
        if not values:
            return
        processor.learn_maintenance([value for value in values if isinstance(value, MaintenanceWindow)])
        if judged := [value for value in values if isinstance(value, Station | Rule)]:
            processor.learn(judged)
        processor.learn_units([value for value in values if isinstance(value, Unit)])
        processor.learn_alarms([value for value in values if isinstance(value, Alarm)])
        _wipe(processor, (value for value in values if isinstance(value, Exercise)))

    def _run(self) -> None:
        try:
            processor = ReadingsProcessor(self._path, self._journal, self._publisher, age_limits=self._age_limits)
        except ReadingsError as error:
            self._began.set_exception(translate_readings_error(error))
            return
        try:
            try:
                processor.begin()
            except Exception as error:  # noqa: BLE001 - delivered to the caller of `start`
                self._began.set_exception(_as_server_error(error))
                return
            _wipe(processor, self._journal.authority.exercises.values())  # those before a crash or restore
            self._began.set_result(processor)
            self._work(processor)
        finally:
            processor.close()

    def _work(self, processor: ReadingsProcessor) -> None:
        every_s = {
            ReadingsProcessor.check_silence: LOOK_EVERY_S,
            ReadingsProcessor.roll_up: ROLL_UP_EVERY_S,
            _prune_old: PRUNE_EVERY_S,
        }
        due = dict.fromkeys(every_s, 0.0)
        while (group := self._next_group(processor.coalescer.wait_s())) is not None:
            _attempt(self._learn, processor)
            self._take(processor, [w for w in group if isinstance(w.work, PostedBatch)])
            for waiting in group:
                if not isinstance(waiting.work, PostedBatch):
                    waiting.resolve(_attempt(waiting.work, processor))
            processor.coalescer.publish()
            for job, due_s in due.items():
                if time.monotonic() >= due_s:
                    _attempt(job, processor)
                    due[job] = time.monotonic() + every_s[job]

    def _next_group(self, wait_s: float | None) -> list[_QueuedJob] | None:
        """Return the queued work; an empty list after `wait_s` or when a timer is due; None at the end."""
        longest_s = LOOK_EVERY_S if wait_s is None else min(wait_s, LOOK_EVERY_S)
        return next_group(self._queue, wait_s=longest_s, most=MAX_GROUP)

    def _take(self, processor: ReadingsProcessor, group: Sequence[_QueuedJob]) -> None:
        if not group:
            return
        replies = _attempt(lambda k: k.take([w.work for w in group if isinstance(w.work, PostedBatch)]), processor)
        for index, waiting in enumerate(group):
            waiting.resolve(replies if isinstance(replies, Exception) else replies[index])
        processor.journal_alarms()


def translate_readings_error(error: ReadingsError) -> ServerError:
    """Return the server error for an error of the readings store."""
    if isinstance(error, ReadingsNotSaved):
        return StorageFull(str(error))
    if isinstance(error, DamagedReadings | NewerReadings):
        return DamagedData(str(error))
    return StorageFailed(str(error))


def _as_server_error(error: Exception) -> Exception:
    return translate_readings_error(error) if isinstance(error, ReadingsError) else error


def _attempt(job: _Job, processor: ReadingsProcessor) -> Any:
    """Return the job's result or its error: no job may end the thread."""
    try:
        return job(processor)
    except ReadingsError as error:
        log.error("readings were not saved: %s", error)  # noqa: TRY400 - expected, and delivered to the sender
        return translate_readings_error(error)
    except Exception as error:  # noqa: BLE001 - counted, and delivered to the sender
        record_fault("readings job", getattr(job, "__qualname__", "job"), error)
        return error


def _prune_old(processor: ReadingsProcessor) -> None:
    processor.forget_before(processor.now() - KEPT)


def _wipe(processor: ReadingsProcessor, exercises: Iterable[Exercise]) -> None:
    for exercise in exercises:
        if exercise.is_wiped:
            processor.wipe_exercise(exercise.id)
