"""What is kept of a station: its last days for the page, and one series over a longer time for the chart."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from tabuah.operations.forecast.forecast import StageForecast
from tabuah.operations.stations.readings import SeriesPoint
from tabuah.operations.stations.station import Station
from tabuah.operations.stations.time_series import TimeSeries
from tabuah.storage.readings.store import ReadingsStore
from tabuah.storage.readings.typed import TypedOutcome

WEEK: Final = timedelta(days=7)
_TYPED_SHOWN: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KeptSeries:
    """The values of one parameter in the last days; nothing is known of it before `since`."""

    values: TimeSeries = field(default_factory=TimeSeries)
    qualities: Mapping[int, int] = field(default_factory=dict)
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StationPast:
    """The last seven days of a station as they are kept here: by parameter, and what people typed in last."""

    code: str
    series: Mapping[str, KeptSeries] = field(default_factory=dict)
    typed: tuple[TypedOutcome, ...] = ()
    forecast: StageForecast | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SeriesSpan:
    """One series from a moment to another in at most so many points."""

    station: Station
    parameter: str
    since: datetime
    until: datetime
    most: int
    points: tuple[SeriesPoint, ...] = ()


def read_past(store: ReadingsStore, station: Station, now: datetime) -> StationPast:
    """Read the last days of a station."""
    typed = store.typed_between(station.code, now - 10 * WEEK, now)
    return StationPast(
        code=station.code,
        series={each.code: _series(store, station.code, each.code, now) for each in station.parameters},
        typed=tuple(typed[:_TYPED_SHOWN]),
        forecast=store.newest_forecast(station.code) if station.river is not None else None,
    )


def read_span(store: ReadingsStore, asked: SeriesSpan) -> SeriesSpan:
    """Read one series; buckets where more than so many readings are there."""
    points = store.series(asked.station.code, asked.parameter, asked.since, asked.until, points=asked.most)
    return SeriesSpan(
        station=asked.station,
        parameter=asked.parameter,
        since=asked.since,
        until=asked.until,
        most=asked.most,
        points=points,
    )


def _series(store: ReadingsStore, station: str, parameter: str, now: datetime) -> KeptSeries:
    values = store.time_series(station, parameter, now - WEEK, now)
    return KeptSeries(
        values=values,
        qualities=store.count_qualities(station, parameter, now - WEEK, now),
        since=_known_since(store.first_at(station, parameter), values, now),
    )


def _known_since(first_hour: datetime | None, values: TimeSeries, now: datetime) -> datetime:
    """From when on values can be missing: not before the first that was ever known."""
    if first_hour is None:
        return now
    if first_hour > now - WEEK and len(values):
        return datetime.fromtimestamp(float(values.times_s[0]), UTC)
    return max(now - WEEK, first_hour)
