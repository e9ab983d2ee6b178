"""Follows the stations: their marks on the map, the age of the data, and the chart of one of them."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer

from tabuah.console.window.forecast_desk import ForecastDesk
from tabuah.console.window.link import LinkState
from tabuah.console.window.presenting.chart_works import work_spans
from tabuah.console.window.presenting.charts import StationDay, chart_content
from tabuah.console.window.presenting.station_marks import (
    StationPositions,
    data_age_line,
    station_markers,
    station_severities,
)
from tabuah.console.window.readings_desk import ReadingsDesk
from tabuah.console.window.room import Part, Room
from tabuah.console.window.selection import Selection
from tabuah.console.window.showing.compared import ComparedGauges
from tabuah.operations.forecast.forecast import StageForecast
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.maintenance.window import running_on
from tabuah.operations.stations.station import Station
from tabuah.operations.stations.time_series import TimeSeries
from tabuah.widgets.charts.series import ChartContent
from tabuah.widgets.charts.station_chart import StationChart
from tabuah.widgets.map.canvas import MapCanvas

_MARKERS_EVERY_MS = 250
_CHART_EVERY_MS = 1000


class StationShowing(QObject):
    """Keeps marks and chart right, at most a few times a second however many readings come."""

    PARTS = frozenset({Part.STATIONS, Part.READINGS, Part.ALARMS, Part.INCIDENTS, Part.LINK, Part.MAINTENANCE})

    def __init__(
        self,
        room: Room,
        selection: Selection,
        readings: ReadingsDesk,
        forecasts: ForecastDesk,
        *,
        canvas: MapCanvas,
        chart: StationChart,
    ) -> None:
        super().__init__(chart)
        self._room, self._selection, self._readings = room, selection, readings
        self._forecasts, self._canvas, self._chart = forecasts, canvas, chart
        self._positions = StationPositions(())
        self.severities: list[AlarmSeverity] = []
        self.leaves_map = False  # while the map shows the past
        self._works = room.snapshot.maintenance  # as the chart shows it
        self.day: StationDay | None = None
        self.forecast: StageForecast | None = None
        self._compared = ComparedGauges(room, readings)
        self._fetched = ""  # the station whose day was fetched since the link is there
        self._marks_due = self._timer(_MARKERS_EVERY_MS, self.tick)
        self._chart_due = self._timer(_CHART_EVERY_MS, self._read_day)
        selection.station_changed.connect(self._on_station_changed)
        selection.alarm_changed.connect(self._on_alarm_changed)
        readings.on_stored = self._on_stored

    def refresh(self) -> None:
        """Soon show the stations of now; when the link is back, soon fetch what the chart has missed."""
        if self._room.link.state is not LinkState.ONLINE:
            self._fetched = ""
        elif not self._fetched and not self._chart_due.isActive():
            self._chart_due.start()
        if not self._marks_due.isActive():
            self._marks_due.start()

    def tick(self) -> None:
        """Show the stations of now: readings have come, or have grown old."""
        snapshot, now = self._room.snapshot, self._room.now()
        stations = tuple(snapshot.stations.values())
        if len(stations) != len(self._positions.stations) or any(
            old is not new for old, new in zip(self._positions.stations, stations, strict=True)
        ):
            self._positions = StationPositions(stations)
        latest, works = self._room.latest, running_on(snapshot.maintenance.values(), now)
        self.severities = station_severities(
            stations, alarms=snapshot.alarms, latest=latest, now=now, worked_on=works
        )
        markers = station_markers(
            self._positions, severities=self.severities, latest=latest, now=now, worked_on=works
        )
        if not self.leaves_map:
            self._canvas.show_stations(markers)
            silent = sum(1 for severity in self.severities if severity is AlarmSeverity.NO_DATA)
            self._canvas.set_data_age(data_age_line(stations, self._room.latest, now, silent))
            self._canvas.set_exercise(self._is_exercise())
        if snapshot.maintenance is not self._works:
            self._works = snapshot.maintenance
            self.show_chart()
        self._choose_first()

    def show_chart(self) -> None:
        """Draw the day again, such as in another language or as time goes on."""
        if self.day is not None:
            self._chart.show_content(self._content(self.day))

    def compare(self) -> bool:
        """Draw the gauges above beside the chosen one, or no longer; whether they are drawn now."""
        self._compared.is_on = not self._compared.is_on
        station = self._room.snapshot.stations.get(self._selection.station)
        if station is not None and self._room.link.state is LinkState.ONLINE:
            self._compared.fetch(station)
        self._read_day()
        return self._compared.is_on

    def _content(self, day: StationDay) -> ChartContent:
        content = chart_content(day, self._room.now(), forecast=self.forecast, compared=self._compared.series)
        return replace(content, spans=work_spans(day.station.code, self._works.values(), content))

    @property
    def compared(self) -> tuple[tuple[Station, TimeSeries], ...]:
        """The gauges that are drawn beside the chosen one, and their day."""
        return self._compared.days

    def close(self) -> None:
        """Follow nothing any more."""
        self._marks_due.stop()
        self._chart_due.stop()
        self._readings.on_stored = lambda _stations: None

    def _is_exercise(self) -> bool:
        snapshot = self._room.snapshot
        return (
            any(station.exercise for station in snapshot.stations.values())
            or any(alarm.exercise for alarm in snapshot.alarms.values())
            or any(incident.exercise for incident in snapshot.incidents.values())
        )

    def _choose_first(self) -> None:
        """Without a choice the chart shows the station of the alarm, or the station that is worst."""
        if self._selection.station or not self.severities:
            return
        worst = min(range(len(self.severities)), key=lambda index: self.severities[index].rank)
        self._selection.choose_station(self._positions.ids[worst], by_person=False)

    def _on_alarm_changed(self, alarm_id: str) -> None:
        alarm = self._room.snapshot.alarms.get(alarm_id)
        if alarm is not None and alarm.station and not self._selection.station_by_person:
            self._selection.choose_station(alarm.station, by_person=False)

    def _on_station_changed(self, _code: str) -> None:
        self.day = self.forecast = None
        self._read_day()

    def _read_day(self) -> None:
        station = self._room.snapshot.stations.get(self._selection.station)
        if station is None:
            self._chart.show_content(None)
            return
        self._readings.read_day(station, self._on_day_read)
        self._forecasts.read(station, self._on_forecast)
        self._compared.read(station, self.show_chart)
        if self._room.link.state is LinkState.ONLINE:
            self._forecasts.fetch(station, self._on_forecast)
        if self._fetched != station.code and self._room.link.state is LinkState.ONLINE:
            self._fetched = station.code
            self._readings.fetch_day(station)

    def _on_day_read(self, day: StationDay) -> None:
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
