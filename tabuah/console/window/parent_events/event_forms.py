"""The form of a parent event: opened, or changed."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from tabuah.console.window.shared.form_fields import hazard_choices
from tabuah.operations.codes import Hazard
from tabuah.operations.entries import Draft
from tabuah.operations.exercises.scope import SubjectWorld
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.parent_events import drafts
from tabuah.operations.parent_events.entry_bodies import MAX_EVENT_TEXT
from tabuah.operations.parent_events.parent_event import ParentEvent
from tabuah.resources.localisation import _
from tabuah.resources.moment_parser import moment_text, parse_moment
from tabuah.storage.journal.identifiers import new_uuid
from tabuah.text.parent_events.event_text import event_field_label
from tabuah.widgets.controls.edit_form import EditField


class EventFieldFault(ValueError):
    """A field of the form cannot be used."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field, self.reason = field, reason


def event_fields(event: ParentEvent | None, *, first: Incident | None = None, now: datetime) -> tuple[EditField, ...]:
    """Return the fields of an event; of a new one with hazard and time of its first incident."""
    hazard = event.hazard if event else first.hazard if first else Hazard.FLOOD
    began = event.began_at if event else first.occurred_at if first else now
    ended = moment_text(event.ended_at, now=now) if event is not None and event.ended_at else ""
    return (
        EditField(code="title", label=event_field_label("title"), value=event.title if event else "",
                  hint=_("For example: Banjir Kubung 2 Desember")),
        EditField(code="hazard", label=event_field_label("hazard"), value=hazard.value,
                  choices=tuple(hazard_choices(hazard.value))),
        EditField(code="began_at", label=event_field_label("began_at"), value=moment_text(began, now=now)),
        *([EditField(code="ended_at", label=event_field_label("ended_at"), value=ended,
                     hint=_("Empty while it goes on."))] if event else []),
        EditField(code="description", label=event_field_label("description"),
                  value=event.description if event else "", max_chars=MAX_EVENT_TEXT),
    )  # fmt: skip


def read_opening(
    values: Mapping[str, str], incidents: Sequence[Incident], *, world: SubjectWorld, now: datetime
) -> tuple[Draft, ...]:
    """Return the opening of an event with its first incidents from a submitted form.

    Raises:
        EventFieldFault: a time cannot be read.
        NotPossible: the event cannot be opened.
    """
    return drafts.open_event(
        new_uuid(now),
        values["title"],
        Hazard(values["hazard"]),
        began_at=_moment(values, "began_at", now),
        description=values["description"],
        incidents=incidents,
        world=world,
    )


def read_change(event: ParentEvent, changes: Mapping[str, str], *, now: datetime) -> Draft:
    """Return the change of an event from the changed fields of a form.

    Raises:
        EventFieldFault: a time cannot be read.
        NotPossible: nothing differs, or the change is not possible.
    """
    given: dict[str, object] = {name: changes[name] for name in ("title", "description") if name in changes}
    if "hazard" in changes:
        given["hazard"] = Hazard(changes["hazard"])
    if "began_at" in changes:
        given["began_at"] = _moment(changes, "began_at", now)
    if "ended_at" in changes:
        given["ended_at"] = _moment(changes, "ended_at", now) if changes["ended_at"].strip() else None
    return drafts.change_event(event, **given)  # type: ignore[arg-type]


def _moment(values: Mapping[str, str], field: str, now: datetime) -> datetime:
    try:
        return parse_moment(values[field], now=now)
    except ValueError as error:
        raise EventFieldFault(field, str(error)) from error
