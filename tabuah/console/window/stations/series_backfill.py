"""Backfill of series: fetches the readings that the server has and this console lacks.

Counts of each hour or day are compared first, and only periods that differ are fetched.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from PySide6.QtCore import QObject

from tabuah.console.window.shared.long_task import LongTask, OnError, OnProgress
from tabuah.console.window.shared.server_readings import TIME_RESOLUTION, fetch_values, series_params
from tabuah.operations.readings.roll_up_spans import MissingSpan, find_missing_spans
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.protocol import QuarantineReply, SummariesReply
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore

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
    """Fetch what is missing here. Each request is stored at once, so a cancelled backfill loses nothing.

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
        values = fetch_values(client, wanted.station, lack.parameter, since, until)
        return kept.store(values).stored
    params = series_params(wanted.station, lack.parameter, since, until) | {"span": "hour"}
    hours = client.call("GET", "/v1/readings/summaries", SummariesReply, params=params).summaries
    kept.keep_hours(wanted.station, lack.parameter, hours)
    return len(hours)


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
        """Fetch what is missing; a running backfill is cancelled. Callbacks run on the GUI thread."""

        def work(store: ConsoleStore, tell: OnProgress) -> BackfillResult:
            from tabuah.storage.sync.session import ConsoleSession  # noqa: PLC0415 - loads the HTTP client

            session = ConsoleSession(store)
            with session.client as client, ReadingsStore(store.directory / FILE_NAME) as kept:
                return backfill_series(client, kept, wanted, tell)

        self.run(work, on_progress=on_progress, on_done=on_done, on_error=on_error)
