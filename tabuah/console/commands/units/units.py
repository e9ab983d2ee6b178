"""`tabuah unit list` and `show`: units by OPD with their state and position."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import click
import msgspec

from tabuah.console.commands.command_classes import TabuahGroup
from tabuah.console.commands.exercises.scope_options import ChosenWorlds, exercise_option, scope_options
from tabuah.console.commands.invocation import (
    Invocation,
    print_error,
    print_facts,
    print_json,
    print_table,
    print_text,
)
from tabuah.console.map.road_network import read_router
from tabuah.console.units.known_units import read_known_units
from tabuah.operations.disruptions.disruption_list import blocked_near_incident
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.exercises.scope import REAL_WORLD, ExerciseScope, is_code_in, plain_code, scope_of
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.units.check_ins import CheckInClock, check_in_clock, last_check_in
from tabuah.operations.units.help_requests import open_help
from tabuah.operations.units.known_units import KnownUnit, UnitActivity, sort_by_distance
from tabuah.operations.units.positions import PositionSource
from tabuah.operations.units.tracks import heading_of
from tabuah.operations.units.travel_distance import RoadDistances, TravelDistance
from tabuah.operations.units.unit import Unit, UnitKind, UnitState
from tabuah.resources.localisation import N_, _, format_moment
from tabuah.resources.regency import current_regency
from tabuah.storage.cache.errors import UnknownKey
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.code_labels import code_label
from tabuah.text.disruptions.disruption_text import describe_blocked
from tabuah.text.exercises.exercise_text import exercise_id_json, exercise_json, exercises_by_id, scope_mark
from tabuah.text.units.check_in_text import describe_check_in, describe_check_in_clock
from tabuah.text.units.help_text import describe_help
from tabuah.text.units.travel_text import describe_travel
from tabuah.text.units.unit_status import describe_unit_position, describe_unit_state

unit_group = TabuahGroup("unit", help=N_("See and manage the units of the OPD and their positions; works offline."))


_STATES: Final = tuple(UnitState)


class UnitRow(msgspec.Struct, frozen=True, kw_only=True):
    """A unit in `unit list --json`; `position_*` are null where the position is not known.

    With `--near`, `distance_m` is by road if `by_road`; `cut_off` says that no road leads there, and the distance is
    straight.

    `check_in_at` is null without a check-in, `check_in_due_at` where none is expected. `help_at` is null unless the
    crew asks for help, `help_acknowledged_by` until a person has acknowledged that.
    """

    id: str
    name: str
    kind: UnitKind
    opd: str
    state: UnitState
    since: datetime
    incidents: tuple[str, ...]
    double: bool
    lon_deg: float | None
    lat_deg: float | None
    position_source: PositionSource | None
    position_at: datetime | None
    position_old: bool
    heading_deg: float | None
    distance_m: float | None
    by_road: bool | None
    cut_off: bool | None
    check_in_at: datetime | None
    check_in_due_at: datetime | None
    check_in_overdue: bool
    help_at: datetime | None
    help_acknowledged_by: str | None
    retired: bool
    exercise: str | None
    exercise_id: str | None


@unit_group.command("list", help=N_("List the units by OPD and state; with --near the nearest first."))
@click.option("--near", "incident", metavar="ID", help=N_("Only units available for an incident, nearest first."))
@click.option("--all", "with_retired", is_flag=True, help=N_("Include retired units."))
@click.option("--overdue", is_flag=True, help=N_("Only crews whose check-in is overdue, the longest overdue first."))
@scope_options
@click.pass_obj
def list_units(
    call: Invocation, *, incident: str | None, with_retired: bool, overdue: bool, worlds: ChosenWorlds
) -> None:
    if incident and overdue:
        raise click.UsageError(_("Use either --near or --overdue."))
    with call.open_store() as store:
        now, exercises = store.now(), exercises_by_id(store.exercises())
        near = store.incident(incident) if incident else None
        scope = scope_of(near) if near else worlds.scope(store)
        known = [each for each in read_known_units(store, with_retired=with_retired) if scope.has(each.unit)]
        roads = read_router(store, scope, on_problem=print_error) if near else None
        rows = (
            _nearest_rows(near, known, now, exercises, roads)
            if near
            else [make_unit_row(each, now, exercises) for each in known]
        )
        blocked = (
            describe_blocked(blocked_near_incident(store.disruptions(), near), by_road=roads is not None)
            if near
            else ""
        )
    if blocked:
        print_error(blocked)
    if overdue:
        rows = sorted((row for row in rows if row.check_in_overdue), key=_due_first)
    elif not incident:
        rows.sort(key=lambda row: (row.retired, row.opd.casefold(), _STATES.index(row.state), row.id))
    by_id = {(plain_code(each.unit.id), exercise_id_json(each.unit)): each for each in known}
    headers = ["ID", _("Name"), "OPD", _("State"), _("Position"), _("Distance"), ""]
    cells = [_unit_cells(row, by_id[row.id, row.exercise_id], now) for row in rows]
    none = _("No check-in is overdue.") if overdue else _("No units. Register one with: tabuah unit register")
    call.show_table(rows, headers, cells, empty=none)


@unit_group.command("show", help=N_("Show a unit: its details, state and positions."))
@click.argument("unit", metavar="ID")
@exercise_option
@click.pass_obj
def show_unit(call: Invocation, *, unit: str, worlds: ChosenWorlds) -> None:
    with call.open_store() as store:
        known, now = find_unit(store, unit, worlds.scope(store)), store.now()
        row = make_unit_row(known, now, exercises_by_id(store.exercises()))
    if call.as_json:
        print_json(msgspec.to_builtins(row) | _make_details(known.unit))
    else:
        _print_unit(known, row, now)


def find_unit(store: ConsoleStore, key: str, scope: ExerciseScope = REAL_WORLD) -> KnownUnit:
    """Return a unit by its call sign in scope, ignoring case; one with its exercise is found everywhere.

    Raises:
        UnknownKey: there is none.
    """
    wanted = key.strip().upper()
    for known in read_known_units(store, with_retired=True):
        if is_code_in(scope, known.unit, known.unit.id, wanted):
            return known
    raise UnknownKey(_("There is no unit {unit}. See: tabuah unit list").format(unit=key))


def make_unit_row(
    known: KnownUnit, now: datetime, exercises: Mapping[str, Exercise], *, travel: TravelDistance | None = None
) -> UnitRow:
    unit, position = known.unit, known.position
    check_in, clock, needs = last_check_in(unit, now), _clock_of(known, now), open_help(unit)
    return UnitRow(
        id=plain_code(unit.id),
        name=unit.name,
        kind=unit.kind,
        opd=unit.opd,
        state=known.activity.state,
        since=known.activity.since,
        incidents=tuple(mission.number for mission in known.activity.missions),
        double=known.activity.is_double_assigned,
        lon_deg=position.lon_deg if position else None,
        lat_deg=position.lat_deg if position else None,
        position_source=position.source if position else None,
        position_at=position.at if position else None,
        position_old=position.is_old(now) if position else False,
        heading_deg=heading_of(known.track),
        **travel_fields(travel),
        check_in_at=check_in.at if check_in else None,
        check_in_due_at=clock.due_at if clock else None,
        check_in_overdue=clock is not None and clock.is_overdue(now),
        help_at=needs.at if needs else None,
        help_acknowledged_by=(needs.acknowledged_by or None) if needs else None,
        retired=unit.retired,
        exercise=exercise_json(unit, exercises),
        exercise_id=exercise_id_json(unit),
    )


def travel_fields(travel: TravelDistance | None) -> dict[str, Any]:
    """Return the fields of a distance for JSON: null where it is not known."""
    if travel is None:
        return {"distance_m": None, "by_road": None, "cut_off": None}
    return {"distance_m": round(travel.distance_m, 1), "by_road": travel.by_road, "cut_off": travel.is_cut_off}


def _travel_of(row: UnitRow) -> TravelDistance | None:
    if row.distance_m is None:
        return None
    return TravelDistance(distance_m=row.distance_m, by_road=bool(row.by_road), is_cut_off=bool(row.cut_off))


def _due_first(row: UnitRow) -> tuple[datetime | None, str]:
    return row.check_in_due_at, row.id


def _clock_of(known: KnownUnit, now: datetime) -> CheckInClock | None:
    return None if known.unit.retired else check_in_clock(known.activity, current_regency(), now)


def _nearest_rows(
    incident: Incident,
    known: list[KnownUnit],
    now: datetime,
    exercises: Mapping[str, Exercise],
    roads: RoadDistances | None,
) -> list[UnitRow]:
    place = incident.place
    if place is None:
        raise click.UsageError(_("The incident has no place yet, so the nearest units are not known."))
    found = sort_by_distance(known, place.lon_deg, place.lat_deg, roads=roads)
    return [make_unit_row(away.known, now, exercises, travel=away.travel) for away in found]


def _unit_cells(row: UnitRow, known: KnownUnit, now: datetime) -> list[str]:
    where = describe_unit_position(known.position, now) if not row.retired else ""
    return [
        row.id,
        row.name,
        row.opd,
        _describe_state(known.activity),
        where,
        describe_travel(_travel_of(row)),
        _list_remarks(row, describe_help(open_help(known.unit)), describe_check_in_clock(_clock_of(known, now), now)),
    ]


def _describe_state(standing: UnitActivity) -> str:
    return _("retired") if standing.unit.retired else describe_unit_state(standing)


def _list_remarks(row: UnitRow, *marks: str) -> str:
    remarks = [_("assigned twice") if row.double else "", *marks, scope_mark(row.exercise)]
    return " · ".join(part for part in remarks if part)


def _make_details(unit: Unit) -> dict[str, object]:
    return {
        "members": unit.members,
        "contact": unit.contact,
        "tracker": plain_code(unit.tracker),
        "gateway": unit.gateway,
        "home": unit.home,
        "state_by": unit.state_by,
        "state_note": unit.state_note,
        "times": {state.value: at for state, at in unit.times.items()},
        "places": list(unit.places),
        "check_ins": list(unit.check_ins),
        "help": list(unit.help),
        "retired_reason": unit.retired_reason,
    }


def _print_unit(known: KnownUnit, row: UnitRow, now: datetime) -> None:
    unit, position = known.unit, known.position
    print_text(f"{row.id}  {unit.name}")
    home = f"{unit.home.name} {unit.home.lon_deg:.5f}, {unit.home.lat_deg:.5f}".strip() if unit.home else ""
    where = f"{position.lon_deg:.5f}, {position.lat_deg:.5f} · " if position else ""
    print_facts(
        [
            (_("Exercise"), row.exercise or ""),
            ("OPD", unit.opd),
            (_("Kind"), code_label(unit.kind)),
            (_("State"), _describe_state(known.activity)),
            (_("Since"), format_moment(known.activity.since)),
            (_("Note"), unit.state_note),
            (_("Request for help"), describe_help(open_help(unit))),
            (_("Last check-in"), describe_check_in(last_check_in(unit, now), now)),
            (_("Next check-in"), describe_check_in_clock(_clock_of(known, now), now)),
            (_("Position"), where + describe_unit_position(position, now)),
            (_("Members"), str(unit.members) if unit.members else ""),
            (_("Radio"), unit.contact),
            (_("GPS"), plain_code(unit.tracker)),
            (_("GPS gateway"), unit.gateway or (_("none") if unit.tracker else "")),
            (_("Post"), home),
            (_("Reason"), unit.retired_reason),
        ]
    )
    if known.activity.is_double_assigned:
        print_text(_("Sent to two incidents; decide where it goes."))
    steps = [
        [code_label(state), format_moment(at)] for state, at in sorted(unit.times.items(), key=lambda step: step[1])
    ]
    if steps:
        print_table([_("Step"), _("Time")], steps)
