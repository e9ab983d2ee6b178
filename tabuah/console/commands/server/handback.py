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
    from tabuah.server.handback.branches import Branch, HistorySide
    from tabuah.server.journal import ServerJournal


class ServerHandback(msgspec.Struct, frozen=True, kw_only=True):
    """Record of `server handback --json`; `since` and `until` are those of the last wait."""

    head: int
    waiting: bool
    cause: str = ""
    since: datetime | None = None
    until: datetime | None = None
    branches: tuple["Branch", ...] = ()


@click.command(
    "handback", cls=TabuahCommand, help=N_("Show whether the server waits for records that it lost in a restore.")
)
@click.option(
    "--end-wait", is_flag=True, help=N_("Take entries now: consoles hand back nothing more, or none is left.")
)
@click.option(
    "--keep-server",
    is_flag=True,
    help=N_("Of two histories keep the server's; consoles send the entries of the other one again as new work."),
)
@click.pass_obj
def handback_command(invocation: Invocation, *, end_wait: bool, keep_server: bool) -> None:
    from tabuah.server.handback.handback import Handback

    with open_server_journal(invocation) as journal:
        handback = Handback(journal)
        if end_wait:
            handback.end_wait()
        if keep_server:
            handback.keep_server_history()
        found = msgspec.structs.replace(_read(journal), branches=tuple(handback.branches()))
    invocation.show(found, lambda: _print_handback(found))


def _print_handback(found: ServerHandback) -> None:
    print_text(_describe(found))
    for branch in found.branches:
        text = _("Two histories differ from entry {seq} on:")
        print_text(text.format(seq=format_number(branch.differs_at)))
        print_text("  " + _("server: {side}").format(side=_describe_side(branch.server)))
        print_text("  " + _("consoles: {side}").format(side=_describe_side(branch.consoles)))
        decided = _("Decided: the server's goes on; consoles send the entries of the other one again.")
        choice = _(
            "To keep the server's: tabuah server handback --keep-server. To keep that of the consoles: restore the"
            " older copy once more with tabuah server restore."
        )
        print_text("  " + (decided if branch.decided else choice))


def _describe_side(side: "HistorySide") -> str:
    text = _("{n} entries of {devices} devices, {since} to {until}, up to entry {seq}")
    return text.format(
        n=format_number(side.records),
        devices=format_number(len(side.devices)),
        since=format_moment(side.first_at) if side.first_at else "",
        until=format_moment(side.last_at) if side.last_at else "",
        seq=format_number(side.head.seq),
    )


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
        text = _("The server waits for lost records until {until}; its journal has {head} entries.")
        return text.format(head=head, until=format_moment(found.until))
    text = _(
        "The server has waited since {since}: it was put back to an older copy with {head} entries, and takes new "
        "ones when a console has handed back the lost ones. Start Tabuah on the consoles, or end the wait with "
        "--end-wait."
    )
    return text.format(since=format_moment(found.since), head=head)
