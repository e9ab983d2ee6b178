"""`tabuah conflict`: list and settle conflicts between concurrent changes."""

from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

import click

from tabuah.console.commands.command_classes import TabuahGroup
from tabuah.console.commands.exercises.scope_options import ChosenWorlds, print_elsewhere, scope_options
from tabuah.console.commands.incidents.incident_records import make_conflict_record
from tabuah.console.commands.invocation import Invocation, print_facts, print_text
from tabuah.operations.calls.conflict_policy import CALL_POLICY
from tabuah.operations.contacts.conflict_policy import CONTACT_POLICY
from tabuah.operations.disruptions.conflict_policy import DISRUPTION_POLICY
from tabuah.operations.entries import Entry
from tabuah.operations.incidents.conflict_policy import (
    CONFLICT_POLICY,
    MERGED_INTO,
    FieldRule,
    MergePolicy,
    decode_value,
)
from tabuah.operations.incidents.drafts import settle_conflict
from tabuah.operations.incidents.incident import Conflict
from tabuah.operations.messages.conflict_policy import MESSAGE_POLICY
from tabuah.operations.parent_events.conflict_policy import PARENT_EVENT_POLICY
from tabuah.operations.shelters.conflict_policy import SHELTER_POLICY
from tabuah.operations.tasks.conflict_policy import TASK_POLICY
from tabuah.operations.units.conflict_policy import UNIT_POLICY
from tabuah.resources.localisation import N_, _, format_moment
from tabuah.storage.cache.errors import UnknownKey
from tabuah.storage.cache.pending_work import OpenConflict
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.calls.call_text import call_field_label
from tabuah.text.contacts.contact_text import contact_field_label
from tabuah.text.disruptions.disruption_text import disruption_field_label
from tabuah.text.exercises.exercise_text import exercise_mark, exercise_number, exercises_by_id
from tabuah.text.incidents.conflicts import describe_conflict_value
from tabuah.text.incidents.incident_text import describe_policy, field_label, policy_field_label
from tabuah.text.incidents.timeline import describe_incident_entry
from tabuah.text.messages.message_text import message_field_label
from tabuah.text.parent_events.event_text import event_field_label
from tabuah.text.shelters.shelter_text import shelter_field_label
from tabuah.text.tasks.task_text import task_field_label
from tabuah.text.units.unit_status import unit_policy_field_label

CHOICES: Final = ("current", "proposed", "base")


class _SubjectPolicy(NamedTuple):
    """The policy of a subject other than incidents; `label` is English and has the field."""

    subject: str
    label: str
    field_label: Callable[[str], str]
    rules: tuple[FieldRule, ...]


_SUBJECT_POLICIES: Final = (
    _SubjectPolicy("unit", N_("Unit: {field}"), unit_policy_field_label, UNIT_POLICY),
    _SubjectPolicy("contact", N_("Contact: {field}"), contact_field_label, CONTACT_POLICY),
    _SubjectPolicy("call", N_("Call: {field}"), call_field_label, CALL_POLICY),
    _SubjectPolicy("message", N_("Message: {field}"), message_field_label, MESSAGE_POLICY),
    _SubjectPolicy("task", N_("Task: {field}"), task_field_label, TASK_POLICY),
    _SubjectPolicy("shelter", N_("Shelter: {field}"), shelter_field_label, SHELTER_POLICY),
    _SubjectPolicy("disruption", N_("Disruption: {field}"), disruption_field_label, DISRUPTION_POLICY),
    _SubjectPolicy("parent_event", N_("Parent event: {field}"), event_field_label, PARENT_EVENT_POLICY),
)

conflict_group = TabuahGroup("conflict", help=N_("See and settle conflicts; works offline."))


@conflict_group.command("list", help=N_("List the open conflicts, worst incident first."))
@scope_options
@click.pass_obj
def list_conflicts(call: Invocation, *, worlds: ChosenWorlds) -> None:
    with call.open_store() as store:
        known, scope = exercises_by_id(store.exercises()), worlds.scope(store)
        everywhere = store.conflicts()
        found = [conflict for conflict in everywhere if scope.has(conflict.incident)]
        numbers = target_numbers(store, (conflict.conflict for conflict in found))
    headers = [_("Conflict"), _("Incident"), _("About"), _("Current"), _("Proposed"), ""]
    rows = [
        [
            conflict.conflict.id,
            exercise_number(conflict.incident.number, exercise=conflict.incident.exercise),
            field_label(conflict.conflict.field),
            describe_conflict_value(conflict.conflict.field, conflict.conflict.current.value, numbers.__getitem__),
            describe_conflict_value(conflict.conflict.field, conflict.conflict.proposed.value, numbers.__getitem__),
            exercise_mark(conflict.incident, known),
        ]
        for conflict in found
    ]
    records = [make_conflict_record(conflict, known) for conflict in found]
    call.show_table(records, headers, rows, empty=_("No conflicts."))
    print_elsewhere(len(everywhere) - len(found))


@conflict_group.command("show", help=N_("Show a conflict: current, proposed and previous value."))
@click.argument("conflict", metavar="ID")
@click.pass_obj
def show_conflict(call: Invocation, *, conflict: str) -> None:
    with call.open_store() as store:
        found = find_conflict(store, conflict)
        members = store.members_of(found.conflict)
        numbers = target_numbers(store, (found.conflict,))
        known = exercises_by_id(store.exercises())
    call.show(make_conflict_record(found, known), lambda: _print_conflict(found, members, numbers))


@conflict_group.command("settle", help=N_("Settle a conflict."))
@click.argument("conflict", metavar="ID")
@click.option("--take", required=True, type=click.Choice(CHOICES), help=N_("The value to keep."))
@click.pass_obj
def settle_command(call: Invocation, *, conflict: str, take: str) -> None:
    with call.open_store() as store:
        found = find_conflict(store, conflict)
        saved = store.save(settle_conflict(found.incident, found.conflict.id, take))
    answer = {"id": found.conflict.id, "incident": found.incident.id, "take": take, "entry": saved.entry.id}
    message = _("Settled: {number}. To correct it, edit the field again; both values stay in the history.")
    call.show(answer, lambda: print_text(message.format(number=found.incident.number)))


@conflict_group.command("policy", help=N_("Show, by field, how concurrent changes are resolved."))
@click.pass_obj
def show_policy(call: Invocation) -> None:
    records = [
        {"field": rule.field, "label": policy_field_label(rule.field), "policy": rule.policy.value}
        for rule in CONFLICT_POLICY
    ]
    records += [
        {
            "field": f"{part.subject}.{rule.field}",
            "label": _(part.label).format(field=part.field_label(rule.field)),
            "policy": rule.policy.value,
        }
        for part in _SUBJECT_POLICIES
        for rule in part.rules
    ]
    rows = [[row["label"], describe_policy(MergePolicy(row["policy"]))] for row in records]
    call.show_table(records, [_("Incident field"), _("Concurrent changes")], rows, empty="")


def find_conflict(store: ConsoleStore, key: str) -> OpenConflict:
    """Return an open conflict by its id, the beginning of it, or an incident with only one conflict.

    Raises:
        UnknownKey: no conflict matches, or several do.
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
    raise UnknownKey(_("{key} matches several conflicts: {ids}.").format(key=key, ids=ids))


def target_numbers(store: ConsoleStore, conflicts: Iterable[Conflict]) -> dict[str, str]:
    """Return the numbers of the merge targets among which conflicts choose, by incident id."""
    writings = [writing for c in conflicts if c.field == MERGED_INTO for writing in (c.current, c.proposed)]
    targets = {decode_value(MERGED_INTO, writing.value) for writing in writings}
    return {target: store.archive.number_of(target) for target in targets}


def _print_conflict(found: OpenConflict, members: tuple[Entry, ...], numbers: dict[str, str]) -> None:
    conflict = found.conflict
    number = exercise_number(found.incident.number, exercise=found.incident.exercise)
    print_text(f"{number}  {found.incident.title}  ·  {field_label(conflict.field)}")
    writings = (
        (_("Current"), "current", conflict.current),
        (_("Proposed"), "proposed", conflict.proposed),
        (_("Before"), "base", conflict.base),
    )
    facts = []
    for name, choice, writing in writings:
        if writing is not None:
            value = describe_conflict_value(conflict.field, writing.value, numbers.__getitem__)
            facts.append((f"{name} [{choice}]", f"{value}  ({writing.actor}, {format_moment(writing.at)})"))
    print_facts(facts)
    if len(members) > 1:
        print_text(_("The proposed change and the entries that depend on it are decided together:"))
        for entry in members:
            print_text(f"  {describe_incident_entry(entry)}  ({entry.actor}, {format_moment(entry.at)})")
