"""How this console treats its line: the data saver ("hemat data") and the stations whose readings it still shows."""

from pathlib import Path
from typing import Final

import msgspec

from tabuah.storage.cache.directory import write_private

SETTINGS_FILE: Final = "line.json"


class LineSettings(msgspec.Struct, frozen=True, kw_only=True):
    """With `data_saver`, live readings come of `stations` only, photos only when asked for, and polling is rarer.

    Entries are never spared: what people write goes over and comes back as ever.
    """

    data_saver: bool = False
    stations: tuple[str, ...] = ()

    @property
    def live_stations(self) -> frozenset[str] | None:
        """The stations whose readings should come live; None for all."""
        return frozenset(self.stations) if self.data_saver else None


class SettingsFile:
    """Keeps the settings of one data directory; every process reads them anew."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / SETTINGS_FILE

    def read(self) -> LineSettings:
        """The settings; the usual ones where none were made or they cannot be read."""
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=LineSettings)
        except (OSError, msgspec.DecodeError):
            return LineSettings()

    def keep(self, settings: LineSettings) -> None:
        """Keep them; a syncer that runs notices within a second.

        Raises:
            DiskFull: they cannot be written.
        """
        write_private(self._path, msgspec.json.encode(settings))
