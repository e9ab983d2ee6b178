"""`tabuah task list`, `show` and `export`: the tasks of all incidents; works offline."""

from datetime import datetime
from pathlib import Path
from typing import Final

import click

from tabuah.console.commands.command_classes import TabuahGroup
from tabuah.console.commands.exercises.scope_options import ChosenWorlds, scope_options
from tabuah.console.commands.invocation import Invocation, ItemTable, print_error, print_facts, print_json, print_text
from tabuah.console.commands.table_commands import WRITABLE_FILE, write_file
from tabuah.console.incidents.incident_numbers import incident_numbers
from tabuah.console.tasks.task_records import (
    TaskRow,
    make_task_row,
    read_task_rows,
    write_task_table,
)
from tabuah.operations.entries import subject_of
from tabuah.operations.tasks.task import Task
from tabuah.operations.tasks.task_list import TaskView, find_words, select_tasks, tasks_of
from tabuah.resources.localisation import N_, _, format_moment, ngettext
from tabuah.storage.cache.errors import UnknownKey
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.code_labels import code_label
from tabuah.text.exercises.exercise_text import exercise_mark, exercises_by_id
from tabuah.text.tasks.task_text import (
    count_text,
    due_text,
    owner_text,
    receipt_text,
    status_text,
    task_field_label,
    task_status_label,
)

task_group = TabuahGroup("task", help=N_("Tasks of incidents, and dispositions to an OPD; works offline."))


_VIEWS: Final = (
    click.option("--mine", is_flag=True, help=N_("Only those of you, your units and your OPD.")),
    click.option("--overdue", is_flag=True, help=N_("Only overdue ones.")),
    click.option("--all", "all_tasks", is_flag=True, help=N_("Ended ones, too.")),
    click.option("--incident", "incident_key", default="", metavar="ID", help=N_("Only those of this incident.")),
    click.option("--search", "words", default="", metavar="WORDS", help=N_("Only those with all of these words.")),
)


@task_group.command("list", help=N_("List the open tasks of all incidents, the first due first."))
@_VIEWS[0]
@_VIEWS[1]
@_VIEWS[2]
@_VIEWS[3]
@_VIEWS[4]
@scope_options
@click.pass_obj
def list_tasks(
    call: Invocation,
    *,
    mine: bool,
    overdue: bool,
    all_tasks: bool,
    incident_key: str,
    words: str,
    worlds: ChosenWorlds,
) -> None:
    view = _chosen_view(mine=mine, overdue=overdue, all_tasks=all_tasks)
    with call.open_store() as store:
        known, now = exercises_by_id(store.exercises()), store.now()
        tasks = worlds.scope(store).select(store.tasks())
        numbers = incident_numbers(store)
        if incident_key:
            wanted = store.incident(incident_key).id
            tasks = tasks_of(tasks, wanted, store.incidents())
        opd = store.authority().office_of_user(store.actor).opd
        chosen = select_tasks(tasks, view, now=now, actor=store.actor, opd=opd)
        chosen = find_words(chosen, words, numbers)
        rows = [make_task_row(store, each, known, numbers) for each in chosen]
    by_id = {task.id: task for task in chosen}
    table = ItemTable[TaskRow](
        kind="task",
        headers=["ID", _("Incident"), _("What to do"), _("Done by"), _("Status"), ""],
        name=lambda row: row.id[:13],
        record=lambda row: row,
        cells=lambda row: _cells(row, by_id[row.id], now),
    )
    call.show_items(rows, table, empty=_("No tasks."))
    if rows and not call.as_json:
        print_error(count_text(chosen, now))


@task_group.command("show", help=N_("Show one task."))
@click.argument("key", metavar="ID")
@click.pass_obj
def show_task(call: Invocation, *, key: str) -> None:
    with call.open_store() as store:
        found, known, now = find_task(store, key), exercises_by_id(store.exercises()), store.now()
        store.histories.request(subject_of("task", found.id))
        row = make_task_row(store, found, known, incident_numbers(store))
    if call.as_json:
        print_json(row)
        return
    due_at = found.due_at
    due = " · ".join(filter(None, (format_moment(due_at) if due_at else "", due_text(found, now))))
    print_facts(
        [
            ("ID", row.id),
            (_("Exercise"), exercise_mark(found, known)),
            (_("Incident"), row.incident),
            (_("Kind"), code_label(found.kind)),
            (task_field_label("what"), row.what),
            (task_field_label("detail"), row.detail),
            (task_field_label("owner"), owner_text(found.owner)),
            (_("Status"), task_status_label(found.status)),
            (task_field_label("due_at"), due),
            (_("Received"), receipt_text(found, now)),
            (_("Added"), f"{format_moment(found.added_at)} · {found.added_by}"),
            (_("Ended"), f"{format_moment(found.ended_at)} · {found.ended_by}" if found.ended_at else ""),
            (_("Note"), row.end_note),
        ]
    )


@task_group.command("export", help=N_("Write the tasks to a CSV or XLSX file, ended ones too."))
@click.argument("file", type=WRITABLE_FILE, metavar="FILE")
@scope_options
@click.pass_obj
def export_tasks(call: Invocation, *, file: Path, worlds: ChosenWorlds) -> None:
    with call.open_store() as store:
        rows = read_task_rows(store, worlds.scope(store))
    write_file(file, lambda: write_task_table(file, rows))
    text = ngettext("{n} task is written to {file}.", "{n} tasks are written to {file}.", len(rows))
    call.show({"file": str(file), "tasks": len(rows)}, lambda: print_text(text.format(n=len(rows), file=file)))


def find_task(store: ConsoleStore, key: str) -> Task:
    """Return a task by its id or the beginning of it.

    Raises:
        UnknownKey: none matches, or several do.
    """
    wanted = key.strip().lower()
    found = [each for each in store.tasks() if wanted and each.id.startswith(wanted)]
    if len(found) == 1:
        return found[0]
    if not found:
        raise UnknownKey(_("There is no task {key}. See: tabuah task list").format(key=key))
    raise UnknownKey(_("Several tasks begin with {key}. Give more of the id.").format(key=key))


def _chosen_view(*, mine: bool, overdue: bool, all_tasks: bool) -> TaskView:
    if mine + overdue + all_tasks > 1:
        raise click.UsageError(_("give only one of --mine, --overdue and --all"))
    if mine:
        return TaskView.MINE
    if overdue:
        return TaskView.OVERDUE
    return TaskView.ALL if all_tasks else TaskView.OPEN


def _cells(row: TaskRow, task: Task, now: datetime) -> list[str]:
    marks = [row.exercise or "", _("not yet synced") if row.pending else ""]
    return [
        row.id[:13],
        row.incident,
        row.what,
        owner_text(task.owner),
        status_text(task, now),
        " · ".join(filter(None, marks)),
    ]
