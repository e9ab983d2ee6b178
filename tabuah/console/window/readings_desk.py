"""The console's readings: kept in its own store, newest ones to the room, a station's day for the chart."""

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final, TypeVar

from tabuah.console.window.presenting.charts import CHART_SPAN, RAIN, StationDay, rain_stations_near
from tabuah.console.window.room import Room
from tabuah.console.window.tasks import TaskRunner
from tabuah.operations.stations.readings import Reading
from tabuah.operations.stations.station import Station
from tabuah.operations.stations.time_series import TimeSeries
from tabuah.operations.stations.typing_in import TypedReading
from tabuah.operations.units.tracker import PARAMETERS as TRACKER_PARAMETERS
from tabuah.operations.units.tracks import TRAIL
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.readings.store import ReadingsStore

ResultT = TypeVar("ResultT")
_RECENT: Final = 90  # readings of one series kept in memory for its trend


class ReadingsDesk:
    """Belongs to the GUI thread; reading, writing and fetching happen on workers."""

    def __init__(
        self,
        room: Room,
        store: TaskRunner[ReadingsStore],
        network: TaskRunner[ConsoleStore],
        *,
        ignore: Callable[[Exception], None],
    ) -> None:
        self._room, self._store, self._network = room, store, network
        self._ignore = ignore  # a fetch that fails is no news: the badge says that the server is away
        self._recent: dict[tuple[str, str], deque[Reading]] = defaultdict(lambda: deque(maxlen=_RECENT))
        self.on_stored: Callable[[frozenset[str]], None] = lambda _stations: None

    def load(self) -> None:
        """Take what was kept: the newest value of every series, and the last hour of each."""
        self._store.run(lambda store: store.latest(), on_done=self._room.take_readings)

    def take(self, readings: Sequence[Reading]) -> None:
        """New readings from the stream, or typed by hand."""
        for reading in readings:
            self._remember(reading)
        self._keep(readings)

    def type_in(
        self, typed: Sequence[TypedReading], *, on_done: Callable[[], None], on_error: Callable[[Exception], None]
    ) -> None:
        """Keep what a person typed in; shown once it is on disk."""

        def kept(_result: None) -> None:
            readings = tuple(each.reading for each in typed)
            for reading in readings:
                self._remember(reading)
            self._room.take_readings(readings)
            self.on_stored(frozenset(reading.station for reading in readings))
            on_done()

        self._store.run(lambda store: store.type_in(typed), on_done=kept, on_error=on_error)

    def recent(self, station: str, parameter: str) -> Sequence[Reading]:
        """The last readings of a series, oldest first."""
        return tuple(self._recent.get((station, parameter), ()))

    def load_recent(self, station: str, parameter: str, on_done: Callable[[], None]) -> None:
        """Fill the trend of a series from the store."""
        now = self._room.now()

        def remember(readings: tuple[Reading, ...]) -> None:
            known = self._recent[station, parameter]
            newer = [r for r in known if not readings or r.at > readings[-1].at]
            self._recent[station, parameter] = deque((*readings, *newer), maxlen=_RECENT)
            on_done()

        since = now - timedelta(hours=1)
        self._store.run(lambda store: store.between(station, parameter, since, now), on_done=remember)

    def read_day(self, station: Station, on_done: Callable[[StationDay], None]) -> None:
        """A station's last day with the rain around it, as kept here."""
        now = self._room.now()
        near = rain_stations_near(station, self._room.snapshot.stations)
        self._store.run(lambda store: _read_day(store, station, near, now), on_done=on_done)

    def ask(
        self,
        work: Callable[[ReadingsStore], ResultT],
        on_done: Callable[[ResultT], None],
        *,
        on_error: Callable[[Exception], None] | None = None,
    ) -> None:
        """Ask the kept readings something, on their own worker; without `on_error` the window tells a failure."""
        self._store.run(work, on_done=on_done, on_error=on_error)

    def catch_up(self, stations: frozenset[str] | None = None) -> None:
        """Fetch what was missed, the server is there again: the newest of all, or the last hour of a few stations."""
        from tabuah.console.window.fetching import fetch_latest, fetch_series  # noqa: PLC0415 - loads the HTTP client

        if stations is None:
            self._network.run(fetch_latest, on_done=self.take, on_error=self._ignore)
            return
        now, known = self._room.now(), self._room.snapshot.stations
        series = [(code, each.code) for code in sorted(stations & known.keys()) for each in known[code].parameters]
        self._network.run(
            lambda store: fetch_series(store, series, since=now - timedelta(hours=1), until=now),
            on_done=self.take,
            on_error=self._ignore,
        )

    def fetch_tracks(self, trackers: Sequence[str]) -> None:
        """Fetch where the units of these trackers came from lately; `on_stored` follows."""
        from tabuah.console.window.fetching import fetch_series  # noqa: PLC0415 - loads the HTTP client

        now = self._room.now()
        series = [(tracker, parameter.code) for tracker in trackers for parameter in TRACKER_PARAMETERS]
        self._network.run(
            lambda store: fetch_series(store, series, since=now - TRAIL, until=now),
            on_done=self._on_fetched,
            on_error=self._ignore,
        )

    def fetch_day(self, station: Station) -> None:
        """Fetch a station's last day with the rain around it from the server; `on_stored` follows."""
        from tabuah.console.window.fetching import fetch_series  # noqa: PLC0415 - loads the HTTP client

        now = self._room.now()
        main = station.main_parameter
        near = rain_stations_near(station, self._room.snapshot.stations)
        series = [(station.code, main.code)] if main else []
        series += [(code, RAIN) for code in near if (code, RAIN) not in series]
        self._network.run(
            lambda store: fetch_series(store, series, since=now - CHART_SPAN, until=now),
            on_done=self._on_fetched,
            on_error=self._ignore,
        )

    def _keep(self, readings: Sequence[Reading]) -> None:
        if readings:
            self._room.take_readings(readings)
            stations = frozenset(reading.station for reading in readings)
            self._store.run(lambda store: store.store(readings), on_done=lambda _result: self.on_stored(stations))

    def _on_fetched(self, readings: tuple[Reading, ...]) -> None:
        """A day of a few series: its newest part also says how they move."""
        by_series: dict[tuple[str, str], list[Reading]] = defaultdict(list)
        for reading in readings:
            by_series[reading.station, reading.parameter].append(reading)
        for series, values in by_series.items():
            newer = [r for r in self._recent[series] if r.at > values[-1].at]
            self._recent[series] = deque((*values, *newer), maxlen=_RECENT)
        self._keep(readings)

    def _remember(self, reading: Reading) -> None:
        known = self._recent[reading.station, reading.parameter]
        if not known or reading.at > known[-1].at:
            known.append(reading)


def _read_day(store: ReadingsStore, station: Station, near: Iterable[str], now: datetime) -> StationDay:
    main = station.main_parameter
    since = now - CHART_SPAN - timedelta(hours=1)
    values = store.time_series(station.code, main.code, since, now) if main else TimeSeries()
    rain = {code: store.time_series(code, RAIN, since, now) for code in near}
    return StationDay(station=station, values=values, rain=rain)
