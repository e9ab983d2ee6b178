"""Backfill of series: fetches the readings that the server has and this console lacks.

Counts of each hour or day are compared first, and only periods that differ are fetched.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from PySide6.QtCore import QObject, Signal

from tabuah.console.window.shared.long_task import LongTask, OnError, OnProgress
from tabuah.console.window.shared.server_readings import (
    TIME_RESOLUTION,
    fetch_corrections,
    fetch_values,
    series_params,
)
from tabuah.console.window.state.console_state import ConsoleState
from tabuah.console.window.stations.station_charts import SPAN_LENGTHS
from tabuah.operations.readings.reading import Reading
from tabuah.operations.readings.roll_up_spans import MissingSpan, find_missing_spans
from tabuah.operations.stations.station import Station
from tabuah.operations.sync.connection_state import ConnectionState
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.protocol import QuarantineReply, SummariesReply
from tabuah.storage.readings.errors import ReadingsError
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore
from tabuah.storage.sync.errors import SyncError
from tabuah.text.readings import backfill
from tabuah.widgets.stations.span_chart import MONTH, WEEK, YEAR

if TYPE_CHECKING:
    from tabuah.storage.sync.client import ServerClient


_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)

ReportProgress = Callable[[int, int], None]


class BackfillGrain(StrEnum):
    """The resolution of the data: every value, or hourly summaries."""

    VALUES = "values"
    HOURS = "hours"


class _GrainLimits(NamedTuple):
    """The period for comparing counts, and the longest request, of a resolution."""

    span_name: str
    span: timedelta
    longest: timedelta


_GRAIN_LIMITS: Final = {
    BackfillGrain.VALUES: _GrainLimits("hour", _HOUR, _DAY),
    BackfillGrain.HOURS: _GrainLimits("day", _DAY, 31 * _DAY),
}


class BackfillRequest(NamedTuple):
    """One station's series between two times, UTC."""

    station: str
    parameters: tuple[str, ...]
    since: datetime
    until: datetime
    grain: BackfillGrain


class BackfillResult(NamedTuple):
    """The number of stored values or hours, and the quarantined readings of the station."""

    stored: int
    quarantined: Mapping[str, int]


class _Gap(NamedTuple):
    parameter: str
    stretch: MissingSpan


def backfill_series(
    client: "ServerClient", kept: ReadingsStore, wanted: BackfillRequest, report_progress: ReportProgress
) -> BackfillResult:
    """Fetch the missing readings. Each request is stored at once, so a cancelled backfill loses nothing.

    Args:
        client: the connection to the server.
        kept: the readings store of this console.
        wanted: the series and period.
        report_progress: called with the done and total number of requests; an exception from it cancels
            the backfill.
    """
    report_progress(0, 1)
    quarantined = client.call("GET", "/v1/readings/aside", QuarantineReply, params={"station": wanted.station}).counts
    kept.roll_up(wanted.until)  # hourly summaries are compared by hour
    lacks = [lack for parameter in wanted.parameters for lack in _find_gaps(client, kept, wanted, parameter)]
    stored = 0
    for done, lack in enumerate(lacks):
        report_progress(done, len(lacks))
        stored += _fetch(client, kept, wanted, lack)
    if wanted.grain is BackfillGrain.VALUES:
        for parameter in wanted.parameters:
            stored += _correct(client, kept, wanted, parameter)
    return BackfillResult(stored, quarantined)


def _find_gaps(client: "ServerClient", kept: ReadingsStore, wanted: BackfillRequest, parameter: str) -> list[_Gap]:
    measure = _GRAIN_LIMITS[wanted.grain]
    since = _floor(wanted.since, measure.span)
    params = series_params(wanted.station, parameter, since, wanted.until) | {"span": measure.span_name}
    theirs = client.call("GET", "/v1/readings/summaries", SummariesReply, params=params).summaries
    ours = kept.summaries(wanted.station, parameter, since, wanted.until, measure.span)
    found = find_missing_spans(theirs, ours, span=measure.span, longest=measure.longest)
    return [_Gap(parameter, stretch) for stretch in found]


def _fetch(client: "ServerClient", kept: ReadingsStore, wanted: BackfillRequest, lack: _Gap) -> int:
    since, until = lack.stretch.since, min(lack.stretch.until - TIME_RESOLUTION, wanted.until)
    if wanted.grain is BackfillGrain.VALUES:
        asked = datetime.now(UTC)
        values = fetch_values(client, wanted.station, lack.parameter, since, until)
        return kept.store_received(values, asked=asked).stored
    params = series_params(wanted.station, lack.parameter, since, until) | {"span": "hour"}
    hours = client.call("GET", "/v1/readings/summaries", SummariesReply, params=params).summaries
    kept.keep_hours(wanted.station, lack.parameter, hours)
    return len(hours)


def _correct(client: "ServerClient", kept: ReadingsStore, wanted: BackfillRequest, parameter: str) -> int:
    """Store the corrections of the server and their values: a correction leaves no gap that would be filled."""
    period = (wanted.station, parameter, wanted.since, wanted.until)
    asked = datetime.now(UTC)
    found = fetch_corrections(client, *period)
    last = {c.at: Reading(c.station, c.parameter, c.at, c.new_value, c.new_quality) for c in found}
    replaced = kept.corrections.replaced_by(last.values())
    stored = kept.store_received([last[known.at] for known in replaced], asked=asked).stored if found else 0
    with kept.transaction():
        kept.corrections.replace(*period, found, asked=asked)
    return stored


def _floor(moment: datetime, span: timedelta) -> datetime:
    """Return the start of the period of UTC that contains a time."""
    since = moment.replace(minute=0, second=0, microsecond=0)
    return since if span < _DAY else since.replace(hour=0)


class SeriesBackfill(LongTask):
    """Runs one backfill at a time, off the GUI thread."""

    def __init__(self, directory: Path, parent: QObject) -> None:
        super().__init__(directory, parent, thread="tabuah-fills")

    def begin(
        self,
        wanted: BackfillRequest,
        *,
        on_progress: OnProgress,
        on_done: Callable[[BackfillResult], None],
        on_error: OnError,
    ) -> None:
        """Fetch the missing readings; a running backfill is cancelled. Callbacks run on the GUI thread."""

        def work(store: ConsoleStore, tell: OnProgress) -> BackfillResult:
            from tabuah.storage.sync.session import ConsoleSession  # noqa: PLC0415 - loads the HTTP client

            session = ConsoleSession(store)
            with session.client as client, ReadingsStore(store.directory / FILE_NAME) as kept:
                return backfill_series(client, kept, wanted, tell)

        self.run(work, on_progress=on_progress, on_done=on_done, on_error=on_error)


_VALUES_FOR: Final = SPAN_LENGTHS[WEEK]  # what the page itself needs: gaps and marks of the week
_Key = tuple[str, tuple[str, ...], BackfillGrain, timedelta]


class StationBackfill(QObject):
    """Fetches each period once while the page shows a station; newer readings arrive live.

    Signals:
        progressed: a text, and the done and total number of requests.
        rested: nothing is being fetched; the text says why.
        offered: nothing is fetched without a request; the text says why.
        filled: new readings are stored.
    """

    progressed = Signal(str, int, int)
    rested = Signal(str)
    offered = Signal(str)
    filled = Signal()

    def __init__(self, state: ConsoleState, backfill_task: SeriesBackfill, parent: QObject) -> None:
        super().__init__(parent)
        self._state, self._backfill_task = state, backfill_task
        self._done: set[_Key] = set()
        self._running: _Key | None = None
        self._asked: tuple[Station, str, str] | None = None
        self._stored = 0
        self.quarantined: Mapping[str, int] | None = None
        self._is_asked_for = False  # requested by a person although the data saver is on

    def begin(self) -> None:
        """Reset for another station or a new visit."""
        self._backfill_task.cancel()
        self._done.clear()
        self._running, self._stored, self.quarantined, self._is_asked_for = None, 0, None, False

    def request(self, station: Station, parameter: str, span: str) -> None:
        """Fetch the week of a station, and this parameter for the period of its chart."""
        self._asked = (station, parameter, span)
        if self._state.link.state is not ConnectionState.ONLINE:
            self.rested.emit(backfill.describe_offline_chart())
            return
        key = next((key for key in self._keys(station, parameter, span) if key not in self._done), None)
        if key is None:
            self._backfill_task.cancel()
            self._running = None
            self.rested.emit(backfill.describe_fetched_values(self._stored))
        elif self._state.snapshot.connection_settings.data_saver and not self._is_asked_for:
            self.offered.emit(backfill.describe_saved_data_chart())
        elif key != self._running:
            self._start(key)

    def fetch(self) -> None:
        """Fetch despite the data saver, as long as this station is shown."""
        self._is_asked_for = True
        if self._asked is not None:
            self.request(*self._asked)

    def cancel(self) -> None:
        """Cancel the backfill; stored readings are kept."""
        self._backfill_task.cancel()
        if self._running is not None:
            self._done.add(self._running)
            self._running = None
        self.rested.emit(backfill.describe_cancelled_backfill())
        self.filled.emit()

    def close(self) -> None:
        """Cancel, when the page closes."""
        self._backfill_task.cancel()
        self._asked = self._running = None

    def _keys(self, station: Station, parameter: str, span: str) -> Iterator[_Key]:
        yield station.code, tuple(each.code for each in station.parameters), BackfillGrain.VALUES, _VALUES_FOR
        if span in (MONTH, YEAR):
            yield station.code, (parameter,), BackfillGrain.HOURS, SPAN_LENGTHS[span]

    def _start(self, key: _Key) -> None:
        self._running = key
        code, parameters, grain, length = key
        until = self._state.now()
        wanted = BackfillRequest(code, parameters, until - length, until, grain)
        self._backfill_task.begin(
            wanted, on_progress=self._on_progress, on_done=lambda filled: self._on_done(key, filled),
            on_error=self._on_error,
        )  # fmt: skip

    def _on_progress(self, done: int, of: int) -> None:
        self.progressed.emit(backfill.describe_running_backfill(), done, of)

    def _on_done(self, key: _Key, filled: BackfillResult) -> None:
        self._done.add(key)
        self._running = None
        self._stored += filled.stored
        self.quarantined = filled.quarantined
        self.filled.emit()
        if self._asked is not None:
            self.request(*self._asked)

    def _on_error(self, error: Exception) -> None:
        """Show an expected error in the page, which continues with stored readings."""
        if not isinstance(error, SyncError | ReadingsError):
            raise error
        self._running = None
        self.rested.emit(backfill.describe_failed_backfill(str(error)))
