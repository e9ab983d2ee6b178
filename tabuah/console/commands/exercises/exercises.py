"""`tabuah exercise`: start, list, end and wipe exercises."""

import secrets
from typing import Any, Final

import click

from tabuah.console.commands.command_classes import TabuahGroup
from tabuah.console.commands.invocation import Invocation, print_text
from tabuah.operations.errors import NotPossible
from tabuah.operations.exercises import drafts
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.exercises.scope import find_exercise, find_exercise_to_change
from tabuah.resources.localisation import N_, _, format_moment
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.exercises.exercise_text import exercise_state

exercise_group = TabuahGroup("exercise", help=N_("Start, list, end and wipe exercises; works offline."))
_SUFFIX_BYTES: Final = 2


@exercise_group.command("start", help=N_("Start an exercise. Name it in other commands with --exercise."))
@click.argument("name", metavar="NAME")
@click.option("--note", default="", metavar="TEXT", help=N_("Its purpose."))
@click.pass_obj
def start(call: Invocation, *, name: str, note: str) -> None:
    with call.open_store() as store:
        draft = drafts.start_exercise(
            name, known=store.exercises(), suffix=secrets.token_hex(_SUFFIX_BYTES), note=note
        )
        store.save(draft)
        started = find_exercise(draft.subject.partition("/")[2], store.exercises())
    _show(call, started, _("Exercise {name} has started.").format(name=started.name))


@exercise_group.command("list", help=N_("List the exercises, the one started last first."))
@click.pass_obj
def list_exercises(call: Invocation) -> None:
    with call.open_store() as store:
        found = store.exercises()
    headers = [_("Name"), _("State"), _("Started"), _("By"), _("Ended"), "ID"]
    rows = [
        [
            each.name,
            exercise_state(each),
            format_moment(each.started_at),
            each.started_by,
            format_moment(each.ended_at) if each.ended_at else "",
            each.id,
        ]
        for each in found
    ]
    call.show_table([_record(each) for each in found], headers, rows, empty=_("No exercises."))


@exercise_group.command("end", help=N_("End an exercise; without a name the only one that runs."))
@click.argument("name", metavar="NAME", required=False)
@click.option("--note", default="", metavar="TEXT", help=N_("What was done or seen."))
@click.pass_obj
def end(call: Invocation, *, name: str | None, note: str) -> None:
    with call.open_store() as store:
        found = (
            find_exercise_to_change(name, store.exercises(), may=lambda each: each.is_running)
            if name
            else _only_running(store)
        )
        store.save(drafts.end_exercise(found, note=note.strip()))
        ended = find_exercise(found.id, store.exercises())
    _show(call, ended, _("Exercise {name} has ended. It can still be read.").format(name=ended.name))


@exercise_group.command("wipe", help=N_("Delete the data of an exercise that has ended, on every console."))
@click.argument("name", metavar="NAME")
@click.option("--yes", is_flag=True, help=N_("Do not ask."))
@click.pass_obj
def wipe(call: Invocation, *, name: str, yes: bool) -> None:
    with call.open_store() as store:
        found = find_exercise_to_change(name, store.exercises(), may=lambda each: not each.is_wiped)
        draft = drafts.wipe_exercise(found)
        if not yes:
            question = _("Delete incidents, stations, readings and files of {name} everywhere?")
            click.confirm(question.format(name=found.name), abort=True, err=True)
        store.save(draft)
        wiped = find_exercise(found.id, store.exercises())
    _show(call, wiped, _("Exercise {name} is wiped. Its entries stay in the journal.").format(name=wiped.name))


def _only_running(store: ConsoleStore) -> Exercise:
    running = [exercise for exercise in store.exercises() if exercise.is_running]
    if len(running) != 1:
        raise NotPossible("name_exercise", n=len(running))
    return running[0]


def _show(call: Invocation, exercise: Exercise, sentence: str) -> None:
    call.show(_record(exercise), lambda: print_text(sentence))


def _record(exercise: Exercise) -> dict[str, Any]:
    return {
        "id": exercise.id,
        "name": exercise.name,
        "note": exercise.note,
        "running": exercise.is_running,
        "started_at": exercise.started_at,
        "started_by": exercise.started_by,
        "ended_at": exercise.ended_at,
        "wiped_at": exercise.wiped_at,
    }
