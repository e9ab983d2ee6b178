"""Parameter rows of a station page: current value and state, sparkline of the day, gaps of the week."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from tabuah.console.window.shared.levels import LEVEL_OF_ALARM
from tabuah.console.window.state.latest_readings import LatestReadings
from tabuah.console.window.stations.station_history import WEEK, KeptSeries, StationHistory
from tabuah.operations.levels import SEVERITY_OF_RIVER_LEVEL
from tabuah.operations.readings.reading import Reading
from tabuah.operations.stations.freshness import Freshness, freshness_of, river_level_of
from tabuah.operations.stations.health import SeriesHealth, health_of
from tabuah.operations.stations.station import Parameter, Station
from tabuah.resources.time_zone import home_zone
from tabuah.text.readings.corrections import count_corrections
from tabuah.text.readings.measurements import data_age_text, format_value, parameter_name
from tabuah.text.rules.rule_text import river_level_label
from tabuah.text.stations.station_text import describe_expected_interval, describe_freshness, describe_week
from tabuah.widgets.charts.series import Series
from tabuah.widgets.stations.values import SeriesRow, WeekCoverage
from tabuah.widgets.values import Level

_DAY: Final = timedelta(days=1)
_HOUR_S: Final = 3600


def series_rows(
    station: Station, latest: LatestReadings, past: StationHistory | None, now: datetime
) -> tuple[SeriesRow, ...]:
    """Return the rows in the station's order of parameters; without a past only current values."""
    return tuple(
        _row(station, parameter, latest.get((station.code, parameter.code)), past, now)
        for parameter in station.parameters
    )


def _row(
    station: Station, parameter: Parameter, newest: Reading | None, past: StationHistory | None, now: datetime
) -> SeriesRow:
    kept = past.series.get(parameter.code) if past is not None else None
    level, word = _state(station, parameter, newest, now)
    about = [data_age_text(newest.at, now)] if newest else []
    about += filter(None, [count_corrections(kept.corrections if kept else ())])
    about.append(describe_expected_interval(parameter.expected_interval_s))  # last: it may be cut
    health = _health(parameter, newest, kept, now)
    return SeriesRow(
        code=parameter.code,
        name=parameter_name(parameter.code),
        value=format_value(parameter.code, newest.value, unit=parameter.unit) if newest else "–",
        level=level,
        word=word,
        about=" · ".join(about),
        day=_day(parameter, kept, now),
        day_span_s=((now - _DAY).timestamp(), now.timestamp()),
        week=_week(health, now),
        week_words=describe_week(health, now) if health else "",
    )


def _state(station: Station, parameter: Parameter, newest: Reading | None, now: datetime) -> tuple[Level, str]:
    """Return the level and text; a level only while the value is fresh."""
    at = newest.at if newest else None
    fresh = freshness_of(at, expected_interval_s=parameter.expected_interval_s, now=now)
    if newest is None or fresh is not Freshness.FRESH:
        return Level.NO_DATA, describe_freshness(fresh)
    if station.river is not None and parameter.code == "stage_m":
        river_level = river_level_of(station.river, newest.value)
        if river_level is not None:
            return LEVEL_OF_ALARM[SEVERITY_OF_RIVER_LEVEL[river_level]], river_level_label(river_level)
    return Level.NORMAL, describe_freshness(fresh)


def _health(
    parameter: Parameter, newest: Reading | None, kept: KeptSeries | None, now: datetime
) -> SeriesHealth | None:
    if kept is None:
        return None
    return health_of(
        parameter, kept.values.times_s, newest=newest, qualities=kept.qualities, since=kept.since, now=now
    )


def _day(parameter: Parameter, kept: KeptSeries | None, now: datetime) -> Series:
    if kept is None:
        return Series()
    inside = kept.values.times_s >= (now - _DAY).timestamp()
    return Series(
        times_s=kept.values.times_s[inside],
        values=kept.values.values[inside],
        interval_s=parameter.expected_interval_s,
    )


def _week(health: SeriesHealth | None, now: datetime) -> WeekCoverage:
    if health is None:
        return WeekCoverage(begins=1.0)
    begin = now - WEEK

    def part(moment: datetime) -> float:
        return (moment - begin) / WEEK

    return WeekCoverage(
        gaps=tuple((part(gap.since), part(gap.until)) for gap in health.gaps),
        midnights=tuple(part(moment) for moment in _midnights(begin, now)),
        begins=part(health.since),
        spoken=describe_week(health, now),
    )


def _midnights(begin: datetime, end: datetime) -> Iterator[datetime]:
    local = begin.astimezone(home_zone()).replace(hour=0, minute=0, second=0, microsecond=0)
    while (local := local + _DAY) < end:
        yield local
