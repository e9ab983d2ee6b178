"""The content of a station page: identity, notices, parameters, health, forecast, river and limits."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final

from tabuah.console.window.shared.levels import LEVEL_OF_ALARM
from tabuah.console.window.state.console_snapshot import ConsoleSnapshot
from tabuah.console.window.state.latest_readings import LatestReadings, newest_by_parameter
from tabuah.console.window.stations.series_rows import series_rows
from tabuah.console.window.stations.station_history import StationEvents, StationHistory
from tabuah.console.window.stations.station_markers import station_severities
from tabuah.operations.exercises.scope import plain_code
from tabuah.operations.forecast.stage_forecast import StageForecast
from tabuah.operations.levels import SEVERITY_OF_RIVER_LEVEL, RiverLevel
from tabuah.operations.maintenance.window import MaintenanceState, running_windows
from tabuah.operations.readings.reading import Quality
from tabuah.operations.rules.rule import Rule
from tabuah.operations.stations.river_course import course_of
from tabuah.operations.stations.station import River, Station
from tabuah.resources.localisation import format_moment
from tabuah.storage.readings.manual_readings import ManualReadingOutcome
from tabuah.text.alarms.titles import severity_label, title_at_raising
from tabuah.text.exercises.exercise_text import exercise_mark
from tabuah.text.facts import Fact, Facts
from tabuah.text.forecast.forecasts import is_current_forecast
from tabuah.text.maintenance.maintenance_status import describe_maintenance, describe_planned_maintenance
from tabuah.text.readings.corrections import describe_correction
from tabuah.text.readings.measurements import format_value, parameter_name
from tabuah.text.rules.rule_text import describe_rule, river_level_label, station_kind_label
from tabuah.text.stations import station_page
from tabuah.text.stations.station_events import describe_station_event
from tabuah.text.stations.station_page import StationSection
from tabuah.text.stations.station_text import QuarantinedCounts
from tabuah.widgets.stations.values import FactSection, StationNotice, StationView
from tabuah.widgets.values import FactItem, Level

BATTERY: Final = "battery_v"
_LADDER: Final = (RiverLevel.SIAGA_1, RiverLevel.SIAGA_2, RiverLevel.SIAGA_3)
_WITHIN_H: Final = 6


def station_sections(
    station: Station,
    snapshot: ConsoleSnapshot,
    latest: LatestReadings,
    *,
    past: StationHistory | None,
    rules: Sequence[Rule],
    quarantined: QuarantinedCounts | None,
    history: StationEvents | None = None,
    now: datetime,
) -> Iterator[FactSection]:
    """Yield the sections in reading order. The arguments are those of the page."""
    yield _section(StationSection.HEALTH, _health_facts(station, latest, past, quarantined, now))
    if station.river is not None:
        forecast = past.forecast if past is not None else None
        yield _section(StationSection.FORECAST, _forecast_facts(station.river, forecast, now))
        neighbours = station_page.list_river_facts(course_of(station, snapshot.stations))
        yield _section(StationSection.RIVER, _fact_items(neighbours))
    limits = _limits(station.river) if station.river is not None else ()
    watching = (
        FactItem(label=severity_label(rule.severity), value=f"{rule.name}: {describe_rule(rule)}") for rule in rules
    )
    yield _section(StationSection.LIMITS, (*limits, *watching))
    yield _section(StationSection.CHANGES, _history_facts(station, history))
    typed = past.typed if past is not None else ()
    yield _section(StationSection.CORRECTIONS, _correction_facts(past))
    yield _section(StationSection.MANUAL_READINGS, map(_typed_fact, typed))


def _section(section: StationSection, facts: Iterable[FactItem]) -> FactSection:
    return FactSection(
        title=station_page.section_title(section),
        facts=tuple(facts),
        nothing=station_page.empty_section_text(section),
    )


def _fact_items(facts: Facts) -> Iterator[FactItem]:
    return (_fact_item(fact) for fact in facts)


def _fact_item(fact: Fact, level: Level | None = None) -> FactItem:
    label, value = fact
    return FactItem(label=label, value=value, level=level)


def _health_facts(
    station: Station,
    latest: LatestReadings,
    past: StationHistory | None,
    quarantined: QuarantinedCounts | None,
    now: datetime,
) -> Iterator[FactItem]:
    readings = newest_by_parameter(station, latest)
    newest = max((reading.at for reading in readings.values()), default=None)
    yield _fact_item(station_page.last_contact_fact(newest, now), Level.ATTENTION if newest is None else None)
    has_sensor = station.parameter(BATTERY) is not None
    yield _fact_item(station_page.battery_fact(readings.get(BATTERY), now, measured=has_sensor))
    yield _fact_item(station_page.quality_marks_fact(_mark_counts(past) if past is not None else None))
    yield _fact_item(station_page.quarantined_fact(quarantined), Level.ATTENTION if quarantined else None)


def _mark_counts(past: StationHistory) -> dict[Quality, int]:
    counts: dict[Quality, int] = {}
    for kept in past.series.values():
        for quality, n in kept.qualities.items():
            for mark in Quality(quality):
                counts[mark] = counts.get(mark, 0) + n
    return counts


def _limits(river: River) -> Iterator[FactItem]:
    for level in _LADDER:
        limit_m = river.thresholds_m.get(level)
        if limit_m is not None:
            shown = LEVEL_OF_ALARM[SEVERITY_OF_RIVER_LEVEL[level]]
            yield FactItem(label=river_level_label(level), value=f"≥ {format_value('stage_m', limit_m)}", level=shown)


def _forecast_facts(river: River, forecast: StageForecast | None, now: datetime) -> Iterator[FactItem]:
    if forecast is None or not is_current_forecast(forecast, now):
        return
    highest_m = forecast.highest_m(within_s=_WITHIN_H * 3600.0)
    yield from _fact_items(station_page.list_forecast_facts(forecast.issued_at, highest_m, _WITHIN_H, now))
    for level in _LADDER:
        limit_m = river.thresholds_m.get(level)
        at = None if limit_m is None else forecast.reaches_at(limit_m)
        if at is not None and at > forecast.issued_at:
            shown = LEVEL_OF_ALARM[SEVERITY_OF_RIVER_LEVEL[level]]
            value = station_page.describe_expected_level(at)
            yield FactItem(label=river_level_label(level), value=value, level=shown)


def _typed_fact(outcome: ManualReadingOutcome) -> FactItem:
    reading = outcome.manual.reading
    parts = (
        format_value(reading.parameter, reading.value),
        outcome.manual.source,
        outcome.manual.person,
        outcome.manual.reason,
        station_page.describe_manual_outcome(waits=outcome.waits, refused=outcome.refused),
    )
    level = Level.ATTENTION if outcome.refused else None
    return FactItem(label=format_moment(reading.at), value=" · ".join(part for part in parts if part), level=level)


def _history_facts(station: Station, history: StationEvents | None) -> Iterator[FactItem]:
    """Yield the newest entries about the station."""
    if history is None:
        return
    for event in history.events[:_MOST_EVENTS]:
        yield FactItem(label=format_moment(event.at), value=describe_station_event(event))
    more = len(history.events) - _MOST_EVENTS
    if more > 0:
        yield _fact_item(station_page.older_events_fact(more, plain_code(station.code)))
    if not history.is_complete:
        yield _fact_item(station_page.missing_history_fact())


def _correction_facts(past: StationHistory | None) -> Iterator[FactItem]:
    """Yield the newest corrected values of all parameters."""
    found = [each for kept in past.series.values() for each in kept.corrections] if past is not None else []
    for each in sorted(found, key=lambda each: each.at, reverse=True)[:_MOST_CORRECTIONS]:
        value = f"{parameter_name(each.parameter)}: {describe_correction(each)}"
        yield FactItem(label=format_moment(each.at), value=value)


_MOST_ALARMS: Final = 3
_MOST_CORRECTIONS: Final = 5
_MOST_EVENTS: Final = 20


def station_view(
    station: Station,
    snapshot: ConsoleSnapshot,
    latest: LatestReadings,
    *,
    past: StationHistory | None,
    rules: Sequence[Rule],
    quarantined: QuarantinedCounts | None,
    history: StationEvents | None = None,
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
        history: its entries in words; None until they are read.
        now: UTC.
    """
    works = running_windows(snapshot.maintenance.values(), now)
    (severity,) = station_severities((station,), alarms=snapshot.alarms, latest=latest, now=now, worked_on=works)
    about = (
        plain_code(station.code),
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
        exercise=exercise_mark(station, snapshot.exercises),
        retire="" if station.retired is None else station_page.restore_label(),
        notices=(*_retirement_notices(station), *_notices(station, snapshot, latest, now)),
        rows=series_rows(station, latest, past, now),
        sections=tuple(
            station_sections(
                station,
                snapshot,
                latest,
                past=past,
                rules=rules,
                quarantined=quarantined,
                history=history,
                now=now,
            )
        ),
    )


def _retirement_notices(station: Station) -> Iterator[StationNotice]:
    if station.retired is not None:
        yield StationNotice(level=Level.NO_DATA, text=station_page.describe_retirement(station.retired))


def _notices(
    station: Station, snapshot: ConsoleSnapshot, latest: LatestReadings, now: datetime
) -> Iterator[StationNotice]:
    yield from _maintenance_notices(station, snapshot, latest, now)
    alarms = [alarm for alarm in snapshot.alarms.values() if alarm.is_active and alarm.station == station.code]
    alarms.sort(key=lambda alarm: (alarm.severity.rank, alarm.onset_at))
    for alarm in alarms[:_MOST_ALARMS]:
        title = title_at_raising(alarm, station, snapshot.rules.get(alarm.rule))
        text = station_page.describe_active_alarm(title, alarm.onset_at)
        yield StationNotice(level=LEVEL_OF_ALARM[alarm.severity], text=text)
    more = len(alarms) - _MOST_ALARMS
    if more > 0:
        level = LEVEL_OF_ALARM[alarms[_MOST_ALARMS].severity]
        yield StationNotice(level=level, text=station_page.describe_more_alarms(more))


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
            yield StationNotice(level=level, text=describe_planned_maintenance(window, standing))
