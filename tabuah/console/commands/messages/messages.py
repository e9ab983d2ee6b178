"""`tabuah message list`, `show` and `export`: the messages that came in; works offline."""

from datetime import datetime
from pathlib import Path
from typing import Final

import click

from tabuah.console.commands.command_classes import Code, Moment, TabuahGroup
from tabuah.console.commands.exercises.scope_options import ChosenWorlds, scope_options
from tabuah.console.commands.invocation import Invocation, ItemTable, print_error, print_facts, print_json, print_text
from tabuah.console.commands.parent_events.events import find_event
from tabuah.console.commands.table_commands import WRITABLE_FILE, write_file
from tabuah.console.incidents.incident_numbers import incident_and_event_names
from tabuah.console.messages.message_records import (
    MessageRow,
    make_message_row,
    write_message_table,
)
from tabuah.operations.entries import subject_of
from tabuah.operations.messages.message import (
    Message,
    MessageChannel,
)
from tabuah.resources.localisation import N_, _, format_moment, ngettext
from tabuah.storage.cache.errors import UnknownKey
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.code_labels import code_label
from tabuah.text.exercises.exercise_text import exercise_mark, exercises_by_id
from tabuah.text.messages.alert_text import alert_facts, alert_title
from tabuah.text.messages.answer_text import describe_answer, describe_obstacle
from tabuah.text.messages.message_text import (
    describe_attachments,
    describe_closing,
    describe_repeats,
    describe_state,
    describe_waiting,
    message_field_label,
)

_LONGEST_EXCERPT: Final = 60

message_group = TabuahGroup(
    "message", help=N_("Messages that came in by messengers, forms and e-mail; works offline.")
)


@message_group.command("list", help=N_("List the messages, the newest first, and how many wait."))
@click.option("--waiting", is_flag=True, help=N_("Only those that nobody has dealt with."))
@click.option("--closed", is_flag=True, help=N_("Only closed ones."))
@click.option("--answered", is_flag=True, help=N_("Only those that were answered, or whose answer waits."))
@click.option("--channel", type=Code(MessageChannel), metavar="C", help=N_("Only this channel."))
@click.option("--incident", default="", metavar="INCIDENT", help=N_("Only those about this incident."))
@click.option("--event", default="", metavar="EVENT", help=N_("Only those about this parent event."))
@click.option("--from", "since", type=Moment(), metavar="T", help=N_("Only those from this time on."))
@click.option("--to", "until", type=Moment(), metavar="T", help=N_("Only those before this time."))
@scope_options
@click.pass_obj
def list_messages(
    call: Invocation,
    *,
    waiting: bool,
    closed: bool,
    answered: bool,
    channel: MessageChannel | None,
    incident: str,
    event: str,
    since: datetime | None,
    until: datetime | None,
    worlds: ChosenWorlds,
) -> None:
    with call.open_store() as store:
        known, now = exercises_by_id(store.exercises()), store.now()
        about = store.incident(incident).id if incident else ""
        about_event = find_event(store, event).id if event else ""
        every = worlds.scope(store).select(store.messages())
        found = [
            each
            for each in every
            if (not waiting or each.waits_at(now))
            and (not closed or each.closed is not None)
            and (not answered or each.is_answered)
            and (channel is None or each.channel is channel)
            and (not about or about in each.incidents)
            and (not about_event or about_event in each.events)
            and (since is None or each.received_at >= since)
            and (until is None or each.received_at < until)
        ]
        numbers = incident_and_event_names(store)
        rows = [make_message_row(store, each, numbers, known, now=now) for each in found]
    states = {each.id: describe_state(each, numbers, now) for each in found}
    table = ItemTable[MessageRow](
        kind="message",
        headers=["ID", _("Time"), _("Channel"), _("Sender"), _("Text"), _("State"), ""],
        name=lambda row: row.id[:13],
        record=lambda row: row,
        cells=lambda row: _cells(row, states[row.id]),
    )
    call.show_items(rows, table, empty=_("No messages."))
    if not call.as_json:
        print_error(describe_waiting(every, now))


@message_group.command("show", help=N_("Show one message, with text and sender if this user may read them."))
@click.argument("key", metavar="ID")
@click.pass_obj
def show_message(call: Invocation, *, key: str) -> None:
    with call.open_store() as store:
        found, known, numbers = (
            find_message(store, key),
            exercises_by_id(store.exercises()),
            incident_and_event_names(store),
        )
        store.histories.request(subject_of("message", found.id))
        now = store.now()
        row = make_message_row(store, found, numbers, known, now=now)
    if call.as_json:
        print_json(row)
        return
    position = f"{found.position.lat_deg:g}, {found.position.lon_deg:g}" if found.position else ""
    cut = ngettext("{n} character is missing.", "{n} characters are missing.", found.cut).format(n=found.cut)
    print_facts(
        [
            ("ID", row.id),
            (_("Exercise"), exercise_mark(found, known)),
            (message_field_label("channel"), code_label(row.channel)),
            (message_field_label("account"), row.account),
            (_("Written at"), format_moment(row.sent_at)),
            (_("Received"), format_moment(row.received_at)),
            (message_field_label("sender"), row.sender if row.sender is not None else _("sealed, erased or empty")),
            (message_field_label("text"), row.text if row.text is not None else _("sealed, erased or empty")),
            ("", cut if found.cut else ""),
            (message_field_label("position"), position),
            (message_field_label("attachments"), describe_attachments(found.attachments)),
            (message_field_label("repeats"), describe_repeats(found)),
            (message_field_label("state"), describe_state(found, numbers, now)),
            *alert_facts(found.alert, now, closure=found.alert_closure),
            (message_field_label("closed"), describe_closing(found)),
            *((message_field_label("answers"), line) for line in _answer_lines(found, row)),
        ]
    )


def _answer_lines(found: Message, row: MessageRow) -> list[str]:
    """Return the answers, or why there can be none."""
    pairs = zip(found.answers, row.answers, strict=True)
    lines = [describe_answer(answer, shown.text) for answer, shown in pairs]
    return lines or ([describe_obstacle(row.obstacle)] if row.obstacle is not None else [])


@message_group.command("export", help=N_("Write the messages to a CSV or XLSX file."))
@click.argument("file", type=WRITABLE_FILE, metavar="FILE")
@click.option(
    "--personal", "with_personal", is_flag=True, help=N_("Include senders and texts that this user may read.")
)
@scope_options
@click.pass_obj
def export_messages(call: Invocation, *, file: Path, with_personal: bool, worlds: ChosenWorlds) -> None:
    with call.open_store() as store:
        known, numbers = exercises_by_id(store.exercises()), incident_and_event_names(store)
        found = worlds.scope(store).select(store.messages())
        rows = [make_message_row(store, each, numbers, known, now=store.now()) for each in found]
    write_file(file, lambda: write_message_table(file, rows, with_personal=with_personal))
    text = ngettext("{n} message is written to {file}.", "{n} messages are written to {file}.", len(rows))
    call.show({"file": str(file), "messages": len(rows)}, lambda: print_text(text.format(n=len(rows), file=file)))
    if with_personal and any(row.sender or row.text or row.answers for row in rows):
        print_error(_("The file contains personal data. Store it safely, and delete it after use."))


def find_message(store: ConsoleStore, key: str) -> Message:
    """Return a message by its id or the beginning of it.

    Raises:
        UnknownKey: none matches, or several do.
    """
    wanted = key.strip().lower()
    found = [each for each in store.messages() if wanted and each.id.startswith(wanted)]
    if len(found) == 1:
        return found[0]
    if not found:
        raise UnknownKey(_("There is no message {key}. See: tabuah message list").format(key=key))
    raise UnknownKey(_("Several messages begin with {key}. Give more of the id.").format(key=key))


def _cells(row: MessageRow, state: str) -> list[str]:
    marks = [row.exercise or "", _("not yet synced") if row.pending else ""]
    return [
        row.id[:13],
        format_moment(row.received_at),
        code_label(row.channel),
        row.sender or "",
        _excerpt(row),
        state,
        " · ".join(filter(None, marks)),
    ]


def _excerpt(row: MessageRow) -> str:
    text = row.text or alert_title(row.alert) or describe_attachments(row.attachments)
    return " ".join(text.split())[:_LONGEST_EXCERPT]
