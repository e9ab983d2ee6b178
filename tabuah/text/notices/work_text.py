"""Titles and lines of notices about work: dispatches, dispositions, tasks, limits that ran out, requests for help."""

from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from tabuah.operations.exercises.scope import plain_code
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.notices.settings import NoticeOccasion
from tabuah.operations.tasks.due_clocks import DueClock, DueKind
from tabuah.operations.tasks.task import Task, TaskKind, TaskOwner
from tabuah.operations.units.help_requests import open_help
from tabuah.operations.units.unit import Unit
from tabuah.resources.localisation import N_, _, format_moment, ngettext
from tabuah.text.code_labels import code_label
from tabuah.text.incidents.incident_text import detailed_place_text, full_title, nagari_centre_text, place_text
from tabuah.text.tasks.task_text import owner_text

_LONGEST_DETAIL: Final = 500  # the whole text is in Tabuah
_TITLES: Final[Mapping[NoticeOccasion, str]] = {
    NoticeOccasion.DISPATCH: N_("Dispatch: {what}"),
    NoticeOccasion.DISPOSITION: N_("Disposition: {what}"),
    NoticeOccasion.TASK: N_("Task: {what}"),
    NoticeOccasion.DUE: N_("Time limit has run out: {what}"),
    NoticeOccasion.HELP: N_("A crew asks for help: {what}"),
}


_LIMITS: Final[Mapping[DueKind, str]] = {
    DueKind.RECEIPT: N_("receipt of a disposition"),
    DueKind.DISPOSITION: N_("end of a disposition"),
    DueKind.CALL_BACK: N_("call-back"),
    DueKind.TASK: N_("end of a task"),
}


class WorkPart(msgspec.Struct, frozen=True, kw_only=True):
    """What a notice says about the work on one incident, for one occasion.

    Attributes:
        incident: None if it is not known.
        units, tasks, limits: what it names.
        exercise: whether it belongs to an exercise.
        texts: whether it contains words of people, in which there may be names.
    """

    occasion: NoticeOccasion
    incident: Incident | None
    units: tuple[Unit, ...] = ()
    tasks: tuple[Task, ...] = ()
    limits: tuple[DueClock, ...] = ()
    exercise: bool = False
    texts: bool = False


def work_title(part: WorkPart) -> str:
    """Return the title of a part: "Dispatch: SAR-01 · Flood, Nagari Koto Baru"."""
    title = _(_TITLES[part.occasion]).format(what=_named(part))
    return f"{title} · {_incident_title(part.incident)}" if part.incident is not None else title


def _incident_title(incident: Incident) -> str:
    """Return hazard and nagari: the title that people wrote may name a person."""
    return full_title(code_label(incident.hazard), incident.place.nagari if incident.place is not None else "")


def _named(part: WorkPart) -> str:
    if part.units:
        return ", ".join(plain_code(unit.id) for unit in part.units)
    if part.occasion is NoticeOccasion.DUE:
        return ", ".join(dict.fromkeys(map(_limit_name, part.limits))) or _("no longer running")
    if len(part.tasks) == 1:
        task = part.tasks[0]
        return task.what if _shows_texts(part, task) else _owner(task)
    return ngettext("{n} for one incident", "{n} for one incident", len(part.tasks)).format(n=len(part.tasks))


def _shows_texts(part: WorkPart, task: Task) -> bool:
    """Return whether the words of a task are shown; those of a call-back are about a caller."""
    return part.texts and task.kind is not TaskKind.CALL_BACK


def work_lines(part: WorkPart) -> list[str]:
    """Return the lines of a part: the incident with its place, then every unit or task."""
    lines_of = _help_lines if part.occasion is NoticeOccasion.HELP else _unit_lines
    return [
        work_title(part),
        *(_incident_lines(part.incident, texts=part.texts) if part.incident is not None else ()),
        *(line for unit in part.units for line in lines_of(unit, texts=part.texts)),
        *(line for task in part.tasks for line in _task_lines(task, part)),
        *(line for due in part.limits for line in _limit_lines(due, texts=part.texts)),
    ]


def _incident_lines(incident: Incident, *, texts: bool) -> Iterator[str]:
    kind = f"{code_label(incident.hazard)}, {code_label(incident.severity)}"
    yield _("Incident: {number} · {kind}").format(number=incident.number, kind=kind)
    if incident.place is not None:
        place = incident.place
        where = detailed_place_text(place) if texts else place_text(place)
        yield _("Place: {place}").format(place=where)
        line = _("Position: {lat}, {lon}").format(lat=f"{place.lat_deg:.5f}", lon=f"{place.lon_deg:.5f}")
        centre = nagari_centre_text(place)
        yield f"{line} ({centre})" if centre else line


def _unit_lines(unit: Unit, *, texts: bool) -> Iterator[str]:
    text = _("{unit} ({name}, {opd}): assigned {moment}")
    code = plain_code(unit.id)
    yield text.format(unit=code, name=unit.name, opd=unit.opd, moment=format_moment(unit.state_at))
    if texts and unit.state_note:
        yield _("Note: {text}").format(text=unit.state_note)


def _help_lines(unit: Unit, *, texts: bool) -> Iterator[str]:
    request = open_help(unit)
    if request is None:
        return
    text = _("{unit} ({name}, {opd}): asks for help since {moment}")
    yield text.format(unit=plain_code(unit.id), name=unit.name, opd=unit.opd, moment=format_moment(request.at))
    if texts and request.note:
        yield _("Note: {text}").format(text=request.note)


def _task_lines(task: Task, part: WorkPart) -> Iterator[str]:
    texts = _shows_texts(part, task)
    if texts and len(part.tasks) > 1:
        yield f"- {task.what}"
    yield _("Addressed to: {owner}").format(owner=_owner(task))
    if texts and task.detail:
        is_long = len(task.detail) > _LONGEST_DETAIL
        yield f"{task.detail[:_LONGEST_DETAIL].rstrip()} …" if is_long else task.detail
    if task.awaits_receipt and task.receipt_due_at is not None:
        yield _("Confirm the receipt by: {moment}").format(moment=format_moment(task.receipt_due_at))
    if task.due_at is not None:
        yield _("Finish by: {moment}").format(moment=format_moment(task.due_at))


def _limit_lines(due: DueClock, *, texts: bool) -> Iterator[str]:
    yield _("{limit}: until {moment}").format(limit=_limit_name(due), moment=format_moment(due.due_at))
    if texts and due.task and due.kind is not DueKind.CALL_BACK:
        yield due.name
    if due.owner is not None:
        yield _("Addressed to: {owner}").format(owner=_owner_name(due.owner))
    elif due.assigned:
        yield _("Addressed to: {owner}").format(owner=", ".join(map(plain_code, due.assigned)))


def _limit_name(due: DueClock) -> str:
    """Return the name of a limit; that of a task is in words of people."""
    if due.kind is DueKind.RESPONSE:
        return due.name or _("Arrival on scene")
    return _(_LIMITS[due.kind])


def _owner(task: Task) -> str:
    return _owner_name(task.owner)


def _owner_name(owner: TaskOwner) -> str:
    return owner_text(msgspec.structs.replace(owner, name=plain_code(owner.name)))
