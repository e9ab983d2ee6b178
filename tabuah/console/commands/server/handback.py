"""`tabuah server handback`: whether the server waits for records that it lost, and the end of that wait."""

from datetime import datetime
from typing import TYPE_CHECKING

import click
import msgspec

from tabuah.console.commands.command_classes import TabuahCommand
from tabuah.console.commands.invocation import Invocation, print_text
from tabuah.console.commands.server.data_directory import open_server_journal
from tabuah.resources.localisation import N_, _, format_moment, format_number

if TYPE_CHECKING:
    from tabuah.server.journal import ServerJournal


class ServerHandback(msgspec.Struct, frozen=True, kw_only=True):
    """Record of `server handback --json`; `since` and `until` are those of the last wait."""

    head: int
    waiting: bool
    cause: str = ""
    since: datetime | None = None
    until: datetime | None = None


@click.command(
    "handback", cls=TabuahCommand, help=N_("Show whether the server waits for records that it lost in a restore.")
)
@click.option(
    "--end-wait", is_flag=True, help=N_("Take entries now: consoles hand back nothing more, or none is left.")
)
@click.pass_obj
def handback_command(invocation: Invocation, end_wait: bool) -> None:
    from tabuah.server.handback.handback import Handback

    with open_server_journal(invocation) as journal:
        if end_wait:
            Handback(journal).end_wait()
        found = _read(journal)
    invocation.show(found, lambda: print_text(_describe(found)))


def _read(journal: "ServerJournal") -> ServerHandback:
    from tabuah.server.handback.wait import read_wait

    wait, head = journal.read(read_wait), journal.head().seq
    if wait is None:
        return ServerHandback(head=head, waiting=False)
    is_open = wait.is_open(journal.clock())
    return ServerHandback(head=head, waiting=is_open, cause=wait.cause.value, since=wait.since, until=wait.until)


def _describe(found: ServerHandback) -> str:
    head = format_number(found.head)
    if found.since is None:
        return _("The server was never put back to an older copy; its journal has {head} entries.").format(head=head)
    if not found.waiting:
        text = _("The server takes entries. It last waited for lost records from {since} to {until}.")
        ended = format_moment(found.until) if found.until else ""
        return text.format(since=format_moment(found.since), until=ended)
    if found.until is not None:
        text = _("Records were handed back; the journal has {head} entries. The server takes new ones from {until}.")
        return text.format(head=head, until=format_moment(found.until))
    text = _(
        "The server has waited since {since}: it was put back to an older copy with {head} entries, and takes new "
        "ones when a console has handed back the lost ones. Start Tabuah on the consoles, or end the wait with "
        "--end-wait."
    )
    return text.format(since=format_moment(found.since), head=head)
