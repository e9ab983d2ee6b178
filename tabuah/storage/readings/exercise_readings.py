"""Deletion of everything that the readings store has of an exercise; the codes of its stations name it."""

import sqlite3
from typing import Final

from tabuah.operations.exercises.scope import SEPARATOR

_OF_SERIES: Final = ("readings", "latest", "hours", "stale", "days", "stale_days", "corrections")
_OF_STATION: Final = ("sources", "set_aside", "crossings", "typed_in", "forecasts", "forecast_models")
_PREFIX: Final = "station >= ? AND station < ?"


def delete_readings_of_exercise(connection: sqlite3.Connection, exercise_id: str) -> None:
    """Delete values, summaries, forecasts and quarantined readings; needs an open transaction.

    Drills of no named exercise have no codes of their own and stay.
    """
    if not exercise_id:
        return
    begin = f"{exercise_id}{SEPARATOR}"
    codes = (begin, f"{begin}\N{DELETE}")
    for table in _OF_SERIES:
        series = f"SELECT id FROM series WHERE {_PREFIX}"  # noqa: S608 - our own names
        connection.execute(f"DELETE FROM {table} WHERE series IN ({series})", codes)  # noqa: S608 - likewise
    for table in _OF_STATION:
        connection.execute(f"DELETE FROM {table} WHERE {_PREFIX}", codes)  # noqa: S608 - likewise
