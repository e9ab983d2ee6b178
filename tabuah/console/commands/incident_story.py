"""One incident as `incident show` tells it: the row, its timeline, figures, conflicts and attachments."""

from datetime import datetime
from typing import Any

import msgspec

from tabuah.operations.entries import subject_of
from tabuah.operations.incidents.fields import read_value
from tabuah.operations.incidents.figures import all_statements
from tabuah.operations.incidents.incident import Conflict, Incident, Writing
from tabuah.operations.incidents.listing import row_of
from tabuah.operations.incidents.timeline import Outcome, TimelineEvent, timeline_of
from tabuah.resources.catalogue import _
from tabuah.storage.cache.attachments import AttachmentState
from tabuah.storage.cache.findings import OpenConflict
from tabuah.storage.cache.store import ConsoleStore


class ToldEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the timeline."""

    at: datetime
    actor: str
    device: str
    kind: str
    text: str


class ToldStatement(msgspec.Struct, frozen=True, kw_only=True):
    """What a source said last of one figure."""

    source: str
    value: int
    at: datetime


class ToldValue(msgspec.Struct, frozen=True, kw_only=True):
    """A value of a conflict: who wrote it where and when."""

    value: Any
    actor: str
    device: str
    at: datetime


class ToldConflict(msgspec.Struct, frozen=True, kw_only=True):
    """A conflict with its incident."""

    id: str
    incident: str
    number: str
    field: str
    current: ToldValue
    proposed: ToldValue
    base: ToldValue | None


def tell_incident(store: ConsoleStore, incident: Incident) -> dict[str, Any]:
    """The record of `incident show --json`."""
    subject = subject_of("incident", incident.id)
    figures = {
        name: n for name in incident.figures.__struct_fields__ if (n := getattr(incident.figures, name)) is not None
    }
    return {
        **msgspec.structs.asdict(row_of(incident, pending=store.is_pending(subject))),
        "history": store.histories.state_of(subject),
        "timeline": [told_event(event) for event in events_of(store, incident)],
        "figures": figures,
        "sources": told_statements(incident),
        "conflicts": [tell_conflict(OpenConflict(incident, conflict)) for conflict in incident.open_conflicts],
        "attachments": told_attachments(store, incident),
    }


def told_attachments(store: ConsoleStore, incident: Incident) -> list[dict[str, Any]]:
    """Each attachment with where it stands here."""
    states = store.attachments.states(incident.attachments)
    return [
        {**msgspec.structs.asdict(attachment), **told_state(states[attachment.sha256])}
        for attachment in incident.attachments
    ]


def told_state(state: AttachmentState) -> dict[str, Any]:
    """Where an attachment stands, as all commands tell it."""
    return {"state": state.state, "moved": state.moved, "reason": state.reason}


def told_statements(incident: Incident) -> dict[str, list[ToldStatement]]:
    """What each source said last of each figure, the newest first."""
    return {
        figure: [ToldStatement(source=s.source, value=s.value, at=s.at) for s in stated]
        for figure, stated in all_statements(incident).items()
    }


def events_of(store: ConsoleStore, incident: Incident) -> tuple[TimelineEvent, ...]:
    """What happened, without what was rejected."""
    subject = subject_of("incident", incident.id)
    events = timeline_of(store.entries_of(subject), store.state(subject).waiting)
    return tuple(event for event in events if event.outcome is not Outcome.REJECTED)


def told_event(event: TimelineEvent) -> ToldEvent:
    """A line of the timeline; one that is held, or was refused, says so."""
    text = event.text
    if event.outcome is Outcome.HELD:
        text = _("{text} (held for a supervisor)").format(text=text)
    elif event.outcome is Outcome.REFUSED:
        text = _("{text} (refused by a supervisor)").format(text=text)
    elif event.outcome is Outcome.WAITS:
        text = _("{text} (waits for what it rests on)").format(text=text)
    elif event.outcome is Outcome.IN_VAIN:
        text = _("{text} (waited in vain)").format(text=text)
    return ToldEvent(at=event.at, actor=event.actor, device=event.device, kind=event.kind, text=text)


def tell_conflict(found: OpenConflict) -> ToldConflict:
    """The record of `conflict list --json` and `conflict show --json`."""
    conflict: Conflict = found.conflict
    return ToldConflict(
        id=conflict.id,
        incident=found.incident.id,
        number=found.incident.number,
        field=conflict.field,
        current=_told_value(conflict.field, conflict.current),
        proposed=_told_value(conflict.field, conflict.proposed),
        base=_told_value(conflict.field, conflict.base) if conflict.base else None,
    )


def _told_value(field: str, writing: Writing) -> ToldValue:
    value = read_value(field, writing.value)
    return ToldValue(value=value, actor=writing.actor, device=writing.device, at=writing.at)
