"""The gauges that are compared with the one in the chart: those above it, whose water is on its way."""

from collections.abc import Callable

from tabuah.console.window.presenting.charts import CHART_SPAN, compared_gauges
from tabuah.console.window.readings_desk import ReadingsDesk
from tabuah.console.window.room import Room
from tabuah.operations.stations.station import Station
from tabuah.operations.stations.time_series import TimeSeries
from tabuah.widgets.charts.series import NamedSeries, Series


class ComparedGauges:
    """Off until a person wants it; then it holds for every gauge that is chosen."""

    def __init__(self, room: Room, readings: ReadingsDesk) -> None:
        self._room, self._readings = room, readings
        self.is_on = False
        self.series: tuple[NamedSeries, ...] = ()

    def read(self, station: Station, on_done: Callable[[], None]) -> None:
        """Read their last day as kept here, where it is wanted."""
        gauges = compared_gauges(station, self._room.snapshot.stations) if self.is_on else ()
        if not gauges:
            self.series = ()
            return
        now = self._room.now()

        def done(found: tuple[TimeSeries, ...]) -> None:
            self.series = tuple(_named(gauge, values) for gauge, values in zip(gauges, found, strict=True))
            on_done()

        self._readings.ask(
            lambda store: tuple(store.time_series(g.code, "stage_m", now - CHART_SPAN, now) for g in gauges), done
        )

    def fetch(self, station: Station) -> None:
        """Fetch what is missing of them from the server."""
        for gauge in compared_gauges(station, self._room.snapshot.stations) if self.is_on else ():
            self._readings.fetch_day(gauge)


def _named(gauge: Station, values: TimeSeries) -> NamedSeries:
    parameter = gauge.parameter("stage_m")
    interval_s = parameter.expected_interval_s if parameter else 600.0
    return NamedSeries(
        name=gauge.name, series=Series(times_s=values.times_s, values=values.values, interval_s=interval_s)
    )
