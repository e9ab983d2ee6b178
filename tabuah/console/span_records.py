"""A series by minutes, hours or days as a record: what commands print as JSON, as a table and as CSV."""

from datetime import datetime

import msgspec

from tabuah.console.series_source import SeriesSource
from tabuah.operations.stations.readings import SeriesSummary
from tabuah.operations.stations.spans import Span, age_of
from tabuah.operations.stations.units import measurement_of


class AskedSeries(msgspec.Struct, frozen=True, kw_only=True):
    """A series between two moments (UTC), both included, with its unit."""

    station: str
    parameter: str
    unit: str
    since: datetime
    until: datetime


class SpanLine(msgspec.Struct, frozen=True, kw_only=True):
    """One span of the record; `age_s` is how old the newest value was at its end, or is now."""

    at: datetime
    low: float
    high: float
    mean: float
    total: float
    count: int
    newest_at: datetime
    age_s: float


class SpansRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The record of `readings query --by --json`; values, and so minutes, are kept from `values_from` on."""

    station: str
    parameter: str
    unit: str
    source: str
    by: Span
    values_from: datetime | None
    spans: tuple[SpanLine, ...]

    @property
    def adds_up(self) -> bool:
        """Whether a sum says something to a reader: that of amounts such as rain does."""
        return measurement_of(self.parameter).adds_up


def read_spans(source: SeriesSource, asked: AskedSeries, *, by: Span, now: datetime) -> SpansRecord:
    """The spans of a series; one that is cut by an edge of what was asked for has only what lies between.

    Raises:
        SyncError, ReadingsError: the source cannot be read.
    """
    found = source.summaries(asked.station, asked.parameter, asked.since, asked.until, by)
    return SpansRecord(
        station=asked.station,
        parameter=asked.parameter,
        unit=asked.unit,
        source=source.name,
        by=by,
        values_from=source.values_from(),
        spans=tuple(_line(summary, by, now) for summary in found),
    )


def _line(summary: SeriesSummary, by: Span, now: datetime) -> SpanLine:
    return SpanLine(
        at=summary.at,
        low=summary.low,
        high=summary.high,
        mean=summary.mean,
        total=summary.total,
        count=summary.count,
        newest_at=summary.newest_at,
        age_s=age_of(summary, by, now=now).total_seconds(),
    )
