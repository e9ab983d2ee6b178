"""What a person's gesture on an incident becomes: a draft with the base of every guarded field it touches."""

import secrets
from datetime import datetime
from typing import Any

import msgspec

from tabuah.operations.attachments import Attachment
from tabuah.operations.bodies import encode_body
from tabuah.operations.codes import Status
from tabuah.operations.entries import Draft, PersonalValue, subject_of
from tabuah.operations.incidents import bodies
from tabuah.operations.incidents.fields import DELETED, STATUS
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.writing import guarded_values
from tabuah.operations.personal import commitment_to


def report_incident(
    body: bodies.IncidentReported,
    *,
    incident_id: str,
    occurred_at: datetime | None = None,
    exercise: bool = False,
    caller: str = "",
) -> Draft:
    """A new incident; the caller's name and number go beside the entry, which only commits to them."""
    personal: tuple[PersonalValue, ...] = ()
    if caller:
        value = PersonalValue(field="caller", salt=secrets.token_hex(16), value=caller)
        body = msgspec.structs.replace(body, caller=commitment_to(value.value, value.salt))
        personal = (value,)
    return Draft(
        subject=subject_of("incident", incident_id),
        kind="incident.reported",
        body=encode_body(body),
        occurred_at=occurred_at,
        exercise=exercise,
        personal=personal,
    )


def edit_incident(incident: Incident, body: bodies.IncidentEdited) -> Draft:
    """Some fields anew."""
    base = {field: incident.last_writer(field) for field in guarded_values(body)}
    return _draft(incident, "incident.edited", body, base=base)


def move_incident(incident: Incident, to: Status, *, reason: str = "", occurred_at: datetime | None = None) -> Draft:
    """Another status."""
    body = bodies.IncidentMoved(to=to, reason=reason)
    return _draft(
        incident, "incident.moved", body, base={STATUS: incident.last_writer(STATUS)}, occurred_at=occurred_at
    )


def merge_incidents(incident: Incident, into: Incident, *, reason: str = "") -> Draft:
    """Say that `incident` is `into`; both keep all they have."""
    body = bodies.IncidentMerged(into=into.id, reason=reason)
    return _draft(incident, "incident.merged", body, base={STATUS: incident.last_writer(STATUS)})


def note_incident(incident: Incident, text: str, *, restricted: bool = False) -> Draft:
    """A note; a restricted one travels beside the entry."""
    if not restricted:
        return _draft(incident, "incident.noted", bodies.IncidentNoted(text=text))
    value = PersonalValue(field="restricted", salt=secrets.token_hex(16), value=text)
    body = bodies.IncidentNoted(restricted=commitment_to(text, value.salt))
    return _draft(incident, "incident.noted", body, personal=(value,))


def attach_to_incident(incident: Incident, attachment: Attachment, *, taken_at: datetime | None = None) -> Draft:
    """A photo or another file, by its content; `taken_at` is when it was made, where that is known."""
    return _draft(incident, "incident.attached", attachment, occurred_at=taken_at)


def count_for_incident(
    incident: Incident, figures: bodies.Figures, *, source: str, occurred_at: datetime | None = None
) -> Draft:
    """Casualties and damage as a source states them."""
    body = bodies.IncidentCounted(source=source, figures=figures)
    return _draft(incident, "incident.counted", body, occurred_at=occurred_at)


def delete_incident(incident: Incident, *, reason: str) -> Draft:
    """A tombstone."""
    body = bodies.IncidentDeleted(reason=reason)
    return _draft(incident, "incident.deleted", body, base={DELETED: incident.last_entry})


def settle_conflict(incident: Incident, conflict_id: str, take: str) -> Draft:
    """Choose `current`, `proposed` or `base`."""
    return _draft(incident, "conflict.settled", bodies.ConflictSettled(conflict=conflict_id, take=take))


def _draft(incident: Incident, kind: str, body: Any, **fields: Any) -> Draft:
    return Draft(
        subject=subject_of("incident", incident.id),
        kind=kind,
        body=encode_body(body),
        exercise=incident.exercise,
        **fields,
    )
