"""Rows of the station list: worst first, and grey without fresh data whatever the last value was."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Final

from tabuah.console.window.shared.levels import LEVEL_OF_ALARM
from tabuah.console.window.state.console_snapshot import ConsoleSnapshot
from tabuah.console.window.state.latest_readings import LatestReadings
from tabuah.console.window.stations.station_markers import station_severities
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.exercises.scope import plain_code
from tabuah.operations.levels import SEVERITY_OF_RIVER_LEVEL, AlarmSeverity
from tabuah.operations.maintenance.window import MaintenanceState, MaintenanceWindow, running_windows
from tabuah.operations.readings.measurements import measurement_of
from tabuah.operations.readings.reading import Reading
from tabuah.operations.stations import battery
from tabuah.operations.stations.freshness import Freshness, freshness_of, river_level_of
from tabuah.operations.stations.station import Station, StationKind
from tabuah.resources.localisation import current_language
from tabuah.text.alarms.titles import severity_label
from tabuah.text.exercises.exercise_text import exercise_mark
from tabuah.text.maintenance.maintenance_status import describe_maintenance_end, describe_maintenance_state
from tabuah.text.readings.measurements import data_age_text, format_value
from tabuah.text.rules.rule_text import river_level_label, station_kind_label
from tabuah.text.stations.station_text import describe_freshness, no_data_yet_text, retired_label
from tabuah.widgets.stations.station_item import ALL, LOW_BATTERY, OVERDUE, RAISED, StationItem
from tabuah.widgets.values import Choice, Level

_RANKS: Final = {level: level.rank for level in Level}
_RAISED: Final = frozenset({AlarmSeverity.CRITICAL, AlarmSeverity.HIGH, AlarmSeverity.ATTENTION})


def station_items(snapshot: ConsoleSnapshot, latest: LatestReadings, now: datetime) -> tuple[StationItem, ...]:
    """Return all stations: the worst first, then overdue ones, then the others by name.

    Args:
        snapshot: the console state.
        latest: the newest readings of all stations.
        now: UTC.
    """
    stations = tuple(snapshot.stations.values())
    works = running_windows(snapshot.maintenance.values(), now)
    severities = station_severities(stations, alarms=snapshot.alarms, latest=latest, now=now, worked_on=works)
    items = (
        _item(station, severity, latest, now, work=works.get(station.code), exercises=snapshot.exercises)
        for station, severity in zip(stations, severities, strict=True)
    )
    return tuple(sorted(items, key=_place))


def _place(item: StationItem) -> tuple[int, bool, int, str, str]:
    """Return the sort key: unknown after bad and before normal, exercises after real stations."""
    if item.retired:
        return 3, bool(item.exercise), 0, item.name.casefold(), item.id
    rank = _RANKS[item.level] if RAISED in item.states else _RANKS[Level.NORMAL]
    need = 0 if RAISED in item.states else 1 if OVERDUE in item.states else 2
    return need, bool(item.exercise), rank, item.name.casefold(), item.id


def kind_choices() -> tuple[Choice, ...]:
    """Return the station kinds to filter by."""
    return tuple(Choice(code=kind.value, label=station_kind_label(kind).capitalize()) for kind in StationKind)


def _item(
    station: Station,
    severity: AlarmSeverity,
    latest: LatestReadings,
    now: datetime,
    *,
    work: MaintenanceWindow | None,
    exercises: Mapping[str, Exercise],
) -> StationItem:
    main = station.main_parameter
    newest = latest.get((station.code, main.code)) if main else None
    fresh = _freshness(station, newest, now)
    charge = latest.get((station.code, battery.PARAMETER))
    is_low = charge is not None and battery.is_battery_low(charge.value)
    return StationItem(
        id=station.code,
        level=LEVEL_OF_ALARM[severity],
        word=describe_maintenance_end(work) if work else _word(station, severity, newest, fresh),
        name=station.name,
        about=_about(station),
        value=_value_words(main.code, main.unit, newest.value) if main and newest else "–",
        age=data_age_text(newest.at, now) if newest else no_data_yet_text(),
        overdue=fresh is not Freshness.FRESH,
        battery=_value_words(battery.PARAMETER, "", charge.value) if charge is not None else "",
        battery_low=is_low,
        kind=station.kind.value,
        exercise=exercise_mark(station, exercises),
        works=_works_chip(station, work),
        retired=station.retired is not None,
        states=frozenset(
            (ALL,)
            if station.retired is not None
            else _states(severity, fresh, is_low=is_low, is_worked_on=work is not None)
        ),
    )


def _works_chip(station: Station, work: MaintenanceWindow | None) -> str:
    if station.retired is not None:
        return retired_label()
    return describe_maintenance_state(MaintenanceState.RUNNING) if work else ""


def _value_words(parameter: str, unit: str, value: float) -> str:
    """Format a value, cached: formatting numbers took two thirds of the time of a list."""
    return _written(parameter, unit, round(value, measurement_of(parameter).digits), current_language())


@lru_cache(maxsize=10_000)
def _written(parameter: str, unit: str, value: float, _language: str) -> str:
    return format_value(parameter, value, unit=unit)


def _freshness(station: Station, newest: Reading | None, now: datetime) -> Freshness:
    main = station.main_parameter
    interval_s = main.expected_interval_s if main else 0.0
    return freshness_of(newest.at if newest else None, expected_interval_s=interval_s, now=now)


def _word(station: Station, severity: AlarmSeverity, newest: Reading | None, fresh: Freshness) -> str:
    """Describe the symbol: the river level of a gauge, or why a station is grey."""
    if severity is AlarmSeverity.NO_DATA:
        return describe_freshness(Freshness.LATE if fresh is Freshness.LATE else Freshness.SILENT)
    if station.river is not None and newest is not None and newest.parameter == "stage_m":
        level = river_level_of(station.river, newest.value) if fresh is Freshness.FRESH else None
        if level is not None and SEVERITY_OF_RIVER_LEVEL[level] is severity:
            return river_level_label(level)
    return severity_label(severity)


def _about(station: Station) -> str:
    parts = (
        plain_code(station.code),
        station_kind_label(station.kind),
        station.river.name if station.river else "",
        station.nagari,
    )
    return " · ".join(part for part in parts if part)


def _states(severity: AlarmSeverity, fresh: Freshness, *, is_low: bool, is_worked_on: bool) -> Sequence[str]:
    """Return the filters that match; a silent station under maintenance does not count as silent."""
    asked = {
        ALL: True,
        RAISED: severity in _RAISED,
        OVERDUE: fresh is not Freshness.FRESH and not is_worked_on,
        LOW_BATTERY: is_low,
    }
    return [state for state, is_so in asked.items() if is_so]
