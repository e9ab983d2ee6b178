"""The content of a station page: identity, notices, parameters, health, forecast, river and limits."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from tabuah.console.window.shared.levels import LEVEL_OF_ALARM
from tabuah.console.window.state.console_snapshot import ConsoleSnapshot
from tabuah.console.window.state.latest_readings import LatestReadings, newest_by_parameter
from tabuah.console.window.stations.series_rows import series_rows
from tabuah.console.window.stations.station_history import StationHistory
from tabuah.console.window.stations.station_markers import station_severities
from tabuah.operations.forecast.stage_forecast import StageForecast
from tabuah.operations.levels import SEVERITY_OF_RIVER_LEVEL, RiverLevel
from tabuah.operations.maintenance.window import MaintenanceState, running_windows
from tabuah.operations.readings.reading import Quality
from tabuah.operations.rules.rule import Rule
from tabuah.operations.stations.river_course import course_of
from tabuah.operations.stations.station import River, Station
from tabuah.resources.localisation import _, format_moment, format_number, format_time, ngettext
from tabuah.storage.readings.manual_readings import ManualReadingOutcome
from tabuah.text.alarms.titles import alarm_title, severity_label
from tabuah.text.maintenance.maintenance_status import describe_maintenance, describe_maintenance_state
from tabuah.text.readings.measurements import (
    describe_quality_mark,
    describe_refusal_code,
    format_value,
    time_with_age,
)
from tabuah.text.rules.rule_text import describe_rule, river_level_label, station_kind_label
from tabuah.text.stations.station_text import QuarantinedCounts, describe_gauge_on_river, describe_quarantined
from tabuah.widgets.stations.values import FactSection, StationNotice, StationView
from tabuah.widgets.values import FactItem, Level

BATTERY: Final = "battery_v"
_LADDER: Final = (RiverLevel.SIAGA_1, RiverLevel.SIAGA_2, RiverLevel.SIAGA_3)
_FORECAST_FOR: Final = timedelta(hours=2)  # an older one ignores what has happened since
_WITHIN_H: Final = 6


def station_sections(
    station: Station,
    snapshot: ConsoleSnapshot,
    latest: LatestReadings,
    *,
    past: StationHistory | None,
    rules: Sequence[Rule],
    quarantined: QuarantinedCounts | None,
    now: datetime,
) -> Iterator[FactSection]:
    """Yield the sections in reading order. The arguments are those of the page."""
    yield FactSection(
        title=_("State of the station"), facts=tuple(_health_facts(station, latest, past, quarantined, now))
    )
    if station.river is not None:
        forecast = past.forecast if past is not None else None
        yield _forecast_section(station.river, forecast, now)
        yield _river_section(station, snapshot.stations)
    limits = tuple(_limits(station.river)) if station.river is not None else ()
    watching = tuple(
        FactItem(label=severity_label(rule.severity), value=f"{rule.name}: {describe_rule(rule)}") for rule in rules
    )
    yield FactSection(
        title=_("Limits and rules"), facts=limits + watching, nothing=_("No rule applies to this station.")
    )
    typed = past.typed if past is not None else ()
    yield FactSection(title=_("Typed in"), facts=tuple(map(_typed_fact, typed)), nothing=_("No manual readings."))


def _health_facts(
    station: Station,
    latest: LatestReadings,
    past: StationHistory | None,
    quarantined: QuarantinedCounts | None,
    now: datetime,
) -> Iterator[FactItem]:
    readings = newest_by_parameter(station, latest)
    newest = max((reading.at for reading in readings.values()), default=None)
    contact = _("never heard") if newest is None else time_with_age(newest, now)
    yield FactItem(label=_("Last contact"), value=contact, level=Level.ATTENTION if newest is None else None)
    battery = readings.get(BATTERY)
    message = _("not measured") if station.parameter(BATTERY) is None else _("no value yet")
    if battery is not None:
        message = f"{format_value(BATTERY, battery.value)} · {time_with_age(battery.at, now)}"
    yield FactItem(label=_("Battery"), value=message)
    yield FactItem(label=_("Marked values"), value=_marks(past))
    yield FactItem(
        label=_("Quarantined by the server"),
        value=describe_quarantined(quarantined),
        level=Level.ATTENTION if quarantined else None,
    )


def _marks(past: StationHistory | None) -> str:
    if past is None:
        return "…"
    counts: dict[Quality, int] = {}
    for kept in past.series.values():
        for quality, n in kept.qualities.items():
            for mark in Quality(quality):
                counts[mark] = counts.get(mark, 0) + n
    message = [
        f"{format_number(n)} {describe_quality_mark(mark)}"
        for mark, n in sorted(counts.items(), key=lambda each: -each[1])
    ]
    return ", ".join(message) or _("none in 7 days")


def _limits(river: River) -> Iterator[FactItem]:
    for level in _LADDER:
        limit_m = river.thresholds_m.get(level)
        if limit_m is not None:
            shown = LEVEL_OF_ALARM[SEVERITY_OF_RIVER_LEVEL[level]]
            yield FactItem(label=river_level_label(level), value=f"≥ {format_value('stage_m', limit_m)}", level=shown)


def _forecast_section(river: River, forecast: StageForecast | None, now: datetime) -> FactSection:
    title = _("Forecast")
    if forecast is None or now - forecast.issued_at > _FORECAST_FOR:
        return FactSection(title=title, nothing=_("No forecast of the last 2 hours is stored here."))
    highest = forecast.highest_m(within_s=_WITHIN_H * 3600.0)
    facts = [
        FactItem(label=_("Issued"), value=time_with_age(forecast.issued_at, now)),
        FactItem(label=_("Highest, {n} h").format(n=_WITHIN_H), value=format_value("stage_m", highest)),
    ]
    for level in _LADDER:
        limit_m = river.thresholds_m.get(level)
        at = None if limit_m is None else forecast.reaches_at(limit_m)
        if at is not None and at > forecast.issued_at:
            shown = LEVEL_OF_ALARM[SEVERITY_OF_RIVER_LEVEL[level]]
            message = _("expected at {time}").format(time=format_time(at))
            facts.append(FactItem(label=river_level_label(level), value=message, level=shown))
    return FactSection(title=title, facts=tuple(facts))


def _river_section(station: Station, stations: Mapping[str, Station]) -> FactSection:
    course = course_of(station, stations)
    facts = []
    if course.above:
        facts.append(FactItem(label=_("Above"), value="\n".join(map(describe_gauge_on_river, course.above))))
    if course.below:
        facts.append(FactItem(label=_("Below"), value="\n".join(map(describe_gauge_on_river, course.below))))
    title = _("Along the river, with travel times")
    return FactSection(title=title, facts=tuple(facts), nothing=_("No upstream or downstream gauge is registered."))


def _typed_fact(outcome: ManualReadingOutcome) -> FactItem:
    reading = outcome.manual.reading
    parts = [format_value(reading.parameter, reading.value), outcome.manual.source, outcome.manual.person]
    if outcome.waits:
        parts.append(_("waits for the server"))
    elif outcome.refused:
        parts.append(describe_refusal_code(outcome.refused))
    level = Level.ATTENTION if outcome.refused else None
    return FactItem(label=format_moment(reading.at), value=" · ".join(part for part in parts if part), level=level)


_MOST_ALARMS: Final = 3


def station_view(
    station: Station,
    snapshot: ConsoleSnapshot,
    latest: LatestReadings,
    *,
    past: StationHistory | None,
    rules: Sequence[Rule],
    quarantined: QuarantinedCounts | None,
    now: datetime,
) -> StationView:
    """Return the content of the page.

    Args:
        station: the station.
        snapshot: the console state.
        latest: the newest readings of all stations.
        past: its last days; None until they are read.
        rules: the rules that apply to it.
        quarantined: readings that the server quarantined; None if unknown.
        now: UTC.
    """
    works = running_windows(snapshot.maintenance.values(), now)
    (severity,) = station_severities((station,), alarms=snapshot.alarms, latest=latest, now=now, worked_on=works)
    about = (
        station.code,
        station_kind_label(station.kind),
        station.nagari,
        station.river.name if station.river else "",
    )
    return StationView(
        code=station.code,
        name=station.name,
        about=" · ".join(part for part in (*about, station.owner) if part),
        level=LEVEL_OF_ALARM[severity],
        word=severity_label(severity),
        exercise=_("EXERCISE") if station.exercise else "",
        notices=tuple(_notices(station, snapshot, latest, now)),
        rows=series_rows(station, latest, past, now),
        sections=tuple(
            station_sections(station, snapshot, latest, past=past, rules=rules, quarantined=quarantined, now=now)
        ),
    )


def _notices(
    station: Station, snapshot: ConsoleSnapshot, latest: LatestReadings, now: datetime
) -> Iterator[StationNotice]:
    yield from _maintenance_notices(station, snapshot, latest, now)
    alarms = [alarm for alarm in snapshot.alarms.values() if alarm.is_active and alarm.station == station.code]
    alarms.sort(key=lambda alarm: (alarm.severity.rank, alarm.onset_at))
    for alarm in alarms[:_MOST_ALARMS]:
        sentence = alarm_title(alarm, station, snapshot.rules.get(alarm.rule))
        since = _("since {time}").format(time=format_time(alarm.onset_at))
        yield StationNotice(level=LEVEL_OF_ALARM[alarm.severity], text=f"{sentence} · {since}")
    more = len(alarms) - _MOST_ALARMS
    if more > 0:
        sentence = ngettext("{n} more alarm", "{n} more alarms", more).format(n=more)
        yield StationNotice(level=LEVEL_OF_ALARM[alarms[_MOST_ALARMS].severity], text=sentence)


def _maintenance_notices(
    station: Station, snapshot: ConsoleSnapshot, latest: LatestReadings, now: datetime
) -> Iterator[StationNotice]:
    """Yield maintenance that runs, is planned, or is overdue while the station is silent."""
    heard = newest_by_parameter(station, latest).values()
    heard_at = {station.code: max(reading.at for reading in heard)} if heard else {}
    for window in snapshot.maintenance.values():
        if station.code not in window.stations:
            continue
        standing = window.state_at(now, heard_at)
        if standing is MaintenanceState.RUNNING:
            yield StationNotice(level=Level.INFORMATION, text=describe_maintenance(window))
        elif standing is not MaintenanceState.OVER:
            level = Level.ATTENTION if standing is MaintenanceState.OVERDUE else Level.INFORMATION
            parts = (describe_maintenance_state(standing), format_moment(window.since), window.reason)
            yield StationNotice(level=level, text=" · ".join(parts))
