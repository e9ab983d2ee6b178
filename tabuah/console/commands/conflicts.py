"""`tabuah conflict`: what two people wrote without knowing of each other, and who of them is right."""

from typing import Final

import click

from tabuah.console.commands.incident_story import tell_conflict
from tabuah.console.commands.invocation import Invocation
from tabuah.console.commands.output import print_facts, say
from tabuah.console.commands.speaking import TabuahGroup
from tabuah.operations.entries import Entry
from tabuah.operations.incidents.fields import POLICY, FieldRule, Policy, field_label, policy_words, read_value
from tabuah.operations.incidents.gestures import settle_conflict
from tabuah.operations.incidents.incident import Writing
from tabuah.operations.incidents.timeline import tell, value_words
from tabuah.operations.units.fields import UNIT_POLICY
from tabuah.resources.catalogue import N_, _
from tabuah.resources.formats import format_moment
from tabuah.storage.cache.errors import UnknownKey
from tabuah.storage.cache.findings import OpenConflict
from tabuah.storage.cache.store import ConsoleStore

CHOICES: Final = ("current", "proposed", "base")

conflict_group = TabuahGroup("conflict", help=N_("See and settle conflicts; nothing here needs the server."))


@conflict_group.command("list", help=N_("List what a person must settle, the worst incident first."))
@click.pass_obj
def list_conflicts(call: Invocation) -> None:
    """List the open conflicts."""
    with call.open_store() as store:
        found = store.conflicts()
    headers = [_("Conflict"), _("Incident"), _("About"), _("Stands"), _("Proposed")]
    rows = [
        [
            conflict.conflict.id,
            conflict.incident.number,
            field_label(conflict.conflict.field),
            _value(conflict, conflict.conflict.current),
            _value(conflict, conflict.conflict.proposed),
        ]
        for conflict in found
    ]
    call.show_table([tell_conflict(conflict) for conflict in found], headers, rows, empty=_("No conflicts."))


@conflict_group.command("show", help=N_("Show one conflict: what stands, what was proposed, what was before."))
@click.argument("conflict", metavar="ID")
@click.pass_obj
def show_conflict(call: Invocation, *, conflict: str) -> None:
    """Show one conflict."""
    with call.open_store() as store:
        found = find_conflict(store, conflict)
        members = store.members_of(found.conflict)
    call.show(tell_conflict(found), lambda: _print(found, members))


@conflict_group.command("settle", help=N_("Settle a conflict."))
@click.argument("conflict", metavar="ID")
@click.option("--take", required=True, type=click.Choice(CHOICES), help=N_("Which value shall stand."))
@click.pass_obj
def settle(call: Invocation, *, conflict: str, take: str) -> None:
    """Settle a conflict."""
    with call.open_store() as store:
        found = find_conflict(store, conflict)
        saved = store.save(settle_conflict(found.incident, found.conflict.id, take))
    answer = {"id": found.conflict.id, "incident": found.incident.id, "take": take, "entry": saved.entry.id}
    told = _("Settled: {number}. If that turns out wrong, edit the field again; both stay in the history.")
    call.show(answer, lambda: say(told.format(number=found.incident.number)))


@conflict_group.command("policy", help=N_("Tell, field by field, what two people's changes do to each other."))
@click.pass_obj
def policy(call: Invocation) -> None:
    """Print the conflict policy."""
    told = [{"field": rule.field, "label": _labelled(rule), "policy": rule.policy.value} for rule in POLICY]
    told += [
        {
            "field": f"unit.{rule.field}",
            "label": _("Unit: {field}").format(field=_labelled(rule)),
            "policy": rule.policy.value,
        }
        for rule in UNIT_POLICY
    ]
    rows = [[row["label"], policy_words(Policy(row["policy"]))] for row in told]
    call.show_table(told, [_("Field of an incident"), _("What two people's changes do")], rows, empty="")


def find_conflict(store: ConsoleStore, key: str) -> OpenConflict:
    """An open conflict by its id, by a beginning of it, or by its incident where that has only one.

    Raises:
        UnknownKey: none fits, or several do.
    """
    conflicts = store.conflicts()
    found = [c for c in conflicts if c.conflict.id == key]
    found = found or [c for c in conflicts if key and c.conflict.id.startswith(key.lower())]
    found = found or [c for c in conflicts if key and key in (c.incident.id, c.incident.number)]
    if len(found) == 1:
        return found[0]
    if not found:
        raise UnknownKey(_("There is no open conflict {key}.").format(key=key))
    ids = ", ".join(c.conflict.id for c in found)
    raise UnknownKey(_("{key} fits several conflicts: {ids}.").format(key=key, ids=ids))


def _labelled(rule: FieldRule) -> str:
    return f"{_(rule.label)} ({_(rule.case)})" if rule.case else _(rule.label)


def _print(found: OpenConflict, members: tuple[Entry, ...]) -> None:
    conflict = found.conflict
    say(f"{found.incident.number}  {found.incident.title}  ·  {field_label(conflict.field)}")
    writings = (
        (_("Stands"), "current", conflict.current),
        (_("Proposed"), "proposed", conflict.proposed),
        (_("Before"), "base", conflict.base),
    )
    print_facts(
        [
            (f"{name} [{choice}]", f"{_value(found, writing)}  ({writing.actor}, {format_moment(writing.at)})")
            for name, choice, writing in writings
            if writing is not None
        ]
    )
    if len(members) > 1:
        say(_("What was proposed, and what rests on it, is decided together:"))
        for entry in members:
            say(f"  {tell(entry)}  ({entry.actor}, {format_moment(entry.at)})")


def _value(found: OpenConflict, writing: Writing) -> str:
    return value_words(read_value(found.conflict.field, writing.value))
