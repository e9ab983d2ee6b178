"""Manual readings: author, source, and whether the server has accepted them."""

import sqlite3
from collections.abc import Iterable
from datetime import datetime
from typing import Final

import msgspec

from tabuah.operations.readings.reading import ManualReading, Quality, Reading
from tabuah.storage.readings.timestamps import from_ms, to_ms

TAKEN: Final = "taken"
# A corrected reading waits again; the same reading changes nothing.
_ADD: Final = """INSERT INTO typed_in (station, parameter, time, value, quality, person, source, reason, outcome)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (station, parameter, time) DO UPDATE SET value = excluded.value, quality = excluded.quality,
        person = excluded.person, source = excluded.source, reason = excluded.reason, outcome = excluded.outcome
    WHERE value <> excluded.value OR source <> excluded.source"""
_COLUMNS: Final = "station, parameter, time, value, quality, person, source, reason, outcome"
# A value that was corrected while it was being sent still waits.
_SETTLE: Final = """UPDATE typed_in SET outcome = ? WHERE station = ? AND parameter = ? AND time = ? AND value = ?
    AND source = ?"""


class ManualReadingOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """A manual reading and its outcome: `refused` is the code of the server's reason to quarantine it."""

    manual: ManualReading
    waits: bool
    refused: str = ""


class ManualReadingCounts(msgspec.Struct, frozen=True):
    """Number of manual readings that wait for the server, and that it has quarantined."""

    waiting: int = 0
    refused: int = 0


NO_MANUAL_READINGS: Final = ManualReadingCounts()


def add_manual_readings(connection: sqlite3.Connection, typed: Iterable[ManualReading], *, taken: bool) -> None:
    """Store manual readings, either as accepted by the server or as waiting for it."""
    outcome = TAKEN if taken else None
    connection.executemany(_ADD, [(*_row(each), each.person, each.source, each.reason, outcome) for each in typed])


def pending_manual_readings(connection: sqlite3.Connection, most: int) -> list[ManualReading]:
    """Return the oldest manual readings that wait for the server."""
    query = f"SELECT {_COLUMNS} FROM typed_in WHERE outcome IS NULL ORDER BY time LIMIT ?"  # noqa: S608
    return [_outcome(row).manual for row in connection.execute(query, (most,))]


def settle_manual_readings(connection: sqlite3.Connection, answers: Iterable[tuple[ManualReading, str]]) -> None:
    """Record the server's answers: the reason code of a refusal, or an empty text."""
    rows = []
    for typed, refused in answers:
        station, parameter, time, value, _quality = _row(typed)
        rows.append((refused or TAKEN, station, parameter, time, value, typed.source))
    connection.executemany(_SETTLE, rows)


def manual_readings_between(
    connection: sqlite3.Connection, station: str | None, since: datetime, until: datetime
) -> list[ManualReadingOutcome]:
    """Return the manual readings of one station, or of all, in [`since`, `until`], newest first."""
    query = f"""SELECT {_COLUMNS} FROM typed_in WHERE (?1 IS NULL OR station = ?1) AND time BETWEEN ?2 AND ?3
        ORDER BY time DESC, station, parameter"""  # noqa: S608
    return [_outcome(row) for row in connection.execute(query, (station, to_ms(since), to_ms(until)))]


def count_manual_readings(connection: sqlite3.Connection) -> ManualReadingCounts:
    query = "SELECT count(*) FILTER (WHERE outcome IS NULL), count(*) FILTER (WHERE outcome <> ?) FROM typed_in"
    return ManualReadingCounts(*connection.execute(query, (TAKEN,)).fetchone())


def _row(typed: ManualReading) -> tuple[str, str, int, float, int]:
    reading = typed.reading
    return reading.station, reading.parameter, to_ms(reading.at), reading.value, reading.quality


def _outcome(row: tuple[str, str, int, float, int, str, str, str, str | None]) -> ManualReadingOutcome:
    station, parameter, time, value, quality, person, source, reason, outcome = row
    reading = Reading(station, parameter, from_ms(time), value, quality | Quality.TYPED_IN)
    refused = "" if outcome in (None, TAKEN) else str(outcome)
    manual = ManualReading(reading, person, source, reason)
    return ManualReadingOutcome(manual=manual, waits=outcome is None, refused=refused)
