"""`tabuah held`: what waits for a supervisor, its author's right being in doubt, or for what it rests on."""

from collections.abc import Iterable
from datetime import datetime

import click
import msgspec

from tabuah.console.commands.invocation import Invocation
from tabuah.console.commands.output import say
from tabuah.console.commands.speaking import TabuahGroup
from tabuah.operations.entries import Draft, Entry
from tabuah.operations.holding import refuse_held, release_held
from tabuah.operations.reasons import reason_words
from tabuah.operations.telling import entry_words, number_of
from tabuah.operations.waited_for import wait_words
from tabuah.operations.waiting import WAITS
from tabuah.resources.catalogue import N_, _
from tabuah.resources.formats import format_moment
from tabuah.storage.cache.errors import UnknownKey
from tabuah.storage.cache.findings import SetAsideEntry
from tabuah.storage.cache.store import ConsoleStore

held_group = TabuahGroup("held", help=N_("See, release and refuse what is held; nothing here needs the server."))


class ToldAside(msgspec.Struct, frozen=True, kw_only=True):
    """An entry that took no effect, as `held list --json` and `rejected list --json` have it."""

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


def tell_aside(store: ConsoleStore, aside: SetAsideEntry, among: Iterable[Entry] = ()) -> ToldAside:
    """The record of an entry that took no effect, with its incident's report perhaps `among` others of them."""
    entry = aside.entry
    return ToldAside(
        id=entry.id,
        subject=entry.subject,
        number=number_of(entry, store.state(entry.subject).value, among),
        kind=entry.kind,
        text=entry_words(entry),
        reason=aside.reason,
        told=aside.told or _reason(store, aside),
        actor=entry.actor,
        device=entry.device,
        at=entry.at,
        own=entry.device in store.own_devices,
    )


def _reason(store: ConsoleStore, aside: SetAsideEntry) -> str:
    if aside.reason not in WAITS:
        return reason_words(aside.reason)
    return wait_words(aside.entry, aside.reason, is_begun=store.state(aside.entry.subject).value is not None)


@held_group.command("list", help=N_("List what is held, of all devices, the oldest first, and what each waits for."))
@click.pass_obj
def list_held(call: Invocation) -> None:
    """List what is held."""
    with call.open_store() as store:
        held = store.held()
        entries = [aside.entry for aside in held]
        told = [tell_aside(store, aside, entries) for aside in held]
    headers = [_("Entry"), _("About"), _("Who"), _("When"), _("Reason"), _("What")]
    rows = [[t.id, t.number, t.actor, format_moment(t.at), t.told, t.text] for t in told]
    call.show_table(told, headers, rows, empty=_("Nothing is held."))


@held_group.command("release", help=N_("Let a held change take effect; for supervisors."))
@click.argument("entry", metavar="ID")
@click.pass_obj
def release(call: Invocation, *, entry: str) -> None:
    """Release a held entry."""
    with call.open_store() as store:
        aside = find_held(store, entry)
        _decide(call, store, aside, release_held(aside.entry), told=_("Released: {text}"))


@held_group.command("refuse", help=N_("Refuse a held change; its author reads the reason. For supervisors."))
@click.argument("entry", metavar="ID")
@click.option("--reason", required=True, metavar="TEXT", help=N_("Why, for the author and the history."))
@click.pass_obj
def refuse(call: Invocation, *, entry: str, reason: str) -> None:
    """Refuse a held entry."""
    with call.open_store() as store:
        aside = find_held(store, entry)
        _decide(call, store, aside, refuse_held(aside.entry, reason), told=_("Refused: {text}"))


def find_held(store: ConsoleStore, key: str) -> SetAsideEntry:
    """A held entry by its id or a beginning of it that fits no other.

    Raises:
        UnknownKey: none fits, or several do.
    """
    held = store.held()
    found = [a for a in held if a.entry.id == key] or [a for a in held if key and a.entry.id.startswith(key.lower())]
    if len(found) == 1:
        return found[0]
    if not found:
        raise UnknownKey(_("Nothing that is held is called {key}.").format(key=key))
    ids = ", ".join(aside.entry.id for aside in found)
    raise UnknownKey(_("{key} fits several entries: {ids}.").format(key=key, ids=ids))


def _decide(call: Invocation, store: ConsoleStore, aside: SetAsideEntry, draft: Draft, *, told: str) -> None:
    saved = store.save(draft)
    answer = {"id": aside.entry.id, "subject": aside.entry.subject, "entry": saved.entry.id}
    call.show(answer, lambda: say(told.format(text=entry_words(aside.entry))))
