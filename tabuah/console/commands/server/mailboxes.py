"""`tabuah server messages`: the mailboxes that the server reads by IMAP; works while the server runs."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
import msgspec

from tabuah.console.commands.command_classes import TabuahGroup
from tabuah.console.commands.exit_codes import ExitCode
from tabuah.console.commands.invocation import Invocation, print_text
from tabuah.console.commands.messages.mail_file import read_mail_file
from tabuah.console.commands.server.data_directory import open_server_journal, server_directory
from tabuah.resources.localisation import N_, _, format_moment, format_number

if TYPE_CHECKING:
    from tabuah.operations.messages.mailbox import ImapMailbox
    from tabuah.server.messages.mailbox_file import MailboxState

messages_group = TabuahGroup("messages", help=N_("Mailboxes that the server reads: state, check, test, pause."))
_ACCOUNT: Final = click.argument("account", metavar="ACCOUNT")
_MAIL: Final = click.Path(path_type=Path, dir_okay=False, exists=True, readable=True)
_STATES: Final = {
    "works": N_("works"),
    "failing": N_("fails"),
    "paused": N_("paused"),
    "new": N_("not read yet"),
}


class MessagesFileRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Record of `server messages init --json` and `check --json`."""

    file: str
    created: bool = False
    accounts: tuple[str, ...] = ()
    mailboxes: tuple[str, ...] = ()


class ListedMailbox(msgspec.Struct, frozen=True, kw_only=True):
    """One mailbox of `server messages list --json`; the password and its source are not in it."""

    account: str
    host: str
    folder: str
    state: str
    fault: str
    detail: str
    recorded: int
    skipped: int
    recorded_at: datetime | None
    read_at: datetime | None
    due_at: datetime | None
    failing_since: datetime | None
    paused_at: datetime | None


class TriedMailbox(msgspec.Struct, frozen=True, kw_only=True):
    """Record of `server messages test --json`; `fault` is empty if the folder could be opened."""

    account: str
    fault: str = ""
    detail: str = ""
    next_uid: int = 0


class ChangedMailbox(msgspec.Struct, frozen=True, kw_only=True):
    """Record of `server messages pause --json` and `resume --json`."""

    account: str
    changed: bool


class ImportedMail(msgspec.Struct, frozen=True, kw_only=True):
    """Record of `server messages import --json`; `message` is empty if none has the mail."""

    file: str
    result: str
    message: str


@messages_group.command("init", help=N_("Write a sample messages.toml; an existing file stays."))
@click.pass_obj
def write_settings(invocation: Invocation) -> None:
    from tabuah.operations.messages.mapping_file import FILE_NAME
    from tabuah.server.directory import ServerDirectory
    from tabuah.server.messages.settings_file import load_message_settings, write_sample_messages

    directory = ServerDirectory(server_directory(invocation))
    directory.create()
    written = write_sample_messages(directory.path)
    load_message_settings(directory.path)
    message = _("{file} was written. Edit it, then: tabuah server messages check")
    stays = _("{file} already exists and is valid.")
    record = MessagesFileRecord(file=str(directory.path / FILE_NAME), created=written is not None)
    invocation.show(record, lambda: print_text((message if written else stays).format(file=record.file)))


@messages_group.command("check", help=N_("Check messages.toml and the passwords of its mailboxes."))
@click.pass_obj
def check_settings(invocation: Invocation) -> None:
    from tabuah.operations.messages.mapping_file import FILE_NAME
    from tabuah.server.messages.settings_file import check_mailbox, load_message_settings

    directory = server_directory(invocation)
    found = load_message_settings(directory)
    for account, mailbox in found.mailboxes.items():
        check_mailbox(account, mailbox, directory)
    record = MessagesFileRecord(
        file=str(directory / FILE_NAME), accounts=tuple(found.mappings), mailboxes=tuple(found.mailboxes)
    )
    none = _("No account delivers messages. Write the settings: tabuah server messages init")
    valid = _("{file} is valid: {n} accounts, {mailboxes} of them mailboxes. A running server uses it at once.")
    text = valid.format(file=record.file, n=len(record.accounts), mailboxes=len(record.mailboxes))
    invocation.show(record, lambda: print_text(text if record.accounts else none))


@messages_group.command("list", help=N_("List the mailboxes, how far they are read, and why one cannot be read."))
@click.pass_obj
def list_mailboxes(invocation: Invocation) -> None:
    from tabuah.server.messages.mailbox_file import MailboxFile
    from tabuah.server.messages.settings_file import load_message_settings

    directory = server_directory(invocation)
    mailboxes = load_message_settings(directory).mailboxes
    with MailboxFile(directory) as file:
        records = [_listed(mailbox, file.state(account)) for account, mailbox in mailboxes.items()]
    headers = (
        *(_("Account"), _("Mail server"), _("Folder"), _("State"), _("Recorded"), _("Skipped")),
        *(_("Last read"), _("Reason")),
    )
    invocation.show_table(records, headers, [*map(_row, records)], empty=_("There are no mailboxes."))


def _listed(mailbox: "ImapMailbox", state: "MailboxState") -> ListedMailbox:
    return ListedMailbox(
        account=state.account,
        host=mailbox.host,
        folder=mailbox.folder,
        state=_state_of(state),
        fault=state.fault.value if state.fault is not None else "",
        detail=state.detail,
        recorded=state.recorded,
        skipped=state.skipped,
        recorded_at=state.recorded_at,
        read_at=state.read_at,
        due_at=state.due_at,
        failing_since=state.failing_since,
        paused_at=state.paused_at,
    )


def _state_of(state: "MailboxState") -> str:
    if state.paused_at is not None:
        return "paused"
    if state.failing_since is not None:
        return "failing"
    return "works" if state.read_at is not None else "new"


def _row(each: ListedMailbox) -> tuple[str, ...]:
    from tabuah.operations.messages.mailbox import MailboxFault
    from tabuah.text.messages.mail_text import describe_mailbox_fault

    return (
        each.account,
        each.host,
        each.folder,
        _(_STATES[each.state]),
        format_number(each.recorded),
        format_number(each.skipped),
        format_moment(each.read_at) if each.read_at is not None else "–",
        describe_mailbox_fault(MailboxFault(each.fault), each.detail) if each.fault else "",
    )


@messages_group.command("test", help=N_("Log in to a mailbox and open its folder; reads no mail."))
@_ACCOUNT
@click.pass_obj
def try_mailbox(invocation: Invocation, account: str) -> int:
    from tabuah.server.messages.imap_connection import ImapConnection, MailboxFailed
    from tabuah.server.messages.mailbox_reader import password_of
    from tabuah.text.messages.mail_text import describe_mailbox_fault

    mailbox, directory = _mailbox_of(invocation, account), server_directory(invocation)
    connection = ImapConnection(mailbox, directory)
    tried = TriedMailbox(account=account)
    try:
        connection.log_in(password_of(account, mailbox, directory))
        tried = msgspec.structs.replace(tried, next_uid=connection.open_folder().next_uid)
        text = _("{account}: the folder {folder} can be read.").format(account=account, folder=mailbox.folder)
    except MailboxFailed as failure:
        tried = msgspec.structs.replace(tried, fault=failure.fault.value, detail=failure.detail)
        text = f"{account}: {describe_mailbox_fault(failure.fault, failure.detail)}"
    finally:
        connection.close()
    invocation.show(tried, lambda: print_text(text))
    return ExitCode.REFUSED if tried.fault else ExitCode.DONE


@messages_group.command("pause", help=N_("Read a mailbox no more, until it is resumed."))
@_ACCOUNT
@click.pass_obj
def pause_mailbox(invocation: Invocation, account: str) -> None:
    from tabuah.server.messages.mailbox_file import MailboxFile

    _mailbox_of(invocation, account)
    with MailboxFile(server_directory(invocation)) as file:
        changed = file.pause(account, datetime.now(UTC))
    text = _("{account} is paused. Its mails wait in the mailbox.") if changed else _("{account} was paused already.")
    invocation.show(
        ChangedMailbox(account=account, changed=changed), lambda: print_text(text.format(account=account))
    )


@messages_group.command("resume", help=N_("Read a mailbox at once: one that is paused, or waits after a failure."))
@_ACCOUNT
@click.pass_obj
def resume_mailbox(invocation: Invocation, account: str) -> None:
    from tabuah.server.messages.mailbox_file import MailboxFile

    _mailbox_of(invocation, account)
    with MailboxFile(server_directory(invocation)) as file:
        changed = file.resume(account)
    text = _("{account} is read again, within seconds.") if changed else _("{account} is read within seconds.")
    invocation.show(
        ChangedMailbox(account=account, changed=changed), lambda: print_text(text.format(account=account))
    )


@messages_group.command("import", help=N_("Record saved mails (.eml) as messages of an account; each once."))
@_ACCOUNT
@click.argument("files", type=_MAIL, nargs=-1, required=True, metavar="FILE…")
@click.option("--dry-run", is_flag=True, help=N_("Record nothing."))
@click.pass_obj
def import_mails(invocation: Invocation, account: str, files: tuple[Path, ...], *, dry_run: bool) -> int:
    """Record saved mails as if the account had delivered them."""
    from tabuah.server.messages.intake import MessageIntake
    from tabuah.server.notices.settings_file import load_notice_settings
    from tabuah.text.messages.mail_text import encode_mail

    with open_server_journal(invocation) as journal:
        directory = journal.directory.path
        channels = frozenset(channel.name for channel in load_notice_settings(directory).channel)
        intake = MessageIntake(journal, directory, answer_channels=channels)
        records = []
        for file in files:
            document = encode_mail(read_mail_file(file))
            receipt = (intake.preview if dry_run else intake.take)(account, document)[0]
            records.append(ImportedMail(file=str(file), result=receipt.result.value, message=receipt.id))
    headers = (_("File"), _("Result"), _("Message"))
    rows = [(each.file, _(_RESULTS[each.result]), each.message or "–") for each in records]
    invocation.show_table(records, headers, rows, empty="")
    return ExitCode.REFUSED if any(each.result == "empty" for each in records) else ExitCode.DONE


_RESULTS: Final = {
    "recorded": N_("recorded"),
    "known": N_("known already"),
    "counted": N_("counted at an earlier message with the same text"),
    "limited": N_("counted: the sender writes too much at once"),
    "empty": N_("nothing to record"),
}


def _mailbox_of(invocation: Invocation, account: str) -> "ImapMailbox":
    from tabuah.server.messages.settings_file import load_message_settings

    mailbox = load_message_settings(server_directory(invocation)).mailboxes.get(account)
    if mailbox is None:
        raise click.UsageError(_("messages.toml has no mailbox of the account {account}.").format(account=account))
    return mailbox
