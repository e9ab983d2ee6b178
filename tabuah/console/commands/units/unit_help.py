"""`tabuah unit request-help`, `acknowledge-help` and `end-help`: a crew needs help."""

from collections.abc import Sequence
from datetime import datetime

import click

from tabuah.console.commands.command_classes import PastMoment
from tabuah.console.commands.exercises.scope_options import ChosenWorlds, exercise_option
from tabuah.console.commands.invocation import Invocation, print_text
from tabuah.console.commands.reason_type import ReasonType
from tabuah.console.commands.units.unit_changes import resolve_crew_position
from tabuah.console.commands.units.units import find_unit, make_unit_row, unit_group
from tabuah.operations.entries import Draft
from tabuah.operations.exercises.scope import plain_code
from tabuah.operations.units.drafts import acknowledge_help, end_help, request_help
from tabuah.operations.units.help_requests import open_help
from tabuah.operations.units.known_units import current_mission
from tabuah.operations.units.unit import Unit
from tabuah.resources.localisation import N_, _
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.exercises.exercise_text import exercises_by_id
from tabuah.text.units.help_text import describe_help


@unit_group.command("request-help", help=N_("Record that a crew asks for help: every console sounds."))
@click.argument("unit", metavar="ID")
@click.option("--note", default="", metavar="TEXT", help=N_("Further details."))
@click.option("--at", "position", metavar="LON,LAT", help=N_("Position: degrees, degrees and minutes, UTM or MGRS."))
@click.option("--nagari", metavar="NAME", help=N_("Place: a nagari by its name or code."))
@click.option(
    "--occurred-at", type=PastMoment(), metavar="T", help=N_("Time of the request (local time); default: now.")
)
@exercise_option
@click.pass_obj
def request(
    call: Invocation,
    *,
    unit: str,
    note: str,
    position: str | None,
    nagari: str | None,
    occurred_at: datetime | None,
    worlds: ChosenWorlds,
) -> None:
    place = resolve_crew_position(call, position, nagari)
    with call.open_store() as store:
        known = find_unit(store, unit, worlds.scope(store))
        incident = current_mission(known.activity)
        draft = request_help(known.unit, incident=incident, note=note, position=place, occurred_at=occurred_at)
        _save(call, store, (draft,), known.unit)


@unit_group.command("acknowledge-help", help=N_("Take care of a request for help; for the control room."))
@click.argument("unit", metavar="ID")
@exercise_option
@click.pass_obj
def acknowledge(call: Invocation, *, unit: str, worlds: ChosenWorlds) -> None:
    with call.open_store() as store:
        known = find_unit(store, unit, worlds.scope(store)).unit
        _save(call, store, acknowledge_help(known), known)


@unit_group.command("end-help", help=N_("End a request for help: the crew is safe, or it was a mistake."))
@click.argument("unit", metavar="ID")
@click.option("--reason", type=ReasonType(), required=True, metavar="TEXT", help=N_("Why."))
@exercise_option
@click.pass_obj
def end(call: Invocation, *, unit: str, reason: str, worlds: ChosenWorlds) -> None:
    with call.open_store() as store:
        known = find_unit(store, unit, worlds.scope(store)).unit
        _save(call, store, end_help(known, reason=reason), known)


def _save(call: Invocation, store: ConsoleStore, drafts: Sequence[Draft], unit: Unit) -> None:
    """Save changes and print the unit with its request."""
    store.save_all(drafts)
    known, now = find_unit(store, unit.id), store.now()
    state = describe_help(open_help(known.unit)) or _("no request for help")
    message = f"{plain_code(unit.id)}  {state}"
    call.show(make_unit_row(known, now, exercises_by_id(store.exercises())), lambda: print_text(message))
