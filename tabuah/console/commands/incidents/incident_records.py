"""Records of `incident show --json`: the row with timeline, figures, conflicts and attachments."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from tabuah.console.incidents.related_events import read_related_events
from tabuah.operations.attachments.transfer import AttachmentState
from tabuah.operations.entries import subject_of
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.incidents.answers import StatedAnswer, stated_answers
from tabuah.operations.incidents.conflict_policy import decode_value
from tabuah.operations.incidents.figure_groups import (
    group_statements,
    incident_disagreements,
    newest_groups,
    stated_groups,
)
from tabuah.operations.incidents.figures import all_figure_statements
from tabuah.operations.incidents.incident import Conflict, FieldWrite, Incident
from tabuah.operations.incidents.incident_list import IncidentRow, incident_row
from tabuah.operations.incidents.outcomes import EntryOutcome
from tabuah.resources.localisation import _
from tabuah.resources.regency import current_regency
from tabuah.storage.cache.pending_work import OpenConflict
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.exercises.exercise_text import exercise_fields, exercise_id_json, exercise_json, exercises_by_id
from tabuah.text.incidents.timeline import TimelineEvent, sort_events, timeline_of


class TimelineRecord(msgspec.Struct, frozen=True, kw_only=True):
    """An event of the timeline."""

    at: datetime
    actor: str
    device: str
    kind: str
    text: str


class FigureStatementRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The latest statement of a source about a figure."""

    source: str
    value: int
    at: datetime


class GroupStatementRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The latest statement of a source about the groups of a figure."""

    source: str
    groups: dict[str, int]
    at: datetime
    agrees: bool  # with the figure in force; only the newest statement is compared


class ConflictValueRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A value of a conflict with its author, device and time."""

    value: Any
    actor: str
    device: str
    at: datetime


class ConflictRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A conflict with its incident."""

    id: str
    incident: str
    number: str
    field: str
    current: ConflictValueRecord
    proposed: ConflictValueRecord
    base: ConflictValueRecord | None
    exercise: str | None
    exercise_id: str | None


def make_incident_record(store: ConsoleStore, incident: Incident) -> dict[str, Any]:
    """Return the record of `incident show --json`."""
    subject, known = subject_of("incident", incident.id), exercises_by_id(store.exercises())
    figures = {
        name: n for name in incident.figures.__struct_fields__ if (n := getattr(incident.figures, name)) is not None
    }
    return {
        **make_row_record(incident_row(incident, pending=store.is_pending(subject)), known),
        "jorong": incident.place.jorong if incident.place else "",
        "landmark": incident.place.landmark if incident.place else "",
        "description": incident.description,
        "channel": incident.channel,
        "parent_event": incident.parent_event,
        "assignment": list(incident.assignment),
        "area": [list(corner) for corner in incident.area] if incident.area else None,
        "merged_into": store.archive.final_target(incident.id) if incident.merged_into else "",
        "history": store.histories.state_of(subject),
        "timeline": [make_timeline_record(event) for event in read_timeline(store, incident)],
        "answers": [make_answer_record(each) for each in stated_answers(incident, current_regency())],
        "figures": figures,
        "sources": make_statement_records(incident),
        "groups": make_group_records(incident),
        "conflicts": [
            make_conflict_record(OpenConflict(incident, conflict), known) for conflict in incident.open_conflicts
        ],
        "attachments": make_attachment_records(store, incident),
    }


def make_answer_record(stated: StatedAnswer) -> dict[str, Any]:
    """Return an answer with its question; question and unit are empty where the profile does not have it."""
    question = stated.question
    return {
        "code": stated.code,
        "question": question.text if question else "",
        "value": stated.statement.value,
        "unit": question.unit if question else "",
        "actor": stated.statement.actor,
        "at": stated.statement.at,
    }


def make_row_record(row: IncidentRow, known: Mapping[str, Exercise]) -> dict[str, Any]:
    """Return the record of an incident in `incident list --json`."""
    fields = {name: value for name, value in msgspec.structs.asdict(row).items() if name != "exercise_id"}
    return fields | exercise_fields(row, known)


def make_attachment_records(store: ConsoleStore, incident: Incident) -> list[dict[str, Any]]:
    """Return each attachment with its transfer state."""
    states = store.attachments.states(incident.attachments)
    return [
        {**msgspec.structs.asdict(attachment), **make_transfer_record(states[attachment.sha256])}
        for attachment in incident.attachments
    ]


def make_transfer_record(state: AttachmentState) -> dict[str, Any]:
    return {"state": state.state, "moved": state.moved, "reason": state.reason}


def make_statement_records(incident: Incident) -> dict[str, list[FigureStatementRecord]]:
    """Return the latest statement of each source by figure, newest first."""
    return {
        figure: [FigureStatementRecord(source=s.source, value=s.value, at=s.at) for s in stated]
        for figure, stated in all_figure_statements(incident).items()
    }


def make_group_records(incident: Incident) -> dict[str, list[GroupStatementRecord]]:
    """Return the people by group of each source and figure, newest first, and whether they agree with the figure."""
    wrong = {(stated.figure, stated.entry) for stated, _found in incident_disagreements(incident)}
    return {
        newest.figure: [
            GroupStatementRecord(
                source=each.source,
                groups=stated_groups(each.groups),
                at=each.at,
                agrees=(each.figure, each.entry) not in wrong,
            )
            for each in group_statements(incident, newest.figure)
        ]
        for newest in newest_groups(incident)
    }


def read_timeline(store: ConsoleStore, incident: Incident) -> tuple[TimelineEvent, ...]:
    """Return the events of an incident, its tasks and its units, without rejected entries."""
    subject = subject_of("incident", incident.id)
    own = timeline_of(store.entries_of(subject), store.state(subject).waiting)
    events = sort_events((*own, *read_related_events(store, incident)))
    return tuple(event for event in events if event.outcome is not EntryOutcome.REJECTED)


def make_timeline_record(event: TimelineEvent) -> TimelineRecord:
    """Return the record of an event; its text says whether it is held, refused or deferred."""
    text = event.text
    if event.outcome is EntryOutcome.HELD:
        text = _("{text} (held for a supervisor)").format(text=text)
    elif event.outcome is EntryOutcome.REFUSED:
        text = _("{text} (refused by a supervisor)").format(text=text)
    elif event.outcome is EntryOutcome.DEFERRED:
        text = _("{text} (waits for entries it depends on)").format(text=text)
    elif event.outcome is EntryOutcome.DEFERRED_REJECTED:
        text = _("{text} (rejected: what it depends on never came)").format(text=text)
    return TimelineRecord(at=event.at, actor=event.actor, device=event.device, kind=event.kind, text=text)


def make_conflict_record(found: OpenConflict, known: Mapping[str, Exercise]) -> ConflictRecord:
    """Return the record of `conflict list --json` and `conflict show --json`."""
    conflict: Conflict = found.conflict
    return ConflictRecord(
        id=conflict.id,
        incident=found.incident.id,
        number=found.incident.number,
        field=conflict.field,
        current=_make_value_record(conflict.field, conflict.current),
        proposed=_make_value_record(conflict.field, conflict.proposed),
        base=_make_value_record(conflict.field, conflict.base) if conflict.base else None,
        exercise=exercise_json(found.incident, known),
        exercise_id=exercise_id_json(found.incident),
    )


def _make_value_record(field: str, writing: FieldWrite) -> ConflictValueRecord:
    value = decode_value(field, writing.value)
    return ConflictValueRecord(value=value, actor=writing.actor, device=writing.device, at=writing.at)
