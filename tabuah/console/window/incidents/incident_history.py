"""The history of one incident: timeline, caller and attachment states, read on the cache worker."""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
from msgspec.structs import replace

from tabuah.console.contacts.contact_records import personal_numbers
from tabuah.console.incidents.callers import caller_of
from tabuah.console.incidents.related_events import read_related_events
from tabuah.operations.attachments.transfer import AttachmentState
from tabuah.operations.contacts.contact import PersonalNumbers
from tabuah.operations.contacts.incident_contacts import incident_contacts
from tabuah.operations.entries import Entry, Verdict, subject_of
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.subject_state import SubjectState
from tabuah.storage.cache.histories import HistoryState
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.incidents.timeline import TimelineEvent, restricted_note_text, sort_events, timeline_of
from tabuah.text.messages.message_events import describe_answer_event
from tabuah.text.sync.device_notices import mark_misdated_events

_PERSONAL_FIELDS: Final = {"incident.noted": "restricted", "message.answered": "text"}  # by kind of entry


class IncidentHistory(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """The history of one incident at one version of the store."""

    incident: str
    events: tuple[TimelineEvent, ...] = ()
    caller: str = ""
    # state of each attachment, by SHA-256
    attachments: Mapping[str, AttachmentState] = msgspec.field(default_factory=dict)
    # of its contacts, by their ids
    personal_numbers: Mapping[str, PersonalNumbers] = msgspec.field(default_factory=dict)
    read_only: bool = False  # written by a newer version of Tabuah
    held: int = 0
    is_whole: bool = True  # otherwise older entries are on the server and arrive with the next sync pass


def read_history(store: ConsoleStore, incident_id: str) -> IncidentHistory:
    """Read the history of an incident, oldest event first, and request missing attachments."""
    subject = subject_of("incident", incident_id)
    store.histories.request(subject)
    entries = store.entries_of(subject)
    state = store.state(subject)
    return IncidentHistory(
        incident=incident_id,
        events=_show_personal_texts(
            store, mark_misdated_events(_events(store, entries, state), store.find_misdated(entries))
        ),
        caller=caller_of(store, state.value) if isinstance(state.value, Incident) else "",
        attachments=_attachment_states(store, state.value),
        personal_numbers=_personal_numbers(store, state.value),
        read_only=bool(state.unknown_kinds),
        held=len(state.held),
        is_whole=store.histories.state_of(subject) is HistoryState.WHOLE,
    )


def _events(
    store: ConsoleStore, entries: Sequence[tuple[Entry, Verdict | None]], state: SubjectState
) -> tuple[TimelineEvent, ...]:
    """Return the events of the incident, of its tasks, and of the steps of its units."""
    own = timeline_of(entries, state.waiting)
    return sort_events((*own, *read_related_events(store, state.value))) if isinstance(state.value, Incident) else own


def _show_personal_texts(store: ConsoleStore, events: tuple[TimelineEvent, ...]) -> tuple[TimelineEvent, ...]:
    """Return the events with restricted notes and texts of answers, which only the consoles of some roles have."""
    sealed = [event.entry for event in events if event.kind in _PERSONAL_FIELDS]
    texts = {(value.entry, value.field): value.value for value in store.personal_among(sealed)}
    return tuple(
        _with_text(event, texts.get((event.entry, _PERSONAL_FIELDS.get(event.kind, "")), "")) for event in events
    )


def _with_text(event: TimelineEvent, text: str) -> TimelineEvent:
    if not text:
        return event
    is_note = event.kind == "incident.noted"
    return replace(event, text=restricted_note_text(text) if is_note else describe_answer_event(event.text, text))


def _attachment_states(store: ConsoleStore, value: object) -> Mapping[str, AttachmentState]:
    return store.attachments.states(value.attachments) if isinstance(value, Incident) else {}


def _personal_numbers(store: ConsoleStore, value: object) -> Mapping[str, PersonalNumbers]:
    """Return the personal numbers of the contacts of an incident, as far as this user may read them."""
    if not isinstance(value, Incident):
        return {}
    contacts = [found.contact for found in incident_contacts(value, store.contacts())]
    known = ((contact.id, personal_numbers(store, contact)) for contact in contacts)
    return {contact_id: personal for contact_id, personal in known if personal is not None}
