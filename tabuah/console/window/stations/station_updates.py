"""Updates of the stations: map markers, age of the data, and the chart of the selected one."""

from collections.abc import Callable

from msgspec.structs import replace
from PySide6.QtCore import QObject, QTimer

from tabuah.console.window.shared.console_readings import ConsoleReadings
from tabuah.console.window.shared.day_readings import CHART_SPAN, DayReadings
from tabuah.console.window.state.console_state import ConsoleState, StatePart
from tabuah.console.window.state.selection import WindowSelection
from tabuah.console.window.stations.console_forecasts import ConsoleForecasts
from tabuah.console.window.stations.station_charts import chart_content, compared_gauges, maintenance_spans
from tabuah.console.window.stations.station_markers import (
    StationPositions,
    newest_data_age_text,
    station_markers,
    station_severities,
)
from tabuah.operations.forecast.stage_forecast import StageForecast
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.maintenance.window import running_windows
from tabuah.operations.readings.time_series import TimeSeries
from tabuah.operations.stations.station import Station
from tabuah.operations.sync.connection_state import ConnectionState
from tabuah.resources.fault_isolation import isolated
from tabuah.widgets.charts.series import ChartContent, NamedSeries, Series
from tabuah.widgets.charts.station_chart import StationChart
from tabuah.widgets.map.canvas import MapCanvas

_MARKERS_EVERY_MS = 250
_CHART_EVERY_MS = 1000


class StationUpdates(QObject):
    """Updates markers and chart at most a few times a second, whatever the rate of readings."""

    PARTS = frozenset(
        {
            StatePart.STATIONS,
            StatePart.READINGS,
            StatePart.ALARMS,
            StatePart.INCIDENTS,
            StatePart.LINK,
            StatePart.MAINTENANCE,
        }
    )

    def __init__(
        self,
        state: ConsoleState,
        selection: WindowSelection,
        readings: ConsoleReadings,
        forecasts: ConsoleForecasts,
        *,
        canvas: MapCanvas,
        chart: StationChart,
    ) -> None:
        super().__init__(chart)
        self._state, self._selection, self._readings = state, selection, readings
        self._forecasts, self._canvas, self._chart = forecasts, canvas, chart
        self._positions = StationPositions(())
        self.severities: list[AlarmSeverity] = []
        self._is_map_held = False  # while the map shows the past
        self._works = state.snapshot.maintenance  # the maintenance in the chart
        self.day: DayReadings | None = None
        self.forecast: StageForecast | None = None
        self._compared = ComparedGauges(state, readings)
        self._fetched = ""  # the station whose day was fetched since the connection was restored
        self._marks_due = self._timer(_MARKERS_EVERY_MS, self.tick)
        self._chart_due = self._timer(_CHART_EVERY_MS, self._read_day)
        selection.station_changed.connect(self._on_station_changed)
        selection.alarm_changed.connect(self._on_alarm_changed)
        readings.stored.connect(self._on_stored)

    def refresh(self) -> None:
        """Schedule an update; fetch missed readings of the chart once the connection is restored."""
        if self._state.link.state is not ConnectionState.ONLINE:
            self._fetched = ""
        elif not self._fetched and not self._chart_due.isActive():
            self._chart_due.start()
        if not self._marks_due.isActive():
            self._marks_due.start()

    def tick(self) -> None:
        """Update the stations: readings arrived or became old."""
        snapshot, now = self._state.snapshot, self._state.now()
        stations = tuple(station for station in snapshot.stations.values() if station.retired is None)
        if len(stations) != len(self._positions.stations) or any(
            old is not new for old, new in zip(self._positions.stations, stations, strict=True)
        ):
            self._positions = StationPositions(stations)
        latest, works = self._state.latest, running_windows(snapshot.maintenance.values(), now)
        self.severities = station_severities(
            stations, alarms=snapshot.alarms, latest=latest, now=now, worked_on=works
        )
        markers = station_markers(
            self._positions,
            severities=self.severities,
            latest=latest,
            now=now,
            worked_on=works,
            exercises=snapshot.exercises,
        )
        if not self._is_map_held:
            self._canvas.show_stations(markers)
            silent = sum(1 for severity in self.severities if severity is AlarmSeverity.NO_DATA)
            self._canvas.set_data_age(newest_data_age_text(stations, self._state.latest, now, silent))
        if snapshot.maintenance is not self._works:
            self._works = snapshot.maintenance
            self.show_chart()
        if self.day is not None and self.day.station.code not in snapshot.stations:  # its exercise was wiped
            self._selection.choose_station("", by_person=False)
        self._choose_first()

    def hold_map(self, *, held: bool) -> None:
        """Suspend the updates of the map while it shows the past, or resume them."""
        self._is_map_held = held
        if not held:
            self.tick()

    def show_chart(self) -> None:
        """Redraw the chart, such as in another language or as time passes."""
        if self.day is None:
            return
        with isolated("chart", self.day.station.code, catch=(Exception,)) as fault:
            self._chart.show_content(self._content(self.day))
        if fault.failed:
            self._chart.show_content(None)

    def compare(self) -> bool:
        """Switch the comparison with upstream gauges; return whether it is on."""
        self._compared.toggle()
        station = self._state.snapshot.stations.get(self._selection.station)
        if station is not None and self._state.link.state is ConnectionState.ONLINE:
            self._compared.fetch(station)
        self._read_day()
        return self._compared.is_on

    def _content(self, day: DayReadings) -> ChartContent:
        content = chart_content(
            day,
            self._state.now(),
            forecast=self.forecast,
            compared=self._compared.series,
            exercises=self._state.snapshot.exercises,
        )
        return replace(content, spans=maintenance_spans(day.station.code, self._works.values(), content))

    @property
    def compared(self) -> tuple[tuple[Station, TimeSeries], ...]:
        """Return the compared gauges and their day."""
        return self._compared.days

    def close(self) -> None:
        """Stop all updates."""
        self._marks_due.stop()
        self._chart_due.stop()
        self._readings.stored.disconnect(self._on_stored)

    def _choose_first(self) -> None:
        """Without a choice by a person, show the station of the alarm or the worst station."""
        if self._selection.station or not self.severities:
            return
        worst = min(range(len(self.severities)), key=lambda index: self.severities[index].rank)
        self._selection.choose_station(self._positions.ids[worst], by_person=False)

    def _on_alarm_changed(self, alarm_id: str) -> None:
        alarm = self._state.snapshot.alarms.get(alarm_id)
        if alarm is not None and alarm.station and not self._selection.station_by_person:
            self._selection.choose_station(alarm.station, by_person=False)

    def _on_station_changed(self, _code: str) -> None:
        self.day = self.forecast = None
        self._read_day()

    def _read_day(self) -> None:
        station = self._state.snapshot.stations.get(self._selection.station)
        if station is None:
            self._chart.show_content(None)
            return
        self._readings.read_day(station, self._on_day_read)
        self._forecasts.read(station, self._on_forecast)
        self._compared.read(station, self.show_chart)
        if self._state.link.state is ConnectionState.ONLINE:
            self._forecasts.fetch(station, self._on_forecast)
        if self._fetched != station.code and self._state.link.state is ConnectionState.ONLINE:
            self._fetched = station.code
            self._readings.fetch_day(station)

    def _on_day_read(self, day: DayReadings) -> None:
        if day.station.code == self._selection.station:
            self.day = day
            self.show_chart()

    def _on_forecast(self, forecast: StageForecast | None) -> None:
        if forecast is None or forecast.station != self._selection.station:
            return
        if self.forecast is None or forecast.issued_at > self.forecast.issued_at:
            self.forecast = forecast
            self.show_chart()

    def _on_stored(self, stations: frozenset[str]) -> None:
        drawn = {self._selection.station, *(self.day.rain or {} if self.day else {})}
        if stations & drawn and not self._chart_due.isActive():
            self._chart_due.start()

    def _timer(self, interval_ms: int, slot: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(interval_ms)
        timer.timeout.connect(slot)
        return timer


class ComparedGauges:
    """The gauges upstream of the one in the chart. Off by default; once on, it applies to every gauge."""

    def __init__(self, state: ConsoleState, readings: ConsoleReadings) -> None:
        self._state, self._readings = state, readings
        self.is_on = False
        self._wanted: tuple[Station, ...] = ()
        self.days: tuple[tuple[Station, TimeSeries], ...] = ()

    def toggle(self) -> None:
        """Switch the comparison on or off."""
        self.is_on = not self.is_on

    @property
    def series(self) -> tuple[NamedSeries, ...]:
        """Return the series for the chart."""
        return tuple(_named(gauge, values) for gauge, values in self.days)

    def read(self, station: Station, on_done: Callable[[], None]) -> None:
        """Read their stored last day, if comparison is on."""
        gauges = compared_gauges(station, self._state.snapshot.stations) if self.is_on else ()
        self._wanted = gauges
        if not gauges:
            self.days = ()
            return
        now = self._state.now()

        def done(found: tuple[TimeSeries, ...]) -> None:
            if gauges == self._wanted:  # another station may be selected by now
                self.days = tuple(zip(gauges, found, strict=True))
                on_done()

        self._readings.query(
            lambda store: tuple(store.time_series(g.code, "stage_m", now - CHART_SPAN, now) for g in gauges), done
        )

    def fetch(self, station: Station) -> None:
        """Fetch their missing readings from the server."""
        for gauge in compared_gauges(station, self._state.snapshot.stations) if self.is_on else ():
            self._readings.fetch_day(gauge)


def _named(gauge: Station, values: TimeSeries) -> NamedSeries:
    parameter = gauge.parameter("stage_m")
    interval_s = parameter.expected_interval_s if parameter else 600.0
    return NamedSeries(
        name=gauge.name, series=Series(times_s=values.times_s, values=values.values, interval_s=interval_s)
    )
