"""The newest readings that this console has kept, for commands."""

from pathlib import Path

from tabuah.console.series_source import is_kept
from tabuah.operations.stations.readings import Reading
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore


def kept_latest(directory: Path) -> dict[str, dict[str, Reading]]:
    """The newest readings that this console has, by station and parameter."""
    found: dict[str, dict[str, Reading]] = {}
    if is_kept(directory):
        with ReadingsStore(directory / FILE_NAME) as kept:
            for reading in kept.latest():
                found.setdefault(reading.station, {})[reading.parameter] = reading
    return found
