"""`tabuah unit check-in` and `withdraw-check-in`: the check-ins of crews on missions."""

from datetime import datetime

import click

from tabuah.console.commands.command_classes import PastMoment
from tabuah.console.commands.exercises.scope_options import ChosenWorlds, exercise_option
from tabuah.console.commands.invocation import Invocation, print_text
from tabuah.console.commands.reason_type import ReasonType
from tabuah.console.commands.units.unit_changes import resolve_crew_position
from tabuah.console.commands.units.units import find_unit, make_unit_row, unit_group
from tabuah.operations.entries import Draft
from tabuah.operations.errors import NotPossible
from tabuah.operations.exercises.scope import plain_code
from tabuah.operations.units.check_ins import check_in_clock
from tabuah.operations.units.drafts import check_in_unit, withdraw_check_in
from tabuah.operations.units.known_units import current_mission
from tabuah.operations.units.unit import Unit
from tabuah.resources.localisation import N_, _
from tabuah.resources.regency import current_regency
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.exercises.exercise_text import exercises_by_id
from tabuah.text.units.check_in_text import describe_check_in_clock


@unit_group.command("check-in", help=N_("Record that a crew on a mission has checked in."))
@click.argument("unit", metavar="ID")
@click.option("--note", default="", metavar="TEXT", help=N_("Further details."))
@click.option("--at", "position", metavar="LON,LAT", help=N_("Position: degrees, degrees and minutes, UTM or MGRS."))
@click.option("--nagari", metavar="NAME", help=N_("Place: a nagari by its name or code."))
@click.option(
    "--occurred-at", type=PastMoment(), metavar="T", help=N_("Time of the check-in (local time); default: now.")
)
@exercise_option
@click.pass_obj
def check_in(
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
        if not known.activity.state.is_busy and occurred_at is None:
            raise NotPossible("unit_not_on_mission", unit=plain_code(known.unit.id))
        incident = current_mission(known.activity)
        draft = check_in_unit(known.unit, incident=incident, note=note, position=place, occurred_at=occurred_at)
        _save(call, store, draft, known.unit, _("checked in"))


@unit_group.command("withdraw-check-in", help=N_("Withdraw the last check-in, such as one of another unit."))
@click.argument("unit", metavar="ID")
@click.option("--reason", type=ReasonType(), required=True, metavar="TEXT", help=N_("Why."))
@exercise_option
@click.pass_obj
def withdraw(call: Invocation, *, unit: str, reason: str, worlds: ChosenWorlds) -> None:
    with call.open_store() as store:
        known = find_unit(store, unit, worlds.scope(store)).unit
        last = known.check_ins[-1].entry if known.check_ins else ""
        _save(call, store, withdraw_check_in(known, last, reason=reason), known, _("check-in withdrawn"))


def _save(call: Invocation, store: ConsoleStore, draft: Draft, unit: Unit, done: str) -> None:
    """Save a change and print the unit with its next check-in."""
    store.save(draft)
    known, now = find_unit(store, unit.id), store.now()
    clock = describe_check_in_clock(check_in_clock(known.activity, current_regency(), now), now)
    message = " · ".join(part for part in (f"{plain_code(unit.id)}  {done}", clock) if part)
    call.show(make_unit_row(known, now, exercises_by_id(store.exercises())), lambda: print_text(message))
