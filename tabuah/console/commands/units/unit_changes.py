"""`tabuah unit register`, `edit`, `move`, `place` and `retire`: changes of units."""

from datetime import datetime
from shlex import quote
from typing import Any, Final

import click
import msgspec

from tabuah.console.commands.code_lists import read_code
from tabuah.console.commands.command_classes import Code, PastMoment, pairs_option, read_pairs
from tabuah.console.commands.exercises.scope_options import ChosenWorlds, exercise_option
from tabuah.console.commands.incident_places import PlaceResolver, check_order, describe_matched
from tabuah.console.commands.invocation import Invocation, print_error, print_text
from tabuah.console.commands.reason_type import ReasonType
from tabuah.console.commands.units.units import find_unit, make_unit_row, unit_group
from tabuah.operations.entries import Draft
from tabuah.operations.errors import NotPossible
from tabuah.operations.exercises.scope import plain_code, scope_of
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.units.drafts import (
    edit_unit,
    move_unit,
    place_unit,
    register_unit,
    retire_unit,
    unit_in_exercise,
)
from tabuah.operations.units.entry_bodies import CrewPosition, UnitEdited, UnitRegistered
from tabuah.operations.units.known_units import infer_mission, is_assigned
from tabuah.operations.units.tracker import check_tracker_free
from tabuah.operations.units.unit import Post, Unit, UnitKind, UnitState
from tabuah.resources.localisation import N_, _
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.exercises.exercise_text import exercises_by_id
from tabuah.text.units.field_rules import describe_invalid_unit
from tabuah.text.units.unit_status import describe_unit_position, describe_unit_state

_EDITABLE: Final = tuple(field for field in UnitEdited.__struct_fields__ if field not in ("home", "former"))


@unit_group.command(
    "register", help=N_("Register a unit under its call sign; retired units can be registered again.")
)
@click.argument("unit_id", metavar="ID")
@click.option("--name", required=True, metavar="TEXT", help=N_("Full name."))
@click.option("--opd", required=True, metavar="OPD", help=N_("The OPD of the unit."))
@click.option("--kind", required=True, type=Code(UnitKind), metavar="K", help=N_("Kind of unit."))
@click.option("--members", type=click.IntRange(0, 10_000), default=0, metavar="N", help=N_("Number of members."))
@click.option("--contact", default="", metavar="TEXT", help=N_("Radio channel or office number; no private number."))
@click.option("--tracker", default="", metavar="CODE", help=N_("Code of its GPS tracker."))
@click.option("--home", metavar="LON,LAT", help=N_("Position of its post."))
@click.option("--home-name", default="", metavar="TEXT", help=N_("Name of its post."))
@exercise_option
@click.pass_obj
def register(
    call: Invocation,
    *,
    unit_id: str,
    name: str,
    opd: str,
    kind: UnitKind,
    members: int,
    contact: str,
    tracker: str,
    home: str | None,
    home_name: str,
    worlds: ChosenWorlds,
) -> None:
    with call.open_store() as store:
        scope = worlds.scope(store)
        body = UnitRegistered(
            id=unit_id.strip().upper(),
            name=name.strip(),
            opd=opd.strip(),
            kind=kind,
            members=members,
            contact=contact.strip(),
            tracker=check_tracker_free(scope.select(store.units()), tracker, unit_id),
            home=_parse_post(home, home_name),
        )
        body = unit_in_exercise(_validate_body(body), scope.exercise_id or "")
        draft = register_unit(body, exercise=scope.is_exercise, exercise_id=scope.exercise_id or "")
        _save_change(call, store, draft, body.id)


@unit_group.command("edit", help=N_("Change fields of a unit, or its post."))
@click.argument("unit", metavar="ID")
@pairs_option(N_("A field and its new value; repeatable."), required=False)
@click.option("--home", metavar="LON,LAT", help=N_("Position of its post."))
@click.option("--home-name", default="", metavar="TEXT", help=N_("Name of its post."))
@exercise_option
@click.pass_obj
def edit(
    call: Invocation, *, unit: str, pairs: tuple[str, ...], home: str | None, home_name: str, worlds: ChosenWorlds
) -> None:
    with call.open_store() as store:
        known = find_unit(store, unit, worlds.scope(store))
        values = _parse_fields(store, known.unit, read_pairs(pairs, _EDITABLE))
        if home is not None:
            values["home"] = _parse_post(home, home_name)
        if not values:
            raise click.UsageError(_("Nothing to change: give --set or --home."))
        _save_change(call, store, edit_unit(known.unit, _validate_body(UnitEdited(**values))), known.unit.id)


@unit_group.command("move", help=N_("Change the state of a unit."))
@click.argument("unit", metavar="ID")
@click.argument("state", type=Code(UnitState), metavar="STATE")
@click.option("--incident", metavar="ID", help=N_("The incident; default: that of its only mission."))
@click.option("--note", default="", metavar="TEXT", help=N_("Further details."))
@click.option(
    "--occurred-at", type=PastMoment(), metavar="T", help=N_("Time of the change (local time); default: now.")
)
@exercise_option
@click.pass_obj
def move(
    call: Invocation,
    *,
    unit: str,
    state: UnitState,
    incident: str | None,
    note: str,
    occurred_at: datetime | None,
    worlds: ChosenWorlds,
) -> None:
    with call.open_store() as store:
        known = find_unit(store, unit, worlds.scope(store))
        named = store.incident(incident) if incident else None
        incident_id = named.id if named is not None else infer_mission(known.activity, state)
        if not incident_id and known.activity.is_double_assigned and state.is_busy:
            numbers = ", ".join(mission.number for mission in known.activity.missions)
            raise click.UsageError(
                _("The unit is sent to {numbers}; name one with --incident.").format(numbers=numbers)
            )
        draft = move_unit(known.unit, state, incident=incident_id, note=note.strip(), occurred_at=occurred_at)
        _save_change(call, store, draft, known.unit.id)
        if named is not None and state.is_busy and not is_assigned(known.unit, named.assignment):
            _print_unassigned(known.unit, named)


def _print_unassigned(unit: Unit, incident: Incident) -> None:
    """Print that the incident does not name the unit: such a mission counts as over, and the unit as available."""
    number, name = incident.number, plain_code(unit.id)
    command = f"tabuah incident edit {number} --set assignment={quote(', '.join((*incident.assignment, name)))}"
    text = _("{number} does not name {unit} in its assignment, so it is not its mission. Assign the unit: {command}")
    print_error(text.format(number=number, unit=name, command=command))


@unit_group.command("place", help=N_("Record the position of a unit."))
@click.argument("unit", metavar="ID")
@click.option("--at", "position", metavar="LON,LAT", help=N_("Position: degrees, degrees and minutes, UTM or MGRS."))
@click.option("--nagari", metavar="NAME", help=N_("Place: a nagari by its name or code."))
@click.option("--note", default="", metavar="TEXT", help=N_("Further details."))
@click.option(
    "--occurred-at", type=PastMoment(), metavar="T", help=N_("Time of the change (local time); default: now.")
)
@exercise_option
@click.pass_obj
def place(
    call: Invocation,
    *,
    unit: str,
    position: str | None,
    nagari: str | None,
    note: str,
    occurred_at: datetime | None,
    worlds: ChosenWorlds,
) -> None:
    lon_deg, lat_deg = resolve_position(call, position, nagari)
    with call.open_store() as store:
        known = find_unit(store, unit, worlds.scope(store))
        draft = place_unit(known.unit, lon_deg=lon_deg, lat_deg=lat_deg, note=note.strip(), occurred_at=occurred_at)
        _save_change(call, store, draft, known.unit.id)


@unit_group.command("retire", help=N_("Retire a unit; its history stays."))
@click.argument("unit", metavar="ID")
@click.option("--reason", type=ReasonType(), required=True, metavar="TEXT", help=N_("Why."))
@exercise_option
@click.pass_obj
def retire(call: Invocation, *, unit: str, reason: str, worlds: ChosenWorlds) -> None:
    with call.open_store() as store:
        known = find_unit(store, unit, worlds.scope(store))
        if known.activity.missions:
            numbers = ", ".join(mission.number for mission in known.activity.missions)
            raise NotPossible("unit_on_mission", unit=known.unit.id, numbers=numbers)
        store.save(retire_unit(known.unit, reason=reason.strip()))
    message = _("Unit {unit} is retired.").format(unit=plain_code(known.unit.id))
    call.show({"id": plain_code(known.unit.id), "retired": True}, lambda: print_text(message))


def _save_change(call: Invocation, store: ConsoleStore, draft: Draft, unit_id: str) -> None:
    """Save a change and print the unit."""
    store.save(draft)
    known, now = find_unit(store, unit_id), store.now()
    what = f"{describe_unit_state(known.activity)} · {describe_unit_position(known.position, now)}"
    message = f"{plain_code(known.unit.id)}  {what}"
    call.show(make_unit_row(known, now, exercises_by_id(store.exercises())), lambda: print_text(message))


def _validate_body(body: Any) -> Any:
    """Validate the body before it is saved."""
    try:
        return msgspec.json.decode(msgspec.json.encode(body), type=type(body))
    except msgspec.ValidationError as error:
        raise click.UsageError(
            _("The unit is not valid: {reason}").format(reason=describe_invalid_unit(error))
        ) from error


def _parse_post(position: str | None, name: str) -> Post | None:
    if position is None:
        if name:
            raise click.UsageError(_("--home-name needs --home."))
        return None
    lon_deg, lat_deg = _read_position(position)
    return Post(lon_deg=lon_deg, lat_deg=lat_deg, name=name.strip())


def resolve_position(call: Invocation, position: str | None, nagari: str | None) -> tuple[float, float]:
    """Return the position that exactly one of both options gives.

    Raises:
        click.UsageError: none or both are given.
    """
    if (position is None) == (nagari is None):
        raise click.UsageError(_("Give the place with --at or --nagari."))
    if position is not None:
        return _read_position(position)
    named = PlaceResolver(call.data).gazetteer.nagari(nagari or "")
    if matched := describe_matched(nagari or "", named):
        print_error(matched)
    return named.lon_deg, named.lat_deg


def resolve_crew_position(call: Invocation, position: str | None, nagari: str | None) -> CrewPosition | None:
    """Return the position that a crew states; None if neither option is given.

    Raises:
        click.UsageError: both are given.
    """
    if position is None and nagari is None:
        return None
    lon_deg, lat_deg = resolve_position(call, position, nagari)
    return CrewPosition(lon_deg=lon_deg, lat_deg=lat_deg)


def _read_position(text: str) -> tuple[float, float]:
    from tabuah.gis.coordinates import parse_position

    lon_deg, lat_deg = parse_position(text)
    if remark := check_order(text, lon_deg, lat_deg):
        print_error(remark)
    return lon_deg, lat_deg


def _parse_fields(store: ConsoleStore, unit: Unit, given: dict[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = dict(given)
    if "kind" in values:
        values["kind"] = read_code(UnitKind, given["kind"])
    if "members" in values:
        if not given["members"].isdecimal():
            raise click.UsageError(_("{text} is not a number of people").format(text=given["members"]))
        values["members"] = int(given["members"])
    if "tracker" in values:
        values["tracker"] = check_tracker_free(scope_of(unit).select(store.units()), given["tracker"], unit.id)
    return values
