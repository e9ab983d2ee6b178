"""`tabuah held` and `tabuah rejected`: decide about held entries, resend or dismiss rejected ones."""

from collections.abc import Iterable
from datetime import datetime

import click
import msgspec

from tabuah.console.commands.command_classes import TabuahGroup
from tabuah.console.commands.exercises.scope_options import ChosenWorlds, print_elsewhere, scope_options
from tabuah.console.commands.invocation import Invocation, print_error, print_text
from tabuah.console.commands.reason_type import ReasonType
from tabuah.operations.deferred_entries import DEFERRAL_REASONS
from tabuah.operations.entries import Draft, Entry
from tabuah.operations.exercises.decisions import world_of_entry
from tabuah.operations.exercises.scope import ExerciseScope
from tabuah.operations.held_entries import refuse_held, release_held
from tabuah.operations.incidents.editable_text import editable_text
from tabuah.operations.subject_titles import subject_number
from tabuah.resources.localisation import N_, _, format_moment, ngettext
from tabuah.storage.cache.errors import UnknownKey
from tabuah.storage.cache.pending_work import BlockedEntry, Rejection
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.exercises.exercise_text import exercise_id_json, exercise_json, exercises_by_id, scope_mark
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
    reason_text: str = msgspec.field(name="told")  # its name in JSON
    actor: str
    device: str
    at: datetime
    own: bool
    exercise: str | None
    exercise_id: str | None


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
        reason_text=unapplied.refusal_reason or _describe_reason(store, unapplied),
        actor=entry.actor,
        device=entry.device,
        at=entry.at,
        own=entry.device in store.own_devices,
        exercise=exercise_json(entry, exercises_by_id(store.exercises())),
        exercise_id=exercise_id_json(entry),
    )


def _describe_reason(store: ConsoleStore, unapplied: BlockedEntry) -> str:
    if unapplied.reason not in DEFERRAL_REASONS:
        return describe_reason(unapplied.reason)
    return describe_deferral(
        unapplied.entry, unapplied.reason, is_begun=store.state(unapplied.entry.subject).value is not None
    )


@held_group.command("list", help=N_("List held and deferred entries of all devices, oldest first."))
@scope_options
@click.pass_obj
def list_held(call: Invocation, *, worlds: ChosenWorlds) -> None:
    with call.open_store() as store:
        scope, everywhere = worlds.scope(store), store.held()
        held = [unapplied for unapplied in everywhere if is_listed(scope, unapplied.entry)]
        entries = [unapplied.entry for unapplied in held]
        records = [make_unapplied_record(store, unapplied, entries) for unapplied in held]
    headers = [_("Entry"), _("About"), _("Who"), _("When"), _("Reason"), "", _("What")]
    rows = [
        [t.id, t.number, t.actor, format_moment(t.at), t.reason_text, scope_mark(t.exercise), t.text] for t in records
    ]
    call.show_table(records, headers, rows, empty=_("No change is held."))
    print_elsewhere(len(everywhere) - len(held))


@held_group.command("release", help=N_("Release a held entry so that it takes effect; for supervisors."))
@click.argument("entry", metavar="ID")
@click.pass_obj
def release_command(call: Invocation, *, entry: str) -> None:
    with call.open_store() as store:
        unapplied = find_held(store, entry)
        _decide(call, store, unapplied, release_held(unapplied.entry), message=_("Released: {text}"))


@held_group.command("refuse", help=N_("Refuse a held entry with a reason for its author; for supervisors."))
@click.argument("entry", metavar="ID")
@click.option(
    "--reason",
    type=ReasonType(),
    required=True,
    metavar="TEXT",
    help=N_("The reason, for the author and the history."),
)
@click.pass_obj
def refuse_command(call: Invocation, *, entry: str, reason: str) -> None:
    with call.open_store() as store:
        unapplied = find_held(store, entry)
        _decide(call, store, unapplied, refuse_held(unapplied.entry, reason), message=_("Refused: {text}"))


def is_listed(scope: ExerciseScope, entry: Entry) -> bool:
    """Return whether an entry is in scope; changes to rules and people are in every scope."""
    world = world_of_entry(entry)
    return world is None or scope.includes(*world)


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


rejected_group = TabuahGroup("rejected", help=N_("List, resend or dismiss rejected entries; works offline."))


class RejectionRecord(UnappliedEntryRecord, frozen=True, kw_only=True):
    """Record of a rejected entry; `words` is its text, which `reissue --text` can correct, or null."""

    words: str | None
    by: str
    resting: list[UnappliedEntryRecord]


def make_rejection_record(store: ConsoleStore, item: Rejection) -> RejectionRecord:
    """Return the record of a rejected entry."""
    record = make_unapplied_record(store, item.root)
    return RejectionRecord(
        **{name: getattr(record, name) for name in UnappliedEntryRecord.__struct_fields__},
        words=editable_text(item.root.entry),
        by=item.root.by,
        resting=[make_unapplied_record(store, unapplied, (item.root.entry,)) for unapplied in item.dependents],
    )


@rejected_group.command("list", help=N_("List this console's rejected entries and the entries that depend on them."))
@click.option("--dismissed", is_flag=True, help=N_("List dismissed entries instead."))
@scope_options
@click.pass_obj
def list_rejected(call: Invocation, *, dismissed: bool, worlds: ChosenWorlds) -> None:
    with call.open_store() as store:
        scope, everywhere = worlds.scope(store), store.rejections(dismissed=dismissed)
        records = [make_rejection_record(store, item) for item in everywhere if is_listed(scope, item.root.entry)]
    headers = [_("Entry"), _("About"), _("When"), _("Reason"), "", _("What")]
    rows: list[list[str]] = []
    for record in records:
        rows.append(_table_row(record, record.text))
        rows.extend(_table_row(unapplied, f"└ {unapplied.text}") for unapplied in record.resting)
    empty = _("Nothing was dismissed.") if dismissed else _("No change was rejected.")
    call.show_table(records, headers, rows, empty=empty)
    print_elsewhere(len(everywhere) - len(records))


@rejected_group.command("reissue", help=N_("Send a rejected entry again, with the entries that depend on it."))
@click.argument("entry", metavar="ID")
@click.option("--text", metavar="TEXT", default=None, help=N_("Correct its text first."))
@click.pass_obj
def reissue(call: Invocation, *, entry: str, text: str | None) -> None:
    with call.open_store() as store:
        item = find_rejection(store, store.rejections(), entry)
        done = store.reissue_all(item.root.entry.id, text)
    answer = {"id": item.root.entry.id, "entries": [e.id for e in done.issued], "left": list(done.left)}
    n = len(done.issued)
    message = ngettext("{n} change is being sent again.", "{n} changes are being sent again.", n).format(n=n)
    call.show(answer, lambda: print_text(message))
    for reason in done.left:
        print_error(_("A dependent entry stays in the tray: {reason}").format(reason=reason))


@rejected_group.command("dismiss", help=N_("Dismiss a rejected entry on this console, with those that depend on it."))
@click.argument("entry", metavar="ID")
@click.pass_obj
def dismiss(call: Invocation, *, entry: str) -> None:
    with call.open_store() as store:
        item = find_rejection(store, store.rejections(), entry)
        store.dismiss(item.root.entry.id)
    answer = {"id": item.root.entry.id, "entries": [unapplied.entry.id for unapplied in item.entries]}
    message = _("Dismissed: {text}. It stays in the journal; undo with: tabuah rejected restore {id}")
    call.show(answer, lambda: print_text(message.format(text=describe_entry(item.root.entry), id=item.root.entry.id)))


@rejected_group.command("restore", help=N_("Restore a dismissed entry."))
@click.argument("entry", metavar="ID")
@click.pass_obj
def restore(call: Invocation, *, entry: str) -> None:
    with call.open_store() as store:
        item = find_rejection(store, store.rejections(dismissed=True), entry)
        store.restore_dismissed(item.root.entry.id)
    answer = {"id": item.root.entry.id, "entries": [unapplied.entry.id for unapplied in item.entries]}
    message = _("Restored: {text}")
    call.show(answer, lambda: print_text(message.format(text=describe_entry(item.root.entry))))


def find_rejection(store: ConsoleStore, items: list[Rejection], key: str) -> Rejection:
    """Return a rejected entry by the beginning of its id, or by the id of one that depends on it.

    Raises:
        UnknownKey: no entry matches, or several do.
    """
    found = [item for item in items if key and item.root.entry.id.startswith(key.lower())]
    if len(found) == 1:
        return found[0]
    if not found:
        return store.rejection(key)
    ids = ", ".join(item.root.entry.id for item in found)
    raise UnknownKey(_("{key} matches several entries: {ids}.").format(key=key, ids=ids))


def _table_row(unapplied: UnappliedEntryRecord, text: str) -> list[str]:
    return [
        unapplied.id,
        unapplied.number,
        format_moment(unapplied.at),
        unapplied.reason_text,
        scope_mark(unapplied.exercise),
        text,
    ]
