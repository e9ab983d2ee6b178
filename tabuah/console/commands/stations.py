"""`tabuah station`: the stations, what they measured last and how old that is; nothing here needs the server."""

from collections.abc import Mapping
from datetime import datetime

import click
import msgspec

from tabuah.console.commands.invocation import Invocation
from tabuah.console.commands.measuring import kept_latest
from tabuah.console.commands.output import print_facts, print_json, print_table, say
from tabuah.console.commands.speaking import TabuahGroup
from tabuah.console.maintenance_words import work_line
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.titles import alarm_title, severity_word
from tabuah.operations.levels import AlarmSeverity, RiverLevel
from tabuah.operations.maintenance.window import MaintenanceWindow, running_on
from tabuah.operations.rules.reach import stands_at
from tabuah.operations.rules.rule import Rule
from tabuah.operations.rules.surroundings import Surroundings
from tabuah.operations.rules.telling import tell_river_level, tell_rule
from tabuah.operations.stations.freshness import Freshness, freshness_of, severity_of_station
from tabuah.operations.stations.readings import Reading
from tabuah.operations.stations.station import Parameter, Station, StationKind
from tabuah.operations.stations.units import format_value, name_of
from tabuah.resources.catalogue import N_, _
from tabuah.resources.formats import format_age, format_number
from tabuah.storage.cache.errors import UnknownKey

station_group = TabuahGroup(
    "station", help=N_("See stations and their newest readings; nothing here needs the server.")
)


class ToldParameter(msgspec.Struct, frozen=True, kw_only=True):
    """One parameter as `station show` tells it."""

    code: str
    unit: str
    expected_interval_s: float
    value: float | None
    at: datetime | None
    freshness: Freshness


class StationRow(msgspec.Struct, frozen=True, kw_only=True):
    """One station as `station list` tells it; value and time are of its main parameter."""

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
    exercise: bool
    maintenance: str = ""  # until when it is worked on and why; empty where it is not


@station_group.command("list", help=N_("List the stations, the worst first."))
@click.pass_obj
def list_stations(call: Invocation) -> None:
    """List the stations."""
    with call.open_store() as store:
        latest, alarms, now = kept_latest(store.directory), store.alarms(), store.now()
        works = running_on(store.maintenance(), now)
        rows = [
            row_of(s, alarms=alarms, latest=latest.get(s.code, {}), now=now, work=works.get(s.code))
            for s in store.stations()
        ]
    rows.sort(key=lambda row: (row.severity.rank, row.code))
    headers = [_("Code"), _("Name"), _("Level"), _("Value"), _("Age"), ""]
    call.show_table(rows, headers, [_cells(row, now) for row in rows], empty=_("No stations."))


@station_group.command("show", help=N_("Show one station: parameters, thresholds, rules and alarms."))
@click.argument("code", metavar="CODE")
@click.pass_obj
def show_station(call: Invocation, *, code: str) -> None:
    """Show one station."""
    with call.open_store() as store:
        station = find_station(store.stations(), code)
        latest, now = kept_latest(store.directory).get(station.code, {}), store.now()
        alarms = [a for a in store.alarms() if a.station == station.code and a.is_active]
        around = Surroundings(store.stations())
        rules = [rule for rule in store.rules() if stands_at(rule, station, around)]
        work = running_on(store.maintenance(), now).get(station.code)
    row = row_of(station, alarms=alarms, latest=latest, now=now, work=work)
    parameters = [_told(parameter, latest.get(parameter.code), now) for parameter in station.parameters]
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
            }
        )
    else:
        _print(station, row, parameters, rules, alarms, now)


def find_station(stations: list[Station], code: str) -> Station:
    """The station of a code, in any case.

    Raises:
        UnknownKey: there is none.
    """
    wanted = code.strip().upper()
    for station in stations:
        if station.code == wanted:
            return station
    raise UnknownKey(_("There is no station {code}. See: tabuah station list").format(code=code))


def row_of(
    station: Station,
    *,
    alarms: list[Alarm],
    latest: Mapping[str, Reading],
    now: datetime,
    work: MaintenanceWindow | None = None,
) -> StationRow:
    """One station in one line; one that is worked on says nothing, whatever it measures."""
    main = station.main_parameter
    reading = latest.get(main.code) if main else None
    interval_s = main.expected_interval_s if main else 0.0
    return StationRow(
        code=station.code,
        name=station.name,
        kind=station.kind,
        lon_deg=station.lon_deg,
        lat_deg=station.lat_deg,
        nagari=station.nagari,
        severity=AlarmSeverity.NO_DATA
        if work
        else severity_of_station(station, alarms=alarms, latest=latest, now=now),
        parameter=main.code if main else "",
        value=reading.value if reading else None,
        unit=main.unit if main else "",
        at=reading.at if reading else None,
        freshness=freshness_of(reading.at if reading else None, expected_interval_s=interval_s, now=now),
        exercise=station.exercise,
        maintenance=work_line(work) if work else "",
    )


def _cells(row: StationRow, now: datetime) -> list[str]:
    value = "" if row.value is None else format_value(row.parameter, row.value, unit=row.unit)
    age = "" if row.at is None else format_age(now - row.at)
    remarks = [_("SIMULATION") if row.exercise else "", row.maintenance]
    level = severity_word(row.severity)
    return [row.code, row.name, level, value, age, " · ".join(remark for remark in remarks if remark)]


def _told(parameter: Parameter, reading: Reading | None, now: datetime) -> ToldParameter:
    at = reading.at if reading else None
    return ToldParameter(
        code=parameter.code,
        unit=parameter.unit,
        expected_interval_s=parameter.expected_interval_s,
        value=reading.value if reading else None,
        at=at,
        freshness=freshness_of(at, expected_interval_s=parameter.expected_interval_s, now=now),
    )


def _print(
    station: Station,
    row: StationRow,
    parameters: list[ToldParameter],
    rules: list[Rule],
    alarms: list[Alarm],
    now: datetime,
) -> None:
    say(f"{station.code}  {station.name}")
    print_facts(
        [
            (_("Level"), severity_word(row.severity)),
            (_("Coordinates"), f"{station.lon_deg:.5f}, {station.lat_deg:.5f}"),
            ("Nagari", station.nagari),
            (_("River"), station.river.name if station.river else ""),
            (_("Thresholds"), _thresholds(station)),
            (_("Owner"), station.owner),
            (_("Note"), _("SIMULATION") if station.exercise else ""),
            (_("Maintenance"), row.maintenance),
            (_("Photos and documents"), format_number(len(station.files.kept)) if station.files.kept else ""),
        ]
    )
    rows = [
        [
            name_of(p.code),
            "" if p.value is None else format_value(p.code, p.value, unit=p.unit),
            _("never") if p.at is None else format_age(now - p.at),
        ]
        for p in parameters
    ]
    print_table([_("Parameter"), _("Value"), _("Age")], rows)
    for alarm in alarms:
        rule = next((rule for rule in rules if rule.id == alarm.rule), None)
        say(f"{severity_word(alarm.severity)}: {alarm_title(alarm, station, rule)}")
    for rule in rules:
        say(f"{rule.name}: {tell_rule(rule)}")


def _thresholds(station: Station) -> str:
    thresholds: Mapping[RiverLevel, float] = station.river.thresholds_m if station.river else {}
    worst_first = sorted(thresholds.items(), key=lambda pair: -pair[1])
    return ", ".join(f"{tell_river_level(level)} {format_value('stage_m', m)}" for level, m in worst_first)
