"""`tabuah station register`, `edit`, `move`, `thresholds` and `parameters`; for administrators, works offline."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import click
import msgspec

from tabuah.console.commands.command_classes import Code, pairs_option, read_pairs
from tabuah.console.commands.exercises.scope_options import ChosenWorlds, exercise_option
from tabuah.console.commands.incident_places import check_order
from tabuah.console.commands.invocation import Invocation, print_error, print_table, print_text
from tabuah.console.commands.reason_type import ReasonType
from tabuah.console.commands.stations.stations import find_station, station_group
from tabuah.console.commands.stations.unregistered_stations import suggested_cells
from tabuah.console.stations.registration_context import registration_context
from tabuah.operations.exercises.scope import plain_code, scope_of
from tabuah.operations.import_table import TableRow, format_plain
from tabuah.operations.readings.measurements import station_measurements
from tabuah.operations.stations.differences import changed_fields
from tabuah.operations.stations.drafts import change_station, register_station
from tabuah.operations.stations.import_plan import station_of_row
from tabuah.operations.stations.registration import Problems, check_station
from tabuah.operations.stations.station import Station, StationKind
from tabuah.operations.stations.station_table import COLUMNS, LEVEL_COLUMNS
from tabuah.resources.localisation import N_, _, format_moment, format_number
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.readings.measurements import parameter_name
from tabuah.text.rules.rule_text import format_duration, river_level_label
from tabuah.text.stations.registration_text import describe_problem, describe_station_change, station_field_label

_EDITABLE: Final = tuple(column for column in COLUMNS if column != "code")


class ChangedStation(msgspec.Struct, frozen=True, kw_only=True):
    """Record of `station edit`, `move` and `thresholds`; `changed` names the fields."""

    code: str
    changed: tuple[str, ...]


@station_group.command("register", help=N_("Register a station; for administrators, works offline."))
@click.argument("code", metavar="CODE")
@click.option("--name", required=True, metavar="TEXT", help=N_("Full name."))
@click.option("--kind", type=Code(StationKind), metavar="K", help=N_("Kind of station."))
@click.option(
    "--at",
    "position",
    required=True,
    metavar="LON,LAT",
    help=N_("Position: degrees, degrees and minutes, UTM or MGRS."),
)
@click.option("--outside", default="", metavar="TEXT", help=N_("Why it lies outside of the regency."))
@click.option("--elevation", default="", metavar="M", help=N_("Height above sea level in m."))
@click.option(
    "--parameter",
    "parameters",
    multiple=True,
    metavar="P",
    help=N_("A parameter: stage_m, or with interval in seconds and valid range stage_m @300 -1..15; repeatable."),
)
@click.option("--river", default="", metavar="TEXT", help=N_("River of a gauge."))
@click.option("--downstream", default="", metavar="CODE", help=N_("The next gauge downstream."))
@click.option("--lag", default="", metavar="MINUTES", help=N_("Travel time to it."))
@click.option(
    "--threshold", "thresholds", multiple=True, metavar="LEVEL=M", help=N_("A threshold, such as siaga_1=3.2.")
)
@click.option("--source", default="", metavar="TEXT", help=N_("Source of the thresholds."))
@click.option("--valid-from", default="", metavar="DATE", help=N_("Date from which the thresholds are valid."))
@click.option("--nagari", default="", metavar="NAME", help=N_("Nagari of the station."))
@click.option("--owner", default="", metavar="TEXT", help=N_("Office that owns it."))
@click.option("--gateway", default="", metavar="NAME", help=N_("The only account that may send its readings."))
@click.option(
    "--from-unregistered",
    "is_sender",
    is_flag=True,
    help=N_("Fill in kind, parameters and gateway from what it sent; needs the server."),
)
@exercise_option
@click.pass_obj
def register(
    call: Invocation,
    /,
    *,
    code: str,
    kind: StationKind | None,
    position: str,
    parameters: Sequence[str],
    thresholds: Sequence[str],
    is_sender: bool,
    worlds: ChosenWorlds,
    **texts: str,
) -> None:
    given = {
        "code": code,
        "kind": kind.value if kind is not None else "",
        "parameters": "|".join(parameters),
        **{_COLUMN_OF.get(name, name): text for name, text in texts.items()},
        **_position_cells(position),
        **read_pairs(thresholds, LEVEL_COLUMNS),
    }
    with call.open_store() as store:
        cells = suggested_cells(store, code, given) if is_sender else given
        if not cells["kind"]:
            raise click.UsageError(_("Give the kind of station with --kind."))
        scope = worlds.scope(store)
        context = registration_context(store, scope)
        station, problems = station_of_row(TableRow(line=1, cells=cells), None, scope.exercise_id or "")
        refuse_problems((*problems, *check_station(station, context)))
        if scope.is_exercise and not scope.exercise_id:
            station = msgspec.structs.replace(station, exercise=True)
        store.save(register_station(station))
    message = _("Station {code} is registered: {name}.").format(code=plain_code(station.code), name=station.name)
    record = {"code": plain_code(station.code), "name": station.name, "gateway": station.gateway}
    call.show(record, lambda: print_text(message))


_COLUMN_OF: Final = {
    "outside": "outside_reason",
    "elevation": "elevation_m",
    "lag": "lag_min",
    "source": "thresholds_source",
    "valid_from": "thresholds_from",
}


@station_group.command("edit", help=N_("Change fields of a station, with a reason; for administrators."))
@click.argument("code", metavar="CODE")
@pairs_option(N_("A field and its new value; repeatable."))
@click.option("--reason", type=ReasonType(), required=True, metavar="TEXT", help=N_("Why."))
@exercise_option
@click.pass_obj
def edit(call: Invocation, *, code: str, pairs: Sequence[str], reason: str, worlds: ChosenWorlds) -> None:
    with call.open_store() as store:
        station = find_station(store.stations(), code, worlds.scope(store))
        _save_change(call, store, station, read_pairs(pairs, _EDITABLE), reason)


@station_group.command("move", help=N_("Change the position of a station, with a reason; for administrators."))
@click.argument("code", metavar="CODE")
@click.option(
    "--at",
    "position",
    required=True,
    metavar="LON,LAT",
    help=N_("Position: degrees, degrees and minutes, UTM or MGRS."),
)
@click.option("--elevation", metavar="M", help=N_("Height above sea level in m."))
@click.option("--outside", metavar="TEXT", help=N_("Why it lies outside of the regency."))
@click.option("--reason", type=ReasonType(), required=True, metavar="TEXT", help=N_("Why."))
@exercise_option
@click.pass_obj
def move(
    call: Invocation,
    *,
    code: str,
    position: str,
    elevation: str | None,
    outside: str | None,
    reason: str,
    worlds: ChosenWorlds,
) -> None:
    cells = _position_cells(position)
    cells |= {} if elevation is None else {"elevation_m": elevation}
    cells |= {} if outside is None else {"outside_reason": outside}
    with call.open_store() as store:
        station = find_station(store.stations(), code, worlds.scope(store))
        _save_change(call, store, station, cells, reason)


@station_group.command("thresholds", help=N_("Show or change the thresholds of a gauge, and show all changes."))
@click.argument("code", metavar="CODE")
@click.option("--set", "pairs", multiple=True, metavar="LEVEL=M", help=N_("A threshold, such as siaga_1=3.2."))
@click.option("--source", metavar="TEXT", help=N_("Source of the thresholds."))
@click.option("--valid-from", metavar="DATE", help=N_("Date from which the thresholds are valid."))
@click.option("--reason", type=ReasonType(), default="", metavar="TEXT", help=N_("Why; required for a change."))
@exercise_option
@click.pass_obj
def thresholds(
    call: Invocation,
    *,
    code: str,
    pairs: Sequence[str],
    source: str | None,
    valid_from: str | None,
    reason: str,
    worlds: ChosenWorlds,
) -> None:
    cells = read_pairs(pairs, LEVEL_COLUMNS)
    cells |= {} if source is None else {"thresholds_source": source}
    cells |= {} if valid_from is None else {"thresholds_from": valid_from}
    with call.open_store() as store:
        station = find_station(store.stations(), code, worlds.scope(store))
        if station.river is None:
            raise click.UsageError(_("{code} is no gauge of a river.").format(code=plain_code(station.code)))
        if cells:
            _save_change(call, store, station, cells, reason)
            return
    call.show(_thresholds_record(station), lambda: _print_thresholds(station))


@station_group.command("parameters", help=N_("List the parameters that stations may measure."))
@click.pass_obj
def parameters_command(call: Invocation) -> None:
    known = station_measurements()
    headers = [_("Parameter"), _("Name"), _("Unit"), _("Interval"), _("Valid range")]
    rows = [
        [
            each.code,
            parameter_name(each.code),
            each.unit,
            format_duration(each.interval_s),
            _("{low} to {high}").format(low=format_plain(each.range[0]), high=format_plain(each.range[1])),
        ]
        for each in known
    ]
    call.show_table(list(known), headers, rows, empty="")


def refuse_problems(problems: Problems) -> None:
    """Refuse a station that has problems.

    Raises:
        click.UsageError: names each field and its problem.
    """
    if problems:
        lines = [f"{station_field_label(each.field)}: {describe_problem(each)}" for each in problems]
        raise click.UsageError("\n".join([_("Nothing was saved."), *lines]))


def _position_cells(position: str) -> dict[str, str]:
    from tabuah.gis.coordinates import parse_position

    lon_deg, lat_deg = parse_position(position)
    if remark := check_order(position, lon_deg, lat_deg):
        print_error(remark)
    return {"longitude": format_plain(lon_deg), "latitude": format_plain(lat_deg)}


def _save_change(
    call: Invocation, store: ConsoleStore, station: Station, cells: Mapping[str, str], reason: str
) -> None:
    """Check and save the station with these cells, and print what changed."""
    row = TableRow(line=1, cells=dict(cells))
    after, problems = station_of_row(row, station, station.exercise_id)
    context = registration_context(store, scope_of(station))
    refuse_problems((*problems, *check_station(after, context, before=station)))
    changed = tuple(sorted(changed_fields(station, after)))
    store.save(change_station(station, after, reason=reason))
    message = _("Station {code} is changed: {fields}.").format(
        code=plain_code(station.code), fields=", ".join(map(station_field_label, changed))
    )
    record = ChangedStation(code=plain_code(station.code), changed=changed)
    call.show(record, lambda: print_text(message))


def _thresholds_record(station: Station) -> dict[str, Any]:
    river = station.river
    assert river is not None
    return {
        "code": plain_code(station.code),
        "thresholds_m": river.thresholds_m,
        "source": river.thresholds_source,
        "valid_from": river.thresholds_from,
        "changes": station.changes.thresholds,
    }


def _print_thresholds(station: Station) -> None:
    river = station.river
    assert river is not None
    rows = [
        [river_level_label(level), f"{format_number(value, digits=2)} m"]
        for level, value in sorted(river.thresholds_m.items(), key=lambda item: -item[1])
    ]
    print_table([_("Level"), _("Threshold")], rows)
    if river.thresholds_source:
        print_text(f"{station_field_label('thresholds_source')}: {river.thresholds_source}")
    if river.thresholds_from is not None:
        print_text(f"{station_field_label('thresholds_from')}: {format_moment(river.thresholds_from)}")
    for change in reversed(station.changes.thresholds):
        print_text(describe_station_change(change))
