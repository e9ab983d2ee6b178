"""`tabuah incident candidates` and `unmerge`: possible duplicates of an incident, and undoing a merge."""

from collections.abc import Mapping
from datetime import datetime

import click
import msgspec

from tabuah.console.commands.exercises.scope_options import ChosenWorlds, scope_options
from tabuah.console.commands.incidents.incidents import incident_group
from tabuah.console.commands.invocation import Invocation, ItemTable, print_text
from tabuah.operations.entries import subject_key
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.incidents.drafts import unmerge_incident
from tabuah.operations.incidents.duplicates import Duplicate, duplicates_of
from tabuah.resources.localisation import N_, _
from tabuah.storage.cache.errors import UnknownKey
from tabuah.text.code_labels import code_label
from tabuah.text.exercises.exercise_text import (
    exercise_id_json,
    exercise_json,
    exercise_mark,
    exercise_number,
    exercises_by_id,
)
from tabuah.text.incidents.duplicates import describe_duplicate
from tabuah.text.incidents.merges import unmerged_text


class DuplicateRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A possible duplicate; distances in metres, time in seconds."""

    id: str
    number: str
    title: str
    status: str
    distance_m: float
    time_gap_s: float
    same_hazard: bool
    shared_words: tuple[str, ...]
    exercise: str | None
    exercise_id: str | None


@incident_group.command("candidates", help=N_("List open incidents that may be the same event as this one."))
@click.argument("incident", metavar="ID")
@scope_options
@click.pass_obj
def candidates(call: Invocation, *, incident: str, worlds: ChosenWorlds) -> None:
    """List possible duplicates in the world of the incident; the options check that the incident is in scope."""
    with call.open_store() as store:
        found, now = store.incident(incident), store.now()
        known = exercises_by_id(store.exercises())
        if worlds.is_given and not worlds.scope(store).has(found):
            raise UnknownKey(_("{number} is not in this exercise.").format(number=found.number))
        similar = list(duplicates_of(found, store.incidents()))
    table = ItemTable[Duplicate](
        kind="candidate",
        headers=[_("Number"), _("Title"), _("Comparison"), ""],
        name=lambda each: each.incident.number,
        record=lambda each: _record(each, known),
        cells=lambda each: _cells(each, now, known),
    )
    call.show_items(similar, table, empty=_("No similar open incident."))


@incident_group.command("unmerge", help=N_("Undo the merge of an incident."))
@click.argument("incident", metavar="ID")
@click.option("--reason", default="", metavar="TEXT", help=N_("Why."))
@click.pass_obj
def unmerge(call: Invocation, *, incident: str, reason: str) -> None:
    with call.open_store() as store:
        found = store.incident(incident)
        if not found.merged_into:
            raise click.UsageError(_("{number} is not merged").format(number=found.number))
        saved = store.save(unmerge_incident(found, reason=reason)).entry
        status = store.incident(found.id).status
    answer = {"id": subject_key(saved.subject), "number": found.number, "entry": saved.id, "status": status}
    call.show(answer, lambda: print_text(unmerged_text(found.number, code_label(status))))


def _record(each: Duplicate, known: Mapping[str, Exercise]) -> DuplicateRecord:
    return DuplicateRecord(
        id=each.incident.id,
        number=each.incident.number,
        title=each.incident.title,
        status=each.incident.status,
        distance_m=round(each.distance_m),
        time_gap_s=each.time_gap.total_seconds(),
        same_hazard=each.same_hazard,
        shared_words=each.shared_words,
        exercise=exercise_json(each.incident, known),
        exercise_id=exercise_id_json(each.incident),
    )


def _cells(each: Duplicate, now: datetime, known: Mapping[str, Exercise]) -> list[str]:
    incident = each.incident
    number = exercise_number(incident.number, exercise=incident.exercise)
    return [number, incident.title, describe_duplicate(each, now), exercise_mark(incident, known)]
