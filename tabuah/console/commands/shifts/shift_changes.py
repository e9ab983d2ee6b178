"""`tabuah shift start`, `join`, `log`, `promise`, `promise-end`, `close` and `reopen`."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import click
import msgspec

from tabuah.console.commands.command_classes import Moment, PastMoment
from tabuah.console.commands.exercises.scope_options import ChosenWorlds, exercise_option
from tabuah.console.commands.invocation import Invocation, print_text
from tabuah.console.commands.reason_type import ReasonType
from tabuah.console.commands.shifts.shifts import find_shift_by_key, shift_group, shift_record
from tabuah.console.shifts.handover_sources import running_shift
from tabuah.operations.entries import Draft, subject_of
from tabuah.operations.errors import NotPossible
from tabuah.operations.exercises.scope import ExerciseScope, code_in_exercise, scope_of, scope_world
from tabuah.operations.roster.duty import shift_at
from tabuah.operations.roster.entry_bodies import Crew
from tabuah.operations.shifts import drafts
from tabuah.operations.shifts.duty_shift import DutyShift, open_shift
from tabuah.operations.shifts.entry_bodies import PromiseOutcome
from tabuah.operations.shifts.handover_summary import open_promises
from tabuah.resources.localisation import N_, _
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.identifiers import new_uuid
from tabuah.text.exercises.exercise_text import exercises_by_id
from tabuah.text.shifts.shift_text import promise_text, shift_state, shift_title

_ABOUT = (
    click.option("--incident", default="", metavar="ID", help=N_("About this incident.")),
    click.option("--alarm", default="", metavar="ID", help=N_("About this alarm.")),
    click.option("--station", default="", metavar="CODE", help=N_("About this station.")),
)
_REASON = click.option("--reason", type=ReasonType(), required=True, metavar="TEXT", help=N_("Why."))


@shift_group.command("start", help=N_("Start the shift that the roster plans now, or another one with --crew."))
@click.option("--crew", default="", metavar="NAME", help=N_("Name of a crew that the roster does not plan now."))
@click.option("--supervisor", default="", metavar="USER", help=N_("Its supervisor; default: you."))
@click.option("--member", "members", multiple=True, metavar="USER", help=N_("Another member; repeatable."))
@click.option("--hours", type=click.IntRange(1, 48), default=24, show_default=True, metavar="N", help=N_("Length."))
@exercise_option
@click.pass_obj
def start_command(
    call: Invocation, *, crew: str, supervisor: str, members: Sequence[str], hours: int, worlds: ChosenWorlds
) -> None:
    with call.open_store() as store:
        scope = worlds.scope(store)
        if crew:
            ends_at = store.now() + timedelta(hours=hours)
            people = _crew(crew, supervisor or store.actor, members)
            draft = _other_start(store, scope, people, ends_at)
        else:
            draft = _roster_start(store, scope)
        store.save(draft)
        _show_saved(call, store, draft)


@shift_group.command("join", help=N_("Be on duty in the running shift, too."))
@exercise_option
@click.pass_obj
def join_command(call: Invocation, *, worlds: ChosenWorlds) -> None:
    with call.open_store() as store:
        draft = drafts.join_shift(running_shift(store, worlds.scope(store)))
        store.save(draft)
        _show_saved(call, store, draft)


@shift_group.command("log", help=N_("Write a line into the log of the running shift."))
@click.argument("text", metavar="TEXT")
@click.option("--at", type=PastMoment(), metavar="T", help=N_("When it happened; default: now."))
@_ABOUT[0]
@_ABOUT[1]
@_ABOUT[2]
@click.option("--corrects", type=click.IntRange(1), metavar="N", help=N_("The line that it corrects, by its number."))
@exercise_option
@click.pass_obj
def log_command(
    call: Invocation,
    *,
    text: str,
    at: datetime | None,
    incident: str,
    alarm: str,
    station: str,
    corrects: int | None,
    worlds: ChosenWorlds,
) -> None:
    with call.open_store() as store:
        shift = running_shift(store, worlds.scope(store))
        about = _about(store, shift, incident, alarm, station)
        draft = drafts.log_line(shift, text, about=about, at=at, corrects=_line_entry(shift, corrects))
        store.save(draft)
        _show_saved(call, store, draft, _("The line is in the log."))


@shift_group.command("promise", help=N_("Record a promise with its due time."))
@click.argument("what", metavar="TEXT")
@click.option("--to", required=True, metavar="TEXT", help=N_("To whom: a person or an office."))
@click.option("--due", required=True, type=Moment(), metavar="T", help=N_("Until when (local time)."))
@_ABOUT[0]
@_ABOUT[1]
@_ABOUT[2]
@exercise_option
@click.pass_obj
def promise_command(
    call: Invocation,
    *,
    what: str,
    to: str,
    due: datetime,
    incident: str,
    alarm: str,
    station: str,
    worlds: ChosenWorlds,
) -> None:
    with call.open_store() as store:
        shift = running_shift(store, worlds.scope(store))
        about = _about(store, shift, incident, alarm, station)
        draft = drafts.make_promise(shift, what, to=to, due_at=due, about=about)
        store.save(draft)
        _show_saved(call, store, draft, _("The promise is recorded."))


@shift_group.command("promises", help=N_("List the open promises of all shifts, the first due first."))
@exercise_option
@click.pass_obj
def promises_command(call: Invocation, *, worlds: ChosenWorlds) -> None:
    with call.open_store() as store:
        found, now = open_promises(store.shifts(), worlds.scope(store)), store.now()
    records = [
        {
            "number": number,
            "entry": each.entry,
            "what": each.what,
            "to": each.to,
            "due_at": each.due_at,
            "by": each.by,
        }
        for number, (_shift, each) in enumerate(found, start=1)
    ]
    rows = [[str(number), promise_text(each, now)] for number, (_shift, each) in enumerate(found, start=1)]
    call.show_table(records, [_("No."), _("Promise")], rows, empty=_("No open promises."))


@shift_group.command("promise-end", help=N_("End an open promise, by its number in “tabuah shift promises”."))
@click.argument("number", type=click.IntRange(1), metavar="N")
@click.option("--outcome", type=click.Choice(["done", "withdrawn"]), default="done", help=N_("How it ended."))
@click.option("--note", default="", metavar="TEXT", help=N_("Further details."))
@exercise_option
@click.pass_obj
def promise_end_command(call: Invocation, *, number: int, outcome: str, note: str, worlds: ChosenWorlds) -> None:
    with call.open_store() as store:
        found = open_promises(store.shifts(), worlds.scope(store))
        if number > len(found):
            raise NotPossible("no_open_promise", text=str(number))
        draft = drafts.end_promise(*found[number - 1], PromiseOutcome(outcome), note=note)
        store.save(draft)
        _show_saved(call, store, draft, _("The promise is ended."))


@shift_group.command("close", help=N_("Close the running shift without a handover."))
@_REASON
@exercise_option
@click.pass_obj
def close_command(call: Invocation, *, reason: str, worlds: ChosenWorlds) -> None:
    with call.open_store() as store:
        draft = drafts.close_shift(running_shift(store, worlds.scope(store)), reason=reason)
        store.save(draft)
        _show_saved(call, store, draft)


@shift_group.command("reopen", help=N_("Open a shift again that was closed without a handover."))
@click.argument("shift", metavar="SHIFT")
@_REASON
@exercise_option
@click.pass_obj
def reopen_command(call: Invocation, *, shift: str, reason: str, worlds: ChosenWorlds) -> None:
    with call.open_store() as store:
        scope = worlds.scope(store)
        draft = drafts.reopen_shift(find_shift_by_key(store, shift, scope), reason=reason)
        _refuse_second(store, scope, draft.subject)
        store.save(draft)
        _show_saved(call, store, draft)


def _roster_start(store: ConsoleStore, scope: ExerciseScope) -> Draft:
    planned = shift_at(store.rosters().values(), store.now())
    if planned is None:
        raise NotPossible("roster_plans_nobody")
    draft = drafts.start_roster_shift(planned, scope_world(scope))
    _refuse_second(store, scope, draft.subject)
    return draft


def _other_start(store: ConsoleStore, scope: ExerciseScope, crew: Crew, ends_at: datetime) -> Draft:
    _refuse_second(store, scope, "")
    return drafts.start_other_shift(new_uuid(store.now()), crew, store.now(), ends_at, world=scope_world(scope))


def _refuse_second(store: ConsoleStore, scope: ExerciseScope, subject: str) -> None:
    """Refuse a start or a reopening while another shift of the same world is running."""
    running = open_shift(scope.select(store.shifts()), store.now())
    if running is not None and subject_of("shift", running.id) != subject:
        raise NotPossible("shift_running", crew=running.crew.name)


def _crew(name: str, supervisor: str, members: Sequence[str]) -> Crew:
    crew = {"name": name.strip(), "supervisor": supervisor.strip(), "members": list(dict.fromkeys(members))}
    try:
        return msgspec.convert(crew, Crew)
    except msgspec.ValidationError as error:
        raise click.UsageError(_("This cannot be planned: {reason}").format(reason=error)) from error


def _about(store: ConsoleStore, shift: DutyShift, incident: str, alarm: str, station: str) -> str:
    """Return the subject of a line; at most one option may be given."""
    if sum(map(bool, (incident, alarm, station))) > 1:
        raise click.UsageError(_("Give only one of --incident, --alarm and --station."))
    if incident:
        return subject_of("incident", store.incident(incident).id)
    if alarm:
        return subject_of("alarm", _one_id(alarm, [each.id for each in store.alarms()]))
    if station:
        code = code_in_exercise(station.strip().upper(), shift.exercise_id)
        return subject_of("station", _one_id(code, [each.code for each in scope_of(shift).select(store.stations())]))
    return ""


def _one_id(text: str, known: Sequence[str]) -> str:
    found = [each for each in known if each == text] or [each for each in known if each.startswith(text)]
    if len(found) != 1:
        raise NotPossible("unknown_about", text=text[:40])
    return found[0]


def _line_entry(shift: DutyShift, number: int | None) -> str:
    if number is None:
        return ""
    if number > len(shift.log):
        raise NotPossible("no_log_line", text=str(number))
    return shift.log[number - 1].entry


def _show_saved(call: Invocation, store: ConsoleStore, draft: Draft, message: str = "") -> None:
    shift = next(each for each in store.shifts() if subject_of("shift", each.id) == draft.subject)
    exercises = exercises_by_id(store.exercises())
    text = message or f"{shift_title(shift)}: {shift_state(shift)}"
    call.show(shift_record(shift, exercises), lambda: print_text(text))
