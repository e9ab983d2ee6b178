"""The form of a task: its fields, and the entry from its values."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from tabuah.console.window.state.console_snapshot import ConsoleSnapshot
from tabuah.operations.entries import Draft
from tabuah.operations.errors import NotPossible
from tabuah.operations.exercises.scope import SubjectWorld, plain_code
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.tasks import drafts
from tabuah.operations.tasks.entry_bodies import MAX_DETAIL
from tabuah.operations.tasks.owners import find_owner
from tabuah.operations.tasks.task import Task, TaskKind, TaskOwner
from tabuah.operations.tasks.task_clocks import chosen_clocks, task_limits
from tabuah.resources.localisation import _
from tabuah.resources.moment_parser import moment_text, parse_moment
from tabuah.resources.regency import current_regency
from tabuah.text.code_labels import code_label
from tabuah.text.sync.verdict_reasons import describe_not_possible
from tabuah.text.tasks.task_text import task_field_label
from tabuah.widgets.controls.edit_form import EditField
from tabuah.widgets.values import Choice

_MOST_NAMES: Final = 6


class TaskFieldFault(Exception):
    """A field that cannot be used: its code, and why."""

    def __init__(self, field: str, reason: str) -> None:
        self.field, self.reason = field, reason
        super().__init__(reason)


def task_fields(
    task: Task | None, snapshot: ConsoleSnapshot, now: datetime, *, owner: str = ""
) -> tuple[EditField, ...]:
    """Return the fields of a task; those of a new one with a suggested owner."""
    due = moment_text(task.due_at, now=now) if task is not None and task.due_at else ""
    fields = [
        EditField(code="what", label=task_field_label("what"), value=task.what if task else ""),
        EditField(
            code="owner",
            label=task_field_label("owner"),
            value=plain_code(task.owner.name) if task else owner,
            hint=_owner_hint(snapshot),
        ),
        EditField(code="due", label=task_field_label("due_at"), value=due, hint=_("Such as 16.30, or empty.")),
        EditField(
            code="detail",
            label=task_field_label("detail"),
            value=task.detail if task else "",
            max_chars=MAX_DETAIL,
        ),
    ]
    if task is None:
        choices = tuple(Choice(code=kind.value, label=code_label(kind)) for kind in TaskKind)
        kind_field = EditField(code="kind", label=_("Kind"), value=TaskKind.ACTION.value, choices=choices)
        fields.insert(1, kind_field)
        hint = _("Gives the due time; a due time of your own comes first.")
        fields.append(
            EditField(code="clock", label=task_field_label("clock"), value="", choices=_clocks(), hint=hint)
        )
    return tuple(fields)


def read_new_task(
    task_id: str, incident: Incident, values: Mapping[str, str], snapshot: ConsoleSnapshot, now: datetime
) -> Draft:
    """Return a new task from the values of a form.

    Raises:
        TaskFieldFault: a field cannot be used.
    """
    kind = TaskKind(values["kind"])
    owner = _read_owner(values["owner"], incident, snapshot)
    due_at = _read_due(values["due"], now)
    limits = task_limits(kind, now, values.get("clock", ""))
    try:
        return drafts.add_task(
            task_id,
            incident,
            what=values["what"],
            owner=owner,
            kind=kind,
            detail=values["detail"],
            due_at=due_at or limits.due_at,
            clock="" if due_at else limits.clock,
            receipt_due_at=limits.receipt_due_at,
        )
    except NotPossible as refusal:
        raise TaskFieldFault(_field_of(refusal), describe_not_possible(refusal)) from refusal


def read_task_change(task: Task, changes: Mapping[str, str], snapshot: ConsoleSnapshot, now: datetime) -> Draft:
    """Return the change of a task from the changed fields of a form.

    Raises:
        TaskFieldFault: a field cannot be used.
    """
    given: dict[str, Any] = {name: changes[name] for name in ("what", "detail") if name in changes}
    if "owner" in changes:
        given["owner"] = _read_owner(changes["owner"], task, snapshot)
    if "due" in changes:
        given["due_at"] = _read_due(changes["due"], now)
    try:
        return drafts.change_task(task, **given)
    except NotPossible as refusal:
        raise TaskFieldFault(_field_of(refusal), describe_not_possible(refusal)) from refusal


def _clocks() -> tuple[Choice, ...]:
    named = (Choice(code=clock.code, label=clock.name) for clock in chosen_clocks() if not clock.task_kinds)
    return (Choice(code="", label=_("By the kind")), *named)


def _read_owner(text: str, of: Incident | Task, snapshot: ConsoleSnapshot) -> TaskOwner:
    try:
        return find_owner(
            text,
            world=SubjectWorld(of.exercise, of.exercise_id),
            units=snapshot.units.values(),
            users=snapshot.authority.users,
            opds=[opd.name for opd in current_regency().opds],
        )
    except NotPossible as refusal:
        raise TaskFieldFault("owner", describe_not_possible(refusal)) from refusal


def _read_due(text: str, now: datetime) -> datetime | None:
    if not text.strip():
        return None
    try:
        return parse_moment(text, now=now)
    except ValueError as error:
        raise TaskFieldFault("due", str(error)) from error


def _field_of(refusal: NotPossible) -> str:
    return "owner" if refusal.reason == "disposition_without_opd" else "what"


def _owner_hint(snapshot: ConsoleSnapshot) -> str:
    """Return some owners: units in service, then the offices of the regency."""
    units = [plain_code(unit.id) for unit in snapshot.units.values() if not unit.retired]
    names = [*units[:_MOST_NAMES], *[opd.name for opd in current_regency().opds][:_MOST_NAMES]]
    return _("A unit, a log-in name or an OPD: {names} …").format(names=", ".join(names))
