"""The series of the store: each station's parameter has a small number, which its readings carry."""

import sqlite3

_FIND = "SELECT id FROM series WHERE station = ? AND parameter = ?"


class SeriesNumbers:
    """Remembers the numbers; `forget` them when a transaction was undone."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._known: dict[tuple[str, str], int] = {}

    def find(self, station: str, parameter: str) -> int | None:
        """The number of a series, None where nothing was ever stored."""
        number = self._known.get((station, parameter))
        if number is None:
            row = self._connection.execute(_FIND, (station, parameter)).fetchone()
            if row is None:
                return None
            number = self._known[station, parameter] = int(row[0])
        return number

    def give(self, station: str, parameter: str) -> int:
        """The number of a series, given now if it has none."""
        number = self._known.get((station, parameter)) or self.find(station, parameter)
        if number is None:
            added = self._connection.execute(
                "INSERT INTO series (station, parameter) VALUES (?, ?)", (station, parameter)
            )
            number = self._known[station, parameter] = added.lastrowid or 0
        return number

    def forget(self) -> None:
        """Ask the file again."""
        self._known.clear()
