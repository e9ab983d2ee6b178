"""`tabuah incident edit, move, note, figures, merge`: one change each, saved here and sent later."""

from datetime import datetime

import click

from tabuah.console.commands.incident_fields import EDITABLE, FIGURES, checked, read_edit, read_figures
from tabuah.console.commands.incident_group import incident_group
from tabuah.console.commands.invocation import Invocation
from tabuah.console.commands.output import say
from tabuah.console.commands.parameters import Code, PastMoment, read_pairs
from tabuah.console.commands.placing import Placer
from tabuah.operations.codes import Status
from tabuah.operations.entries import Draft
from tabuah.operations.incidents.bodies import IncidentNoted
from tabuah.operations.incidents.gestures import (
    count_for_incident,
    edit_incident,
    merge_incidents,
    move_incident,
    note_incident,
)
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.labels import label_of
from tabuah.resources.catalogue import N_, _
from tabuah.storage.cache.store import ConsoleStore


@incident_group.command("edit", help=N_("Write some fields anew."))
@click.argument("incident", metavar="ID")
@click.option(
    "--set", "pairs", multiple=True, required=True, metavar="FIELD=VALUE", help=N_("A field and its new value.")
)
@click.option("--outside", metavar="REASON", default="", help=N_("Why a place outside the regency is meant."))
@click.pass_obj
def edit(call: Invocation, *, incident: str, pairs: tuple[str, ...], outside: str) -> None:
    """Write some fields anew."""
    body = read_edit(read_pairs(pairs, EDITABLE), Placer(call.data), outside_reason=outside.strip())
    with call.open_store() as store:
        _save(call, store, edit_incident(store.incident(incident), body))


@incident_group.command("move", help=N_("Give an incident another status."))
@click.argument("incident", metavar="ID")
@click.argument("status", type=Code(Status), metavar="STATUS")
@click.option("--reason", default="", metavar="TEXT", help=N_("Why."))
@click.option("--occurred-at", type=PastMoment(), metavar="T", help=N_("When it happened (WIB); now if not said."))
@click.pass_obj
def move(call: Invocation, *, incident: str, status: Status, reason: str, occurred_at: datetime | None) -> None:
    """Give an incident another status."""
    with call.open_store() as store:
        found = store.incident(incident)
        if status is Status.MERGED:
            raise click.UsageError(_("say with `tabuah incident merge` what it is merged into"))
        if status is found.status:
            raise click.UsageError(
                _("{number} is at “{status}” already").format(number=found.number, status=label_of(status))
            )
        _save(call, store, move_incident(found, status, reason=reason, occurred_at=occurred_at))


@incident_group.command("note", help=N_("Add a note."))
@click.argument("incident", metavar="ID")
@click.argument("text", metavar="TEXT")
@click.option("--restricted", is_flag=True, help=N_("Personal data: kept apart, and erasable."))
@click.pass_obj
def note(call: Invocation, *, incident: str, text: str, restricted: bool) -> None:
    """Add a note."""
    if not text.strip():
        raise click.UsageError(_("the note is empty"))
    checked(IncidentNoted(text=text))
    with call.open_store() as store:
        _save(call, store, note_incident(store.incident(incident), text.strip(), restricted=restricted))


@incident_group.command("figures", help=N_("State casualties and damage as a source gives them."))
@click.argument("incident", metavar="ID")
@click.option(
    "--set", "pairs", multiple=True, required=True, metavar="FIGURE=COUNT", help=N_("A figure and its count.")
)
@click.option("--source", required=True, metavar="S", help=N_("Who says so."))
@click.option("--occurred-at", type=PastMoment(), metavar="T", help=N_("As of when (WIB); now if not said."))
@click.pass_obj
def figures(
    call: Invocation, *, incident: str, pairs: tuple[str, ...], source: str, occurred_at: datetime | None
) -> None:
    """State casualties and damage."""
    if not 0 < len(source.strip()) <= 200:
        raise click.UsageError(_("name the source in at most 200 characters"))
    counted = read_figures(read_pairs(pairs, FIGURES))
    with call.open_store() as store:
        found = store.incident(incident)
        draft = count_for_incident(found, counted, source=source.strip(), occurred_at=occurred_at)
        _save(call, store, draft)


@incident_group.command("merge", help=N_("Say that an incident is another one; nothing of either is lost."))
@click.argument("incident", metavar="ID")
@click.argument("into", metavar="INTO")
@click.option("--reason", default="", metavar="TEXT", help=N_("Why."))
@click.pass_obj
def merge(call: Invocation, *, incident: str, into: str, reason: str) -> None:
    """Say that an incident is another one."""
    with call.open_store() as store:
        merged, target = store.incident(incident), store.incident(into)
        if target.merged_into and target.status is Status.MERGED:
            raise click.UsageError(_("{number} is itself merged into another incident").format(number=target.number))
        _save(call, store, merge_incidents(merged, target, reason=reason))


def _save(call: Invocation, store: ConsoleStore, draft: Draft) -> None:
    saved = store.save(draft)
    incident = store.state(draft.subject).value
    number = incident.number if isinstance(incident, Incident) else ""
    answer = {"id": draft.subject.partition("/")[2], "number": number, "entry": saved.entry.id}
    call.show(answer, lambda: say(_("Saved: {number}").format(number=number)))
