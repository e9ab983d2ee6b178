"""`tabuah server notices`: settings, queue and test of outgoing notices; works while the server runs."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import click
import msgspec

from tabuah.console.commands.command_classes import TabuahGroup
from tabuah.console.commands.exit_codes import ExitCode
from tabuah.console.commands.invocation import Invocation, print_error, print_text
from tabuah.console.commands.server.data_directory import read_server_journal, server_directory
from tabuah.resources.localisation import N_, _, format_moment, format_number, ngettext

if TYPE_CHECKING:
    from tabuah.operations.contacts.contact import Contact
    from tabuah.operations.notices.channels import NoticeChannel
    from tabuah.server.journal import ServerJournal
    from tabuah.server.notices.notice_queue import NoticeQueue

MOST_IDS: Final = 500
notices_group = TabuahGroup("notices", help=N_("Outgoing notices: settings, messages and tests."))


class NoticesFileRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Record of `server notices init --json` and `check --json`."""

    file: str
    created: bool = False
    channels: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    unknown_contacts: tuple[str, ...] = ()


class ListedNotice(msgspec.Struct, frozen=True, kw_only=True):
    """One message of `server notices list --json`; addresses are not in it."""

    id: int
    key: str
    contact: str
    contact_name: str
    occasion: str
    exercise: bool
    channel: str
    title: str
    state: str
    created_at: datetime
    due_at: datetime
    attempts: int
    ended_at: datetime | None
    acknowledged_at: datetime | None
    receipt: str
    error: str


class ChangedNotices(msgspec.Struct, frozen=True, kw_only=True):
    """Record of `server notices retry --json` and `cancel --json`: the number of messages."""

    changed: int


class TriedChannel(msgspec.Struct, frozen=True, kw_only=True):
    """Record of `server notices test --json`, one for each channel; `error` is empty if it was accepted.

    `occasions` are those for which the settings notify the contact through the channel.
    """

    channel: str
    contact: str
    occasions: tuple[str, ...] = ()
    receipt: str = ""
    error: str = ""


@notices_group.command("init", help=N_("Write a sample notices.toml; an existing file stays."))
@click.pass_obj
def write_settings(invocation: Invocation) -> None:
    from tabuah.operations.notices.settings import FILE_NAME
    from tabuah.server.directory import ServerDirectory
    from tabuah.server.notices.settings_file import load_notice_settings, write_sample_settings

    directory = ServerDirectory(server_directory(invocation))
    directory.create()
    written = write_sample_settings(directory.path)
    load_notice_settings(directory.path)
    file = written or directory.path / FILE_NAME
    message = _("{file} was written. Edit it, then: tabuah server notices check")
    stays = _("{file} already exists and is valid.")
    record = NoticesFileRecord(file=str(file), created=written is not None)
    invocation.show(record, lambda: print_text((message if written else stays).format(file=file)))


@notices_group.command("check", help=N_("Check notices.toml, its secrets and its contacts."))
@click.pass_obj
def check_settings(invocation: Invocation) -> int:
    from tabuah.operations.notices.settings import FILE_NAME
    from tabuah.server.notices.settings_file import load_notice_settings
    from tabuah.server.regency.setup_contacts import journal_contacts

    directory = server_directory(invocation)
    found = load_notice_settings(directory)
    with read_server_journal(invocation) as journal:
        known = {key for key, contact in journal_contacts(journal).items() if contact.retired is None}
    named = {*found.exercise_contacts, *found.people.values()}
    named |= {contact for rule in found.recipient for contact in rule.contacts}
    record = NoticesFileRecord(
        file=str(directory / FILE_NAME),
        channels=tuple(channel.name for channel in found.channel),
        recipients=tuple(rule.name for rule in found.recipient),
        unknown_contacts=tuple(sorted(named - known)),
    )
    invocation.show(record, lambda: _print_check(record))
    return ExitCode.BAD_INPUT if record.unknown_contacts else ExitCode.DONE


def _print_check(record: NoticesFileRecord) -> None:
    if not record.channels:
        print_text(_("No channel is set: nothing is sent. Write the settings: tabuah server notices init"))
    else:
        text = _(
            "{file} is valid: {channels} channels, {recipients} recipients. A running server reads it at its start."
        )
        print_text(text.format(file=record.file, channels=len(record.channels), recipients=len(record.recipients)))
    for contact in record.unknown_contacts:
        print_text(_("There is no contact {id}; see: tabuah contact list --json").format(id=contact))


@notices_group.command("list", help=N_("List the messages, the newest first."))
@click.option(
    "--state",
    type=click.Choice(["waiting", "accepted", "failed", "cancelled"]),
    help=N_("Only those in this state."),
)
@click.option(
    "--occasion",
    type=click.Choice(["alarm", "escalation", "dispatch", "disposition", "task", "due", "help"]),
    help=N_("Only those of this occasion."),
)
@click.option(
    "--limit", type=click.IntRange(1, 100_000), default=100, show_default=True, metavar="N", help=N_("At most.")
)
@click.pass_obj
def list_notices(invocation: Invocation, state: str | None, occasion: str | None, limit: int) -> None:
    from tabuah.server.notices.notice_queue import STATES, NoticeQueue

    with NoticeQueue(server_directory(invocation)) as queue:
        found = queue.deliveries(states=(state,) if state else STATES, occasion=occasion or "", limit=limit)
    records = [msgspec.convert(each, ListedNotice, from_attributes=True) for each in found]
    headers = (_("Id"), _("Time"), _("Contact"), _("Channel"), _("Occasion"), _("State"), _("Title"), _("Receipt"))
    invocation.show_table(records, headers, [*map(_row, records)], empty=_("There are no messages."))


def _row(notice: ListedNotice) -> tuple[str, ...]:
    from tabuah.text.notices.notice_text import delivery_state_label, occasion_label

    state = delivery_state_label(notice.state)
    if notice.attempts > 1 or notice.error:
        state = f"{state} ({notice.attempts}×)"
    if notice.acknowledged_at is not None:
        state = f"{state}, {_('confirmed {moment}').format(moment=format_moment(notice.acknowledged_at))}"
    return (
        str(notice.id),
        format_moment(notice.created_at),
        notice.contact_name,
        notice.channel,
        occasion_label(notice.occasion),
        state,
        notice.title,
        notice.error or notice.receipt,
    )


@notices_group.command("retry", help=N_("Send messages again that wait, failed or were cancelled."))
@click.argument("ids", nargs=-1, type=click.IntRange(1), metavar="[ID …]")
@click.option("--failed", is_flag=True, help=N_("All that failed."))
@click.pass_obj
def retry_notices(invocation: Invocation, ids: tuple[int, ...], *, failed: bool) -> None:
    from tabuah.server.notices.notice_queue import NoticeQueue

    with NoticeQueue(server_directory(invocation)) as queue:
        changed = sum(
            queue.retry(part, datetime.now(UTC)) for part in _chosen(queue, ids, "failed" if failed else "")
        )
    text = ngettext("{n} message is sent again.", "{n} messages are sent again.", changed)
    invocation.show(ChangedNotices(changed=changed), lambda: print_text(text.format(n=format_number(changed))))


@notices_group.command("cancel", help=N_("Cancel messages that wait."))
@click.argument("ids", nargs=-1, type=click.IntRange(1), metavar="[ID …]")
@click.option("--all", "every", is_flag=True, help=N_("All that wait."))
@click.pass_obj
def cancel_notices(invocation: Invocation, ids: tuple[int, ...], *, every: bool) -> None:
    from tabuah.server.notices.notice_queue import NoticeQueue

    with NoticeQueue(server_directory(invocation)) as queue:
        changed = sum(
            queue.cancel(part, datetime.now(UTC)) for part in _chosen(queue, ids, "waiting" if every else "")
        )
    text = ngettext("{n} message was cancelled.", "{n} messages were cancelled.", changed)
    invocation.show(ChangedNotices(changed=changed), lambda: print_text(text.format(n=format_number(changed))))


def _chosen(queue: "NoticeQueue", ids: Sequence[int], state: str) -> list[list[int]]:
    """Return ids in parts that one statement takes: those given, or those of all messages in a state."""
    if bool(ids) == bool(state):
        raise click.UsageError(_("Name the ids, or all by the option."))
    chosen = list(ids) or [each.id for each in queue.deliveries(states=(state,), limit=1_000_000)]
    return [chosen[start : start + MOST_IDS] for start in range(0, len(chosen), MOST_IDS)]


@notices_group.command("chats", help=N_("List the Telegram chats that have written to the bot of a channel."))
@click.argument("channel", metavar="CHANNEL")
@click.pass_obj
def list_chats(invocation: Invocation, channel: str) -> int:
    """Ask Telegram, without marking anything as read."""
    from tabuah.operations.notices.channels import TelegramChannel
    from tabuah.server.notices.message_sender import DeliveryFailed
    from tabuah.server.notices.service import AGENT
    from tabuah.server.notices.settings_file import load_notice_settings, secret_of
    from tabuah.server.notices.telegram_sender import TelegramSender

    directory = server_directory(invocation)
    found = load_notice_settings(directory).channel_named(channel)
    if not isinstance(found, TelegramChannel):
        raise click.UsageError(_("notices.toml has no such channel of the kind telegram."))
    sender = TelegramSender(found, secret_of(found, directory), AGENT)
    try:
        chats = sender.chats()
    except DeliveryFailed as failure:
        print_error(str(failure))
        return ExitCode.REFUSED
    finally:
        sender.close()
    empty = _("No chat yet. Write to the bot, or add it to the group and write /start there; then try again.")
    headers = (_("Chat"), _("Kind"), _("Name"))
    invocation.show_table(chats, headers, [(each.chat, each.kind, each.name) for each in chats], empty=empty)
    return ExitCode.DONE


@notices_group.command("test", help=N_("Send a test message to a contact now, and show the receipt."))
@click.argument("contact")
@click.option("--channel", default="", metavar="NAME", help=N_("Only this channel; default: all."))
@click.pass_obj
def test_contact(invocation: Invocation, contact: str, channel: str) -> int:
    """Send without the queue, whether the server runs or not."""
    from tabuah.operations.notices.recipients import occasions_of
    from tabuah.server.notices.settings_file import load_notice_settings

    directory = server_directory(invocation)
    settings = load_notice_settings(directory)
    channels = [each for each in settings.channel if channel in ("", each.name)]
    if not channels:
        raise click.UsageError(_("notices.toml has no such channel."))
    with read_server_journal(invocation) as journal:
        chosen = _contact_named(journal, contact)
        occasions = {each.name: occasions_of(chosen, each.name, settings) for each in channels}
        tried = [
            msgspec.structs.replace(_try_channel(journal, each, chosen), occasions=occasions[each.name])
            for each in channels
        ]
    invocation.show(tried, lambda: print_text("\n".join(map(_describe_try, tried))))
    return ExitCode.REFUSED if any(each.error for each in tried) else ExitCode.DONE


def _contact_named(journal: "ServerJournal", wanted: str) -> "Contact":
    from tabuah.operations.notices.recipients import find_contact
    from tabuah.server.errors import NoSuchRecord
    from tabuah.server.regency.setup_contacts import journal_contacts

    found = find_contact(journal_contacts(journal).values(), wanted)
    if len(found) != 1:
        message = (
            _("{name} is the name of several contacts; give the id.") if found else _("There is no contact {name}.")
        )
        raise NoSuchRecord(message.format(name=wanted))
    return found[0]


def _try_channel(journal: "ServerJournal", channel: "NoticeChannel", contact: "Contact") -> TriedChannel:
    from tabuah.server.notices.channel_senders import open_sender
    from tabuah.server.notices.journal_facts import JournalFacts
    from tabuah.server.notices.message_sender import DeliveryFailed, NoticeMessage
    from tabuah.server.notices.service import AGENT
    from tabuah.storage.journal.identifiers import new_uuid
    from tabuah.text.notices.notice_text import trial_text

    facts = JournalFacts(journal)
    own = channel.addresses.get(contact.id, "")
    found = (own,) if own else facts.addresses_of(contact, channel.number_field, personal=channel.personal)
    tried = TriedChannel(channel=channel.name, contact=contact.name)
    if not found:
        return msgspec.structs.replace(tried, error=_("the contact has no address for this channel"))
    text, now = trial_text(contact.name), datetime.now(UTC)
    message = NoticeMessage(
        key=f"{new_uuid(now)}.{channel.name}",
        address=found[0],
        name=contact.name,
        title=text.title,
        text=text.text,
        sent_at=now,
    )
    sender = open_sender(channel, journal.directory.path, AGENT)
    try:
        return msgspec.structs.replace(tried, receipt=sender.send(message))
    except DeliveryFailed as failure:
        return msgspec.structs.replace(tried, error=str(failure))
    finally:
        sender.close()


def _describe_try(tried: TriedChannel) -> str:
    from tabuah.text.notices.notice_text import occasion_label

    if tried.error:
        result = _("{channel}: not accepted: {error}").format(channel=tried.channel, error=tried.error)
    else:
        result = _("{channel}: accepted: {receipt}").format(channel=tried.channel, receipt=tried.receipt)
    occasions = ", ".join(map(occasion_label, tried.occasions)) or _("no occasion")
    return f"{result}\n{_('{channel}: notified of: {occasions}').format(channel=tried.channel, occasions=occasions)}"
