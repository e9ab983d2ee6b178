"""Records of a series by minute, hour or day, for JSON, tables and CSV."""

from datetime import datetime

import msgspec

from tabuah.console.readings.series_source import SeriesSource
from tabuah.operations.readings.measurements import measurement_of
from tabuah.operations.readings.reading import SeriesSummary
from tabuah.operations.readings.roll_up_spans import RollUpSpan, roll_up_age


class SeriesQuery(msgspec.Struct, frozen=True, kw_only=True):
    """A series between two times (UTC, both included) with its unit."""

    station: str
    parameter: str
    unit: str
    since: datetime
    until: datetime


class SpanLine(msgspec.Struct, frozen=True, kw_only=True):
    """One span of a record; `age_s` is the age of the newest value at the end of the span, or now."""

    at: datetime
    low: float
    high: float
    mean: float
    total: float
    count: int
    newest_at: datetime
    age_s: float


class SpansRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Record of `readings query --by --json`; single values and minutes exist from `values_from` on."""

    station: str
    parameter: str
    unit: str
    source: str
    by: RollUpSpan
    values_from: datetime | None
    spans: tuple[SpanLine, ...]

    @property
    def adds_up(self) -> bool:
        """Return whether a sum is meaningful, as it is for amounts such as rain."""
        return measurement_of(self.parameter).adds_up


def read_spans(source: SeriesSource, query: SeriesQuery, *, by: RollUpSpan, now: datetime) -> SpansRecord:
    """Return the record of a series; spans at the edges include only readings within the query.

    Raises:
        SyncError, ReadingsError: the source cannot be read.
    """
    found = source.summaries(query.station, query.parameter, query.since, query.until, by)
    return SpansRecord(
        station=query.station,
        parameter=query.parameter,
        unit=query.unit,
        source=source.name,
        by=by,
        values_from=source.values_from(),
        spans=tuple(_make_span_line(summary, by, now) for summary in found),
    )


def _make_span_line(summary: SeriesSummary, by: RollUpSpan, now: datetime) -> SpanLine:
    return SpanLine(
        at=summary.at,
        low=summary.low,
        high=summary.high,
        mean=summary.mean,
        total=summary.total,
        count=summary.count,
        newest_at=summary.newest_at,
        age_s=roll_up_age(summary, by, now=now).total_seconds(),
    )
