"""`tabuah shift show` and `list`: the shift on duty, its log, promises and handover."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import click

from tabuah.console.commands.command_classes import TabuahGroup
from tabuah.console.commands.exercises.scope_options import (
    ChosenWorlds,
    exercise_option,
    print_elsewhere,
    scope_options,
)
from tabuah.console.commands.invocation import Invocation, print_facts, print_text
from tabuah.console.reports.handover_export import subject_label
from tabuah.console.shifts.handover_sources import running_shift
from tabuah.operations.errors import NotPossible
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.exercises.scope import ExerciseScope, scope_of
from tabuah.operations.people.authority import User
from tabuah.operations.shifts.duty_shift import Confirmation, DutyShift, Handover, Promise
from tabuah.operations.shifts.handover_facts import FactGroup
from tabuah.operations.shifts.handover_summary import open_promises
from tabuah.resources.localisation import N_, _
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.exercises.exercise_text import exercise_fields, exercise_mark, exercises_by_id
from tabuah.text.shifts.shift_text import (
    confirmation_text,
    describe_handover,
    group_lines,
    group_title,
    line_text,
    people_text,
    promise_text,
    shift_state,
    shift_title,
)

shift_group = TabuahGroup("shift", help=N_("The shift on duty: log, promises and handover; works offline."))


def find_shift_by_key(store: ConsoleStore, text: str, scope: ExerciseScope) -> DutyShift:
    """Return the shift with an id or the beginning of one; without a text the running one.

    Raises:
        NotPossible: there is none, or several begin like this.
    """
    if not text:
        return running_shift(store, scope)
    found = [each for each in scope.select(store.shifts()) if each.id.startswith(text.strip().lower())]
    if len(found) != 1:
        raise NotPossible("unknown_shift", text=text[:40])
    return found[0]


@shift_group.command("show", help=N_("Show a shift with its log, promises and handover; default: the running one."))
@click.argument("shift", default="", metavar="[SHIFT]")
@exercise_option
@click.pass_obj
def show_command(call: Invocation, *, shift: str, worlds: ChosenWorlds) -> None:
    with call.open_store() as store:
        found = find_shift_by_key(store, shift, worlds.scope(store))
        users, exercises, now = store.authority().users, exercises_by_id(store.exercises()), store.now()
        others = [pair for pair in open_promises(store.shifts(), scope_of(found)) if pair[0].id != found.id]
        about = {line.about: subject_label(store, line.about) for line in found.log if line.about}
    record = shift_record(found, exercises)
    record["open_promises_of_earlier_shifts"] = [promise_record(promise) for _shift, promise in others]
    call.show(record, lambda: print_shift(found, users, now, about=about))


@shift_group.command("list", help=N_("List the shifts, the last one first."))
@click.option(
    "--limit", type=click.IntRange(1, 1000), default=20, show_default=True, metavar="N", help=N_("At most.")
)
@scope_options
@click.pass_obj
def list_command(call: Invocation, *, limit: int, worlds: ChosenWorlds) -> None:
    with call.open_store() as store:
        every = store.shifts()
        scope = worlds.scope(store)
        users, exercises = store.authority().users, exercises_by_id(store.exercises())
    found = scope.select(every)[:limit]
    records = [shift_record(each, exercises, brief=True) for each in found]
    headers = [_("Shift"), _("State"), _("People"), _("Log"), _("ID")]
    call.show_table(records, headers, [_cells(each, users, exercises) for each in found], empty=_("No shifts yet."))
    if not call.as_json:
        print_elsewhere(len(every) - len(scope.select(every)))


def _cells(shift: DutyShift, users: Mapping[str, User], exercises: Mapping[str, Exercise]) -> list[str]:
    title = " ".join(filter(None, (exercise_mark(shift, exercises), shift_title(shift))))
    return [title, shift_state(shift), people_text(shift, users), str(len(shift.log)), shift.id[:8]]


def print_shift(
    shift: DutyShift, users: Mapping[str, User], now: datetime, *, about: Mapping[str, str] | None = None
) -> None:
    """Print a shift: people, log with numbers, promises with numbers, handover."""
    corrected, labels = shift.corrected(), about or {}
    print_text(shift_title(shift))
    print_facts([(_("State"), shift_state(shift)), (_("People"), people_text(shift, users)), (_("ID"), shift.id)])
    print_text(_("Log") + ":")
    for number, line in enumerate(shift.log, start=1):
        text = line_text(line, users, now, about=labels.get(line.about, ""), corrected=line.entry in corrected)
        print_text(f"  [{number}] {text}")
    print_text(_("Promises") + ":")
    for number, promise in enumerate(shift.promises, start=1):
        print_text(f"  [{number}] {promise_text(promise, now)}")
    if shift.handover is not None:
        print_handover(shift.handover, users)


def print_handover(handover: Handover, users: Mapping[str, User]) -> None:
    """Print a prepared handover as both people confirm it."""
    print_text(_("Handover") + ": " + describe_handover(handover))
    print_facts_of(handover.facts, handover.as_of)
    if handover.note:
        print_text(_("Note") + ": " + handover.note)
    print_facts(
        [
            (_("Hands over"), confirmation_text(handover.outgoing, users)),
            (_("Takes over"), confirmation_text(handover.incoming, users)),
        ]
    )


def print_facts_of(facts: Sequence[FactGroup], now: datetime) -> None:
    for group in facts:
        print_text("  " + group_title(group))
        for line in group_lines(group, now):
            print_text("    " + line)


def shift_record(shift: DutyShift, exercises: Mapping[str, Exercise], *, brief: bool = False) -> dict[str, Any]:
    """Return a shift as JSON; a brief one without log, promises and facts."""
    record: dict[str, Any] = {
        "id": shift.id,
        "crew": shift.crew.name,
        "supervisor": shift.crew.supervisor,
        "people": shift.people,
        "week": shift.week,
        "shift": shift.shift,
        "starts_at": shift.starts_at,
        "ends_at": shift.ends_at,
        "started_by": shift.started_by,
        "started_at": shift.started_at,
        "closed_at": shift.closed_at,
        "closed_by": shift.closed_by,
        "close_reason": shift.close_reason,
        **exercise_fields(shift, exercises),
    }
    if brief:
        return record | {"lines": len(shift.log), "open_promises": len(shift.open_promises)}
    corrected = shift.corrected()
    record["log"] = [
        {
            "number": number,
            "entry": line.entry,
            "by": line.by,
            "at": line.at,
            "text": line.text,
            "about": line.about,
            "corrects": line.corrects,
            "corrected": line.entry in corrected,
        }
        for number, line in enumerate(shift.log, start=1)
    ]
    record["promises"] = [promise_record(promise) for promise in shift.promises]
    record["handover"] = handover_record(shift.handover) if shift.handover else None
    return record


def promise_record(promise: Promise) -> dict[str, Any]:
    names = ("entry", "what", "to", "by", "at", "due_at", "about", "outcome", "ended_by", "ended_at", "note")
    return {name: getattr(promise, name) for name in names}


def handover_record(handover: Handover) -> dict[str, Any]:
    return {
        "entry": handover.entry,
        "by": handover.by,
        "as_of": handover.as_of,
        "hash": handover.content_hash,
        "note": handover.note,
        "facts": handover.facts,
        "outgoing": _confirmation_record(handover.outgoing),
        "incoming": _confirmation_record(handover.incoming),
    }


def _confirmation_record(given: Confirmation | None) -> dict[str, Any] | None:
    return None if given is None else {"by": given.by, "at": given.at, "device": given.device}
