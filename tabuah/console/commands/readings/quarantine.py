"""`tabuah readings quarantined`: the readings that the server could not accept, by station and reason."""

from datetime import datetime

import click

from tabuah.console.commands.command_classes import TabuahCommand
from tabuah.console.commands.invocation import Invocation
from tabuah.resources.localisation import N_, _, format_moment, format_number
from tabuah.storage.journal.protocol import QuarantineGroup, QuarantineListReply
from tabuah.storage.sync.session import ConsoleSession
from tabuah.text.readings.measurements import describe_refusal_code


@click.command(
    "quarantined", cls=TabuahCommand, help=N_("List the readings that the server could not accept, and why.")
)
@click.argument("station", metavar="[STATION]", required=False)
@click.pass_obj
def quarantined_command(call: Invocation, *, station: str | None) -> None:
    params = {"station": station.strip().upper()} if station else {}
    with call.open_store() as store, ConsoleSession(store).client as client:
        found = client.call("GET", "/v1/readings/quarantine", QuarantineListReply, params=params)
    headers = [_("Station"), _("Sender"), _("Readings"), _("Last received"), _("Reason")]
    rows = [_cells(group) for group in found.groups]
    call.show_table(found.groups, headers, rows, empty=_("No readings are in quarantine."))


def _cells(group: QuarantineGroup) -> list[str]:
    when: datetime = group.received_at
    reason = describe_refusal_code(group.reason)
    return [group.station or "?", group.source, format_number(group.count), format_moment(when), reason]
