"""What stands under headings on a station's page: its health, forecast, river, limits, and what was typed in."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from tabuah.console.reading_words import mark_words, refusal_words
from tabuah.console.window.presenting.levels import LEVEL_OF_ALARM
from tabuah.console.window.presenting.station_marks import Latest, readings_of
from tabuah.console.window.snapshot import RoomSnapshot
from tabuah.console.window.station_past import StationPast
from tabuah.operations.alarms.titles import severity_word
from tabuah.operations.forecast.forecast import StageForecast
from tabuah.operations.levels import SEVERITY_OF_RIVER_LEVEL, RiverLevel
from tabuah.operations.rules.rule import Rule
from tabuah.operations.rules.telling import tell_duration, tell_river_level, tell_rule
from tabuah.operations.stations.readings import Quality
from tabuah.operations.stations.river_course import GaugeOnRiver, course_of
from tabuah.operations.stations.station import River, Station
from tabuah.operations.stations.units import format_value
from tabuah.resources.catalogue import _
from tabuah.resources.formats import WIB, format_age, format_moment, format_number, format_time
from tabuah.storage.readings.typed import TypedOutcome
from tabuah.widgets.stations.values import Section
from tabuah.widgets.values import Fact, Level

BATTERY: Final = "battery_v"
_LADDER: Final = (RiverLevel.SIAGA_1, RiverLevel.SIAGA_2, RiverLevel.SIAGA_3)
_FORECAST_FOR: Final = timedelta(hours=2)  # an older one says nothing about what has happened since
_WITHIN_H: Final = 6

Asides = Mapping[str, int]  # how many readings were set aside, by the code of the reason


def station_sections(
    station: Station,
    snapshot: RoomSnapshot,
    latest: Latest,
    *,
    past: StationPast | None,
    rules: Sequence[Rule],
    asides: Asides | None,
    now: datetime,
) -> Iterator[Section]:
    """The sections in the order in which they are read; the arguments are those of the page."""
    yield Section(title=_("State of the station"), facts=tuple(_health_facts(station, latest, past, asides, now)))
    if station.river is not None:
        forecast = past.forecast if past is not None else None
        yield _forecast_section(station.river, forecast, now)
        yield _river_section(station, snapshot.stations)
    limits = tuple(_limits(station.river)) if station.river is not None else ()
    watching = tuple(
        Fact(label=severity_word(rule.severity), value=f"{rule.name}: {tell_rule(rule)}") for rule in rules
    )
    yield Section(title=_("Limits and rules"), facts=limits + watching, nothing=_("No rule watches this station."))
    typed = past.typed if past is not None else ()
    yield Section(
        title=_("Typed in"), facts=tuple(map(_typed_fact, typed)), nothing=_("Nobody has typed in a reading here.")
    )


def _health_facts(
    station: Station, latest: Latest, past: StationPast | None, asides: Asides | None, now: datetime
) -> Iterator[Fact]:
    readings = readings_of(station, latest)
    newest = max((reading.at for reading in readings.values()), default=None)
    contact = _("never heard") if newest is None else _ago(newest, now)
    yield Fact(label=_("Last contact"), value=contact, level=Level.ATTENTION if newest is None else None)
    battery = readings.get(BATTERY)
    told = _("not measured") if station.parameter(BATTERY) is None else _("no value yet")
    if battery is not None:
        told = f"{format_value(BATTERY, battery.value)} · {_ago(battery.at, now)}"
    yield Fact(label=_("Battery"), value=told)
    yield Fact(label=_("Marked values"), value=_marks(past))
    yield Fact(
        label=_("Set aside by the server"), value=_asides_words(asides), level=Level.ATTENTION if asides else None
    )


def _ago(moment: datetime, now: datetime) -> str:
    is_today = moment.astimezone(WIB).date() == now.astimezone(WIB).date()
    when = format_time(moment) if is_today else format_moment(moment)
    return _("{time} ({age} ago)").format(time=when, age=format_age(now - moment))


def _marks(past: StationPast | None) -> str:
    if past is None:
        return "…"
    counts: dict[Quality, int] = {}
    for kept in past.series.values():
        for quality, n in kept.qualities.items():
            for mark in Quality(quality):
                counts[mark] = counts.get(mark, 0) + n
    told = [f"{format_number(n)} {mark_words(mark)}" for mark, n in sorted(counts.items(), key=lambda each: -each[1])]
    return ", ".join(told) or _("none in 7 days")


def _asides_words(asides: Asides | None) -> str:
    if asides is None:
        return _("not known without the server")
    told = [f"{format_number(n)} × {refusal_words(code)}" for code, n in sorted(asides.items(), key=lambda e: -e[1])]
    return " ".join(told) or _("none")


def _limits(river: River) -> Iterator[Fact]:
    for level in _LADDER:
        limit_m = river.thresholds_m.get(level)
        if limit_m is not None:
            shown = LEVEL_OF_ALARM[SEVERITY_OF_RIVER_LEVEL[level]]
            yield Fact(label=tell_river_level(level), value=f"≥ {format_value('stage_m', limit_m)}", level=shown)


def _forecast_section(river: River, forecast: StageForecast | None, now: datetime) -> Section:
    title = _("Forecast")
    if forecast is None or now - forecast.issued_at > _FORECAST_FOR:
        return Section(title=title, nothing=_("No forecast of the last 2 hours is here."))
    highest = forecast.highest_m(within_s=_WITHIN_H * 3600.0)
    facts = [
        Fact(label=_("Issued"), value=_ago(forecast.issued_at, now)),
        Fact(label=_("Highest, {n} h").format(n=_WITHIN_H), value=format_value("stage_m", highest)),
    ]
    for level in _LADDER:
        limit_m = river.thresholds_m.get(level)
        at = None if limit_m is None else forecast.reaches_at(limit_m)
        if at is not None and at > forecast.issued_at:
            shown = LEVEL_OF_ALARM[SEVERITY_OF_RIVER_LEVEL[level]]
            told = _("expected at {time}").format(time=format_time(at))
            facts.append(Fact(label=tell_river_level(level), value=told, level=shown))
    return Section(title=title, facts=tuple(facts))


def _river_section(station: Station, stations: Mapping[str, Station]) -> Section:
    course = course_of(station, stations)
    facts = []
    if course.above:
        facts.append(Fact(label=_("Above"), value="\n".join(map(_gauge_words, course.above))))
    if course.below:
        facts.append(Fact(label=_("Below"), value="\n".join(map(_gauge_words, course.below))))
    title = _("Along the river, with the time the water takes")
    return Section(title=title, facts=tuple(facts), nothing=_("No gauge above or below is registered."))


def _gauge_words(gauge: GaugeOnRiver) -> str:
    if gauge.lag_s <= 0:
        return gauge.station.name
    minutes = round(gauge.lag_s / 60) * 60.0
    return f"{gauge.station.name} ({tell_duration(minutes)})"


def _typed_fact(outcome: TypedOutcome) -> Fact:
    reading = outcome.typed.reading
    parts = [format_value(reading.parameter, reading.value), outcome.typed.source, outcome.typed.person]
    if outcome.waits:
        parts.append(_("waits for the server"))
    elif outcome.refused:
        parts.append(refusal_words(outcome.refused))
    level = Level.ATTENTION if outcome.refused else None
    return Fact(label=format_moment(reading.at), value=" · ".join(part for part in parts if part), level=level)
