"""`tabuah station assign`: name the account that sends the readings of stations; works offline."""

import click
import msgspec

from tabuah.console.commands.exercises.scope_options import ChosenWorlds, exercise_option
from tabuah.console.commands.gateway_options import gateway_options
from tabuah.console.commands.invocation import Invocation, print_text
from tabuah.console.commands.stations.stations import find_station, station_group
from tabuah.operations.exercises.scope import plain_code
from tabuah.operations.stations.drafts import assign_gateway
from tabuah.resources.localisation import N_, _


class AssignmentRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A station in `station assign --json`; `before` is the gateway that it had."""

    station: str
    gateway: str
    before: str


@station_group.command(
    "assign", help=N_("Name the only gateway account that may send readings of stations; for administrators.")
)
@click.argument("codes", metavar="CODE…", nargs=-1, required=True)
@gateway_options
@exercise_option
@click.pass_obj
def assign_command(
    call: Invocation, *, codes: tuple[str, ...], gateway: str, reason: str, worlds: ChosenWorlds
) -> None:
    with call.open_store() as store:
        known, scope = store.stations(), worlds.scope(store)
        stations = [find_station(known, code, scope) for code in codes]
        store.save_all([assign_gateway(station, gateway, reason=reason) for station in stations])
    records = [AssignmentRecord(station=plain_code(s.code), gateway=gateway, before=s.gateway) for s in stations]
    text = _("{stations}: only {gateway} may send readings from now on; quarantined readings are taken in.")
    none = _("{stations}: no gateway may send readings from now on.")
    message = (text if gateway else none).format(
        stations=", ".join(plain_code(s.code) for s in stations), gateway=gateway
    )
    call.show(records, lambda: print_text(message))
