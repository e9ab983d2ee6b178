"""The readings store of a server and of a console: series of values, kept once each, quick to write and to chart."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import msgspec

from tabuah.operations.entries import Draft
from tabuah.operations.forecast.forecast import StageForecast
from tabuah.operations.forecast.model import GaugeModel
from tabuah.operations.rules.crossings import Crossing
from tabuah.operations.stations.keeping import Kept
from tabuah.operations.stations.quality import Doubt
from tabuah.operations.stations.readings import Reading, SeriesPoint, SeriesSummary
from tabuah.operations.stations.time_series import TimeSeries
from tabuah.operations.stations.typing_in import TypedReading
from tabuah.storage.readings import announcements, aside, charting, forecasts, passings, typed
from tabuah.storage.readings.connecting import expected_errors, open_readings, transaction
from tabuah.storage.readings.film import ReadingsFilm, Series, read_film
from tabuah.storage.readings.forgetting import forgetting
from tabuah.storage.readings.kept import measure_kept
from tabuah.storage.readings.moments import from_ms, to_ms
from tabuah.storage.readings.rollups import StaleHours, keep_hours, roll_up, roll_up_days
from tabuah.storage.readings.schema import HOUR_MS
from tabuah.storage.readings.series import SeriesNumbers

FILE_NAME: Final = "readings.db"

_PUT: Final = """INSERT INTO readings VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (bucket, series, time) DO UPDATE SET value = excluded.value, quality = excluded.quality
    WHERE value <> excluded.value OR quality <> excluded.quality"""
_PUT_LATEST: Final = """INSERT INTO latest VALUES (?, ?, ?, ?)
    ON CONFLICT (series) DO UPDATE SET time = excluded.time, value = excluded.value, quality = excluded.quality
    WHERE excluded.time >= time"""
_PUT_SOURCE: Final = """INSERT INTO sources VALUES (?, ?)
    ON CONFLICT (station) DO UPDATE SET source = excluded.source WHERE source <> excluded.source"""


class StoreResult(msgspec.Struct, frozen=True):
    """How many readings are new or corrected, and how many were known already."""

    stored: int
    unchanged: int


class ReadingsStore:
    """One `readings.db`. Belongs to the thread that opens it; others open their own beside it.

    Raises everywhere: ReadingsError with a message to show; what was asked for is then not saved at all.
    """

    def __init__(self, path: Path, *, durable: bool = False) -> None:
        self.path = path
        self._connection = open_readings(path, durable=durable)
        self._series = SeriesNumbers(self._connection)
        self._stale = StaleHours(self._connection)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        """The store itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything that is written inside is saved together or not at all."""
        try:
            with transaction(self._connection, self.path):
                yield
        except BaseException:
            self._series.forget()
            self._stale.forget()
            raise

    # Readings

    def store(self, readings: Sequence[Reading]) -> StoreResult:
        """Keep readings by (station, parameter, time); the same again changes nothing, another value corrects."""
        with self.transaction():
            rows = self._rows(readings)
            before = self._connection.total_changes
            self._connection.executemany(_PUT, rows)
            stored = self._connection.total_changes - before
            newest: dict[int, tuple[int, int, float, int]] = {}
            for _bucket, series, time, value, quality in rows:
                if series not in newest or time >= newest[series][1]:
                    newest[series] = (series, time, value, quality)
            self._connection.executemany(_PUT_LATEST, newest.values())
            if stored:
                self._stale.mark({(series, bucket) for bucket, series, _time, _value, _quality in rows})
        return StoreResult(stored, len(rows) - stored)

    def _rows(self, readings: Sequence[Reading]) -> list[tuple[int, int, int, float, int]]:
        give = self._series.give
        at, time, bucket = None, 0, 0
        rows = []
        for reading in readings:
            if reading.at is not at:  # what is sent together is mostly of one moment
                at = reading.at
                time = to_ms(at)
                bucket = time // HOUR_MS
            rows.append((bucket, give(reading.station, reading.parameter), time, reading.value, reading.quality))
        return rows

    def latest(self, station: str | None = None) -> tuple[Reading, ...]:
        """The newest reading of every series, or of one station's."""
        query = """SELECT station, parameter, time, value, quality FROM latest JOIN series ON id = series
            WHERE ?1 IS NULL OR station = ?1 ORDER BY station, parameter"""
        with expected_errors(self.path):
            rows = self._connection.execute(query, (station,)).fetchall()
        return tuple(Reading(code, parameter, from_ms(time), value, q) for code, parameter, time, value, q in rows)

    def between(self, station: str, parameter: str, since: datetime, until: datetime) -> tuple[Reading, ...]:
        """All readings of one series from `since` to `until`, both included, oldest first."""
        series = self._series.find(station, parameter)
        if series is None:
            return ()
        with expected_errors(self.path):
            rows = charting.rows_between(self._connection, series, to_ms(since), to_ms(until))
        return tuple(Reading(station, parameter, from_ms(time), value, quality) for time, value, quality in rows)

    def oldest_between(
        self, station: str, parameter: str, since: datetime, until: datetime, *, most: int
    ) -> tuple[Reading, ...]:
        """The oldest of `between`, at most so many."""
        series = self._series.find(station, parameter)
        if series is None:
            return ()
        with expected_errors(self.path):
            rows = charting.oldest_between(self._connection, series, to_ms(since), to_ms(until), most=most)
        return tuple(Reading(station, parameter, from_ms(time), value, quality) for time, value, quality in rows)

    def time_series(self, station: str, parameter: str, since: datetime, until: datetime) -> TimeSeries:
        """The values of `between` as arrays, which is much quicker."""
        series = self._series.find(station, parameter)
        if series is None:
            return TimeSeries()
        with expected_errors(self.path):
            return charting.columns_between(self._connection, series, to_ms(since), to_ms(until))

    def count_qualities(self, station: str, parameter: str, since: datetime, until: datetime) -> dict[int, int]:
        """How many of the readings of `between` have each quality."""
        series = self._series.find(station, parameter)
        if series is None:
            return {}
        with expected_errors(self.path):
            return charting.count_qualities(self._connection, series, to_ms(since), to_ms(until))

    def first_at(self, station: str, parameter: str) -> datetime | None:
        """When the first hour of a series begins of which anything is known here; None where nothing is."""
        series = self._series.find(station, parameter)
        if series is None:
            return None
        with expected_errors(self.path):
            first_ms = charting.first_hour_ms(self._connection, series)
        return None if first_ms is None else from_ms(first_ms)

    def series(
        self, station: str, parameter: str, since: datetime, until: datetime, *, points: int
    ) -> tuple[SeriesPoint, ...]:
        """One series for a chart: every reading where at most `points` are there, else as many buckets."""
        number = self._series.find(station, parameter)
        if number is None:
            return ()
        with expected_errors(self.path):
            return tuple(charting.points_between(self._connection, number, since, until, points=points))

    def summaries(
        self, station: str, parameter: str, since: datetime, until: datetime, span: timedelta
    ) -> tuple[SeriesSummary, ...]:
        """One series in whole spans of UTC (a minute, an hour, a day), oldest first; exact also with late values.

        The day of BMKG's rain gauges, 07:00 to 07:00 WIB, is the day of UTC.
        """
        number = self._series.find(station, parameter)
        if number is None:
            return ()
        with expected_errors(self.path):
            return tuple(charting.summaries_between(self._connection, number, since, until, span))

    def values_from(self) -> datetime | None:
        """From when on values are kept; None where none is. Before it there are hours and days, and no minutes."""
        with expected_errors(self.path):
            oldest_ms = charting.oldest_value_ms(self._connection)
        return None if oldest_ms is None else from_ms(oldest_ms)

    def roll_up(self, now: datetime) -> None:
        """Work out the hours and days that are over, as far as their values have changed since."""
        bucket = to_ms(now) // HOUR_MS
        for work_out in (roll_up, roll_up_days):
            left = True
            while left:
                with self.transaction():
                    self._stale.forget()
                    left = work_out(self._connection, before_bucket=bucket) > 0

    def keep_hours(self, station: str, parameter: str, hours: Iterable[SeriesSummary]) -> None:
        """Keep whole hours that somebody else has worked out; one of which more is known here stays."""
        with self.transaction():
            keep_hours(self._connection, self._series.give(station, parameter), hours)

    def film(
        self,
        wanted: Sequence[Series],
        since: datetime,
        until: datetime,
        *,
        given_up: Callable[[], bool] = lambda: False,
    ) -> ReadingsFilm | None:
        """What the newest values of some series were between two moments; None when `given_up` half-way."""
        columns = {each: self._series.find(*each) for each in wanted}
        with expected_errors(self.path):
            return read_film(self._connection, columns, since=since, until=until, given_up=given_up)

    def forget_before(self, moment: datetime) -> None:
        """Let go of the values of hours that ended before `moment`, and of what was set aside or crossed before it.

        The hours themselves are kept.
        """
        self.roll_up(moment)
        with self.transaction():
            self._connection.execute("DELETE FROM readings WHERE bucket < ?", (to_ms(moment) // HOUR_MS,))
            self._connection.execute("DELETE FROM crossings WHERE time < ?", (to_ms(moment),))
            self._connection.execute("DELETE FROM set_aside WHERE received < ?", (to_ms(moment),))
            forecasts.forget_forecasts(self._connection, moment)

    def forgetting(self, *, values_before: datetime, hours_before: datetime) -> Iterator[int]:
        """Let go of old values and, from before another moment, of the hours, too: a little at each step.

        Each step is a transaction of its own and gives how many rows went; whoever waits for the store comes between.
        """
        for step in forgetting(self._connection, values_before=values_before, hours_before=hours_before):
            with self.transaction():
                self._stale.forget()
                gone = step()
            yield gone

    # What people typed in

    def measure_kept(self, *, values_before: datetime, hours_before: datetime) -> Kept:
        """What is kept, and what of it `forgetting` would let go of."""
        with expected_errors(self.path):
            return measure_kept(self._connection, self.path, values_before=values_before, hours_before=hours_before)

    def type_in(self, readings: Sequence[TypedReading]) -> None:
        """Keep readings that were typed in here, on disk before this returns; they wait for the server."""
        with self._on_disk(), self.transaction():
            self.store([each.reading for each in readings])
            typed.add_typed(self._connection, readings, taken=False)

    def note_typed(self, readings: Sequence[TypedReading]) -> None:
        """Who typed in what is stored beside it, and by what source."""
        with self.transaction():
            typed.add_typed(self._connection, readings, taken=True)

    def waiting_typed(self, most: int) -> list[TypedReading]:
        """The oldest of those that wait for the server."""
        with expected_errors(self.path):
            return typed.waiting_typed(self._connection, most)

    def settle_typed(self, answers: Iterable[tuple[TypedReading, str]]) -> None:
        """Note what the server said to them: the code of the reason why not, or nothing."""
        with self.transaction():
            typed.settle_typed(self._connection, answers)

    def typed_between(self, station: str | None, since: datetime, until: datetime) -> list[typed.TypedOutcome]:
        """Those of one station, or of all, with what became of them, newest first."""
        with expected_errors(self.path):
            return typed.typed_between(self._connection, station, since, until)

    def count_typed(self) -> typed.TypedCounts:
        """How many wait for the server, and how many it has set aside."""
        with expected_errors(self.path):
            return typed.count_typed(self._connection)

    @contextmanager
    def _on_disk(self) -> Iterator[None]:
        """Wait for the disk at the commit inside: what a person typed in is nowhere else."""
        (before,) = self._connection.execute("PRAGMA synchronous").fetchone()
        self._connection.execute("PRAGMA synchronous = FULL")
        try:
            yield
        finally:
            self._connection.execute(f"PRAGMA synchronous = {before}")

    # Sources

    def remember_sources(self, sources: Mapping[str, str]) -> None:
        """By whom the readings of each station come."""
        with self.transaction():
            self._connection.executemany(_PUT_SOURCE, list(sources.items()))

    def sources(self) -> dict[str, str]:
        """By whom the readings of each station came last."""
        return dict(self._connection.execute("SELECT station, source FROM sources").fetchall())

    # What was set aside

    def set_aside(self, asides: Iterable[aside.AsideReading]) -> None:
        """Keep readings that could not be taken, with their reasons."""
        with self.transaction():
            aside.add_aside(self._connection, asides)

    def asides_of(self, station: str) -> list[tuple[int, aside.AsideReading]]:
        """Those of one station that its registration may have cured, with their ids."""
        return aside.asides_of(self._connection, station)

    def drop_asides(self, ids: Iterable[int]) -> None:
        """They were taken after all."""
        with self.transaction():
            aside.drop_asides(self._connection, ids)

    def count_asides(self, station: str | None = None) -> dict[Doubt, int]:
        """How many are kept, by reason."""
        return aside.count_asides(self._connection, station)

    # Forecasts

    def keep_forecasts(self, issued: Sequence[StageForecast]) -> None:
        """Keep forecasts as they were issued; of each ten minutes the newest stays."""
        with self.transaction():
            forecasts.keep_forecasts(self._connection, issued)

    def newest_forecasts(self) -> list[StageForecast]:
        """The newest forecast of each gauge."""
        with expected_errors(self.path):
            return forecasts.newest_forecasts(self._connection)

    def newest_forecast(self, station: str) -> StageForecast | None:
        """The newest forecast of one gauge."""
        with expected_errors(self.path):
            return forecasts.newest_forecast(self._connection, station)

    def forecasts_between(self, station: str, since: datetime, until: datetime) -> list[StageForecast]:
        """The forecasts of one gauge that were issued between two moments, oldest first."""
        with expected_errors(self.path):
            return forecasts.forecasts_between(self._connection, station, since, until)

    def keep_forecast_model(self, model: GaugeModel) -> None:
        """Keep what a gauge's forecasts rest on."""
        with self.transaction():
            forecasts.keep_model(self._connection, model)

    def forecast_models(self) -> list[GaugeModel]:
        """What the forecasts of all gauges rest on."""
        with expected_errors(self.path):
            return forecasts.models(self._connection)

    # Crossings and announcements

    def keep_crossings(self, crossings: Iterable[Crossing]) -> None:
        """Keep the crossings of limits."""
        with self.transaction():
            passings.add_crossings(self._connection, crossings)

    def crossings(self, station: str, parameter: str, since: datetime, until: datetime) -> list[Crossing]:
        """The crossings of one series, oldest first."""
        return passings.crossings_between(self._connection, station, parameter, since, until)

    def up_since(self, station: str, parameter: str, rule: str) -> datetime | None:
        """Since when a rule, or a part of one, is up at a series; None where it is not."""
        return passings.up_since(self._connection, station, parameter, rule)

    def announce(self, drafts: Iterable[Draft]) -> None:
        """Drafts that must come into the journal."""
        with self.transaction():
            announcements.add_announcements(self._connection, drafts)

    def announcements(self) -> list[tuple[int, Draft]]:
        """Those that are not in the journal yet, with their ids."""
        return announcements.announcements(self._connection)

    def drop_announcements(self, ids: Iterable[int]) -> None:
        """They are in the journal."""
        with self.transaction():
            announcements.drop_announcements(self._connection, ids)
