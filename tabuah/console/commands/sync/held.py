"""`tabuah held`: entries held for a supervisor, and deferred entries that wait for others."""

from collections.abc import Iterable
from datetime import datetime

import click
import msgspec

from tabuah.console.commands.command_classes import TabuahGroup
from tabuah.console.commands.invocation import Invocation, print_text
from tabuah.operations.deferred import DEFERRAL_REASONS
from tabuah.operations.entries import Draft, Entry
from tabuah.operations.held_entries import refuse_held, release_held
from tabuah.operations.subject_titles import subject_number
from tabuah.resources.localisation import N_, _, format_moment
from tabuah.storage.cache.errors import UnknownKey
from tabuah.storage.cache.pending_work import BlockedEntry
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.sync.entry_summary import describe_entry
from tabuah.text.sync.held_and_rejected import describe_deferral
from tabuah.text.sync.verdict_reasons import describe_reason

held_group = TabuahGroup("held", help=N_("List, release and refuse held entries; works offline."))


class UnappliedEntryRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Record of an entry without effect in `held list --json` and `rejected list --json`."""

    id: str
    subject: str
    number: str
    kind: str
    text: str
    reason: str
    told: str
    actor: str
    device: str
    at: datetime
    own: bool


def make_unapplied_record(
    store: ConsoleStore, unapplied: BlockedEntry, among: Iterable[Entry] = ()
) -> UnappliedEntryRecord:
    """Return the record of an entry without effect.

    `among` are other such entries, one of which may be the report of its incident.
    """
    entry = unapplied.entry
    return UnappliedEntryRecord(
        id=entry.id,
        subject=entry.subject,
        number=subject_number(entry, store.state(entry.subject).value, among),
        kind=entry.kind,
        text=describe_entry(entry),
        reason=unapplied.reason,
        told=unapplied.refusal_reason or _describe_reason(store, unapplied),
        actor=entry.actor,
        device=entry.device,
        at=entry.at,
        own=entry.device in store.own_devices,
    )


def _describe_reason(store: ConsoleStore, unapplied: BlockedEntry) -> str:
    if unapplied.reason not in DEFERRAL_REASONS:
        return describe_reason(unapplied.reason)
    return describe_deferral(
        unapplied.entry, unapplied.reason, is_begun=store.state(unapplied.entry.subject).value is not None
    )


@held_group.command("list", help=N_("List held and deferred entries of all devices, oldest first."))
@click.pass_obj
def list_held(call: Invocation) -> None:
    with call.open_store() as store:
        held = store.held()
        entries = [unapplied.entry for unapplied in held]
        records = [make_unapplied_record(store, unapplied, entries) for unapplied in held]
    headers = [_("Entry"), _("About"), _("Who"), _("When"), _("Reason"), _("What")]
    rows = [[t.id, t.number, t.actor, format_moment(t.at), t.told, t.text] for t in records]
    call.show_table(records, headers, rows, empty=_("No change is held."))


@held_group.command("release", help=N_("Release a held entry so that it takes effect; for supervisors."))
@click.argument("entry", metavar="ID")
@click.pass_obj
def release_command(call: Invocation, *, entry: str) -> None:
    with call.open_store() as store:
        unapplied = find_held(store, entry)
        _decide(call, store, unapplied, release_held(unapplied.entry), message=_("Released: {text}"))


@held_group.command("refuse", help=N_("Refuse a held entry with a reason for its author; for supervisors."))
@click.argument("entry", metavar="ID")
@click.option("--reason", required=True, metavar="TEXT", help=N_("The reason, for the author and the history."))
@click.pass_obj
def refuse_command(call: Invocation, *, entry: str, reason: str) -> None:
    with call.open_store() as store:
        unapplied = find_held(store, entry)
        _decide(call, store, unapplied, refuse_held(unapplied.entry, reason), message=_("Refused: {text}"))


def find_held(store: ConsoleStore, key: str) -> BlockedEntry:
    """Return a held entry by its id or an unambiguous beginning of it.

    Raises:
        UnknownKey: no entry matches, or several do.
    """
    held = store.held()
    found = [a for a in held if a.entry.id == key] or [a for a in held if key and a.entry.id.startswith(key.lower())]
    if len(found) == 1:
        return found[0]
    if not found:
        raise UnknownKey(_("There is no held entry {key}.").format(key=key))
    ids = ", ".join(unapplied.entry.id for unapplied in found)
    raise UnknownKey(_("{key} matches several entries: {ids}.").format(key=key, ids=ids))


def _decide(call: Invocation, store: ConsoleStore, unapplied: BlockedEntry, draft: Draft, *, message: str) -> None:
    saved = store.save(draft)
    answer = {"id": unapplied.entry.id, "subject": unapplied.entry.subject, "entry": saved.entry.id}
    call.show(answer, lambda: print_text(message.format(text=describe_entry(unapplied.entry))))
