"""`tabuah readings quarantined`: the readings that the server could not accept, by station and reason."""

from datetime import datetime

import click
import msgspec

from tabuah.console.commands.command_classes import TabuahCommand
from tabuah.console.commands.exercises.scope_options import ChosenWorlds, scope_options
from tabuah.console.commands.invocation import Invocation
from tabuah.operations.exercises.scope import plain_code, world_of_code
from tabuah.resources.localisation import N_, _, format_moment, format_number
from tabuah.storage.journal.protocol import QuarantineGroup, QuarantineListReply
from tabuah.storage.sync.session import ConsoleSession
from tabuah.text.exercises.exercise_text import exercise_fields, exercise_mark, exercises_by_id
from tabuah.text.readings.measurements import describe_refusal_code


@click.command(
    "quarantined", cls=TabuahCommand, help=N_("List the readings that the server could not accept, and why.")
)
@click.argument("station", metavar="[STATION]", required=False)
@scope_options
@click.pass_obj
def quarantined_command(call: Invocation, *, station: str | None, worlds: ChosenWorlds) -> None:
    """List the quarantine. An unknown code belongs to the exercise in its prefix, otherwise to the real world."""
    with call.open_store() as store, ConsoleSession(store).client as client:
        scope, known = worlds.scope(store), exercises_by_id(store.exercises())
        stations = {each.code: each for each in store.stations()}
        found = client.call("GET", "/v1/readings/quarantine", QuarantineListReply)
    wanted = station.strip().upper() if station else ""
    groups = [
        (group, world)
        for group in found.groups
        if scope.has(world := world_of_code(group.station, stations))
        and wanted in ("", group.station.upper(), plain_code(group.station).upper())
    ]
    headers = ["", _("Station"), _("Sender"), _("Readings"), _("Last received"), _("Reason")]
    rows = [[exercise_mark(world, known), *_cells(group)] for group, world in groups]
    if not any(mark for mark, *_others in rows):
        headers, rows = headers[1:], [cells for _mark, *cells in rows]
    records = [
        msgspec.structs.asdict(group) | {"station": plain_code(group.station)} | exercise_fields(world, known)
        for group, world in groups
    ]
    call.show_table(records, headers, rows, empty=_("No readings are in quarantine."))


def _cells(group: QuarantineGroup) -> list[str]:
    when: datetime = group.received_at
    reason = describe_refusal_code(group.reason)
    return [plain_code(group.station) or "?", group.source, format_number(group.count), format_moment(when), reason]
