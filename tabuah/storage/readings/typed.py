"""Readings that people typed in: who, by what source, and whether the server has taken them yet."""

import sqlite3
from collections.abc import Iterable
from datetime import datetime
from typing import Final

import msgspec

from tabuah.operations.stations.readings import Quality, Reading
from tabuah.operations.stations.typing_in import TypedReading
from tabuah.storage.readings.moments import from_ms, to_ms

TAKEN: Final = "taken"
# What is corrected waits anew; the same once more changes nothing.
_ADD: Final = """INSERT INTO typed_in VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (station, parameter, time) DO UPDATE SET value = excluded.value, quality = excluded.quality,
        person = excluded.person, source = excluded.source, outcome = excluded.outcome
    WHERE value <> excluded.value OR source <> excluded.source"""
_COLUMNS: Final = "station, parameter, time, value, quality, person, source, outcome"
# A value that was corrected while its sending was under way still waits.
_SETTLE: Final = """UPDATE typed_in SET outcome = ? WHERE station = ? AND parameter = ? AND time = ? AND value = ?
    AND source = ?"""


class TypedOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """A typed reading and what became of it: `refused` is the code of the reason why the server set it aside."""

    typed: TypedReading
    waits: bool
    refused: str = ""


class TypedCounts(msgspec.Struct, frozen=True):
    """How many typed readings wait for the server, and how many it has set aside."""

    waiting: int = 0
    refused: int = 0


NOTHING_TYPED: Final = TypedCounts()


def add_typed(connection: sqlite3.Connection, typed: Iterable[TypedReading], *, taken: bool) -> None:
    """Keep them; the server has taken them already, or they wait for it."""
    outcome = TAKEN if taken else None
    connection.executemany(_ADD, [(*_row(each), each.person, each.source, outcome) for each in typed])


def waiting_typed(connection: sqlite3.Connection, most: int) -> list[TypedReading]:
    """The oldest of those that wait for the server."""
    query = f"SELECT {_COLUMNS} FROM typed_in WHERE outcome IS NULL ORDER BY time LIMIT ?"  # noqa: S608
    return [_outcome(row).typed for row in connection.execute(query, (most,))]


def settle_typed(connection: sqlite3.Connection, answers: Iterable[tuple[TypedReading, str]]) -> None:
    """Note what the server said: the code of the reason why not, or nothing where it has taken the reading."""
    rows = []
    for typed, refused in answers:
        station, parameter, time, value, _quality = _row(typed)
        rows.append((refused or TAKEN, station, parameter, time, value, typed.source))
    connection.executemany(_SETTLE, rows)


def typed_between(
    connection: sqlite3.Connection, station: str | None, since: datetime, until: datetime
) -> list[TypedOutcome]:
    """Those of one station, or of all, from `since` to `until`, both included, newest first."""
    query = f"""SELECT {_COLUMNS} FROM typed_in WHERE (?1 IS NULL OR station = ?1) AND time BETWEEN ?2 AND ?3
        ORDER BY time DESC, station, parameter"""  # noqa: S608
    return [_outcome(row) for row in connection.execute(query, (station, to_ms(since), to_ms(until)))]


def count_typed(connection: sqlite3.Connection) -> TypedCounts:
    """The counts of all that was typed in here."""
    query = "SELECT count(*) FILTER (WHERE outcome IS NULL), count(*) FILTER (WHERE outcome <> ?) FROM typed_in"
    return TypedCounts(*connection.execute(query, (TAKEN,)).fetchone())


def _row(typed: TypedReading) -> tuple[str, str, int, float, int]:
    reading = typed.reading
    return reading.station, reading.parameter, to_ms(reading.at), reading.value, reading.quality


def _outcome(row: tuple[str, str, int, float, int, str, str, str | None]) -> TypedOutcome:
    station, parameter, time, value, quality, person, source, outcome = row
    reading = Reading(station, parameter, from_ms(time), value, quality | Quality.TYPED_IN)
    refused = "" if outcome in (None, TAKEN) else str(outcome)
    return TypedOutcome(typed=TypedReading(reading, person, source), waits=outcome is None, refused=refused)
