"""Readings of a past period, converted to the station codes and times of a replay."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from tabuah.console.readings.series_source import SeriesSource
from tabuah.console.simulator.errors import NoPastReadings
from tabuah.operations.exercises.past_day import ReplaySchedule
from tabuah.operations.exercises.scope import code_in_exercise
from tabuah.operations.maintenance.window import MaintenanceWindow
from tabuah.operations.readings.reading import Reading
from tabuah.operations.readings.roll_up_spans import RollUpSpan
from tabuah.operations.stations.station import Station
from tabuah.resources.localisation import _, format_moment

_BLOCK: Final = timedelta(hours=2)  # loaded at once; limits the memory for a large network
_MAX_POINTS: Final = 5_000  # the server returns no more in one reply
_SHORTEST: Final = timedelta(minutes=1)  # a minute with too many values is replaced by its mean
_TIME_RESOLUTION: Final = timedelta(milliseconds=1)


class PastSeries(NamedTuple):
    """A series, and its number of readings in the period."""

    station: Station
    parameter: str
    readings: int


def find_past_series(
    source: SeriesSource,
    stations: Sequence[Station],
    schedule: ReplaySchedule,
    *,
    on_station: Callable[[int, int], None] = lambda _done, _of: None,
) -> tuple[PastSeries, ...]:
    """Return the series that have readings in the period of a replay.

    Args:
        source: the readings of the server.
        stations: the real stations.
        schedule: the period.
        on_station: called before each station with the number done and of all; an exception of it ends the search.

    Raises:
        NoPastReadings: there are no readings, or only hourly summaries are kept.
        SyncError, ReadingsError: the source cannot be read.
    """
    last = schedule.until - _TIME_RESOLUTION
    found: list[PastSeries] = []
    begun_at = schedule.until
    for number, station in enumerate(stations):
        on_station(number, len(stations))
        for parameter in station.parameters:
            spans = source.summaries(station.code, parameter.code, schedule.since, last, RollUpSpan.HOUR)
            if readings := sum(span.count for span in spans):
                begun_at = min(begun_at, spans[0].at)
                found.append(PastSeries(station, parameter.code, readings))
    if not found:
        raise NoPastReadings(_("There are no readings of real stations in this time."))
    kept_from = source.values_from()
    if kept_from is None or kept_from >= begun_at + RollUpSpan.HOUR.length:
        message = _("Only summaries are kept of this time; single readings begin {time}.")
        raise NoPastReadings(message.format(time=format_moment(kept_from) if kept_from else "-"))
    return tuple(found)


class PastReadings:
    """The readings of the period, without those taken during maintenance, which no rule evaluated.

    Args of the constructor:
        source: the readings of the server.
        series: the series to read.
        works: the maintenance windows of real stations.
        exercise_id: the exercise that receives the readings.
        schedule: the period and the times of the replay.
    """

    def __init__(
        self,
        source: SeriesSource,
        series: Sequence[PastSeries],
        works: Iterable[MaintenanceWindow],
        *,
        exercise_id: str,
        schedule: ReplaySchedule,
    ) -> None:
        self._source, self._series, self._works = source, series, tuple(works)
        self._exercise_id, self._schedule = exercise_id, schedule
        self._kept_from = source.values_from() or schedule.since  # earlier, only summaries are kept
        self._block: tuple[datetime, list[Reading]] | None = None

    def readings_between(self, from_at: datetime, to_at: datetime) -> list[Reading]:
        """Return the readings measured in [from_at, to_at) with shifted times, oldest first."""
        shift, found = self._schedule.shift, list[Reading]()
        begins_at = self._schedule.first_at + (from_at - self._schedule.first_at) // _BLOCK * _BLOCK
        while begins_at < to_at:
            low, high = from_at + shift, to_at + shift
            found += [reading for reading in self._load(begins_at) if low <= reading.at < high]
            begins_at += _BLOCK
        return found

    def _load(self, begins_at: datetime) -> list[Reading]:
        if self._block is None or self._block[0] != begins_at:
            until = min(begins_at + _BLOCK, self._schedule.until)
            readings = [reading for each in self._series for reading in self._read(each, begins_at, until)]
            self._block = begins_at, sorted(readings, key=lambda reading: (reading.at, reading.station))
        return self._block[1]

    def _read(self, series: PastSeries, since: datetime, until: datetime) -> list[Reading]:
        code, shift = series.station.code, self._schedule.shift
        works = [window for window in self._works if code in window.stations]
        last = until - _TIME_RESOLUTION
        if last < self._kept_from:
            return []
        points = self._source.series(code, series.parameter, max(since, self._kept_from), last, points=_MAX_POINTS)
        if any(point.count > 1 for point in points) and until - since > _SHORTEST:
            middle = since + (until - since) / 2
            return [*self._read(series, since, middle), *self._read(series, middle, until)]
        own = code_in_exercise(code, self._exercise_id)
        return [
            Reading(own, series.parameter, point.at + shift, point.mean)
            for point in points
            if not any(window.runs_at(point.at) for window in works)
        ]
