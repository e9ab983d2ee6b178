"""Fold of incident entries."""

from typing import Any

import msgspec

from tabuah.operations.codes import Status
from tabuah.operations.entries import Entry, Verdict
from tabuah.operations.incidents import entry_bodies, guarded_fields
from tabuah.operations.incidents.conflict_policy import (
    DELETED,
    DESCRIPTIVE_FIELDS,
    MERGED_INTO,
    STATUS,
    decode_value,
    encode_value,
)
from tabuah.operations.incidents.incident import (
    AnswerStatement,
    FieldWrite,
    Incident,
    IntakeFacts,
    Observation,
    Settlement,
)
from tabuah.operations.incidents.settlements import chosen_write
from tabuah.operations.incidents.status_moves import apply_move


def fold_incident(incident: Incident | None, entry: Entry, body: msgspec.Struct, verdict: Verdict) -> Incident | None:
    """Return the incident after an accepted or conflicting entry; other verdicts are not folded."""
    if isinstance(body, entry_bodies.IncidentReported):
        return incident or _report(entry, body)
    if incident is None:
        return None
    was_deleted = incident.deleted
    if isinstance(body, entry_bodies.IncidentMerged):
        incident = _merge(incident, entry, body, verdict)
    else:
        incident = _apply(incident, entry, body)
    incident = _show_present_target(incident)
    if was_deleted and verdict is Verdict.CONFLICT:
        incident = _ask_about_deletion(incident, entry)
    return msgspec.structs.replace(
        incident,
        updated_at=max(incident.updated_at, entry.at),
        last_entry=entry.id,
        last_device=entry.device,
    )


def _apply(incident: Incident, entry: Entry, body: msgspec.Struct) -> Incident:
    match body:
        case entry_bodies.IncidentEdited():
            return _edit(incident, entry, body)
        case entry_bodies.IncidentMoved():
            return apply_move(incident, entry, body.to)
        case entry_bodies.IncidentNoted():
            return msgspec.structs.replace(incident, note_count=incident.note_count + 1)
        case entry_bodies.IncidentAttached():
            return msgspec.structs.replace(incident, attachments=(*incident.attachments, body))
        case entry_bodies.IncidentCounted():
            return _count(incident, entry, body)
        case entry_bodies.IncidentAnswered() | entry_bodies.IncidentCallerChanged():
            return msgspec.structs.replace(incident, intake_facts=_state(incident.intake, entry, body))
        case entry_bodies.IncidentGrouped():
            return msgspec.structs.replace(incident, parent_event_ref=body.parent_event)
        case entry_bodies.IncidentDeleted():
            return _delete(incident, entry)
        case entry_bodies.ConflictSettled():
            return _settle(incident, entry, body)
    return incident


def _report(entry: Entry, body: entry_bodies.IncidentReported) -> Incident:
    incident = Incident(
        id=entry.subject.partition("/")[2],
        number=body.number,
        hazard=body.hazard,
        title=body.title,
        severity=body.severity,
        status=Status.REPORTED,
        channel=body.channel,
        place=body.place,
        description=body.description,
        occurred_at=entry.happened_at,
        reported_at=entry.at,
        updated_at=entry.at,
        reporter=entry.actor,
        device=entry.device,
        exercise=entry.exercise,
        exercise_ref=entry.exercise_ref,
        alarm=body.alarm,
        status_times={Status.REPORTED: entry.at},
        status_actors={Status.REPORTED: entry.actor},
        moves={entry.id: Status.REPORTED},
        last_entry=entry.id,
        last_device=entry.device,
    )
    first: dict[str, object] = {"severity": body.severity, "place": body.place, STATUS: Status.REPORTED}
    writings = {field: (guarded_fields.field_write(entry, value),) for field, value in first.items()}
    return msgspec.structs.replace(incident, writings=writings)


def _edit(incident: Incident, entry: Entry, body: entry_bodies.IncidentEdited) -> Incident:
    wanted = {field: getattr(body, field) for field in DESCRIPTIVE_FIELDS}
    changes: dict[str, Any] = {field: value for field, value in wanted.items() if value is not msgspec.UNSET}
    incident = msgspec.structs.replace(incident, **changes)
    for field, value in guarded_fields.guarded_values(body).items():
        if guarded_fields.is_stale(incident, entry, field, value):
            incident = guarded_fields.open_or_join_conflict(incident, entry, field, value)
        else:
            incident = guarded_fields.apply_write(incident, field, guarded_fields.field_write(entry, value))
    return incident


def _count(incident: Incident, entry: Entry, body: entry_bodies.IncidentCounted) -> Incident:
    observation = Observation(
        entry=entry.id,
        at=entry.happened_at,
        actor=entry.actor,
        source=body.source,
        figures=body.figures,
        groups=body.groups,
    )
    return msgspec.structs.replace(incident, observations=(*incident.observations, observation))


def _state(
    facts: IntakeFacts, entry: Entry, body: entry_bodies.IncidentAnswered | entry_bodies.IncidentCallerChanged
) -> IntakeFacts:
    """Return the facts of the callers after an entry about them."""
    if isinstance(body, entry_bodies.IncidentCallerChanged):
        return msgspec.structs.replace(facts, caller_entry=entry.id if body.caller else "")
    answers = dict(facts.answers)
    for each in body.answers:
        answers.pop(each.question, None)
        if each.value is not None:
            answers[each.question] = AnswerStatement(
                entry=entry.id, at=entry.happened_at, actor=entry.actor, value=each.value
            )
    people = facts.people_at_risk if body.people_at_risk is msgspec.UNSET else body.people_at_risk
    return msgspec.structs.replace(facts, answers=answers, people_at_risk=people)


def _merge(incident: Incident, entry: Entry, body: entry_bodies.IncidentMerged, verdict: Verdict) -> Incident:
    status_is_stale = guarded_fields.is_stale(incident, entry, STATUS, Status.MERGED)
    if verdict is Verdict.CONFLICT and not status_is_stale and not incident.deleted:
        return _ask_about_target(incident, entry, body.into)
    incident = apply_move(incident, entry, Status.MERGED)
    return msgspec.structs.replace(incident, merge_target=body.into)


def _ask_about_target(incident: Incident, entry: Entry, target: str) -> Incident:
    """Record a target in conflict with the present one, or with a merge in the other direction."""
    incident = guarded_fields.open_or_join_conflict(
        incident, entry, MERGED_INTO, target, base_id=entry.base.get(STATUS, "")
    )
    return msgspec.structs.replace(incident, moves={**incident.moves, entry.id: Status.MERGED})


def _show_present_target(incident: Incident) -> Incident:
    """Give open conflicts over the target the present one: each write of the status may change it."""
    if not incident.conflicts or not any(c.field == MERGED_INTO for c in incident.open_conflicts):
        return incident
    present = msgspec.structs.replace(incident.writings[STATUS][-1], value=encode_value(incident.merged_into))
    conflicts = tuple(
        msgspec.structs.replace(c, current=present) if c.field == MERGED_INTO and c.settled is None else c
        for c in incident.conflicts
    )
    return msgspec.structs.replace(incident, conflicts=conflicts)


def _delete(incident: Incident, entry: Entry) -> Incident:
    if guarded_fields.deletes_unseen_work(incident, entry):
        return guarded_fields.open_or_join_conflict(incident, entry, DELETED, value=True)
    return guarded_fields.apply_write(incident, DELETED, guarded_fields.field_write(entry, value=True))


def _ask_about_deletion(incident: Incident, entry: Entry) -> Incident:
    if any(c.field == DELETED for c in incident.open_conflicts):
        return incident
    return guarded_fields.open_or_join_conflict(incident, entry, DELETED, value=False)


def _settle(incident: Incident, entry: Entry, body: entry_bodies.ConflictSettled) -> Incident:
    conflict = next((c for c in incident.conflicts if c.id == body.conflict), None)
    if conflict is None or conflict.settled is not None:
        return incident
    chosen = chosen_write(conflict, body.take)
    settlement = Settlement(entry=entry.id, actor=entry.actor, at=entry.at, take=body.take)
    closed = msgspec.structs.replace(conflict, settled=settlement)
    incident = msgspec.structs.replace(
        incident, conflicts=tuple(closed if c.id == conflict.id else c for c in incident.conflicts)
    )
    if conflict.field == MERGED_INTO:
        return _settle_target(incident, entry, chosen)
    writing = msgspec.structs.replace(chosen, entry=entry.id, device=entry.device, actor=entry.actor, at=entry.at)
    return guarded_fields.apply_write(incident, conflict.field, writing)


def _settle_target(incident: Incident, entry: Entry, chosen: FieldWrite) -> Incident:
    """Merge into the chosen target; nothing changes if it is the present one."""
    target = decode_value(MERGED_INTO, chosen.value)
    if target == incident.merged_into:
        return incident
    incident = guarded_fields.apply_write(incident, STATUS, guarded_fields.field_write(entry, Status.MERGED))
    return msgspec.structs.replace(incident, merge_target=target)
