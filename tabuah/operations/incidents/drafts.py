"""Drafts of incident entries, with the base of every guarded field they write."""

from datetime import datetime
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from tabuah.operations.attachments.attachment import Attachment
from tabuah.operations.codes import Status
from tabuah.operations.entries import Draft, PersonalValue, subject_of
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.hidden_characters import plain_line
from tabuah.operations.incidents import entry_bodies
from tabuah.operations.incidents.conflict_policy import DELETED, STATUS
from tabuah.operations.incidents.guarded_fields import guarded_values
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.merges import status_before_merge
from tabuah.operations.incidents.scope_rules import scope_base
from tabuah.operations.personal_values import commitment_to


def report_incident(
    body: entry_bodies.IncidentReported,
    *,
    incident_id: str,
    occurred_at: datetime | None = None,
    exercise: bool = False,
    exercise_id: str = "",
    caller: PersonalValue | None = None,
) -> Draft:
    """Report an incident; `caller` is the `caller_value` with name and number, if known."""
    personal: tuple[PersonalValue, ...] = ()
    body = msgspec.structs.replace(body, title=_plain_title(body.title))
    if caller is not None:
        body = msgspec.structs.replace(body, caller=commitment_to(caller.value, caller.salt))
        personal = (caller,)
    return Draft(
        subject=subject_of("incident", incident_id),
        kind="incident.reported",
        body=encode_body(body),
        occurred_at=occurred_at,
        exercise=exercise,
        exercise_id=exercise_id,
        personal=personal,
    )


def answer_report(report: Draft, body: entry_bodies.IncidentAnswered) -> tuple[Draft, ...]:
    """Return the answers that belong to a report that is not saved yet; none where nothing was answered."""
    if not has_answers(body):
        return ()
    answered = Draft(
        subject=report.subject,
        kind="incident.answered",
        body=encode_body(body),
        occurred_at=report.occurred_at,
        exercise=report.exercise,
        exercise_id=report.exercise_id,
    )
    return (answered,)


def edit_incident(incident: Incident, body: entry_bodies.IncidentEdited) -> Draft:
    if body.title is not UNSET:
        body = msgspec.structs.replace(body, title=_plain_title(body.title))
    base = {field: incident.last_writer(field) for field in guarded_values(body)}
    return _draft(incident, "incident.edited", body, base=scope_base(incident) | base)


def move_incident(incident: Incident, to: Status, *, reason: str = "", occurred_at: datetime | None = None) -> Draft:
    body = entry_bodies.IncidentMoved(to=to, reason=reason)
    base = scope_base(incident) | {STATUS: incident.last_writer(STATUS)}
    return _draft(incident, "incident.moved", body, base=base, occurred_at=occurred_at)


def end_with_units(
    incident: Incident, to: Status, *, reason: str = "", frees_units: bool = False
) -> tuple[Draft, ...]:
    """Move an incident, and with `frees_units` take its units off it, so that they can be sent elsewhere.

    The move comes first: without the assignment, the OPD that led may not move it any more.
    """
    moved = move_incident(incident, to, reason=reason)
    if not frees_units or not incident.assignment:
        return (moved,)
    return moved, edit_incident(incident, entry_bodies.IncidentEdited(assignment=()))


def merge_incidents(incident: Incident, into: Incident, *, reason: str = "") -> Draft:
    """Merge `incident` into `into`; both keep their data."""
    body = entry_bodies.IncidentMerged(into=into.id, reason=reason)
    return _draft(incident, "incident.merged", body, base={STATUS: incident.last_writer(STATUS)})


def unmerge_incident(incident: Incident, *, reason: str = "") -> Draft:
    """Undo the merge of an incident, which gets its status before the merge again."""
    return move_incident(incident, status_before_merge(incident), reason=reason)


def add_report(
    incident: Incident, *, text: str, caller: str, salt: str, occurred_at: datetime | None = None
) -> tuple[Draft, ...]:
    """Add another report of an incident: its text, and the caller as a personal value, if known."""
    noted = _draft(incident, "incident.noted", entry_bodies.IncidentNoted(text=text), occurred_at=occurred_at)
    return (noted, add_restricted_note(incident, caller, salt=salt)) if caller else (noted,)


def has_answers(body: entry_bodies.IncidentAnswered) -> bool:
    """Return whether anything was answered."""
    return bool(body.answers) or body.people_at_risk is not msgspec.UNSET


def add_answers(
    incident: Incident, body: entry_bodies.IncidentAnswered, *, occurred_at: datetime | None = None
) -> tuple[Draft, ...]:
    """Add the answers of another report of an incident; none where nothing was answered."""
    return (answer_questions(incident, body, occurred_at=occurred_at),) if has_answers(body) else ()


def _plain_title(title: str) -> str:
    """Return a title as one plain line; one of hidden characters alone stays, so that no report is lost for it."""
    return plain_line(title) or title


def caller_value(caller: str, *, salt: str) -> PersonalValue:
    """Return name and number of a caller as a personal value; `salt` is random, 32 hex digits."""
    return PersonalValue(field="caller", salt=salt, value=caller)


def change_caller(incident: Incident, caller: PersonalValue) -> Draft:
    """Add, correct or, with an empty value, remove the caller of a report; the earlier value stays until erased."""
    commitment = commitment_to(caller.value, caller.salt) if caller.value else None
    return _draft(
        incident,
        "incident.caller_changed",
        entry_bodies.IncidentCallerChanged(caller=commitment),
        base=scope_base(incident),
        personal=(caller,) if caller.value else (),
    )


def note_incident(incident: Incident, text: str) -> Draft:
    """Add a note that every console may read."""
    return _draft(incident, "incident.noted", entry_bodies.IncidentNoted(text=text))


def add_restricted_note(incident: Incident, text: str, *, salt: str) -> Draft:
    """Add a restricted note, whose text is a personal value; `salt` is random, 32 hex digits."""
    value = PersonalValue(field="restricted", salt=salt, value=text)
    body = entry_bodies.IncidentNoted(restricted=commitment_to(text, salt))
    return _draft(incident, "incident.noted", body, personal=(value,))


def attach_to_incident(incident: Incident, attachment: Attachment, *, taken_at: datetime | None = None) -> Draft:
    """Attach a file; `taken_at` is when a photo was taken, if known."""
    return _draft(incident, "incident.attached", attachment, occurred_at=taken_at)


def report_figures(
    incident: Incident,
    figures: entry_bodies.Figures,
    *,
    source: str,
    groups: entry_bodies.FigureGroups | UnsetType = UNSET,
    occurred_at: datetime | None = None,
) -> Draft:
    """Report casualties and damage stated by a source, with the groups of people if it states them."""
    body = entry_bodies.IncidentCounted(source=source, figures=figures, groups=groups)
    return _draft(incident, "incident.counted", body, occurred_at=occurred_at)


def answer_questions(
    incident: Incident, body: entry_bodies.IncidentAnswered, *, occurred_at: datetime | None = None
) -> Draft:
    """State answers to questions about the hazard, or the people at risk."""
    return _draft(incident, "incident.answered", body, occurred_at=occurred_at)


def group_incident(incident: Incident, event_id: str) -> Draft:
    """Put an incident under a parent event; under none if `event_id` is empty."""
    return _draft(incident, "incident.grouped", entry_bodies.IncidentGrouped(parent_event=event_id))


def delete_incident(incident: Incident, *, reason: str) -> Draft:
    body = entry_bodies.IncidentDeleted(reason=reason)
    return _draft(incident, "incident.deleted", body, base={DELETED: incident.last_entry})


def settle_conflict(incident: Incident, conflict_id: str, take: str) -> Draft:
    """Settle a conflict; `take` is `current`, `proposed` or `base`."""
    body = entry_bodies.ConflictSettled(conflict=conflict_id, take=take)
    return _draft(incident, "conflict.settled", body, base=scope_base(incident))


def _draft(incident: Incident, kind: str, body: Any, **fields: Any) -> Draft:
    return Draft(
        subject=subject_of("incident", incident.id),
        kind=kind,
        body=encode_body(body),
        exercise=incident.exercise,
        exercise_id=incident.exercise_id,
        **fields,
    )
