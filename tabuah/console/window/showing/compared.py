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
        self._wanted: tuple[Station, ...] = ()
        self.days: tuple[tuple[Station, TimeSeries], ...] = ()

    @property
    def series(self) -> tuple[NamedSeries, ...]:
        """As the chart draws them."""
        return tuple(_named(gauge, values) for gauge, values in self.days)

    def read(self, station: Station, on_done: Callable[[], None]) -> None:
        """Read their last day as kept here, where it is wanted."""
        gauges = compared_gauges(station, self._room.snapshot.stations) if self.is_on else ()
        self._wanted = gauges
        if not gauges:
            self.days = ()
            return
        now = self._room.now()

        def done(found: tuple[TimeSeries, ...]) -> None:
            if gauges == self._wanted:  # another station may have been chosen meanwhile
                self.days = tuple(zip(gauges, found, strict=True))
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
