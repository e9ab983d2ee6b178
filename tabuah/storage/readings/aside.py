"""Readings that could not be taken: kept with their reason, and given back when a station makes them possible."""

import sqlite3
from collections.abc import Iterable
from datetime import datetime
from typing import Final

import msgspec

from tabuah.operations.stations.quality import CURABLE, Doubt
from tabuah.operations.stations.readings import Reading
from tabuah.storage.readings.moments import from_ms, to_ms

MOST_KEPT: Final = 200_000  # a gateway that is set up wrongly must not fill the disk
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


class AsideReading(msgspec.Struct, frozen=True, kw_only=True):
    """One that was not taken. `reading` is None where it was no reading at all; `raw` then holds its text."""

    doubt: Doubt
    received_at: datetime
    source: str = ""
    reading: Reading | None = None
    raw: str = ""


def add_aside(connection: sqlite3.Connection, asides: Iterable[AsideReading]) -> None:
    """Keep them, each once; the oldest make room."""
    connection.executemany(_ADD, [_row(aside) for aside in asides])
    connection.execute("DELETE FROM set_aside WHERE id <= (SELECT max(id) FROM set_aside) - ?", (MOST_KEPT,))


def asides_of(connection: sqlite3.Connection, station: str) -> list[tuple[int, AsideReading]]:
    """Those of one station that a registration may cure, with their ids, oldest first."""
    marks = ", ".join("?" * len(CURABLE))
    query = f"""SELECT id, reason, received, source, station, parameter, time, value, quality FROM set_aside
        WHERE station = ? AND time IS NOT NULL AND value IS NOT NULL AND reason IN ({marks})
        ORDER BY time"""  # noqa: S608 - only question marks are put in
    return [
        (
            number,
            AsideReading(doubt=Doubt(reason), received_at=from_ms(received), source=source, reading=_reading(row)),
        )
        for number, reason, received, source, *row in connection.execute(query, (station, *sorted(CURABLE)))
    ]


def drop_asides(connection: sqlite3.Connection, ids: Iterable[int]) -> None:
    """They were taken after all."""
    connection.executemany("DELETE FROM set_aside WHERE id = ?", [(number,) for number in ids])


def count_asides(connection: sqlite3.Connection, station: str | None = None) -> dict[Doubt, int]:
    """How many are kept, by reason; of one station or of all."""
    query = "SELECT reason, count(*) FROM set_aside WHERE ?1 IS NULL OR station = ?1 GROUP BY reason"
    return {Doubt(reason): count for reason, count in connection.execute(query, (station,))}


def _row(aside: AsideReading) -> dict[str, str | int | float | None]:
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
    """Text that SQLite can keep: not too long, and without halves of characters."""
    return text[:_LONGEST_TEXT].encode("utf-8", "replace").decode("utf-8")
