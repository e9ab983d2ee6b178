"""`tabuah task add`, `change`, `receive`, `done`, `cancel` and `reopen`; works offline."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import click

from tabuah.console.commands.command_classes import Code, Moment, PastMoment, pairs_option, read_pairs
from tabuah.console.commands.invocation import Invocation, print_text
from tabuah.console.commands.tasks.tasks import find_task, task_group
from tabuah.operations.entries import Draft
from tabuah.operations.exercises.scope import SubjectWorld
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.tasks import drafts
from tabuah.operations.tasks.owners import find_owner
from tabuah.operations.tasks.task import Task, TaskKind, TaskOwner
from tabuah.operations.tasks.task_clocks import task_limits
from tabuah.resources.localisation import N_, _
from tabuah.resources.moment_parser import parse_moment
from tabuah.resources.regency import current_regency
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.identifiers import new_uuid
from tabuah.text.tasks.task_text import owner_text

_EDITABLE = ("what", "detail", "owner", "due")


@task_group.command("add", help=N_("Add a task to an incident."))
@click.argument("incident_key", metavar="INCIDENT")
@click.argument("what", metavar="TEXT")
@click.option(
    "--owner",
    required=True,
    metavar="NAME",
    help=N_("Who does it: a call sign, a log-in name or an OPD; unit:, user: or opd: before it says which."),
)
@click.option(
    "--kind", type=Code(TaskKind), default=TaskKind.ACTION, metavar="KIND", help=N_("Kind; default: action.")
)
@click.option("--due", type=Moment(), metavar="T", help=N_("Until when (local time)."))
@click.option("--clock", default="", metavar="CODE", help=N_("A clock of the profile that gives the due time."))
@click.option("--receipt-due", type=Moment(), metavar="T", help=N_("Until when the OPD confirms a disposition."))
@click.option("--detail", default="", metavar="TEXT", help=N_("More about it."))
@click.pass_obj
def add(
    call: Invocation,
    *,
    incident_key: str,
    what: str,
    owner: str,
    kind: TaskKind,
    due: datetime | None,
    clock: str,
    receipt_due: datetime | None,
    detail: str,
) -> None:
    if receipt_due is not None and kind is not TaskKind.DISPOSITION:
        raise click.UsageError(_("--receipt-due is only for dispositions"))
    if due is not None and clock:
        raise click.UsageError(_("give either --due or --clock"))
    with call.open_store() as store:
        incident = store.incident(incident_key)
        limits = task_limits(kind, store.now(), clock)
        task_id = new_uuid(store.now())
        draft = drafts.add_task(
            task_id,
            incident,
            what=what,
            owner=read_owner(store, owner, incident),
            kind=kind,
            detail=detail,
            due_at=due or limits.due_at,
            clock="" if due else limits.clock,
            receipt_due_at=receipt_due or limits.receipt_due_at,
        )
        store.save(draft)
        saved = find_task(store, task_id)
    text = _("Added to {number}: {what} · {owner} ({id})").format(
        number=incident.number, what=saved.what, owner=owner_text(saved.owner), id=task_id[:13]
    )
    call.show({"id": task_id, "incident": incident.number}, lambda: print_text(text))


@task_group.command("change", help=N_("Change what, detail, owner or due of a task."))
@click.argument("key", metavar="ID")
@pairs_option(N_("A field and its new value; repeatable. Fields: what, detail, owner, due; an empty due removes it."))
@click.pass_obj
def change(call: Invocation, *, key: str, pairs: Sequence[str]) -> None:
    values = read_pairs(pairs, _EDITABLE)
    with call.open_store() as store:
        task = find_task(store, key)
        given: dict[str, Any] = {name: values[name] for name in ("what", "detail") if name in values}
        if "owner" in values:
            given["owner"] = read_owner(store, values["owner"], task)
        if "due" in values:
            given["due_at"] = _read_due(values["due"])
        _save(call, store, task, drafts.change_task(task, **given), _("The task is changed: {what}"))


@task_group.command("receive", help=N_("Confirm that the OPD has received a disposition."))
@click.argument("key", metavar="ID")
@click.option("--name", default="", metavar="TEXT", help=N_("The person at the OPD, where another office notes it."))
@click.option("--withdraw", is_flag=True, help=N_("Take back a receipt that was recorded by mistake."))
@click.pass_obj
def receive(call: Invocation, *, key: str, name: str, withdraw: bool) -> None:
    with call.open_store() as store:
        task = find_task(store, key)
        if withdraw:
            _save(call, store, task, drafts.withdraw_receipt(task), _("The receipt is taken back: {what}"))
        else:
            _save(call, store, task, drafts.receive_task(task, name=name), _("The receipt is recorded: {what}"))


@task_group.command("done", help=N_("State that a task is done."))
@click.argument("key", metavar="ID")
@click.option("--note", default="", metavar="TEXT", help=N_("What was done."))
@click.option("--at", "done_at", type=PastMoment(), metavar="T", help=N_("When it was done; default: now."))
@click.pass_obj
def done(call: Invocation, *, key: str, note: str, done_at: datetime | None) -> None:
    with call.open_store() as store:
        task = find_task(store, key)
        _save(call, store, task, drafts.finish_task(task, note=note, done_at=done_at), _("Done: {what}"))


@task_group.command("cancel", help=N_("Cancel a task that is not needed any more."))
@click.argument("key", metavar="ID")
@click.option("--reason", required=True, metavar="TEXT", help=N_("Why."))
@click.pass_obj
def cancel(call: Invocation, *, key: str, reason: str) -> None:
    with call.open_store() as store:
        task = find_task(store, key)
        _save(call, store, task, drafts.cancel_task(task, reason=reason), _("Cancelled: {what}"))


@task_group.command("reopen", help=N_("Open a task again that was done or cancelled."))
@click.argument("key", metavar="ID")
@click.option("--reason", required=True, metavar="TEXT", help=N_("Why."))
@click.pass_obj
def reopen(call: Invocation, *, key: str, reason: str) -> None:
    with call.open_store() as store:
        task = find_task(store, key)
        _save(call, store, task, drafts.reopen_task(task, reason=reason), _("Open again: {what}"))


def read_owner(store: ConsoleStore, text: str, of: Incident | Task) -> TaskOwner:
    """Return the owner that a text names in the world of an incident or a task."""
    return find_owner(
        text,
        world=SubjectWorld(of.exercise, of.exercise_id),
        units=store.units(),
        users=store.authority().users,
        opds=[opd.name for opd in current_regency().opds],
    )


def _read_due(text: str) -> datetime | None:
    if not text:
        return None
    try:
        return parse_moment(text, now=datetime.now(UTC))
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def _save(call: Invocation, store: ConsoleStore, task: Task, draft: Draft, text: str) -> None:
    store.save(draft)
    after = find_task(store, task.id)
    call.show({"id": task.id, "status": after.status.value}, lambda: print_text(text.format(what=after.what)))
