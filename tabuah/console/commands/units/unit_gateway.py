"""`tabuah unit assign`: name the account that sends the positions of trackers; works offline."""

import click
import msgspec

from tabuah.console.commands.exercises.scope_options import ChosenWorlds, exercise_option
from tabuah.console.commands.gateway_options import gateway_options
from tabuah.console.commands.invocation import Invocation, print_text
from tabuah.console.commands.units.units import find_unit, unit_group
from tabuah.operations.exercises.scope import plain_code
from tabuah.operations.units.drafts import assign_tracker
from tabuah.resources.localisation import N_, _


class TrackerAssignment(msgspec.Struct, frozen=True, kw_only=True):
    """A unit in `unit assign --json`; `before` is the gateway that its tracker had."""

    unit: str
    tracker: str
    gateway: str
    before: str


@unit_group.command(
    "assign", help=N_("Name the only gateway account that may send the positions of units; for administrators.")
)
@click.argument("unit_ids", metavar="ID…", nargs=-1, required=True)
@gateway_options
@exercise_option
@click.pass_obj
def assign_command(
    call: Invocation, *, unit_ids: tuple[str, ...], gateway: str, reason: str, worlds: ChosenWorlds
) -> None:
    with call.open_store() as store:
        scope = worlds.scope(store)
        units = [find_unit(store, unit_id, scope).unit for unit_id in unit_ids]
        store.save_all([assign_tracker(unit, gateway, reason=reason) for unit in units])
    records = [
        TrackerAssignment(unit=plain_code(u.id), tracker=plain_code(u.tracker), gateway=gateway, before=u.gateway)
        for u in units
    ]
    text = _("{units}: only {gateway} may send positions from now on; quarantined positions are taken in.")
    none = _("{units}: no gateway may send positions from now on.")
    message = (text if gateway else none).format(units=", ".join(record.unit for record in records), gateway=gateway)
    call.show(records, lambda: print_text(message))
