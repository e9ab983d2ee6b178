"""`tabuah unit register`, `edit`, `move`, `place` and `retire`: what people say about units."""

from datetime import datetime
from typing import Any, Final

import click
import msgspec

from tabuah.console.commands.code_lists import read_code
from tabuah.console.commands.invocation import Invocation
from tabuah.console.commands.output import say
from tabuah.console.commands.parameters import Code, PastMoment, read_pairs
from tabuah.console.commands.placing import Placer
from tabuah.console.commands.unit_group import unit_group
from tabuah.console.commands.units import find_known, row_of
from tabuah.console.unit_words import position_words, state_words
from tabuah.operations.entries import Draft
from tabuah.operations.errors import NotPossible
from tabuah.operations.units.bodies import UnitEdited, UnitRegistered
from tabuah.operations.units.codes import UnitKind, UnitState
from tabuah.operations.units.gestures import edit_unit, move_unit, place_unit, register_unit, retire_unit
from tabuah.operations.units.standing import mission_meant
from tabuah.operations.units.trackers import free_tracker
from tabuah.operations.units.unit import Post, Unit
from tabuah.resources.catalogue import N_, _
from tabuah.storage.cache.store import ConsoleStore

_EDITABLE: Final = tuple(field for field in UnitEdited.__struct_fields__ if field != "home")


@unit_group.command("register", help=N_("Register a unit under its call sign, or one that was retired."))
@click.argument("unit_id", metavar="ID")
@click.option("--name", required=True, metavar="TEXT", help=N_("What it is called in full."))
@click.option("--opd", required=True, metavar="OPD", help=N_("To which office it belongs."))
@click.option("--kind", required=True, type=Code(UnitKind), metavar="K", help=N_("What it is for."))
@click.option("--members", type=click.IntRange(0, 10_000), default=0, metavar="N", help=N_("How many people."))
@click.option("--contact", default="", metavar="TEXT", help=N_("Radio channel or office number; no person's own."))
@click.option("--tracker", default="", metavar="CODE", help=N_("The code under which its GPS sends."))
@click.option("--home", metavar="LON,LAT", help=N_("Where it stands when nothing happens."))
@click.option("--home-name", default="", metavar="TEXT", help=N_("What that place is called."))
@click.option("--exercise", is_flag=True, help=N_("It is a drill."))
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
    exercise: bool,
) -> None:
    """Register a unit."""
    with call.open_store() as store:
        body = UnitRegistered(
            id=unit_id.strip().upper(),
            name=name.strip(),
            opd=opd.strip(),
            kind=kind,
            members=members,
            contact=contact.strip(),
            tracker=free_tracker(store.units(), tracker, unit_id),
            home=_post(home, home_name),
        )
        _save(call, store, register_unit(_checked(body), exercise=exercise), body.id)


@unit_group.command("edit", help=N_("Change what is known of a unit: FIELD=VALUE, or its post."))
@click.argument("unit", metavar="ID")
@click.option("--set", "pairs", multiple=True, metavar="FIELD=VALUE", help=N_("A field anew; may be repeated."))
@click.option("--home", metavar="LON,LAT", help=N_("Where it stands when nothing happens."))
@click.option("--home-name", default="", metavar="TEXT", help=N_("What that place is called."))
@click.pass_obj
def edit(call: Invocation, *, unit: str, pairs: tuple[str, ...], home: str | None, home_name: str) -> None:
    """Change a unit."""
    with call.open_store() as store:
        known = find_known(store, unit)
        values = _values(store, known.unit, read_pairs(pairs, _EDITABLE))
        if home is not None:
            values["home"] = _post(home, home_name)
        if not values:
            raise click.UsageError(_("Nothing to change: give --set or --home."))
        _save(call, store, edit_unit(known.unit, _checked(UnitEdited(**values))), known.unit.id)


@unit_group.command("move", help=N_("Say what a unit is doing now."))
@click.argument("unit", metavar="ID")
@click.argument("state", type=Code(UnitState), metavar="STATE")
@click.option("--incident", metavar="ID", help=N_("For which incident; where it is on one only, that is meant."))
@click.option("--note", default="", metavar="TEXT", help=N_("More about it."))
@click.option("--occurred-at", type=PastMoment(), metavar="T", help=N_("When it was so (WIB); now if not said."))
@click.pass_obj
def move(
    call: Invocation, *, unit: str, state: UnitState, incident: str | None, note: str, occurred_at: datetime | None
) -> None:
    """Say what a unit is doing."""
    with call.open_store() as store:
        known = find_known(store, unit)
        meant = store.incident(incident).id if incident else mission_meant(known.standing, state)
        if not meant and known.standing.is_double and state.is_busy:
            numbers = ", ".join(mission.number for mission in known.standing.missions)
            raise click.UsageError(
                _("It is sent to {numbers}: say to which with --incident.").format(numbers=numbers)
            )
        draft = move_unit(known.unit, state, incident=meant, note=note.strip(), occurred_at=occurred_at)
        _save(call, store, draft, known.unit.id)


@unit_group.command("place", help=N_("Say where a unit is, or was."))
@click.argument("unit", metavar="ID")
@click.option("--at", "position", metavar="LON,LAT", help=N_("Where: degrees, degrees and minutes, or UTM."))
@click.option("--nagari", metavar="NAME", help=N_("Where: a nagari by its name or code."))
@click.option("--note", default="", metavar="TEXT", help=N_("More about it."))
@click.option("--occurred-at", type=PastMoment(), metavar="T", help=N_("When it was so (WIB); now if not said."))
@click.pass_obj
def place(
    call: Invocation, *, unit: str, position: str | None, nagari: str | None, note: str, occurred_at: datetime | None
) -> None:
    """Say where a unit is."""
    lon_deg, lat_deg = _place(call, position, nagari)
    with call.open_store() as store:
        known = find_known(store, unit)
        draft = place_unit(known.unit, lon_deg=lon_deg, lat_deg=lat_deg, note=note.strip(), occurred_at=occurred_at)
        _save(call, store, draft, known.unit.id)


@unit_group.command("retire", help=N_("Send a unit out no more; its history stays."))
@click.argument("unit", metavar="ID")
@click.option("--reason", required=True, metavar="TEXT", help=N_("Why."))
@click.pass_obj
def retire(call: Invocation, *, unit: str, reason: str) -> None:
    """Retire a unit."""
    with call.open_store() as store:
        known = find_known(store, unit)
        if known.standing.missions:
            numbers = ", ".join(mission.number for mission in known.standing.missions)
            message = _("{unit} is still sent to {numbers}.").format(unit=known.unit.id, numbers=numbers)
            raise NotPossible("unit_on_mission", message)
        store.save(retire_unit(known.unit, reason=reason.strip()))
    told = _("Unit {unit} is retired.").format(unit=known.unit.id)
    call.show({"id": known.unit.id, "retired": True}, lambda: say(told))


def _save(call: Invocation, store: ConsoleStore, draft: Draft, unit_id: str) -> None:
    """Save, and tell the unit as it stands then."""
    store.save(draft)
    known, now = find_known(store, unit_id), store.now()
    told = f"{known.unit.id}  {state_words(known.standing)} · {position_words(known.position, now)}"
    call.show(row_of(known, now), lambda: say(told))


def _checked(body: Any) -> Any:
    """The body as it will be read back, so that what is wrong with it is told before it is saved."""
    try:
        return msgspec.json.decode(msgspec.json.encode(body), type=type(body))
    except msgspec.ValidationError as error:
        raise click.UsageError(_("This is no unit as it should be: {reason}").format(reason=error)) from error


def _post(position: str | None, name: str) -> Post | None:
    from tabuah.gis.coordinates import parse_position

    if position is None:
        if name:
            raise click.UsageError(_("--home-name needs --home."))
        return None
    lon_deg, lat_deg = parse_position(position)
    return Post(lon_deg=lon_deg, lat_deg=lat_deg, name=name.strip())


def _place(call: Invocation, position: str | None, nagari: str | None) -> tuple[float, float]:
    from tabuah.gis.coordinates import parse_position

    if (position is None) == (nagari is None):
        raise click.UsageError(_("Say where: with --at or with --nagari."))
    if position is not None:
        return parse_position(position)
    named = Placer(call.data).gazetteer.nagari(nagari or "")
    return named.lon_deg, named.lat_deg


def _values(store: ConsoleStore, unit: Unit, given: dict[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = dict(given)
    if "kind" in values:
        values["kind"] = read_code(UnitKind, given["kind"])
    if "members" in values:
        if not given["members"].isdecimal():
            raise click.UsageError(_("{text} is no number of people").format(text=given["members"]))
        values["members"] = int(given["members"])
    if "tracker" in values:
        values["tracker"] = free_tracker(store.units(), given["tracker"], unit.id)
    return values
