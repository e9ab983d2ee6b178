"""Drafts of the entries of parent events, and of the incidents that belong to them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec import UNSET, UnsetType

from tabuah.operations.codes import Hazard
from tabuah.operations.entries import Draft, subject_of
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.errors import NotPossible
from tabuah.operations.exercises.scope import SubjectWorld
from tabuah.operations.incidents.drafts import group_incident
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.parent_events import entry_bodies as bodies
from tabuah.operations.parent_events.parent_event import EVENT_FIELDS, ParentEvent

_REAL: Final = SubjectWorld()


def open_event(
    event_id: str,
    title: str,
    hazard: Hazard,
    *,
    began_at: datetime,
    description: str = "",
    incidents: Iterable[Incident] = (),
    world: SubjectWorld = _REAL,
) -> tuple[Draft, ...]:
    """Open a parent event with its first incidents.

    Raises:
        NotPossible: the title is empty or too long, the description too long, or an incident is of another world.
    """
    found = tuple(incidents)
    _check_worlds(found, world)
    body = bodies.EventOpened(
        title=_title(title), hazard=hazard, began_at=began_at, description=_description(description)
    )
    opening = Draft(
        subject=subject_of("parent_event", event_id),
        kind="parent_event.opened",
        body=encode_body(body),
        exercise=world.exercise,
        exercise_id=world.exercise_id,
    )
    return (opening, *(group_incident(each, event_id) for each in found))


def change_event(
    event: ParentEvent,
    *,
    title: str | None = None,
    hazard: Hazard | None = None,
    began_at: datetime | None = None,
    ended_at: datetime | None | UnsetType = UNSET,
    description: str | None = None,
) -> Draft:
    """Change the fields that are given and differ; `ended_at=None` removes the end.

    Raises:
        NotPossible: nothing differs, a text is too long, or the event would end before it begins.
    """
    given: dict[str, Any] = {
        "title": UNSET if title is None else _title(title),
        "hazard": UNSET if hazard is None else hazard,
        "began_at": UNSET if began_at is None else began_at,
        "ended_at": ended_at,
        "description": UNSET if description is None else _description(description),
    }
    changes = {
        name: given[name] for name in EVENT_FIELDS if given[name] is not UNSET and given[name] != getattr(event, name)
    }
    if not changes:
        raise NotPossible("nothing_changed")
    _check_period(changes.get("began_at", event.began_at), changes.get("ended_at", event.ended_at))
    return _draft(event, "parent_event.changed", bodies.EventChanged(**changes))


def close_event(event: ParentEvent, *, ended_at: datetime | None = None, reason: str = "") -> Draft:
    """Close an event; its incidents go on.

    Raises:
        NotPossible: it is closed, or would end before it begins.
    """
    if event.closed_at is not None:
        raise NotPossible("event_closed")
    _check_period(event.began_at, ended_at)
    return _draft(event, "parent_event.closed", bodies.EventClosed(ended_at=ended_at, reason=_reason(reason)))


def reopen_event(event: ParentEvent, *, reason: str = "") -> Draft:
    """Reopen a closed event.

    Raises:
        NotPossible: it is open.
    """
    if event.closed_at is None:
        raise NotPossible("event_not_closed")
    return _draft(event, "parent_event.reopened", bodies.EventReopened(reason=_reason(reason)))


def delete_event(event: ParentEvent, *, reason: str) -> Draft:
    """Delete an event that was opened by mistake.

    Raises:
        NotPossible: it is deleted already, or there is no reason.
    """
    if event.deleted:
        raise NotPossible("nothing_changed")
    if not _reason(reason):
        raise NotPossible("event_reason_missing")
    return _draft(event, "parent_event.deleted", bodies.EventDeleted(reason=_reason(reason)))


def restore_event(event: ParentEvent) -> Draft:
    """Undo the deletion of an event.

    Raises:
        NotPossible: it is not deleted.
    """
    if not event.deleted:
        raise NotPossible("nothing_changed")
    return _draft(event, "parent_event.restored", bodies.EventRestored())


def add_to_event(event: ParentEvent, incidents: Iterable[Incident]) -> tuple[Draft, ...]:
    """Put incidents under an event, each by one entry; those that belong to it already are left out.

    Raises:
        NotPossible: all belong to it already, or an incident is of another world.
    """
    found = tuple(incidents)
    _check_worlds(found, event.world)
    drafts = tuple(group_incident(each, event.id) for each in found if each.parent_event != event.id)
    if not drafts:
        raise NotPossible("nothing_changed")
    return drafts


def remove_from_event(event: ParentEvent, incidents: Iterable[Incident]) -> tuple[Draft, ...]:
    """Take incidents out of an event.

    Raises:
        NotPossible: none of them belongs to it.
    """
    drafts = tuple(group_incident(each, "") for each in incidents if each.parent_event == event.id)
    if not drafts:
        raise NotPossible("not_in_event")
    return drafts


def _check_worlds(incidents: Iterable[Incident], world: SubjectWorld) -> None:
    if any(SubjectWorld(each.exercise, each.exercise_id) != world for each in incidents):
        raise NotPossible("event_of_another_world")


def _title(text: str) -> str:
    clean = " ".join(text.split())
    if not 1 <= len(clean) <= bodies.MAX_EVENT_TITLE:
        raise NotPossible("event_title_length", n=bodies.MAX_EVENT_TITLE)
    return clean


def _description(text: str) -> str:
    if len(text.strip()) > bodies.MAX_EVENT_TEXT:
        raise NotPossible("event_text_length", n=bodies.MAX_EVENT_TEXT)
    return text.strip()


def _reason(text: str) -> str:
    return " ".join(text.split())[: bodies.MAX_EVENT_REASON]


def _check_period(began_at: datetime, ended_at: datetime | None) -> None:
    if ended_at is not None and ended_at < began_at:
        raise NotPossible("event_ends_before_it_begins")


def _draft(event: ParentEvent, kind: str, body: msgspec.Struct) -> Draft:
    return Draft(
        subject=subject_of("parent_event", event.id),
        kind=kind,
        body=encode_body(body),
        exercise=event.exercise,
        exercise_id=event.exercise_id,
    )
