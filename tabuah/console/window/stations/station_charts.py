"""The charts of a station: its day, and one series over a day, a week, a month or a year."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

import numpy as np
from msgspec.structs import replace

from tabuah.console.window.shared.day_readings import CHART_SPAN, RAIN, RAIN_WITHIN_M, DayReadings
from tabuah.console.window.shared.levels import LEVEL_OF_ALARM
from tabuah.console.window.stations.station_history import SeriesSpan
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.forecast.stage_forecast import StageForecast
from tabuah.operations.levels import SEVERITY_OF_RIVER_LEVEL, RiverLevel
from tabuah.operations.maintenance.window import MaintenanceWindow
from tabuah.operations.readings.measurements import measurement_of
from tabuah.operations.readings.reading import ReadingCorrection
from tabuah.operations.readings.time_series import TimeSeries
from tabuah.operations.stations.changes import StationChange
from tabuah.operations.stations.station import Parameter, River, Station
from tabuah.resources.localisation import format_short_day
from tabuah.text.exercises.exercise_text import exercise_mark
from tabuah.text.forecast.forecasts import forecast_note, is_current_forecast
from tabuah.text.readings.corrections import count_corrections, describe_correction
from tabuah.text.rules.rule_text import river_level_label
from tabuah.text.stations.chart_text import (
    charted_value_name,
    describe_day_chart,
    extreme_names,
    maintenance_name,
    rain_name,
)
from tabuah.text.stations.registration_text import describe_station_change
from tabuah.widgets.charts.series import (
    COMPARED_MARKS,
    ChartContent,
    CorrectedPoint,
    ForecastSeries,
    LevelBand,
    LimitChange,
    NamedSeries,
    NamedSpan,
    Series,
)
from tabuah.widgets.stations.span_chart import DAY, MONTH, WEEK, YEAR


def forecast_fan(forecast: StageForecast | None, now: datetime) -> ForecastSeries | None:
    """Return the fan; None if there is no current forecast."""
    if forecast is None or not is_current_forecast(forecast, now):
        return None
    issued_s = forecast.issued_at.timestamp()
    return ForecastSeries(
        times_s=np.array([issued_s + point.lead_s for point in forecast.points], dtype=np.float64),
        middle=np.array([point.middle_m for point in forecast.points], dtype=np.float64),
        low=np.array([point.low_m for point in forecast.points], dtype=np.float64),
        high=np.array([point.high_m for point in forecast.points], dtype=np.float64),
    )


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
    read: SeriesSpan,
    span: str,
    *,
    forecast: StageForecast | None = None,
    works: Iterable[MaintenanceWindow] = (),
    exercises: Mapping[str, Exercise] = MappingProxyType({}),
) -> ChartContent | None:
    """Return the chart with maintenance marked; None if the station does not measure the parameter."""
    parameter = read.station.parameter(read.parameter)
    if parameter is None:
        return None
    facts = measurement_of(parameter.code)
    unit = parameter.unit or facts.unit
    is_stage = parameter.code == _STAGE and read.station.river is not None
    fan = forecast_fan(forecast, read.until) if is_stage and span == DAY else None
    name = charted_value_name(parameter.code)
    ahead_s = _FORECAST_AHEAD_S if fan else SPAN_LENGTHS[span].total_seconds() / 48
    content = ChartContent(
        title=f"{name} ({unit})" if unit else name,
        forecast_note=forecast_note(forecast, read.until) if fan else "",
        value_name=name,
        unit=unit,
        digits=facts.digits,
        values=_values(read, parameter, adds_up=facts.adds_up),
        rain=_bars(read, _RAIN_BAR[span]) if facts.adds_up else None,
        rain_name=rain_name(),
        bands=level_bands(read.station.river) if is_stage and read.station.river else (),
        compared=() if facts.adds_up else _extremes(read, parameter),
        note=count_corrections(read.corrections),
        forecast=fan,
        now_s=read.until.timestamp(),
        from_s=read.since.timestamp(),
        to_s=read.until.timestamp() + ahead_s,
        exercise=exercise_mark(read.station, exercises),
        limit_changes=limit_changes(read.station, parameter.code),
    )
    is_plain = not facts.adds_up and all(point.count == 1 for point in read.points)
    corrected = corrected_points(read.corrections, content.values, unit=unit, is_plain=is_plain)
    return replace(content, spans=maintenance_spans(read.station.code, works, content), corrected=corrected)


def limit_changes(station: Station, parameter: str) -> tuple[LimitChange, ...]:
    """Return the changes of the thresholds and the valid range that belong to a parameter, oldest first."""
    changes: list[StationChange] = [*station.changes.ranges_of(parameter)]
    if parameter == _STAGE:
        changes += station.changes.thresholds
    return tuple(
        LimitChange(
            time_s=change.at.timestamp(), label=format_short_day(change.at), text=describe_station_change(change)
        )
        for change in sorted(changes, key=lambda each: each.at)
    )


def corrected_points(
    corrections: Iterable[ReadingCorrection], line: Series, *, unit: str, is_plain: bool
) -> tuple[CorrectedPoint, ...]:
    """Return the marks of corrected values for a line; `is_plain` if it draws single values, not sums or means."""
    found = []
    for correction in corrections:
        time_s = correction.at.timestamp()
        value = correction.new_value if is_plain else line.value_near(time_s)
        if value is not None:
            found.append(
                CorrectedPoint(
                    time_s=time_s,
                    value=value,
                    text=describe_correction(correction, unit),
                    old_value=correction.old_value if is_plain else None,
                )
            )
    return tuple(found)


def _values(read: SeriesSpan, parameter: Parameter, *, adds_up: bool) -> Series:
    values = [point.total if adds_up else point.mean for point in read.points]
    return _line(read, parameter, np.cumsum(values) if adds_up else np.array(values, dtype=np.float64))


def _extremes(read: SeriesSpan, parameter: Parameter) -> tuple[NamedSeries, ...]:
    """Return the extremes of each bucket: a mean of 12 hours would hide a flood at night."""
    if all(point.count == 1 for point in read.points):
        return ()
    high = np.array([point.high for point in read.points], dtype=np.float64)
    low = np.array([point.low for point in read.points], dtype=np.float64)
    return tuple(
        NamedSeries(name=name, series=_line(read, parameter, values))
        for name, values in zip(extreme_names(), (high, low), strict=True)
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


AHEAD: Final = timedelta(minutes=30)
FORECAST_AHEAD: Final = timedelta(hours=6, minutes=30)
_RAIN_BAR_S: Final = 900.0


def compared_gauges(station: Station, stations: Mapping[str, Station]) -> tuple[Station, ...]:
    """Return the gauges upstream of this one, the nearest in the network first."""
    found: list[Station] = []
    below = [station.code]
    while below:
        above = [each for each in stations.values() if each.river is not None and each.river.downstream in below]
        above = [each for each in above if each not in found and each.code != station.code]
        found += sorted(above, key=lambda each: each.code)
        below = [each.code for each in above]
    return tuple(found[: len(COMPARED_MARKS)])


def chart_content(
    day: DayReadings,
    now: datetime,
    *,
    forecast: StageForecast | None = None,
    compared: tuple[NamedSeries, ...] = (),
    exercises: Mapping[str, Exercise] = MappingProxyType({}),
) -> ChartContent:
    """Return the chart, with the river's forecast if there is one and the compared gauges."""
    station = day.station
    main = station.main_parameter
    if main is None:
        return ChartContent(title=station.name)
    sums = main.code == RAIN
    rain = _rain(day, now)
    values = (
        _running_total(day.values, main.expected_interval_s)
        if sums
        else _series(day.values, main.expected_interval_s)
    )
    name = charted_value_name(main.code)
    fan = forecast_fan(forecast, now)
    return ChartContent(
        title=f"{station.name} · {_titled(name, main.unit)}",
        note=" · ".join(part for part in (count_corrections(day.corrections), _note(day, rain)) if part),
        forecast_note=forecast_note(forecast, now),
        value_name=name,
        unit=main.unit or measurement_of(main.code).unit,
        digits=measurement_of(main.code).digits,
        values=values,
        rain=rain,
        rain_name=rain_name(),
        bands=level_bands(station.river) if station.river else (),
        compared=compared,
        corrected=corrected_points(day.corrections, values, unit=main.unit, is_plain=not sums),
        limit_changes=limit_changes(station, main.code),
        forecast=fan,
        now_s=now.timestamp(),
        from_s=_rounded_start(now),
        to_s=_rounded_start(now) + (CHART_SPAN + (FORECAST_AHEAD if fan else 2 * AHEAD)).total_seconds(),
        exercise=exercise_mark(station, exercises),
    )


def _rounded_start(now: datetime) -> float:
    """Return the left edge, which moves in steps so that the view is not refitted at every reading."""
    step_s = AHEAD.total_seconds()
    return (now.timestamp() // step_s) * step_s - CHART_SPAN.total_seconds()


def _titled(name: str, unit: str) -> str:
    return f"{name[:1].lower()}{name[1:]} ({unit})" if unit else name


def _note(day: DayReadings, rain: Series | None) -> str:
    has_rain = rain is not None and day.station.river is not None and day.rain
    gauges = sum(1 for fallen in (day.rain or {}).values() if len(fallen)) if has_rain else 0
    return describe_day_chart(gauges, RAIN_WITHIN_M)


def _series(measured: TimeSeries, interval_s: float) -> Series:
    return Series(times_s=measured.times_s, values=measured.values, interval_s=interval_s)


def _running_total(fallen: TimeSeries, interval_s: float) -> Series:
    return Series(times_s=fallen.times_s, values=np.cumsum(fallen.values), interval_s=interval_s)


def _rain(day: DayReadings, now: datetime) -> Series | None:
    """Return the mean of the reporting gauges in bars of 15 minutes; NaN where none reported."""
    gauges = [fallen for fallen in (day.rain or {}).values() if len(fallen)]
    if not gauges:
        return None
    start_s = _rounded_start(now)
    count = int((now.timestamp() - start_s) // _RAIN_BAR_S) + 1
    totals, reported = np.zeros(count), np.zeros(count)
    for fallen in gauges:
        bins = ((fallen.times_s - start_s) // _RAIN_BAR_S).astype(np.int64)
        inside = (bins >= 0) & (bins < count)
        np.add.at(totals, bins[inside], fallen.values[inside])
        reported[np.unique(bins[inside])] += 1
    times_s = start_s + (np.arange(count, dtype=np.float64) + 0.5) * _RAIN_BAR_S
    means = np.divide(totals, reported, out=np.full(count, np.nan), where=reported > 0)
    return Series(times_s=times_s, values=means, interval_s=_RAIN_BAR_S)


def level_bands(river: River) -> tuple[LevelBand, ...]:
    """Return the bands of a gauge's levels, from Siaga 3 up."""
    ladder = [
        level for level in (RiverLevel.SIAGA_3, RiverLevel.SIAGA_2, RiverLevel.SIAGA_1) if level in river.thresholds_m
    ]
    edges = [river.thresholds_m[level] for level in ladder]
    tops: list[float | None] = [*edges[1:], None][: len(ladder)]
    return tuple(
        LevelBand(
            label=river_level_label(level), level=LEVEL_OF_ALARM[SEVERITY_OF_RIVER_LEVEL[level]], low=low, high=high
        )
        for level, low, high in zip(ladder, edges, tops, strict=True)
    )


def maintenance_spans(
    station: str, windows: Iterable[MaintenanceWindow], chart: ChartContent
) -> tuple[NamedSpan, ...]:
    """Return the maintenance of a station within the chart; overlapping windows form one span."""
    first_s = chart.from_s if chart.from_s is not None else float("-inf")
    last_s = chart.to_s if chart.to_s is not None else float("inf")
    edges = sorted((w.since.timestamp(), w.over_at.timestamp()) for w in windows if station in w.stations)
    joined: list[tuple[float, float]] = []
    for since_s, over_s in edges:
        if over_s <= max(since_s, first_s) or since_s >= last_s:
            continue
        if joined and since_s <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], over_s))
        else:
            joined.append((since_s, over_s))
    return tuple(NamedSpan(name=maintenance_name(), from_s=since_s, to_s=over_s) for since_s, over_s in joined)
