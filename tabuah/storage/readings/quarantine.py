"""Quarantined readings: stored with their reason until a station's registration makes them valid."""

import sqlite3
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

from tabuah.operations.readings.reading import RECOVERABLE_DOUBTS, Doubt, Reading
from tabuah.operations.stations.unregistered import UnregisteredSeries, UnregisteredStation
from tabuah.storage.readings.connection import expected_errors
from tabuah.storage.readings.timestamps import from_ms, to_ms

MAX_QUARANTINED: Final = 200_000  # a misconfigured gateway must not fill the disk
_LONGEST_TEXT: Final = 200
_LARGEST: Final = 2**62

_ADD: Final = """
    INSERT INTO set_aside (received, reason, source, station, parameter, time, value, quality, raw)
    SELECT :received, :reason, :source, :station, :parameter, :time, :value, :quality, :raw
    WHERE NOT EXISTS (
        SELECT 1 FROM set_aside AS known WHERE known.station = :station AND known.parameter = :parameter
        AND known.time IS :time AND known.value IS :value AND known.raw = :raw AND known.source = :source
    )
"""
_COUNTS: Final = "SELECT source, count(*) FROM set_aside GROUP BY source"
_DROP_OLDEST: Final = """DELETE FROM set_aside
    WHERE id IN (SELECT id FROM set_aside WHERE source = ? ORDER BY id LIMIT ?)"""
# Where a list is cut, each sender keeps an equal share of it: the first rows of each come first.
_GROUPS: Final = """SELECT station, source, reason, n, newest FROM (
        SELECT station, source, reason, count(*) AS n, max(received) AS newest,
            row_number() OVER (PARTITION BY source ORDER BY count(*) DESC, station, reason) AS place
        FROM set_aside WHERE ?1 IS NULL OR station = ?1
        GROUP BY station, source, reason ORDER BY place, source LIMIT ?2
    ) ORDER BY n DESC, station, source, reason"""
_UNKNOWN: Final = """SELECT station, source, parameter, n, first, last, low, high, newest FROM (
        SELECT station, source, parameter, count(*) AS n, min(time) AS first, max(time) AS last,
            min(value) AS low, max(value) AS high, max(received) AS newest,
            row_number() OVER (PARTITION BY source ORDER BY station, parameter) AS place
        FROM set_aside WHERE reason = ?1 AND time IS NOT NULL AND value IS NOT NULL AND (?2 IS NULL OR station = ?2)
        GROUP BY station, source, parameter ORDER BY place, source LIMIT ?3
    ) ORDER BY station, source, parameter"""
_NEWEST: Final = """SELECT value FROM set_aside WHERE station = ? AND parameter = ? AND source = ? AND reason = ?
    AND time IS NOT NULL AND value IS NOT NULL ORDER BY time DESC LIMIT ?"""
MAX_SAMPLES: Final = 5


class QuarantinedReading(msgspec.Struct, frozen=True, kw_only=True):
    """A quarantined reading; if it could not be parsed, `reading` is None and `raw` has its text."""

    doubt: Doubt
    received_at: datetime
    source: str = ""
    reading: Reading | None = None
    raw: str = ""


class QuarantinePlace(NamedTuple):
    """The place of a quarantined reading in the order of time."""

    time_ms: int
    id: int


FIRST_PLACE: Final = QuarantinePlace(-(2**63), 0)


class QuarantineCount(msgspec.Struct, frozen=True):
    """Number of quarantined readings of one station, sender and reason, and when the newest arrived."""

    station: str
    source: str
    doubt: Doubt
    readings: int
    received_at: datetime


class Quarantine:
    """The quarantined readings of a store. Changes need an open transaction.

    Args:
        connection: the database.
        path: its file.
        most: the largest number of readings of all senders together.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path, *, most: int = MAX_QUARANTINED) -> None:
        self._connection, self._path, self._most = connection, path, most
        self._room = 0  # at least as many readings fit; counting all of them for each batch would be slow

    def add(self, asides: Iterable[QuarantinedReading]) -> None:
        """Store readings, each once. Above the limit, the senders with the most readings lose their oldest."""
        rows = [_row(aside) for aside in asides]
        self._connection.executemany(_ADD, rows)
        self._room -= len(rows)
        if self._room < 0:
            self._trim()

    def _trim(self) -> None:
        counts: dict[str, int] = dict(self._connection.execute(_COUNTS))
        total = sum(counts.values())
        self._room = max(self._most - total, 0)
        if total > self._most:
            share = fair_share(counts.values(), self._most)
            excess = [(source, count - share) for source, count in counts.items() if count > share]
            self._connection.executemany(_DROP_OLDEST, excess)

    def drop(self, ids: Iterable[int]) -> None:
        """Remove readings that were accepted after all."""
        self._connection.executemany("DELETE FROM set_aside WHERE id = ?", [(number,) for number in ids])

    def curable(
        self, station: str, *, after: QuarantinePlace = FIRST_PLACE, most: int = MAX_QUARANTINED
    ) -> list[tuple[QuarantinePlace, QuarantinedReading]]:
        """Return the readings of a station that an entry can make valid, oldest first, with their places.

        Args:
            station: its code.
            after: the place of the last reading of the page before.
            most: the largest number of readings.
        """
        marks = ", ".join("?" * len(RECOVERABLE_DOUBTS))
        query = f"""SELECT time, id, reason, received, source, station, parameter, time, value, quality FROM set_aside
            WHERE station = ? AND time IS NOT NULL AND value IS NOT NULL AND reason IN ({marks})
            AND (time, id) > (?, ?) ORDER BY time, id LIMIT ?"""  # noqa: S608 - only question marks are put in
        found = self._connection.execute(query, (station, *sorted(RECOVERABLE_DOUBTS), *after, most))
        return [(QuarantinePlace(time, number), _quarantined(*row)) for time, number, *row in found]

    def count(self, station: str | None = None) -> dict[Doubt, int]:
        """Count the readings of one station, or of all, by reason."""
        query = "SELECT reason, count(*) FROM set_aside WHERE ?1 IS NULL OR station = ?1 GROUP BY reason"
        with expected_errors(self._path):
            return {Doubt(reason): count for reason, count in self._connection.execute(query, (station,))}

    def groups(self, station: str | None = None, *, most: int) -> list[QuarantineCount]:
        """Return the readings of one station, or of all, by station, sender and reason, the largest groups first."""
        with expected_errors(self._path):
            found = self._connection.execute(_GROUPS, (station, most)).fetchall()
        return [
            QuarantineCount(code, source, Doubt(reason), count, from_ms(received))
            for code, source, reason, count, received in found
        ]

    def unregistered(self, station: str | None = None, *, most: int) -> tuple[UnregisteredStation, ...]:
        """Return what was sent for unknown stations, by code and account, at most `most` series."""
        reason = Doubt.UNKNOWN_STATION.value
        found: dict[tuple[str, str], list[UnregisteredSeries]] = {}
        received: dict[tuple[str, str], int] = {}
        with expected_errors(self._path):
            for code, source, parameter, *facts in self._connection.execute(_UNKNOWN, (reason, station, most)):
                asked = (code, parameter, source, reason, MAX_SAMPLES)
                newest = tuple(float(value) for (value,) in self._connection.execute(_NEWEST, asked))
                found.setdefault((code, source), []).append(_unregistered_series(parameter, facts, newest))
                received[code, source] = max(received.get((code, source), 0), facts[-1])
        return tuple(
            UnregisteredStation(
                code=code, account=source, series=tuple(series), received_at=from_ms(received[code, source])
            )
            for (code, source), series in found.items()
        )


def fair_share(counts: Iterable[int], most: int) -> int:
    """Return the largest number for each sender with which all together keep at most `most` (max-min fairness)."""
    left, ordered = most, sorted(counts)
    for place, count in enumerate(ordered):
        share = left // (len(ordered) - place)
        if count > share:
            return share
        left -= count
    return most


def _unregistered_series(parameter: str, facts: list[Any], newest: tuple[float, ...]) -> UnregisteredSeries:
    count, first, last, low, high, _received = facts
    return UnregisteredSeries(
        parameter=parameter,
        count=count,
        first_at=from_ms(first),
        last_at=from_ms(last),
        low=low,
        high=high,
        newest=newest,
    )


def _quarantined(reason: str, received: int, source: str, *reading: object) -> QuarantinedReading:
    return QuarantinedReading(
        doubt=Doubt(reason), received_at=from_ms(received), source=source, reading=_reading(list(reading))
    )


def _row(aside: QuarantinedReading) -> dict[str, str | int | float | None]:
    reading = aside.reading
    return {
        "received": to_ms(aside.received_at),
        "reason": aside.doubt.value,
        "source": _short(aside.source),
        "station": _short(reading.station) if reading else "",
        "parameter": _short(reading.parameter) if reading else "",
        "time": to_ms(reading.at) if reading else None,
        "value": reading.value if reading else None,
        "quality": reading.quality if reading and abs(reading.quality) < _LARGEST else 0,
        "raw": _short(aside.raw),
    }


def _reading(row: list[object]) -> Reading:
    station, parameter, time, value, quality = row
    assert isinstance(time, int)
    assert isinstance(value, float)
    assert isinstance(quality, int)
    return Reading(str(station), str(parameter), from_ms(time), value, quality)


def _short(text: str) -> str:
    """Return text that SQLite can store: truncated, and without lone surrogates."""
    return text[:_LONGEST_TEXT].encode("utf-8", "replace").decode("utf-8")
