"""`tabuah clock list`: the running limits of all incidents and tasks; works offline."""

from datetime import datetime
from itertools import chain

import click
import msgspec

from tabuah.console.commands.command_classes import TabuahGroup
from tabuah.console.commands.exercises.scope_options import ChosenWorlds, scope_options
from tabuah.console.commands.invocation import Invocation, ItemTable
from tabuah.operations.incidents.clocks import running_clocks
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.tasks.task import Task
from tabuah.resources.localisation import N_, _, format_recent_moment
from tabuah.text.incidents.incident_panel import clock_name
from tabuah.text.incidents.incident_text import response_clock_text
from tabuah.text.tasks.task_text import due_text

clock_group = TabuahGroup("clock", help=N_("Time limits of incidents and tasks; works offline."))


class ClockRow(msgspec.Struct, frozen=True, kw_only=True):
    """A running limit in `clock list --json`; `task` is empty for one of an incident."""

    incident: str
    task: str
    code: str
    name: str
    started_at: datetime
    due_at: datetime
    overdue: bool
    text: str


@clock_group.command("list", help=N_("List the running time limits, overdue ones first."))
@click.option("--overdue", is_flag=True, help=N_("Only overdue ones."))
@scope_options
@click.pass_obj
def list_clocks(call: Invocation, *, overdue: bool, worlds: ChosenWorlds) -> None:
    with call.open_store() as store:
        scope, now = worlds.scope(store), store.now()
        incidents = scope.select(store.incidents())
        numbers = {incident.id: incident.number for incident in incidents}
        rows = [
            *chain.from_iterable(_of_incident(incident, now) for incident in incidents),
            *(_of_task(task, numbers, now) for task in scope.select(store.tasks()) if task.next_due_at is not None),
        ]
    shown = sorted((row for row in rows if row.overdue or not overdue), key=lambda row: (row.due_at, row.incident))
    table = ItemTable[ClockRow](
        kind="clock",
        headers=[_("Incident"), _("Clock"), _("Until"), ""],
        name=lambda row: row.incident,
        record=lambda row: row,
        cells=lambda row: [row.incident, row.name, format_recent_moment(row.due_at, now), row.text],
    )
    call.show_items(shown, table, empty=_("No running clocks."))


def _of_incident(incident: Incident, now: datetime) -> list[ClockRow]:
    return [
        ClockRow(
            incident=incident.number,
            task="",
            code=clock.code,
            name=clock_name(clock),
            started_at=clock.started_at,
            due_at=clock.due_at,
            overdue=clock.is_overdue,
            text=response_clock_text(clock),
        )
        for clock in running_clocks(incident, now)
    ]


def _of_task(task: Task, numbers: dict[str, str], now: datetime) -> ClockRow:
    assert task.next_due_at is not None
    return ClockRow(
        incident=numbers.get(task.incident, task.incident),
        task=task.id,
        code=task.clock,
        name=task.what,
        started_at=task.added_at,
        due_at=task.next_due_at,
        overdue=task.is_overdue(now),
        text=due_text(task, now),
    )
