"""Settings of the data saver ("hemat data"), which reduces data use on a metered connection."""

from pathlib import Path
from typing import Final

import msgspec

from tabuah.storage.cache.data_directory import read_private, write_private

SETTINGS_FILE: Final = "line.json"


class DataSaverSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Data saver settings.

    With `data_saver`, live readings come only from `stations`, photos only on request, and polling is
    rarer. Entries are always pushed and pulled.
    """

    data_saver: bool = False
    stations: tuple[str, ...] = ()

    @property
    def live_stations(self) -> frozenset[str] | None:
        """Return the stations whose readings should come live; None for all."""
        return frozenset(self.stations) if self.data_saver else None


class DataSaverFile:
    """Stores the settings of one data directory; every process reads them from disk."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / SETTINGS_FILE

    def read(self) -> DataSaverSettings:
        """Return the settings; the defaults where there are none or they cannot be read."""
        try:
            return read_private(self._path, DataSaverSettings)
        except (OSError, msgspec.DecodeError):
            return DataSaverSettings()

    def keep(self, settings: DataSaverSettings) -> None:
        """Save the settings; a running syncer notices within a second.

        Raises:
            DiskFull: they cannot be written.
        """
        write_private(self._path, msgspec.json.encode(settings))
