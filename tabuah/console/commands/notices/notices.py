"""`tabuah notice`: the receipts of outgoing notices; messages are sent again and cancelled. Needs the server."""

from pathlib import Path
from typing import Final, Literal

import click

from tabuah.console.commands.alarms.alarms import find_alarm
from tabuah.console.commands.command_classes import TabuahGroup
from tabuah.console.commands.exit_codes import ExitCode
from tabuah.console.commands.invocation import Invocation, print_error, print_text
from tabuah.console.commands.table_commands import WRITABLE_FILE, write_file
from tabuah.console.notices.receipt_records import write_receipt_table
from tabuah.operations.entries import subject_of
from tabuah.resources.localisation import N_, _, format_moment, ngettext
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.notices_protocol import MAX_CHANGED, NoticeReceipt, NoticeReceiptsReply
from tabuah.storage.sync.notice_receipts import MOST_RECEIPTS, change_notices, read_notice_receipts
from tabuah.storage.sync.session import ConsoleSession
from tabuah.text.notices.notice_text import occasion_label
from tabuah.text.notices.receipt_text import (
    changed_by_text,
    describe_change,
    describe_receipt_state,
    no_receipts_text,
)

_STATES: Final = click.Choice(["waiting", "accepted", "failed", "cancelled"])
_ID: Final = click.IntRange(1, 2**63 - 1)
notice_group = TabuahGroup("notice", help=N_("Receipts of outgoing notices: who was notified, with which result."))


@notice_group.command("list", help=N_("List the receipts of notices, the newest first; needs the server."))
@click.option("--state", type=_STATES, help=N_("Only those in this state."))
@click.option("--alarm", default="", metavar="ID", help=N_("Only those about this alarm."))
@click.option(
    "--limit", type=click.IntRange(1, MOST_RECEIPTS), default=100, show_default=True, metavar="N", help=N_("At most.")
)
@click.pass_obj
def list_receipts(call: Invocation, *, state: str | None, alarm: str, limit: int) -> None:
    with call.open_store() as store:
        reply = _read(store, state=state or "", alarm=alarm, most=limit)
    headers = (_("Id"), _("Time"), _("Contact"), _("Channel"), _("Occasion"), _("State"), _("Title"), _("Reason"))
    rows = [_cells(each) for each in reply.receipts]
    call.show_table(reply, headers, rows, empty=no_receipts_text(is_sending=reply.is_sending))
    if rows and reply.before is not None and not call.as_json:
        print_text(_("There are older ones; see more with --limit."))


@notice_group.command("export", help=N_("Write the receipts of notices to a CSV or XLSX file; needs the server."))
@click.argument("file", type=WRITABLE_FILE, metavar="FILE")
@click.option("--state", type=_STATES, help=N_("Only those in this state."))
@click.option("--alarm", default="", metavar="ID", help=N_("Only those about this alarm."))
@click.option("--personal", "with_personal", is_flag=True, help=N_("Include addresses and answers of the channels."))
@click.pass_obj
def export_receipts(call: Invocation, *, file: Path, state: str | None, alarm: str, with_personal: bool) -> None:
    with call.open_store() as store:
        reply = _read(store, state=state or "", alarm=alarm, most=MOST_RECEIPTS)
    receipts = reply.receipts
    write_file(file, lambda: write_receipt_table(file, receipts, with_personal=with_personal))
    text = ngettext("{n} receipt is written to {file}.", "{n} receipts are written to {file}.", len(receipts))
    record = {"file": str(file), "receipts": len(receipts), "has_more": reply.before is not None}
    call.show(record, lambda: print_text(text.format(n=len(receipts), file=file)))
    if reply.before is not None:
        print_error(_("Only the newest {n} were written.").format(n=len(receipts)))
    if with_personal and receipts:
        print_error(_("The file contains personal data. Store it safely, and delete it after use."))


@notice_group.command("retry", help=N_("Send messages again that failed or were cancelled; needs the server."))
@click.argument("ids", nargs=-1, required=True, type=_ID, metavar="ID …")
@click.pass_obj
def retry_messages(call: Invocation, *, ids: tuple[int, ...]) -> int:
    return _change(call, "retry", ids)


@notice_group.command("cancel", help=N_("Cancel messages that wait; needs the server."))
@click.argument("ids", nargs=-1, required=True, type=_ID, metavar="ID …")
@click.pass_obj
def cancel_messages(call: Invocation, *, ids: tuple[int, ...]) -> int:
    return _change(call, "cancel", ids)


def _change(call: Invocation, act: Literal["retry", "cancel"], ids: tuple[int, ...]) -> int:
    """Change messages at the server, and return the exit code: 4 if one of them could not be changed.

    Raises:
        SyncError: the server cannot be reached, or refuses.
    """
    chosen = tuple(dict.fromkeys(ids))
    if len(chosen) > MAX_CHANGED:
        raise click.UsageError(_("At most {n} at once.").format(n=MAX_CHANGED))
    with call.open_store() as store, ConsoleSession(store).client as client:
        changed = change_notices(client, act, chosen)
    record = {"changed": changed, "unchanged": tuple(each for each in chosen if each not in changed)}
    call.show(record, lambda: print_text(describe_change(act, changed=len(changed), asked=len(chosen))))
    return ExitCode.DONE if len(changed) == len(chosen) else ExitCode.REFUSED


def _read(store: ConsoleStore, *, state: str, alarm: str, most: int) -> NoticeReceiptsReply:
    """Return receipts of the server.

    Raises:
        UnknownKey: there is no such alarm, or several begin with this.
        SyncError: the server cannot be reached, or refuses.
    """
    subject = subject_of("alarm", find_alarm(store, alarm).id) if alarm else ""
    with ConsoleSession(store).client as client:
        return read_notice_receipts(client, state=state, subject=subject, most=most)


def _cells(receipt: NoticeReceipt) -> tuple[str, ...]:
    fields = ("attempts", "due_at", "ended_at", "acknowledged_at")
    state = describe_receipt_state(receipt.state, **{name: getattr(receipt, name) for name in fields})
    return (
        str(receipt.id),
        format_moment(receipt.created_at),
        receipt.contact_name,
        receipt.channel,
        occasion_label(receipt.occasion),
        state,
        receipt.title,
        " · ".join(filter(None, (receipt.error, changed_by_text(receipt.changed_by)))),
    )
