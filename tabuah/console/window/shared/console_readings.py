"""Readings of the console: its store, the newest values of the console state, and chart data."""

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, TypeVar

from PySide6.QtCore import QObject, Signal

from tabuah.console.window.shared.day_readings import CHART_SPAN, RAIN, DayReadings, rain_stations_near
from tabuah.console.window.state.console_state import ConsoleState
from tabuah.console.window.state.task_runner import TaskRunner
from tabuah.operations.readings.correction_history import shown_corrections
from tabuah.operations.readings.reading import ManualReading, Reading, ReadingCorrection
from tabuah.operations.readings.time_series import TimeSeries
from tabuah.operations.stations.station import Station
from tabuah.operations.units.tracker import PARAMETERS as TRACKER_PARAMETERS
from tabuah.operations.units.tracks import TRAIL
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.readings.store import ReadingsStore, ReceivedReadings

if TYPE_CHECKING:
    from tabuah.console.window.shared.server_readings import FetchedSeries

ResultT = TypeVar("ResultT")
_STREAM_DELAY: Final = timedelta(minutes=1)  # the most by which the live stream is usually late
_RECENT: Final = 90  # readings of a series in memory, for its trend


class ConsoleReadings(QObject):
    """Stores, queries and fetches readings. Lives on the GUI thread; the work runs on workers.

    Signals:
        stored: a frozenset of the stations whose new readings are on disk.
    """

    stored = Signal(object)

    def __init__(
        self,
        state: ConsoleState,
        store: TaskRunner[ReadingsStore],
        network: TaskRunner[ConsoleStore],
        *,
        ignore: Callable[[Exception], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._state, self._store, self._network = state, store, network
        self._ignore = ignore  # a failed fetch is not reported: the sync badge already shows that the server is away
        self._recent: dict[tuple[str, str], deque[Reading]] = defaultdict(lambda: deque(maxlen=_RECENT))

    def load(self) -> None:
        """Load the newest stored value of every series."""
        self._store.run(lambda store: store.latest(), on_done=self._state.update_readings)

    def add_readings(self, readings: Sequence[Reading]) -> None:
        """Store readings from the live stream."""
        self._remember_all(readings)
        self._keep(readings)

    def add_manual_readings(
        self, typed: Sequence[ManualReading], *, on_done: Callable[[], None], on_error: Callable[[Exception], None]
    ) -> None:
        """Store manual readings; they are shown once they are on disk."""

        def kept(_result: None) -> None:
            readings = tuple(each.reading for each in typed)
            self._remember_all(readings)
            self._state.update_readings(readings)
            self.stored.emit(frozenset(reading.station for reading in readings))
            on_done()

        self._store.run(lambda store: store.store_manual_readings(typed), on_done=kept, on_error=on_error)

    def recent(self, station: str, parameter: str) -> Sequence[Reading]:
        """Return the last readings of a series, oldest first."""
        return tuple(self._recent.get((station, parameter), ()))

    def load_recent(self, station: str, parameter: str, on_done: Callable[[], None]) -> None:
        """Load the trend of a series from the store."""
        now = self._state.now()

        def remember(readings: tuple[Reading, ...]) -> None:
            known = self._recent[station, parameter]
            newer = [r for r in known if not readings or r.at > readings[-1].at]
            self._recent[station, parameter] = deque((*readings, *newer), maxlen=_RECENT)
            on_done()

        since = now - timedelta(hours=1)
        self._store.run(lambda store: store.between(station, parameter, since, now), on_done=remember)

    def read_day(self, station: Station, on_done: Callable[[DayReadings], None]) -> None:
        """Read the stored last day of a station with the rain around it."""
        now = self._state.now()
        near = rain_stations_near(station, self._state.snapshot.stations)
        self._store.run(lambda store: _read_day(store, station, near, now), on_done=on_done)

    def query(
        self,
        work: Callable[[ReadingsStore], ResultT],
        on_done: Callable[[ResultT], None],
        *,
        on_error: Callable[[Exception], None] | None = None,
    ) -> None:
        """Query the store on its worker; without `on_error` the window reports a failure."""
        self._store.run(work, on_done=on_done, on_error=on_error)

    def catch_up(self, stations: frozenset[str] | None = None) -> None:
        """Fetch the readings that were missed while the server was away.

        The newest of all series, or the last hour of a few stations.
        """
        from tabuah.console.window.shared.server_readings import fetch_latest, fetch_series  # noqa: PLC0415 - loads the HTTP client

        asked = datetime.now(UTC)
        if stations is None:
            self._network.run(
                fetch_latest, on_done=lambda found: self._on_newest_fetched(found, asked), on_error=self._ignore
            )
            return
        now, known = self._state.now(), self._state.snapshot.stations
        series = [(code, each.code) for code in sorted(stations & known.keys()) for each in known[code].parameters]
        self._network.run(
            lambda store: fetch_series(store, series, since=now - timedelta(hours=1), until=now),
            on_done=lambda found: self._on_newest_fetched(found, asked),
            on_error=self._ignore,
        )

    def fetch_tracks(self, trackers: Sequence[str]) -> None:
        """Fetch the recent tracks of units; `stored` follows."""
        from tabuah.console.window.shared.server_readings import fetch_series  # noqa: PLC0415 - loads the HTTP client

        now, asked = self._state.now(), datetime.now(UTC)
        series = [(tracker, parameter.code) for tracker in trackers for parameter in TRACKER_PARAMETERS]
        self._network.run(
            lambda store: fetch_series(store, series, since=now - TRAIL, until=now),
            on_done=lambda found: self._on_fetched(found, asked),
            on_error=self._ignore,
        )

    def fetch_day(self, station: Station) -> None:
        """Fetch the last day of a station with its corrections and the rain around it; `stored` follows."""
        from tabuah.console.window.shared.server_readings import fetch_day  # noqa: PLC0415 - loads the HTTP client

        now, asked = self._state.now(), datetime.now(UTC)
        main = station.main_parameter
        near = rain_stations_near(station, self._state.snapshot.stations)
        series = [(station.code, main.code)] if main else []
        series += [(code, RAIN) for code in near if (code, RAIN) not in series]
        since = now - CHART_SPAN

        def done(found: "FetchedSeries") -> None:
            self._on_fetched(found.readings, asked)
            if series:
                self._keep_corrections((series[0], since, now), found.corrections, asked)

        self._network.run(
            lambda store: fetch_day(store, series, since=since, until=now), on_done=done, on_error=self._ignore
        )

    def fetch_span(self, series: Sequence[tuple[str, str]], *, span: timedelta) -> None:
        """Fetch the last `span` of a few series; `stored` follows."""
        from tabuah.console.window.shared.server_readings import fetch_series  # noqa: PLC0415 - loads the HTTP client

        now, asked = self._state.now(), datetime.now(UTC)
        self._network.run(
            lambda store: fetch_series(store, series, since=now - span, until=now),
            on_done=lambda found: self._on_fetched(found, asked),
            on_error=self._ignore,
        )

    def _keep(self, readings: Sequence[Reading]) -> None:
        """Show readings of the live stream at once, and store them."""
        if readings:
            self._state.update_readings(readings)
            asked = datetime.now(UTC) - _STREAM_DELAY
            self._store.run(lambda store: store.store_received(readings, asked=asked), on_done=self._on_live_kept)

    def _on_live_kept(self, result: ReceivedReadings) -> None:
        """Report new readings; ask the server where a late value of the stream differs from one entered here."""
        if result.taken:
            self.stored.emit(frozenset(reading.station for reading in result.taken))
        known = self._state.snapshot.stations
        for code in {reading.station for reading in result.doubtful} & known.keys():
            self.fetch_day(known[code])

    def _keep_fetched(
        self, readings: Sequence[Reading], asked: datetime, show: Callable[[Sequence[Reading]], None]
    ) -> None:
        """Store fetched readings, then show those that were taken: the answer may lack what was entered since."""

        def kept(result: ReceivedReadings) -> None:
            if result.taken:
                show(result.taken)
                self._state.update_readings(result.taken)
                self.stored.emit(frozenset(reading.station for reading in result.taken))

        self._store.run(lambda store: store.store_received(readings, asked=asked), on_done=kept)

    def _keep_corrections(
        self, period: tuple[tuple[str, str], datetime, datetime], found: Sequence[ReadingCorrection], asked: datetime
    ) -> None:
        series, since, until = period

        def work(store: ReadingsStore) -> None:
            with store.transaction():
                store.corrections.replace(*series, since, until, found, asked=asked)

        self._store.run(work, on_done=lambda _nothing: self.stored.emit(frozenset({series[0]})))

    def _on_newest_fetched(self, readings: Sequence[Reading], asked: datetime) -> None:
        """Store the newest values, and add them to the trends."""
        self._keep_fetched(readings, asked, self._remember_all)

    def _on_fetched(self, readings: Sequence[Reading], asked: datetime) -> None:
        """Store a day of a few series, and use its newest part for trends."""
        self._keep_fetched(readings, asked, self._replace_recent)

    def _replace_recent(self, readings: Sequence[Reading]) -> None:
        by_series: dict[tuple[str, str], list[Reading]] = defaultdict(list)
        for reading in readings:
            by_series[reading.station, reading.parameter].append(reading)
        for series, values in by_series.items():
            newer = [r for r in self._recent[series] if r.at > values[-1].at]
            self._recent[series] = deque((*values, *newer), maxlen=_RECENT)

    def _remember_all(self, readings: Sequence[Reading]) -> None:
        for reading in readings:
            self._remember(reading)

    def _remember(self, reading: Reading) -> None:
        known = self._recent[reading.station, reading.parameter]
        if not known or reading.at > known[-1].at:
            known.append(reading)


def _read_day(store: ReadingsStore, station: Station, near: Iterable[str], now: datetime) -> DayReadings:
    main = station.main_parameter
    since = now - CHART_SPAN - timedelta(hours=1)
    values = store.time_series(station.code, main.code, since, now) if main else TimeSeries()
    rain = {code: store.time_series(code, RAIN, since, now) for code in near}
    found = store.corrections.between(station.code, main.code, since, now) if main else ()
    return DayReadings(station=station, values=values, rain=rain, corrections=shown_corrections(found))
