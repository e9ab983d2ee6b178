"""Corrections: the values that were overwritten, and the accounts that sent the old and the new one.

The trigger `reading_corrected` writes the rows, so that an ingest without corrections pays nothing for them.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from tabuah.operations.readings.reading import Reading, ReadingCorrection
from tabuah.storage.readings.connection import expected_errors
from tabuah.storage.readings.manual_readings import unseen_manual_readings
from tabuah.storage.readings.schema import HOUR_MS
from tabuah.storage.readings.timestamps import from_ms, to_ms

_EXPLAIN_NEW: Final = "UPDATE corrections SET reason = ? WHERE corrected IS NULL AND series = ? AND time = ?"
_DATE_NEW: Final = """UPDATE corrections SET corrected = ?, reason = iif(reason = '', ?, reason)
    WHERE corrected IS NULL"""
_BETWEEN: Final = """SELECT time, old_value, old_quality, before.name, new_value, new_quality, after.name, corrected,
        reason
    FROM corrections JOIN series ON series.id = corrections.series
    LEFT JOIN accounts AS before ON before.id = old_account LEFT JOIN accounts AS after ON after.id = new_account
    WHERE station = ? AND parameter = ? AND time BETWEEN ? AND ? ORDER BY time, corrections.id LIMIT ?"""


_STORED: Final = """SELECT value, quality FROM readings
    WHERE bucket = ? AND time = ? AND series = (SELECT id FROM series WHERE station = ? AND parameter = ?)"""


_SERIES: Final = "(SELECT id FROM series WHERE station = ? AND parameter = ?)"
_TIMES: Final = f"SELECT DISTINCT time FROM corrections WHERE series = {_SERIES} AND time BETWEEN ? AND ?"  # noqa: S608
_DROP: Final = f"DELETE FROM corrections WHERE series = {_SERIES} AND time = ?"  # noqa: S608
_ADD: Final = f"""INSERT INTO corrections (series, time, old_value, old_quality, old_account, new_value, new_quality,
        new_account, corrected, reason)
    SELECT {_SERIES}, ?, ?, ?, ?, ?, ?, ?, ?, ?"""


class AccountNumbers:
    """Small integers that replace the names of accounts in the tables; call `forget` after a rollback."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._known: dict[str, int] = {"": 0}

    def find_or_add(self, account: str) -> int:
        """Return the number of an account; 0 is the unknown account."""
        number = self._known.get(account)
        if number is None:
            self._connection.execute("INSERT OR IGNORE INTO accounts (name) VALUES (?)", (account,))
            (number,) = self._connection.execute("SELECT id FROM accounts WHERE name = ?", (account,)).fetchone()
            self._known[account] = int(number)
        return int(number)

    def forget(self) -> None:
        """Clear the cache."""
        self._known = {"": 0}


class Corrections:
    """The corrections of a store."""

    def __init__(self, connection: sqlite3.Connection, path: Path, accounts: AccountNumbers) -> None:
        self._connection, self._path, self._accounts = connection, path, accounts

    def replace(
        self,
        station: str,
        parameter: str,
        since: datetime,
        until: datetime,
        found: Sequence[ReadingCorrection],
        *,
        asked: datetime,
    ) -> None:
        """Take the server's corrections of a series in [`since`, `until`] instead of those known here.

        What a person entered here stays where the server had not accepted it when it was `asked`.
        """
        if self._connection.execute(f"SELECT {_SERIES}", (station, parameter)).fetchone()[0] is None:
            return
        key = (station, parameter)
        unseen = {time for *series, time in unseen_manual_readings(self._connection, asked) if tuple(series) == key}
        known = self._connection.execute(_TIMES, (*key, to_ms(since), to_ms(until))).fetchall()
        self._connection.executemany(_DROP, [(*key, time) for (time,) in known if time not in unseen])
        for each in found:
            if to_ms(each.at) in unseen:
                continue
            old, new = self._accounts.find_or_add(each.old_account), self._accounts.find_or_add(each.new_account)
            before, after = (each.old_value, each.old_quality, old), (each.new_value, each.new_quality, new)
            moments = to_ms(each.at), to_ms(each.corrected_at)
            row = (station, parameter, moments[0], *before, *after, moments[1], each.reason)
            self._connection.execute(_ADD, row)

    def finish_new(self, moment: datetime, *, reason: str, reasons: Iterable[tuple[str, int, int]]) -> None:
        """Date the corrections of the open transaction, and store why they were made.

        Args:
            moment: when the new values were received.
            reason: the reason of all.
            reasons: reasons of their own, each with the number of the series and the time in milliseconds.
        """
        self._connection.executemany(_EXPLAIN_NEW, reasons)
        self._connection.execute(_DATE_NEW, (to_ms(moment), reason))

    def replaced_by(self, readings: Iterable[Reading]) -> Iterator[Reading]:
        """Yield the stored readings to which these give another value."""
        for reading in readings:
            time = to_ms(reading.at)
            known = (time // HOUR_MS, time, reading.station, reading.parameter)
            with expected_errors(self._path):
                row = self._connection.execute(_STORED, known).fetchone()
            if row is not None and row[0] != reading.value:
                yield Reading(reading.station, reading.parameter, reading.at, *row)

    def between(
        self, station: str, parameter: str, since: datetime, until: datetime, *, most: int = 1_000
    ) -> tuple[ReadingCorrection, ...]:
        """Return the corrections of the readings in [`since`, `until`], by time of the reading."""
        with expected_errors(self._path):
            rows = self._connection.execute(
                _BETWEEN, (station, parameter, to_ms(since), to_ms(until), most)
            ).fetchall()
        return tuple(
            ReadingCorrection(
                station=station,
                parameter=parameter,
                at=from_ms(time),
                old_value=old_value,
                old_quality=old_quality,
                old_account=sender or "",
                new_value=new_value,
                new_quality=new_quality,
                new_account=corrector or "",
                corrected_at=from_ms(corrected or 0),
                reason=reason,
            )
            for time, old_value, old_quality, sender, new_value, new_quality, corrector, corrected, reason in rows
        )
