"""The chart of one series over a day, a week, a month or a year."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from tabuah.console.window.stations.day_chart import level_bands, maintenance_spans
from tabuah.console.window.stations.forecast_fan import forecast_fan, forecast_note
from tabuah.console.window.stations.station_history import SeriesSpan
from tabuah.operations.forecast.stage_forecast import StageForecast
from tabuah.operations.maintenance.window import MaintenanceWindow
from tabuah.operations.readings.measurements import measurement_of
from tabuah.operations.stations.station import Parameter, Station
from tabuah.resources.localisation import _
from tabuah.text.readings.measurements import parameter_name
from tabuah.widgets.charts.series import ChartContent, NamedSeries, Series
from tabuah.widgets.stations.span_chart import DAY, MONTH, WEEK, YEAR

SPAN_LENGTHS: Final = {
    DAY: timedelta(hours=24),
    WEEK: timedelta(days=7),
    MONTH: timedelta(days=30),
    YEAR: timedelta(days=365),
}
MAX_POINTS: Final = {DAY: 1_500, WEEK: 672, MONTH: 720, YEAR: 730}
_RAIN_BAR: Final = {
    DAY: timedelta(hours=1),
    WEEK: timedelta(hours=6),
    MONTH: timedelta(days=1),
    YEAR: timedelta(days=7),
}
_STAGE: Final = "stage_m"
_FORECAST_AHEAD_S: Final = 6.5 * 3600


def requested_span(station: Station, parameter: str, span: str, now: datetime) -> SeriesSpan:
    """Return the data that the chart of a period needs."""
    return SeriesSpan(
        station=station, parameter=parameter, since=now - SPAN_LENGTHS[span], until=now, most=MAX_POINTS[span]
    )


def series_chart_content(
    read: SeriesSpan, span: str, *, forecast: StageForecast | None = None, works: Iterable[MaintenanceWindow] = ()
) -> ChartContent | None:
    """Return the chart with maintenance marked; None if the station does not measure the parameter."""
    parameter = read.station.parameter(read.parameter)
    if parameter is None:
        return None
    facts = measurement_of(parameter.code)
    unit = parameter.unit or facts.unit
    is_stage = parameter.code == _STAGE and read.station.river is not None
    fan = forecast_fan(forecast, read.until) if is_stage and span == DAY else None
    name = _("Rain since the start") if facts.adds_up else parameter_name(parameter.code)
    ahead_s = _FORECAST_AHEAD_S if fan else SPAN_LENGTHS[span].total_seconds() / 48
    content = ChartContent(
        title=f"{name} ({unit})" if unit else name,
        forecast_note=forecast_note(forecast, read.until) if fan else "",
        value_name=name,
        unit=unit,
        digits=facts.digits,
        values=_values(read, parameter, adds_up=facts.adds_up),
        rain=_bars(read, _RAIN_BAR[span]) if facts.adds_up else None,
        rain_name=_("rain"),
        bands=level_bands(read.station.river) if is_stage and read.station.river else (),
        compared=() if facts.adds_up else _extremes(read, parameter),
        forecast=fan,
        now_s=read.until.timestamp(),
        from_s=read.since.timestamp(),
        to_s=read.until.timestamp() + ahead_s,
        exercise=read.station.exercise,
    )
    return replace(content, spans=maintenance_spans(read.station.code, works, content))


def _values(read: SeriesSpan, parameter: Parameter, *, adds_up: bool) -> Series:
    values = [point.total if adds_up else point.mean for point in read.points]
    return _line(read, parameter, np.cumsum(values) if adds_up else np.array(values, dtype=np.float64))


def _extremes(read: SeriesSpan, parameter: Parameter) -> tuple[NamedSeries, ...]:
    """Return the extremes of each bucket: a mean of 12 hours would hide a flood at night."""
    if all(point.count == 1 for point in read.points):
        return ()
    high = np.array([point.high for point in read.points], dtype=np.float64)
    low = np.array([point.low for point in read.points], dtype=np.float64)
    return (
        NamedSeries(name=_("highest"), series=_line(read, parameter, high)),
        NamedSeries(name=_("lowest"), series=_line(read, parameter, low)),
    )


def _line(read: SeriesSpan, parameter: Parameter, values: np.ndarray) -> Series:
    step_s = (read.until - read.since).total_seconds() / read.most
    times_s = np.array([point.at.timestamp() for point in read.points], dtype=np.float64)
    if any(point.count > 1 for point in read.points):
        times_s += step_s / 2  # a bucket is drawn at its middle
    return Series(times_s=times_s, values=values, interval_s=max(parameter.expected_interval_s, step_s))


def _bars(read: SeriesSpan, bar: timedelta) -> Series | None:
    """Return sums of whole bars in UTC; no bar where there are no readings."""
    if not read.points:
        return None
    width_s = bar.total_seconds()
    sums: dict[int, float] = {}
    for point in read.points:
        at = int(point.at.timestamp() // width_s)
        sums[at] = sums.get(at, 0.0) + point.total
    times_s = np.array([(at + 0.5) * width_s for at in sums], dtype=np.float64)
    return Series(times_s=times_s, values=np.array(list(sums.values()), dtype=np.float64), interval_s=width_s)
