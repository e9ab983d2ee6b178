"""Stored readings of a station: its last days for the page, and one series for the chart."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from tabuah.operations.entries import subject_of
from tabuah.operations.forecast.stage_forecast import StageForecast
from tabuah.operations.readings.correction_history import shown_corrections
from tabuah.operations.readings.reading import ReadingCorrection, SeriesPoint
from tabuah.operations.readings.time_series import TimeSeries
from tabuah.operations.stations.station import Station
from tabuah.storage.cache.histories import HistoryState
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.readings.manual_readings import ManualReadingOutcome
from tabuah.storage.readings.store import ReadingsStore
from tabuah.text.stations.station_events import StationEvent, station_events

WEEK: Final = timedelta(days=7)
_TYPED_SHOWN: Final = 5


class KeptSeries(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """The values of one parameter in the last days; unknown before `since`."""

    values: TimeSeries = msgspec.field(default_factory=TimeSeries)
    qualities: Mapping[int, int] = msgspec.field(default_factory=dict)
    corrections: tuple[ReadingCorrection, ...] = ()
    since: datetime


class StationHistory(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """The last seven days of a station by parameter, and its latest manual readings."""

    code: str
    series: Mapping[str, KeptSeries] = msgspec.field(default_factory=dict)
    typed: tuple[ManualReadingOutcome, ...] = ()
    forecast: StageForecast | None = None


class SeriesSpan(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """One series between two times, in at most `most` points."""

    station: Station
    parameter: str
    since: datetime
    until: datetime
    most: int
    points: tuple[SeriesPoint, ...] = ()
    corrections: tuple[ReadingCorrection, ...] = ()


def read_station_history(store: ReadingsStore, station: Station, now: datetime) -> StationHistory:
    """Read the last days of a station."""
    typed = store.manual_readings_between(station.code, now - 10 * WEEK, now)
    return StationHistory(
        code=station.code,
        series={each.code: _series(store, station.code, each.code, now) for each in station.parameters},
        typed=tuple(typed[:_TYPED_SHOWN]),
        forecast=store.forecasts.newest_of(station.code) if station.river is not None else None,
    )


class StationEvents(msgspec.Struct, frozen=True, kw_only=True):
    """The history of a station in words, newest first; `is_complete` unless older entries are at the server only."""

    code: str
    events: tuple[StationEvent, ...]
    is_complete: bool = True


def read_station_events(store: ConsoleStore, station: Station) -> StationEvents:
    """Read the entries of a station, and request those that a snapshot has skipped."""
    subject = subject_of("station", station.code)
    store.histories.request(subject)
    return StationEvents(
        code=station.code,
        events=station_events(store.entries_of(subject), station.changes),
        is_complete=store.histories.state_of(subject) is HistoryState.WHOLE,
    )


def read_series_span(store: ReadingsStore, asked: SeriesSpan) -> SeriesSpan:
    """Read one series; in buckets if it has more readings than points."""
    points = store.series(asked.station.code, asked.parameter, asked.since, asked.until, points=asked.most)
    return SeriesSpan(
        station=asked.station,
        parameter=asked.parameter,
        since=asked.since,
        until=asked.until,
        most=asked.most,
        points=points,
        corrections=_corrections(store, asked.station.code, asked.parameter, asked.since, asked.until),
    )


def _corrections(
    store: ReadingsStore, station: str, parameter: str, since: datetime, until: datetime
) -> tuple[ReadingCorrection, ...]:
    return shown_corrections(store.corrections.between(station, parameter, since, until))


def _series(store: ReadingsStore, station: str, parameter: str, now: datetime) -> KeptSeries:
    values = store.time_series(station, parameter, now - WEEK, now)
    return KeptSeries(
        values=values,
        qualities=store.count_qualities(station, parameter, now - WEEK, now),
        corrections=_corrections(store, station, parameter, now - WEEK, now),
        since=_known_since(store.first_at(station, parameter), values, now),
    )


def _known_since(first_hour: datetime | None, values: TimeSeries, now: datetime) -> datetime:
    """Return the time from which missing values count: not before the first known hour."""
    if first_hour is None:
        return now
    if first_hour > now - WEEK and len(values):
        return datetime.fromtimestamp(float(values.times_s[0]), UTC)
    return max(now - WEEK, first_hour)
