"""Each parameter of a station as a row of its page: value and state of now, the day as a line, the week with gaps."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from tabuah.console.window.presenting.levels import LEVEL_OF_ALARM
from tabuah.console.window.presenting.station_marks import Latest, age_words
from tabuah.console.window.station_past import WEEK, KeptSeries, StationPast
from tabuah.operations.levels import SEVERITY_OF_RIVER_LEVEL
from tabuah.operations.rules.telling import tell_duration, tell_river_level
from tabuah.operations.stations.freshness import Freshness, freshness_of, river_level_of
from tabuah.operations.stations.health import Gap, SeriesHealth, health_of
from tabuah.operations.stations.readings import Reading
from tabuah.operations.stations.station import Parameter, Station
from tabuah.operations.stations.units import format_value, name_of
from tabuah.resources.catalogue import _, ngettext
from tabuah.resources.formats import WIB, format_moment, format_number
from tabuah.widgets.charts.series import Series
from tabuah.widgets.stations.values import SeriesRow, Week
from tabuah.widgets.values import Level

_DAY: Final = timedelta(days=1)
_HOUR_S: Final = 3600


def series_rows(station: Station, latest: Latest, past: StationPast | None, now: datetime) -> tuple[SeriesRow, ...]:
    """The rows in the order in which the station names its parameters; without a past only what is known now."""
    return tuple(
        _row(station, parameter, latest.get((station.code, parameter.code)), past, now)
        for parameter in station.parameters
    )


def _row(
    station: Station, parameter: Parameter, newest: Reading | None, past: StationPast | None, now: datetime
) -> SeriesRow:
    kept = past.series.get(parameter.code) if past is not None else None
    level, word = _state(station, parameter, newest, now)
    about = [age_words(newest.at, now)] if newest else []
    about.append(_("expected every {duration}").format(duration=tell_duration(parameter.expected_interval_s)))
    health = _health(parameter, newest, kept, now)
    return SeriesRow(
        code=parameter.code,
        name=name_of(parameter.code),
        value=format_value(parameter.code, newest.value, unit=parameter.unit) if newest else "–",
        level=level,
        word=word,
        about=" · ".join(about),
        day=_day(parameter, kept, now),
        day_span_s=((now - _DAY).timestamp(), now.timestamp()),
        week=_week(health, now),
        week_words=week_words(health, now) if health else "",
    )


def _state(station: Station, parameter: Parameter, newest: Reading | None, now: datetime) -> tuple[Level, str]:
    """A level only where the value still speaks for the present."""
    at = newest.at if newest else None
    fresh = freshness_of(at, expected_interval_s=parameter.expected_interval_s, now=now)
    if newest is None or fresh is not Freshness.FRESH:
        return Level.NO_DATA, _("late") if fresh is Freshness.LATE else _("silent")
    if station.river is not None and parameter.code == "stage_m":
        river_level = river_level_of(station.river, newest.value)
        if river_level is not None:
            return LEVEL_OF_ALARM[SEVERITY_OF_RIVER_LEVEL[river_level]], tell_river_level(river_level)
    return Level.NORMAL, _("up to date")


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


def _week(health: SeriesHealth | None, now: datetime) -> Week:
    if health is None:
        return Week(begins=1.0)
    begin = now - WEEK

    def part(moment: datetime) -> float:
        return (moment - begin) / WEEK

    return Week(
        gaps=tuple((part(gap.since), part(gap.until)) for gap in health.gaps),
        midnights=tuple(part(moment) for moment in _midnights(begin, now)),
        begins=part(health.since),
        spoken=week_words(health, now),
    )


def _midnights(begin: datetime, end: datetime) -> Iterator[datetime]:
    local = begin.astimezone(WIB).replace(hour=0, minute=0, second=0, microsecond=0)
    while (local := local + _DAY) < end:
        yield local


def week_words(health: SeriesHealth, now: datetime) -> str:
    """How much came in the last days, and what is missing."""
    if health.share is None:
        return _("nothing is kept here yet")
    share = format_number(health.share * 100, digits=0 if health.share >= 1 else 1)
    told = [_("{share}% in 7 days").format(share=share)]
    if health.since > now - WEEK + timedelta(seconds=_HOUR_S):
        told = [_("{share}% since {time}").format(share=share, time=format_moment(health.since))]
    if not health.gaps:
        return " · ".join([*told, _("no gaps")])
    n = len(health.gaps)
    told.append(ngettext("{n} gap", "{n} gaps", n).format(n=n))
    longest = health.longest_gap
    if longest is not None:
        told.append(_gap_words(longest, now))
    return ", ".join(told)


def _gap_words(gap: Gap, now: datetime) -> str:
    length_s = gap.length.total_seconds()
    unit_s = _HOUR_S if length_s >= 2 * _HOUR_S else 60
    duration = tell_duration(round(length_s / unit_s) * unit_s)
    if gap.until >= now:
        return _("silent for {duration} now").format(duration=duration)
    return _("the longest {duration} from {time}").format(duration=duration, time=format_moment(gap.since))
