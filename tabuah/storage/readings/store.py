"""The readings store of a server or a console: time series, each reading stored once."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import msgspec

from tabuah.operations.entries import Draft
from tabuah.operations.readings.reading import ManualReading, Reading, SeriesPoint, SeriesSummary
from tabuah.operations.readings.retention import RetentionUsage
from tabuah.operations.readings.time_series import TimeSeries
from tabuah.operations.rules.crossings import Crossing
from tabuah.storage.readings import crossings as passings
from tabuah.storage.readings import draft_queue, manual_readings, series_queries
from tabuah.storage.readings.connection import expected_errors, open_readings, transaction
from tabuah.storage.readings.corrections import AccountNumbers, Corrections
from tabuah.storage.readings.forecasts import ForecastRecords
from tabuah.storage.readings.pruning import delete_readings_of_exercise, measure_usage, prune_events, pruning_steps
from tabuah.storage.readings.quarantine import Quarantine
from tabuah.storage.readings.replay_readings import ReplayReadings, Series, read_replay
from tabuah.storage.readings.rollups import StaleHours, keep_hours, roll_up, roll_up_days
from tabuah.storage.readings.schema import HOUR_MS
from tabuah.storage.readings.series_numbers import SeriesNumbers
from tabuah.storage.readings.timestamps import from_ms, to_ms

FILE_NAME: Final = "readings.db"

_PUT: Final = """INSERT INTO readings VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (bucket, series, time)
    DO UPDATE SET value = excluded.value, quality = excluded.quality, account = excluded.account
    WHERE value <> excluded.value OR quality <> excluded.quality"""
_PUT_LATEST: Final = """INSERT INTO latest VALUES (?, ?, ?, ?)
    ON CONFLICT (series) DO UPDATE SET time = excluded.time, value = excluded.value, quality = excluded.quality
    WHERE excluded.time >= time"""
_PUT_SOURCE: Final = """INSERT INTO sources VALUES (?, ?)
    ON CONFLICT (station) DO UPDATE SET source = excluded.source WHERE source <> excluded.source"""


class StoreResult(msgspec.Struct, frozen=True):
    """Number of readings that are new or corrected, and number that were known already."""

    stored: int
    unchanged: int


class ReceivedReadings(msgspec.Struct, frozen=True):
    """The readings that a console took from the server, and how many of them are new or corrected.

    `doubtful` are not taken: a person entered another value here, which the server may not have had yet.
    """

    taken: tuple[Reading, ...]
    stored: int
    doubtful: tuple[Reading, ...] = ()


class ReadingsStore:
    """One `readings.db`. Belongs to the thread that opens it; other threads open their own.

    `quarantine` has the readings that could not be accepted, `corrections` the values that were overwritten,
    `forecasts` the issued forecasts and their models.

    Every method raises ReadingsError with a message to show; the request is then not saved at all.
    """

    def __init__(self, path: Path, *, durable: bool = False) -> None:
        self.path = path
        self._connection = open_readings(path, durable=durable)
        self._series = SeriesNumbers(self._connection)
        self._stale = StaleHours(self._connection)
        self._accounts = AccountNumbers(self._connection)
        self.corrections = Corrections(self._connection, path, self._accounts)
        self.quarantine = Quarantine(self._connection, path)
        self.forecasts = ForecastRecords(self._connection, path)

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Save everything written in the block together, or nothing."""
        try:
            with transaction(self._connection, self.path):
                yield
        except BaseException:
            self._series.forget()
            self._stale.forget()
            self._accounts.forget()
            raise

    # Readings

    def store(
        self,
        readings: Sequence[Reading],
        *,
        account: str = "",
        now: datetime | None = None,
        reason: str = "",
        reasons: Sequence[str] = (),
    ) -> StoreResult:
        """Store readings by (station, parameter, time); a different value for a known key corrects it.

        Args:
            readings: the readings.
            account: the account that sent them; empty if unknown.
            now: when they were received; the clock of this computer by default.
            reason: why values are corrected.
            reasons: the reason of each reading, in order; empty for none, and one without takes `reason`.
        """
        with self.transaction():
            rows = self._rows(readings, self._accounts.find_or_add(account))
            stored = self._connection.executemany(_PUT, rows).rowcount  # without the rows that triggers write
            if stored:
                own = [(why, row[1], row[2]) for why, row in zip(reasons, rows, strict=False) if why]
                self.corrections.finish_new(now or datetime.now(UTC), reason=reason, reasons=own)
            newest: dict[int, tuple[int, int, float, int]] = {}
            for _bucket, series, time, value, quality, _account in rows:
                if series not in newest or time >= newest[series][1]:
                    newest[series] = (series, time, value, quality)
            self._connection.executemany(_PUT_LATEST, newest.values())
            if stored:
                self._stale.mark({(row[1], row[0]) for row in rows})
        return StoreResult(stored, len(rows) - stored)

    def store_received(self, readings: Sequence[Reading], *, asked: datetime) -> ReceivedReadings:
        """Store readings of the server on a console.

        A value that a person entered here stays where the server had not accepted it when it was `asked`:
        the answer has the value before.
        """
        with self.transaction():
            taken, doubtful = manual_readings.split_received(self._connection, readings, asked)
            return ReceivedReadings(taken, self.store(taken).stored, doubtful)

    def _rows(self, readings: Sequence[Reading], account: int) -> list[tuple[int, int, int, float, int, int]]:
        find_or_add = self._series.find_or_add
        at, time, bucket = None, 0, 0
        rows = []
        for reading in readings:
            if reading.at is not at:  # readings of one message mostly share their time
                at = reading.at
                time = to_ms(at)
                bucket = time // HOUR_MS
            series = find_or_add(reading.station, reading.parameter)
            rows.append((bucket, series, time, reading.value, reading.quality, account))
        return rows

    def latest(self, station: str | None = None) -> tuple[Reading, ...]:
        """Return the latest reading of every series, or of one station's."""
        value = series_queries.INSIDE.format("value")
        query = f"""SELECT station, parameter, time, {value}, quality FROM latest JOIN series ON id = series
            WHERE ?1 IS NULL OR station = ?1 ORDER BY station, parameter"""  # noqa: S608 - our own text
        with expected_errors(self.path):
            rows = self._connection.execute(query, (station,)).fetchall()
        return tuple(Reading(code, parameter, from_ms(time), value, q) for code, parameter, time, value, q in rows)

    def between(self, station: str, parameter: str, since: datetime, until: datetime) -> tuple[Reading, ...]:
        """Return all readings of one series in [`since`, `until`], oldest first."""
        series = self._series.find(station, parameter)
        if series is None:
            return ()
        with expected_errors(self.path):
            rows = series_queries.rows_between(self._connection, series, to_ms(since), to_ms(until))
        return tuple(Reading(station, parameter, from_ms(time), value, quality) for time, value, quality in rows)

    def oldest_between(
        self, station: str, parameter: str, since: datetime, until: datetime, *, most: int
    ) -> tuple[Reading, ...]:
        """Return at most `most` of the oldest readings in [`since`, `until`]."""
        series = self._series.find(station, parameter)
        if series is None:
            return ()
        with expected_errors(self.path):
            rows = series_queries.oldest_between(self._connection, series, to_ms(since), to_ms(until), most=most)
        return tuple(Reading(station, parameter, from_ms(time), value, quality) for time, value, quality in rows)

    def time_series(self, station: str, parameter: str, since: datetime, until: datetime) -> TimeSeries:
        """Return the values of `between` as arrays, which is much faster."""
        series = self._series.find(station, parameter)
        if series is None:
            return TimeSeries()
        with expected_errors(self.path):
            return series_queries.columns_between(self._connection, series, to_ms(since), to_ms(until))

    def count_qualities(self, station: str, parameter: str, since: datetime, until: datetime) -> dict[int, int]:
        """Count the readings of `between` by quality."""
        series = self._series.find(station, parameter)
        if series is None:
            return {}
        with expected_errors(self.path):
            return series_queries.count_qualities(self._connection, series, to_ms(since), to_ms(until))

    def first_at(self, station: str, parameter: str) -> datetime | None:
        """Return the start of the first hour of a series with data; None if there is none."""
        series = self._series.find(station, parameter)
        if series is None:
            return None
        with expected_errors(self.path):
            first_ms = series_queries.first_hour_ms(self._connection, series)
        return None if first_ms is None else from_ms(first_ms)

    def series(
        self, station: str, parameter: str, since: datetime, until: datetime, *, points: int
    ) -> tuple[SeriesPoint, ...]:
        """Return one series for a chart: every reading if at most `points`, otherwise that many spans."""
        number = self._series.find(station, parameter)
        if number is None:
            return ()
        with expected_errors(self.path):
            return tuple(series_queries.points_between(self._connection, number, since, until, points=points))

    def summaries(
        self, station: str, parameter: str, since: datetime, until: datetime, span: timedelta
    ) -> tuple[SeriesSummary, ...]:
        """Return one series in whole spans of UTC (a minute, an hour, a day), oldest first.

        Late values are included. The day of BMKG's rain gauges, 07:00 to 07:00 WIB, is the UTC day.
        """
        number = self._series.find(station, parameter)
        if number is None:
            return ()
        with expected_errors(self.path):
            return tuple(series_queries.summaries_between(self._connection, number, since, until, span))

    def values_from(self) -> datetime | None:
        """Return when the stored values begin; None if there are none.

        Before that there are hours and days, but no minutes.
        """
        with expected_errors(self.path):
            oldest_ms = series_queries.oldest_value_ms(self._connection)
        return None if oldest_ms is None else from_ms(oldest_ms)

    def roll_up(self, now: datetime) -> None:
        """Roll up the completed hours and days whose values have changed."""
        bucket = to_ms(now) // HOUR_MS
        for work_out in (roll_up, roll_up_days):
            left = True
            while left:
                with self.transaction():
                    self._stale.forget()
                    left = work_out(self._connection, before_bucket=bucket) > 0

    def keep_hours(self, station: str, parameter: str, hours: Iterable[SeriesSummary]) -> None:
        """Store whole hours that another store has rolled up; a more complete hour here is kept."""
        with self.transaction():
            keep_hours(self._connection, self._series.find_or_add(station, parameter), hours)

    def replay(
        self,
        wanted: Sequence[Series],
        since: datetime,
        until: datetime,
        *,
        is_cancelled: Callable[[], bool] = lambda: False,
    ) -> ReplayReadings | None:
        """Return the latest values of some series over time for the replay; None if cancelled."""
        columns = {each: self._series.find(*each) for each in wanted}
        with expected_errors(self.path):
            return read_replay(self._connection, columns, since=since, until=until, is_cancelled=is_cancelled)

    def prune_before(self, moment: datetime) -> None:
        """Delete the values of hours that ended before `moment`, and older crossings, quarantine, forecasts.

        The rolled-up hours are kept.
        """
        self.roll_up(moment)
        with self.transaction():
            self._connection.execute("DELETE FROM readings WHERE bucket < ?", (to_ms(moment) // HOUR_MS,))
            prune_events(self._connection, moment)

    def wipe_exercise(self, exercise_id: str) -> None:
        """Delete everything of an exercise."""
        with self.transaction():
            delete_readings_of_exercise(self._connection, exercise_id)

    def prune(self, *, values_before: datetime, hours_before: datetime) -> Iterator[int]:
        """Prune old values, and hours older than another moment, in small steps.

        Each step is a transaction of its own and yields the number of deleted rows, so that other writers
        get the lock between the steps.
        """
        for step in pruning_steps(self._connection, values_before=values_before, hours_before=hours_before):
            with self.transaction():
                self._stale.forget()
                gone = step()
            yield gone

    def measure_usage(self, *, values_before: datetime, hours_before: datetime) -> RetentionUsage:
        """Measure the store, and the rows that `prune` would delete."""
        with expected_errors(self.path):
            return measure_usage(self._connection, self.path, values_before=values_before, hours_before=hours_before)

    # Manual readings

    def store_manual_readings(self, readings: Sequence[ManualReading]) -> None:
        """Store manual readings, on disk before this returns, and queue them for the server."""
        with self._on_disk(), self.transaction():
            for person in {each.person for each in readings}:
                own = [each for each in readings if each.person == person]
                reasons = [each.reason for each in own]
                self.store([each.reading for each in own], account=person, reasons=reasons)
            manual_readings.add_manual_readings(self._connection, readings, taken=False)

    def note_manual_readings(self, readings: Sequence[ManualReading]) -> None:
        """Record author and source of manual readings that are stored already."""
        with self.transaction():
            manual_readings.add_manual_readings(self._connection, readings, taken=True)

    def pending_manual_readings(self, most: int) -> list[ManualReading]:
        """Return the oldest manual readings that wait for the server; corrected values before the corrections."""
        with expected_errors(self.path):
            return manual_readings.pending_manual_readings(self._connection, most)

    def replaced_manual_readings(self) -> list[ManualReading]:
        """Return the values that were corrected before the server had them, oldest first."""
        with expected_errors(self.path):
            return manual_readings.replaced_manual_readings(self._connection)

    def settle_manual_readings(
        self, answers: Iterable[tuple[ManualReading, str]], *, now: datetime | None = None
    ) -> None:
        """Record the server's answers: the reason code of a refusal, or an empty text."""
        with self.transaction():
            manual_readings.settle_manual_readings(self._connection, answers, now or datetime.now(UTC))

    def manual_readings_between(
        self, station: str | None, since: datetime, until: datetime
    ) -> list[manual_readings.ManualReadingOutcome]:
        """Return the manual readings of one station, or of all, with their outcome, newest first."""
        with expected_errors(self.path):
            return manual_readings.manual_readings_between(self._connection, station, since, until)

    def count_manual_readings(self) -> manual_readings.ManualReadingCounts:
        """Count the manual readings that wait for the server, and those that it refused."""
        with expected_errors(self.path):
            return manual_readings.count_manual_readings(self._connection)

    @contextmanager
    def _on_disk(self) -> Iterator[None]:
        """Wait for the disk at the commits in the block: a manual reading exists nowhere else."""
        (before,) = self._connection.execute("PRAGMA synchronous").fetchone()
        self._connection.execute("PRAGMA synchronous = FULL")
        try:
            yield
        finally:
            self._connection.execute(f"PRAGMA synchronous = {before}")

    # Sources

    def remember_sources(self, sources: Mapping[str, str]) -> None:
        """Record which source delivers the readings of each station."""
        with self.transaction():
            self._connection.executemany(_PUT_SOURCE, list(sources.items()))

    def sources(self) -> dict[str, str]:
        """Return the last source of each station's readings."""
        return dict(self._connection.execute("SELECT station, source FROM sources").fetchall())

    # Crossings and queued drafts

    def keep_crossings(self, crossings: Iterable[Crossing]) -> None:
        with self.transaction():
            passings.add_crossings(self._connection, crossings)

    def crossings(self, station: str, parameter: str, since: datetime, until: datetime) -> list[Crossing]:
        """Return the crossings of one series, oldest first."""
        return passings.crossings_between(self._connection, station, parameter, since, until)

    def up_since(self, station: str, parameter: str, rule: str) -> datetime | None:
        """Return the time since which a rule, or a part of one, is raised for a series; None if it is not."""
        return passings.up_since(self._connection, station, parameter, rule)

    def queue_drafts(self, drafts: Iterable[Draft]) -> None:
        """Queue drafts that must enter the journal."""
        with self.transaction():
            draft_queue.queue_drafts(self._connection, drafts)

    def queued_drafts(self) -> list[tuple[int, Draft]]:
        """Return the drafts that are not in the journal yet, with their ids."""
        return draft_queue.queued_drafts(self._connection)

    def drop_queued_drafts(self, ids: Iterable[int]) -> None:
        """Remove drafts that are in the journal."""
        with self.transaction():
            draft_queue.drop_queued_drafts(self._connection, ids)
