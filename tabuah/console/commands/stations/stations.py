"""`tabuah station`: stations, their latest readings and data age; works offline."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

import click
import msgspec

from tabuah.console.commands.command_classes import TabuahGroup
from tabuah.console.commands.exercises.scope_options import ChosenWorlds, exercise_option, scope_options
from tabuah.console.commands.invocation import Invocation, ItemTable, print_facts, print_json, print_table, print_text
from tabuah.console.readings.series_source import has_local_readings
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.exercises.scope import REAL_WORLD, ExerciseScope, is_code_in, plain_code
from tabuah.operations.levels import AlarmSeverity, RiverLevel
from tabuah.operations.maintenance.window import MaintenanceWindow, running_windows
from tabuah.operations.readings.reading import Reading
from tabuah.operations.rules.coverage import watches_station
from tabuah.operations.rules.nearby_stations import NearbyStations
from tabuah.operations.rules.rule import Rule
from tabuah.operations.stations.freshness import Freshness, freshness_of, severity_of_station
from tabuah.operations.stations.station import Parameter, Station, StationKind
from tabuah.resources.fault_isolation import handle_each
from tabuah.resources.localisation import N_, _, format_age, format_number
from tabuah.storage.cache.errors import UnknownKey
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore
from tabuah.text.alarms.titles import severity_label, title_at_raising
from tabuah.text.exercises.exercise_text import exercise_id_json, exercise_json, exercises_by_id, scope_mark
from tabuah.text.maintenance.maintenance_status import describe_maintenance
from tabuah.text.readings.measurements import format_value, parameter_name
from tabuah.text.rules.rule_text import describe_rule, river_level_label
from tabuah.text.stations.registration_text import describe_retirement, describe_station_change

station_group = TabuahGroup("station", help=N_("See stations and their latest readings; works offline."))


class ParameterRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A parameter in `station show --json`."""

    code: str
    unit: str
    expected_interval_s: float
    value: float | None
    at: datetime | None
    freshness: Freshness


class StationRow(msgspec.Struct, frozen=True, kw_only=True):
    """A station in `station list --json`; value and time belong to its main parameter."""

    code: str
    name: str
    kind: StationKind
    lon_deg: float
    lat_deg: float
    nagari: str
    severity: AlarmSeverity
    parameter: str
    value: float | None
    unit: str
    at: datetime | None
    freshness: Freshness
    exercise: str | None
    exercise_id: str | None
    maintenance: str = ""  # end and reason; empty without maintenance
    retired: bool = False


@station_group.command("list", help=N_("List the stations, worst first."))
@click.option("--all", "with_retired", is_flag=True, help=N_("Include retired stations."))
@scope_options
@click.pass_obj
def list_stations(call: Invocation, *, with_retired: bool, worlds: ChosenWorlds) -> None:
    with call.open_store() as store:
        known = exercises_by_id(store.exercises())
        latest, alarms, now = read_latest_by_station(store.directory), store.alarms(), store.now()
        maintenance_windows = running_windows(store.maintenance(), now)
        found = worlds.scope(store).select(store.stations())
        rows = handle_each(
            "station",
            [station for station in found if with_retired or station.retired is None],
            lambda s: make_station_row(
                s,
                known=known,
                alarms=alarms,
                latest=latest.get(s.code, {}),
                now=now,
                maintenance_window=maintenance_windows.get(s.code),
            ),
            name=lambda s: s.code,
        )
    rows.sort(key=lambda row: (row.retired, row.severity.rank, row.code))
    table = ItemTable[StationRow](
        kind="station",
        headers=[_("Code"), _("Name"), _("Level"), _("Value"), _("Age"), ""],
        name=lambda row: row.code,
        record=lambda row: row,
        cells=lambda row: _cells(row, now),
    )
    call.show_items(rows, table, empty=_("No stations."))


@station_group.command("show", help=N_("Show a station: parameters, thresholds, rules and alarms."))
@click.argument("code", metavar="CODE")
@exercise_option
@click.pass_obj
def show_station(call: Invocation, *, code: str, worlds: ChosenWorlds) -> None:
    with call.open_store() as store:
        known = exercises_by_id(store.exercises())
        station = find_station(store.stations(), code, worlds.scope(store))
        latest, now = read_latest_by_station(store.directory).get(station.code, {}), store.now()
        alarms = [a for a in store.alarms() if a.station == station.code and a.is_active]
        neighbourhood = NearbyStations(store.stations())
        rules = [rule for rule in store.rules() if watches_station(rule, station, neighbourhood)]
        maintenance_window = running_windows(store.maintenance(), now).get(station.code)
    row = make_station_row(
        station, known=known, alarms=alarms, latest=latest, now=now, maintenance_window=maintenance_window
    )
    parameters = [
        _make_parameter_record(parameter, latest.get(parameter.code), now) for parameter in station.parameters
    ]
    if call.as_json:
        thresholds = station.river.thresholds_m if station.river else {}
        print_json(
            msgspec.to_builtins(row)
            | {
                "parameters": parameters,
                "river": station.river.name if station.river else "",
                "thresholds_m": {level.value: limit_m for level, limit_m in thresholds.items()},
                "rules": [rule.id for rule in rules],
                "alarms": [alarm.id for alarm in alarms],
                "files": len(station.files.kept),
                "gateway": station.gateway,
                "elevation_m": station.elevation_m,
                "outside_reason": station.outside_reason,
                "thresholds_source": station.river.thresholds_source if station.river else "",
                "thresholds_from": station.river.thresholds_from if station.river else None,
                "retirement": station.retired,
                "changes": station.changes,
            }
        )
    else:
        _print_station(station, row, parameters, rules, alarms, now)


def find_station(stations: Iterable[Station], code: str, scope: ExerciseScope = REAL_WORLD) -> Station:
    """Return the station with a code in scope, ignoring case; a code with its exercise is found everywhere.

    Raises:
        UnknownKey: there is none.
    """
    wanted = code.strip().upper()
    for station in stations:
        if is_code_in(scope, station, station.code, wanted):
            return station
    raise UnknownKey(_("There is no station {code}. See: tabuah station list").format(code=code))


def make_station_row(
    station: Station,
    *,
    known: Mapping[str, Exercise],
    alarms: list[Alarm],
    latest: Mapping[str, Reading],
    now: datetime,
    maintenance_window: MaintenanceWindow | None = None,
) -> StationRow:
    """Return the row of a station; under maintenance its level is "no data", whatever it measures."""
    main = station.main_parameter
    reading = latest.get(main.code) if main else None
    interval_s = main.expected_interval_s if main else 0.0
    return StationRow(
        code=plain_code(station.code),
        name=station.name,
        kind=station.kind,
        lon_deg=station.lon_deg,
        lat_deg=station.lat_deg,
        nagari=station.nagari,
        severity=AlarmSeverity.NO_DATA
        if maintenance_window or station.retired is not None
        else severity_of_station(station, alarms=alarms, latest=latest, now=now),
        parameter=main.code if main else "",
        value=reading.value if reading else None,
        unit=main.unit if main else "",
        at=reading.at if reading else None,
        freshness=freshness_of(reading.at if reading else None, expected_interval_s=interval_s, now=now),
        exercise=exercise_json(station, known),
        exercise_id=exercise_id_json(station),
        maintenance=describe_maintenance(maintenance_window) if maintenance_window else "",
        retired=station.retired is not None,
    )


def _cells(row: StationRow, now: datetime) -> list[str]:
    value = "" if row.value is None else format_value(row.parameter, row.value, unit=row.unit)
    age = "" if row.at is None else format_age(now - row.at)
    remarks = [scope_mark(row.exercise), _("retired") if row.retired else "", row.maintenance]
    level = severity_label(row.severity)
    return [row.code, row.name, level, value, age, " · ".join(remark for remark in remarks if remark)]


def _make_parameter_record(parameter: Parameter, reading: Reading | None, now: datetime) -> ParameterRecord:
    at = reading.at if reading else None
    return ParameterRecord(
        code=parameter.code,
        unit=parameter.unit,
        expected_interval_s=parameter.expected_interval_s,
        value=reading.value if reading else None,
        at=at,
        freshness=freshness_of(at, expected_interval_s=parameter.expected_interval_s, now=now),
    )


def _print_station(
    station: Station,
    row: StationRow,
    parameters: list[ParameterRecord],
    rules: list[Rule],
    alarms: list[Alarm],
    now: datetime,
) -> None:
    print_text(f"{row.code}  {station.name}")
    print_facts(
        [
            (_("Level"), severity_label(row.severity)),
            (_("Out of service"), describe_retirement(station.retired) if station.retired else ""),
            (_("Coordinates"), f"{station.lon_deg:.5f}, {station.lat_deg:.5f}"),
            (_("Elevation"), "" if station.elevation_m is None else f"{format_number(station.elevation_m)} m"),
            (_("Reason for a position outside"), station.outside_reason),
            (_("Nagari"), station.nagari),
            (_("River"), station.river.name if station.river else ""),
            (_("Thresholds"), _format_thresholds(station)),
            (_("Source of the thresholds"), station.river.thresholds_source if station.river else ""),
            (_("Owner"), station.owner),
            (_("Gateway account"), station.gateway),
            (_("Exercise"), row.exercise or ""),
            (_("Maintenance"), row.maintenance),
            (_("Photos and documents"), format_number(len(station.files.kept)) if station.files.kept else ""),
        ]
    )
    rows = [
        [
            parameter_name(p.code),
            "" if p.value is None else format_value(p.code, p.value, unit=p.unit),
            _("never") if p.at is None else format_age(now - p.at),
        ]
        for p in parameters
    ]
    print_table([_("Parameter"), _("Value"), _("Age")], rows)
    for change in (*station.changes.thresholds, *station.changes.ranges, *station.changes.positions):
        print_text(describe_station_change(change))
    for alarm in alarms:
        rule = next((rule for rule in rules if rule.id == alarm.rule), None)
        print_text(f"{severity_label(alarm.severity)}: {title_at_raising(alarm, station, rule)}")
    for rule in rules:
        print_text(f"{rule.name}: {describe_rule(rule)}")


def _format_thresholds(station: Station) -> str:
    thresholds: Mapping[RiverLevel, float] = station.river.thresholds_m if station.river else {}
    worst_first = sorted(thresholds.items(), key=lambda pair: -pair[1])
    return ", ".join(f"{river_level_label(level)} {format_value('stage_m', m)}" for level, m in worst_first)


def read_latest_by_station(directory: Path) -> dict[str, dict[str, Reading]]:
    """Return the latest readings kept by this console, by station and parameter."""
    found: dict[str, dict[str, Reading]] = {}
    if has_local_readings(directory):
        with ReadingsStore(directory / FILE_NAME) as kept:
            for reading in kept.latest():
                found.setdefault(reading.station, {})[reading.parameter] = reading
    return found
