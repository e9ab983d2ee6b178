"""`tabuah server handback`: whether the server waits for records that it lost, and the end of that wait."""

from datetime import datetime
from typing import TYPE_CHECKING

import click
import msgspec

from tabuah.console.commands.command_classes import TabuahCommand
from tabuah.console.commands.invocation import Invocation, print_text
from tabuah.console.commands.server.data_directory import open_server_journal
from tabuah.resources.localisation import N_, _, format_moment, format_number
from tabuah.text.sync.verdict_reasons import describe_reason

if TYPE_CHECKING:
    from tabuah.server.handback.branches import Branch, HistorySide
    from tabuah.server.handback.decision import HistoryDecision
    from tabuah.server.handback.handback import Handback
    from tabuah.server.journal import ServerJournal


class ServerHandback(msgspec.Struct, frozen=True, kw_only=True):
    """Record of `server handback --json`; `since` and `until` are those of the last wait."""

    head: int
    waiting: bool
    cause: str = ""
    since: datetime | None = None
    until: datetime | None = None
    branches: tuple["Branch", ...] = ()
    decisions: tuple["HistoryDecision", ...] = ()


@click.command(
    "handback", cls=TabuahCommand, help=N_("Show whether the server waits for records that it lost in a restore.")
)
@click.option(
    "--end-wait", is_flag=True, help=N_("Take entries now: consoles hand back nothing more, or none is left.")
)
@click.option(
    "--keep-server", "kept", flag_value="server",
    help=N_("Of two histories keep the server's; the entries of the other one are issued again as new work."),
)  # fmt: skip
@click.option(
    "--take-consoles", "kept", flag_value="consoles",
    help=N_("Of two histories take that of the consoles; the server must not run, and its entries are issued again."),
)  # fmt: skip
@click.pass_obj
def handback_command(invocation: Invocation, *, end_wait: bool, kept: str | None) -> None:
    from tabuah.server.handback.decision import KeptHistory
    from tabuah.server.handback.handback import Handback

    choice = KeptHistory(kept) if kept else None
    with open_server_journal(invocation, serving=choice is KeptHistory.CONSOLES) as journal:
        handback = Handback(journal)
        if end_wait:
            handback.end_wait()
        decided = handback.decide(choice) if choice is not None else None
        found = _read(journal, handback)
    is_moot = choice is not None and decided is None
    invocation.show(found, lambda: _print_handback(found, is_moot=is_moot))


def _print_handback(found: ServerHandback, *, is_moot: bool) -> None:
    print_text(_describe(found))
    if is_moot:
        print_text(_("There are no two histories to decide about."))
    for branch in found.branches:
        text = _("Two histories differ from entry {seq} on:")
        print_text(text.format(seq=format_number(branch.differs_at)))
        print_text("  " + _("server: {side}").format(side=_describe_side(branch.server)))
        print_text("  " + _("consoles: {side}").format(side=_describe_side(branch.consoles)))
        decided = _("Decided: the server's goes on, and consoles with the other one go over to it.")
        choice = _(
            "To keep the server's: tabuah server handback --keep-server. To take that of the consoles: stop the"
            " server, then tabuah server handback --take-consoles. The entries of the other one are issued again."
        )
        print_text("  " + (decided if branch.decided else choice))
    if found.decisions:
        _print_decision(found.decisions[-1])


def _print_decision(decision: "HistoryDecision") -> None:
    kept = {"server": _("the server's history goes on"), "consoles": _("the history of the consoles goes on")}
    text = _(
        "{moment}: {kept}, from entry {seq} on. Entries of the other one issued again: of devices {admitted}, of the"
        " server {written}. Its records are kept in {files}."
    )
    values = {
        "moment": format_moment(decision.at),
        "kept": kept[decision.kept],
        "seq": format_number(decision.differs_at),
        "admitted": format_number(decision.admitted),
        "written": format_number(decision.written),
        "files": ", ".join(decision.files),
    }
    print_text(text.format(**values))
    for left in decision.left:
        print_text(
            "  "
            + _("Not issued again: {kind} on {subject} (entry {seq}). {reason}").format(
                kind=left.kind, subject=left.subject, seq=format_number(left.seq), reason=describe_reason(left.reason)
            )
        )


def _describe_side(side: "HistorySide") -> str:
    text = _("{n} entries of {devices} devices, {since} to {until}, up to entry {seq}")
    return text.format(
        n=format_number(side.records),
        devices=format_number(len(side.devices)),
        since=format_moment(side.first_at) if side.first_at else "",
        until=format_moment(side.last_at) if side.last_at else "",
        seq=format_number(side.head.seq),
    )


def _read(journal: "ServerJournal", handback: "Handback") -> ServerHandback:
    from tabuah.server.handback.decision import read_decisions
    from tabuah.server.handback.wait import read_wait

    wait = journal.read(read_wait)
    found = ServerHandback(
        head=journal.head().seq,
        waiting=False,
        branches=tuple(handback.branches()),
        decisions=journal.read(read_decisions),
    )
    if wait is None:
        return found
    return msgspec.structs.replace(
        found,
        waiting=wait.is_open(journal.clock()),
        cause=wait.cause.value,
        since=wait.since,
        until=wait.until,
    )


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
