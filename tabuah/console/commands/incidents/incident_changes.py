"""`tabuah incident edit`, `move`, `note`, `figures`, `merge` and `delete`: one entry each, saved here, sent later."""

import sys
from collections.abc import Mapping
from datetime import datetime

import click
import msgspec

from tabuah.console.commands.command_classes import Code, PastMoment, pairs_option, read_pairs
from tabuah.console.commands.incident_places import OUTSIDE, PlaceResolver
from tabuah.console.commands.incidents.incident_fields import (
    EDITABLE,
    FIGURES,
    PLACE_WORDS,
    read_caller,
    read_edit,
    read_figures,
    read_groups,
    read_place_words,
    validate_body,
)
from tabuah.console.commands.incidents.incidents import incident_group
from tabuah.console.commands.invocation import Invocation, print_error, print_text
from tabuah.operations.codes import Status
from tabuah.operations.entries import Draft
from tabuah.operations.incidents import drafts
from tabuah.operations.incidents.drafts import caller_value
from tabuah.operations.incidents.entry_bodies import IncidentDeleted, IncidentEdited, IncidentNoted
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.open_matters import open_matters
from tabuah.operations.incidents.place import IncidentPlace, keep_words
from tabuah.operations.tasks.task_list import tasks_of
from tabuah.resources.localisation import N_, _
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.identifiers import new_salt
from tabuah.text.code_labels import code_label
from tabuah.text.incidents import closure
from tabuah.text.incidents.closure import describe_open_matters
from tabuah.text.incidents.figure_groups import group_notes


@incident_group.command("edit", help=N_("Change fields of an incident."))
@click.argument("incident", metavar="ID")
@pairs_option(N_("A field and its new value."))
@OUTSIDE
@click.pass_obj
def edit(call: Invocation, *, incident: str, pairs: tuple[str, ...], outside: str) -> None:
    """Change fields of an incident."""
    placer = PlaceResolver(call.data)
    values = read_pairs(pairs, EDITABLE)
    words: dict[str, str] = {name: values.pop(name) for name in PLACE_WORDS if name in values}
    caller = read_caller(values.pop("caller")) if "caller" in values else None
    body = read_edit(values, placer, outside_reason=outside.strip())
    with call.open_store() as store:
        found = store.incident(incident)
        changes = []
        if values or words:
            changes.append(drafts.edit_incident(found, _with_place_words(found, body, words)))
        if caller is not None:
            changes.append(drafts.change_caller(found, caller_value(caller, salt=new_salt())))
        save_change(call, store, *changes)
    for remark in placer.remarks:
        print_error(remark)


def _with_place_words(incident: Incident, body: IncidentEdited, words: Mapping[str, str]) -> IncidentEdited:
    """Return an edit whose place has the jorong and landmark of the command, else those of the incident."""
    given = body.place if isinstance(body.place, IncidentPlace) else None
    place = incident.place if given is None else keep_words(given, incident.place)
    if place is None:
        if words:
            raise click.UsageError(_("the incident has no place; give one with --set place=… or nagari=…"))
        return body
    if given is None and not words:
        return body
    return msgspec.structs.replace(body, place=read_place_words(place, words))


@incident_group.command("move", help=N_("Change the status of an incident."))
@click.argument("incident", metavar="ID")
@click.argument("status", type=Code(Status), metavar="STATUS")
@click.option("--reason", default="", metavar="TEXT", help=N_("Why; closing needs a reason."))
@click.option("--free", is_flag=True, help=N_("Also free the units of the incident."))
@click.option(
    "--occurred-at", type=PastMoment(), metavar="T", help=N_("When it happened (local time); default: now.")
)
@click.pass_obj
def move(
    call: Invocation, *, incident: str, status: Status, reason: str, free: bool, occurred_at: datetime | None
) -> None:
    """Change the status of an incident."""
    with call.open_store() as store:
        found = store.incident(incident)
        if status is Status.MERGED:
            raise click.UsageError(_("use `tabuah incident merge` and name the other incident"))
        if status is found.status:
            raise click.UsageError(
                _("{number} already has the status “{status}”").format(number=found.number, status=code_label(status))
            )
        if status is Status.CLOSED and found.status is Status.CONTAINED and not reason.strip():
            tasks = [task for task in tasks_of(store.tasks(), found.id) if task.is_open]
            matters = describe_open_matters(open_matters(found, open_tasks=len(tasks)))
            text = " ".join(part for part in (closure.end_without_reason(status), matters) if part)
            raise click.UsageError(text)
        moved = drafts.move_incident(found, status, reason=reason, occurred_at=occurred_at)
        if free and found.assignment:
            save_change(call, store, moved, drafts.edit_incident(found, IncidentEdited(assignment=())))
        else:
            save_change(call, store, moved)


@incident_group.command("note", help=N_("Add a note."))
@click.argument("incident", metavar="ID")
@click.argument("text", metavar="TEXT")
@click.option("--restricted", is_flag=True, help=N_("Personal data: stored separately and erasable."))
@click.pass_obj
def note(call: Invocation, *, incident: str, text: str, restricted: bool) -> None:
    if not text.strip():
        raise click.UsageError(_("the note is empty"))
    validate_body(IncidentNoted(text=text))
    with call.open_store() as store:
        found, words = store.incident(incident), text.strip()
        draft = (
            drafts.add_restricted_note(found, words, salt=new_salt())
            if restricted
            else drafts.note_incident(found, words)
        )
        save_change(call, store, draft)


@incident_group.command("figures", help=N_("Record casualties and damage as stated by a source."))
@click.argument("incident", metavar="ID")
@click.option(
    "--set",
    "pairs",
    multiple=True,
    required=True,
    metavar="FIGURE=COUNT",
    help=N_(
        "A figure and its count: deaths, missing, injured_severe, injured_minor, displaced_people, "
        "displaced_households, houses_severe, houses_moderate, houses_minor, public_facilities, schools, "
        "worship_places, health_facilities, bridges, roads_m, irrigation_m, farmland_m2, livestock, loss_idr. "
        "People by group have a dot, as in displaced_people.male; the groups are male, female, infants, children, "
        "adults, elderly, pregnant, breastfeeding, disabled."
    ),
)
@click.option("--source", required=True, metavar="S", help=N_("The source of the figures."))
@click.option(
    "--occurred-at", type=PastMoment(), metavar="T", help=N_("Time of the figures (local time); default: now.")
)
@click.pass_obj
def figures(
    call: Invocation, *, incident: str, pairs: tuple[str, ...], source: str, occurred_at: datetime | None
) -> None:
    if not 0 < len(source.strip()) <= 200:
        raise click.UsageError(_("name the source in at most 200 characters"))
    values = read_pairs(pairs, FIGURES)
    counted, groups = read_figures(values), read_groups(values)
    with call.open_store() as store:
        found = store.incident(incident)
        draft = drafts.report_figures(found, counted, source=source.strip(), groups=groups, occurred_at=occurred_at)
        save_change(call, store, draft)
        for note in group_notes(store.incident(found.id)):
            print_error(note)


@incident_group.command("merge", help=N_("Merge an incident into another; nothing of either is lost."))
@click.argument("incident", metavar="ID")
@click.argument("into", metavar="INTO")
@click.option("--reason", default="", metavar="TEXT", help=N_("Why."))
@click.pass_obj
def merge(call: Invocation, *, incident: str, into: str, reason: str) -> None:
    with call.open_store() as store:
        merged, target = store.incident(incident), store.incident(into)
        if target.merged_into and target.status is Status.MERGED:
            final = store.archive.number_of(store.archive.final_target(target.id))
            text = _("{number} is itself merged into another incident: merge into {final}")
            raise click.UsageError(text.format(number=target.number, final=final))
        save_change(call, store, drafts.merge_incidents(merged, target, reason=reason))


@incident_group.command("delete", help=N_("Delete an incident; its entries stay in the journal."))
@click.argument("incident", metavar="ID")
@click.option("--reason", required=True, metavar="TEXT", help=N_("Why."))
@click.option("--yes", is_flag=True, help=N_("Do not ask for confirmation."))
@click.pass_obj
def delete(call: Invocation, *, incident: str, reason: str, yes: bool) -> None:
    if not reason.strip():
        raise click.UsageError(_("the reason is empty"))
    validate_body(IncidentDeleted(reason=reason.strip()))
    with call.open_store() as store:
        found = store.incident(incident)
        if found.deleted:
            raise click.UsageError(_("{number} is already deleted").format(number=found.number))
        if not yes:
            _confirm_deletion(found)
        save_change(call, store, drafts.delete_incident(found, reason=reason.strip()))


def _confirm_deletion(incident: Incident) -> None:
    question = _("Type {number} to delete “{title}”").format(number=incident.number, title=incident.title)
    click.echo(f"{question}: ", nl=False, err=True)  # standard output is for the result
    answer = sys.stdin.readline()
    if answer.strip().upper() != incident.number:
        raise click.UsageError(_("not deleted: the number was not confirmed"))


def save_change(call: Invocation, store: ConsoleStore, *changes: Draft) -> None:
    """Save the changes of one incident, all or none; the answer names the first one."""
    first = store.save_all(changes)[0].entry
    incident = store.state(first.subject).value
    number = incident.number if isinstance(incident, Incident) else ""
    answer = {"id": first.subject.partition("/")[2], "number": number, "entry": first.id}
    call.show(answer, lambda: print_text(_("Saved: {number}").format(number=number)))
