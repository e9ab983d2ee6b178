"""`tabuah server log security`: log-ins, refusals and administration of the server."""

from datetime import datetime
from typing import TYPE_CHECKING

import click

from tabuah.console.commands.command_classes import PastMoment, TabuahGroup
from tabuah.console.commands.invocation import Invocation
from tabuah.console.commands.server.data_directory import server_directory
from tabuah.resources.localisation import N_, _, format_moment

if TYPE_CHECKING:
    from tabuah.server.security_log import SecurityEvent

log_group = TabuahGroup("log", help=N_("Logs of the server."))


@log_group.command("security", help=N_("Show log-ins, refusals and administration."))
@click.option("--since", type=PastMoment(), metavar="T", help=N_("From when (local time); default: all."))
@click.pass_obj
def show_security_log(invocation: Invocation, since: datetime | None) -> None:
    """The codes are those of the API, and not translated."""
    from tabuah.server.security_log import SecurityLog

    events = list(SecurityLog(server_directory(invocation)).read(since))
    headers = (_("Time"), _("Event"), _("User"), _("Device"), _("Address"))
    invocation.show_table(events, headers, [*map(_row, events)], empty=_("There are no security events."))


def _row(event: "SecurityEvent") -> tuple[str, ...]:
    repeated = f"(+{event.repeats})" if event.repeats else ""
    what = " ".join(filter(None, (event.event, event.code, repeated)))
    return format_moment(event.at), what, event.user, event.device, event.address
