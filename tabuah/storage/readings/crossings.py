"""Limit crossings: all of them are stored here; the journal has one raised/cleared pair per episode."""

import sqlite3
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from tabuah.operations.rules.crossings import Crossing, CrossingKind
from tabuah.storage.readings.timestamps import from_ms, to_ms

_ADD: Final = "INSERT OR IGNORE INTO crossings VALUES (?, ?, ?, ?, ?, ?, ?, ?)"


def add_crossings(connection: sqlite3.Connection, crossings: Iterable[Crossing]) -> None:
    """Store crossings; a known one is ignored."""
    rows = [
        (c.station, c.parameter, to_ms(c.at), c.rule, c.kind.value, to_ms(c.onset_at), c.value, c.limit)
        for c in crossings
    ]
    if rows:
        connection.executemany(_ADD, rows)


def crossings_between(
    connection: sqlite3.Connection, station: str, parameter: str, since: datetime, until: datetime
) -> list[Crossing]:
    """Return the crossings of one series in [`since`, `until`], oldest first."""
    query = """SELECT time, rule, kind, onset, value, "limit" FROM crossings
        WHERE station = ? AND parameter = ? AND time BETWEEN ? AND ? ORDER BY time"""
    return [
        Crossing(
            kind=CrossingKind(kind),
            rule=rule,
            station=station,
            parameter=parameter,
            at=from_ms(time),
            onset_at=from_ms(onset),
            value=value,
            limit=limit,
        )
        for time, rule, kind, onset, value, limit in connection.execute(
            query, (station, parameter, to_ms(since), to_ms(until))
        )
    ]


def up_since(connection: sqlite3.Connection, station: str, parameter: str, rule: str) -> datetime | None:
    """Return the time since which a rule, or a part of one, is raised for a series; None if it is not."""
    query = """SELECT kind, onset FROM crossings WHERE station = ? AND parameter = ? AND rule = ?
        AND kind IN ('raised', 'cleared') ORDER BY time DESC, kind DESC LIMIT 1"""
    row = connection.execute(query, (station, parameter, rule)).fetchone()
    return from_ms(row[1]) if row and CrossingKind(row[0]) is CrossingKind.RAISED else None
