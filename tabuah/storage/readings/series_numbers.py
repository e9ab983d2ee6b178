"""Series numbers: small integers that replace station and parameter in the tables."""

import sqlite3

_FIND = "SELECT id FROM series WHERE station = ? AND parameter = ?"


class SeriesNumbers:
    """Caches the numbers; call `forget` after a rollback."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._known: dict[tuple[str, str], int] = {}

    def find(self, station: str, parameter: str) -> int | None:
        """Return the number of a series, None if nothing was ever stored."""
        number = self._known.get((station, parameter))
        if number is None:
            row = self._connection.execute(_FIND, (station, parameter)).fetchone()
            if row is None:
                return None
            number = self._known[station, parameter] = int(row[0])
        return number

    def find_or_add(self, station: str, parameter: str) -> int:
        """Return the number of a series, adding the series if needed."""
        number = self._known.get((station, parameter)) or self.find(station, parameter)
        if number is None:
            added = self._connection.execute(
                "INSERT INTO series (station, parameter) VALUES (?, ?)", (station, parameter)
            )
            number = self._known[station, parameter] = added.lastrowid or 0
        return number

    def forget(self) -> None:
        """Clear the cache."""
        self._known.clear()
