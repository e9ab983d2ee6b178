"""`tabuah rejected`: this console's own work that took no effect, kept with its reason until a person decides."""

import click

from tabuah.console.commands.held import ToldAside, tell_aside
from tabuah.console.commands.invocation import Invocation
from tabuah.console.commands.output import print_error, say
from tabuah.console.commands.speaking import TabuahGroup
from tabuah.operations.incidents.rewording import words_of
from tabuah.operations.telling import entry_words
from tabuah.resources.catalogue import N_, _, ngettext
from tabuah.resources.formats import format_moment
from tabuah.storage.cache.errors import UnknownKey
from tabuah.storage.cache.findings import Rejection
from tabuah.storage.cache.store import ConsoleStore

rejected_group = TabuahGroup(
    "rejected", help=N_("See what was rejected, send it again or set it aside; nothing here needs the server.")
)


class ToldRejection(ToldAside, frozen=True, kw_only=True):
    """One item of the tray: `words` can be put right with `reissue --text`; null where it has none."""

    words: str | None
    by: str
    resting: list[ToldAside]


def tell_rejection(store: ConsoleStore, tray: Rejection) -> ToldRejection:
    """The record of one item of the tray."""
    told = tell_aside(store, tray.root)
    return ToldRejection(
        **{name: getattr(told, name) for name in ToldAside.__struct_fields__},
        words=words_of(tray.root.entry),
        by=tray.root.by,
        resting=[tell_aside(store, aside, (tray.root.entry,)) for aside in tray.resting],
    )


@rejected_group.command("list", help=N_("List this console's rejected changes with what rests on each."))
@click.option("--dismissed", is_flag=True, help=N_("What was set aside instead."))
@click.pass_obj
def list_rejected(call: Invocation, *, dismissed: bool) -> None:
    """List what was rejected."""
    with call.open_store() as store:
        told = [tell_rejection(store, tray) for tray in store.rejections(dismissed=dismissed)]
    headers = [_("Entry"), _("About"), _("When"), _("Reason"), _("What")]
    rows: list[list[str]] = []
    for tray in told:
        rows.append(_row(tray, tray.text))
        rows.extend(_row(aside, f"└ {aside.text}") for aside in tray.resting)
    empty = _("Nothing was set aside.") if dismissed else _("Nothing was refused.")
    call.show_table(told, headers, rows, empty=empty)


@rejected_group.command("reissue", help=N_("Send a rejected change again, with all that rests on it."))
@click.argument("entry", metavar="ID")
@click.option("--text", metavar="TEXT", default=None, help=N_("Put its text right first."))
@click.pass_obj
def reissue(call: Invocation, *, entry: str, text: str | None) -> None:
    """Issue a rejected entry again."""
    with call.open_store() as store:
        tray = find_rejection(store, store.rejections(), entry)
        done = store.issue_all_again(tray.root.entry.id, text)
    answer = {"id": tray.root.entry.id, "entries": [e.id for e in done.issued], "left": list(done.left)}
    n = len(done.issued)
    told = ngettext("{n} change is on its way again.", "{n} changes are on their way again.", n).format(n=n)
    call.show(answer, lambda: say(told))
    for reason in done.left:
        print_error(_("One that rests on it stays in the tray: {reason}").format(reason=reason))


@rejected_group.command("dismiss", help=N_("Set a rejected change aside on this console, with all that rests on it."))
@click.argument("entry", metavar="ID")
@click.pass_obj
def dismiss(call: Invocation, *, entry: str) -> None:
    """Set a rejected entry aside."""
    with call.open_store() as store:
        tray = find_rejection(store, store.rejections(), entry)
        store.dismiss(tray.root.entry.id)
    answer = {"id": tray.root.entry.id, "entries": [aside.entry.id for aside in tray.entries]}
    told = _("Set aside: {text}. It stays in the journal; tabuah rejected restore {id} takes it back.")
    call.show(answer, lambda: say(told.format(text=entry_words(tray.root.entry), id=tray.root.entry.id)))


@rejected_group.command("restore", help=N_("Take back what was set aside."))
@click.argument("entry", metavar="ID")
@click.pass_obj
def restore(call: Invocation, *, entry: str) -> None:
    """Take a dismissal back."""
    with call.open_store() as store:
        tray = find_rejection(store, store.rejections(dismissed=True), entry)
        store.restore_dismissed(tray.root.entry.id)
    answer = {"id": tray.root.entry.id, "entries": [aside.entry.id for aside in tray.entries]}
    told = _("Back in the tray: {text}")
    call.show(answer, lambda: say(told.format(text=entry_words(tray.root.entry))))


def find_rejection(store: ConsoleStore, trays: list[Rejection], key: str) -> Rejection:
    """One item of a tray by the id of its entry, a beginning of it, or of one that rests on it.

    Raises:
        UnknownKey: none fits, or several do.
    """
    found = [tray for tray in trays if key and tray.root.entry.id.startswith(key.lower())]
    if len(found) == 1:
        return found[0]
    if not found:
        return store.rejection(key)
    ids = ", ".join(tray.root.entry.id for tray in found)
    raise UnknownKey(_("{key} fits several entries: {ids}.").format(key=key, ids=ids))


def _row(aside: ToldAside, text: str) -> list[str]:
    return [aside.id, aside.number, format_moment(aside.at), aside.told, text]
