"""Quarantined readings: stored with their reason until a station's registration makes them valid."""

import sqlite3
from collections.abc import Iterable
from datetime import datetime
from typing import Final

import msgspec

from tabuah.operations.readings.reading import RECOVERABLE_DOUBTS, Doubt, Reading
from tabuah.storage.readings.timestamps import from_ms, to_ms

MAX_QUARANTINED: Final = 200_000  # a misconfigured gateway must not fill the disk
_LONGEST_TEXT: Final = 200
_LARGEST: Final = 2**62

_ADD: Final = """
    INSERT INTO set_aside (received, reason, source, station, parameter, time, value, quality, raw)
    SELECT :received, :reason, :source, :station, :parameter, :time, :value, :quality, :raw
    WHERE NOT EXISTS (
        SELECT 1 FROM set_aside AS known WHERE known.station = :station AND known.parameter = :parameter
        AND known.time IS :time AND known.value IS :value AND known.raw = :raw
    )
"""


class QuarantinedReading(msgspec.Struct, frozen=True, kw_only=True):
    """A quarantined reading; if it could not be parsed, `reading` is None and `raw` has its text."""

    doubt: Doubt
    received_at: datetime
    source: str = ""
    reading: Reading | None = None
    raw: str = ""


def add_quarantined(connection: sqlite3.Connection, asides: Iterable[QuarantinedReading]) -> None:
    """Store readings, each once; the oldest are dropped above `MAX_QUARANTINED`."""
    connection.executemany(_ADD, [_row(aside) for aside in asides])
    connection.execute("DELETE FROM set_aside WHERE id <= (SELECT max(id) FROM set_aside) - ?", (MAX_QUARANTINED,))


def curable_readings(connection: sqlite3.Connection, station: str) -> list[tuple[int, QuarantinedReading]]:
    """Return the readings of a station that a registration can make valid, with their ids, oldest first."""
    marks = ", ".join("?" * len(RECOVERABLE_DOUBTS))
    query = f"""SELECT id, reason, received, source, station, parameter, time, value, quality FROM set_aside
        WHERE station = ? AND time IS NOT NULL AND value IS NOT NULL AND reason IN ({marks})
        ORDER BY time"""  # noqa: S608 - only question marks are put in
    return [
        (
            number,
            QuarantinedReading(
                doubt=Doubt(reason), received_at=from_ms(received), source=source, reading=_reading(row)
            ),
        )
        for number, reason, received, source, *row in connection.execute(
            query, (station, *sorted(RECOVERABLE_DOUBTS))
        )
    ]


def drop_quarantined(connection: sqlite3.Connection, ids: Iterable[int]) -> None:
    """Remove readings that were accepted after all."""
    connection.executemany("DELETE FROM set_aside WHERE id = ?", [(number,) for number in ids])


def count_quarantined(connection: sqlite3.Connection, station: str | None = None) -> dict[Doubt, int]:
    """Count the quarantined readings of one station, or of all, by reason."""
    query = "SELECT reason, count(*) FROM set_aside WHERE ?1 IS NULL OR station = ?1 GROUP BY reason"
    return {Doubt(reason): count for reason, count in connection.execute(query, (station,))}


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
