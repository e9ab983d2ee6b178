"""Works: which stations are worked on and when, as quick to ask as every reading needs it."""

from collections.abc import Iterable
from datetime import datetime

from tabuah.operations.maintenance.window import MaintenanceWindow


class Works:
    """Belongs to the thread that judges readings; windows that are long over cost nothing."""

    def __init__(self) -> None:
        self._windows: dict[str, MaintenanceWindow] = {}
        self._by_station: dict[str, list[MaintenanceWindow]] = {}

    def learn(self, windows: Iterable[MaintenanceWindow]) -> None:
        """Windows, new or anew."""
        self._windows.update((window.id, window) for window in windows)
        self._by_station = {}
        for window in self._windows.values():
            for station in window.stations:
                self._by_station.setdefault(station, []).append(window)

    def covers(self, station: str, moment: datetime) -> bool:
        """Whether a station is worked on at a moment."""
        windows = self._by_station.get(station)
        return windows is not None and any(window.runs_at(moment) for window in windows)

    def over_at(self, station: str, now: datetime) -> datetime | None:
        """When the last work on a station was over; None where there was none before `now`."""
        ended = (window.over_at for window in self._by_station.get(station, ()) if window.over_at <= now)
        return max(ended, default=None)
