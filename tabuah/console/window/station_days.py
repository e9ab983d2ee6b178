"""The last day of many stations as small lines: read for those in sight, off the window's thread, and kept."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from tabuah.console.window.readings_desk import ReadingsDesk
from tabuah.console.window.room import Room
from tabuah.operations.stations.station import Station
from tabuah.storage.readings.store import ReadingsStore
from tabuah.widgets.charts.series import Series
from tabuah.widgets.stations.station_item import StationDay

_DAY: Final = timedelta(days=1)
_READ_AGAIN: Final = timedelta(seconds=20)  # a pixel of such a line is nine minutes
_AT_ONCE: Final = 8  # so the line of the first row is there before the last one is read


class StationDays:
    """Belongs to the GUI thread; one question at a time is under way, and what left the sight is not asked for."""

    def __init__(self, room: Room, readings: ReadingsDesk) -> None:
        self._room, self._readings = room, readings
        self._wanted: tuple[str, ...] = ()
        self._read_at: dict[str, datetime] = {}
        self._is_reading = self._has_failed = False
        self.days: dict[str, StationDay] = {}
        self.on_read: Callable[[], None] = lambda: None
        self.on_error: Callable[[Exception], None] = lambda _error: None

    def want(self, codes: Iterable[str]) -> None:
        """Read these, from the first on, and nothing else that was wanted before."""
        self._wanted = tuple(codes)
        self._read_next()

    def close(self) -> None:
        """Nothing is wanted any more, and what was read grows old."""
        self._wanted = ()
        self.days, self._read_at = {}, {}

    def _read_next(self) -> None:
        now, known = self._room.now(), self._room.snapshot.stations
        due = [known[code] for code in self._wanted if code in known and self._is_due(code, now)][:_AT_ONCE]
        if due and not self._is_reading:
            self._is_reading = True
            self._readings.ask(
                lambda store: _read_days(store, due, now),
                lambda days: self._on_read(days, now),
                on_error=self._on_failed,
            )

    def _is_due(self, code: str, now: datetime) -> bool:
        return code not in self._read_at or now - self._read_at[code] >= _READ_AGAIN

    def _on_read(self, days: Mapping[str, StationDay], asked_at: datetime) -> None:
        self._is_reading = self._has_failed = False
        if not self._wanted:
            return
        self.days.update(days)
        self._read_at.update(dict.fromkeys(days, asked_at))
        self.on_read()
        self._read_next()

    def _on_failed(self, error: Exception) -> None:
        """The next look tries again; it is told once until that works."""
        self._is_reading, self._wanted = False, ()
        if not self._has_failed:
            self._has_failed = True
            self.on_error(error)


def _read_days(store: ReadingsStore, stations: Iterable[Station], now: datetime) -> dict[str, StationDay]:
    return {station.code: _read_day(store, station, now) for station in stations}


def _read_day(store: ReadingsStore, station: Station, now: datetime) -> StationDay:
    main, since = station.main_parameter, now - _DAY
    span_s = (since.timestamp(), now.timestamp())
    if main is None:
        return StationDay(span_s=span_s)
    kept = store.time_series(station.code, main.code, since, now)
    series = Series(times_s=kept.times_s, values=kept.values, interval_s=main.expected_interval_s)
    return StationDay(series=series, span_s=span_s)
