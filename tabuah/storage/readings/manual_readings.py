"""Manual readings: author, source, and whether the server has accepted them."""

import sqlite3
from collections.abc import Iterable, Sequence
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
_KEEP_REPLACED: Final = """INSERT INTO typed_in_replaced
        (station, parameter, time, value, quality, person, source, reason)
    SELECT station, parameter, time, value, quality, person, source, reason FROM typed_in
    WHERE outcome IS NULL AND station = ? AND parameter = ? AND time = ? AND (value <> ? OR source <> ?)"""
# The oldest of each reading: a request has one value of a reading.
_REPLACED: Final = """SELECT station, parameter, time, value, quality, person, source, reason, NULL
    FROM typed_in_replaced WHERE id IN (SELECT min(id) FROM typed_in_replaced GROUP BY station, parameter, time)
    ORDER BY id LIMIT ?"""
_ALL_REPLACED: Final = """SELECT station, parameter, time, value, quality, person, source, reason, NULL
    FROM typed_in_replaced ORDER BY id"""
_DROP_REPLACED: Final = """DELETE FROM typed_in_replaced WHERE id = (SELECT min(id) FROM typed_in_replaced
    WHERE station = ? AND parameter = ? AND time = ? AND value = ? AND source = ?)"""
# A value that was corrected while it was being sent still waits.
_SETTLE: Final = """UPDATE typed_in SET outcome = ?, settled = ?
    WHERE station = ? AND parameter = ? AND time = ? AND value = ? AND source = ?"""
_UNSEEN: Final = """SELECT station, parameter, time, value FROM typed_in WHERE outcome IS NULL
    UNION SELECT station, parameter, time, value FROM typed_in WHERE settled >= ?"""


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
    """Store manual readings, either as accepted by the server or as waiting for it.

    A value that still waits and is corrected now is kept, so that the server gets both with the reason.
    """
    typed, outcome = tuple(typed), TAKEN if taken else None
    if not taken:
        rows = [(_row(each), each.source) for each in typed]
        connection.executemany(_KEEP_REPLACED, [(*row[:3], row[3], source) for row, source in rows])
    connection.executemany(_ADD, [(*_row(each), each.person, each.source, each.reason, outcome) for each in typed])


def pending_manual_readings(connection: sqlite3.Connection, most: int) -> list[ManualReading]:
    """Return the oldest manual readings that wait for the server; corrected values before the corrections."""
    replaced = connection.execute(_REPLACED, (most,)).fetchall()
    if replaced:
        return [_outcome(row).manual for row in replaced]
    query = f"SELECT {_COLUMNS} FROM typed_in WHERE outcome IS NULL ORDER BY time LIMIT ?"  # noqa: S608
    return [_outcome(row).manual for row in connection.execute(query, (most,))]


def replaced_manual_readings(connection: sqlite3.Connection) -> list[ManualReading]:
    """Return the values that were corrected before the server had them, oldest first."""
    return [_outcome(row).manual for row in connection.execute(_ALL_REPLACED)]


def unseen_manual_readings(connection: sqlite3.Connection, asked: datetime) -> dict[tuple[str, str, int], float]:
    """Return the manual readings that an answer of the server to a request of this time may lack.

    They wait for the server, or it accepted them after the request. The keys are station, parameter and time
    in milliseconds.
    """
    rows = connection.execute(_UNSEEN, (to_ms(asked),))
    return {(station, parameter, time): value for station, parameter, time, value in rows}


def split_received(
    connection: sqlite3.Connection, readings: Sequence[Reading], asked: datetime
) -> tuple[tuple[Reading, ...], tuple[Reading, ...]]:
    """Split readings of the server into those to take, and those that differ from a value entered here since."""
    unseen = unseen_manual_readings(connection, asked)
    if not unseen:
        return tuple(readings), ()
    pairs = [(r, unseen.get((r.station, r.parameter, to_ms(r.at)))) for r in readings]
    taken = tuple(reading for reading, entered in pairs if entered is None)
    return taken, tuple(reading for reading, entered in pairs if entered not in (None, reading.value))


def settle_manual_readings(
    connection: sqlite3.Connection, answers: Iterable[tuple[ManualReading, str]], now: datetime
) -> None:
    """Record the server's answers: the reason code of a refusal, or an empty text."""
    for typed, refused in answers:
        key = (*_row(typed)[:4], typed.source)
        if not connection.execute(_DROP_REPLACED, key).rowcount:
            connection.execute(_SETTLE, (refused or TAKEN, to_ms(now), *key))


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
