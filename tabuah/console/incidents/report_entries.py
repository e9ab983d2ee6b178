"""The entries of a report: a new incident or an addition to a known one, and the answers of its caller.

A server with older rules rejects answers and landmarks: for it they become lines of the description or the note.
"""

from datetime import datetime

import msgspec

from tabuah.operations.entries import Draft
from tabuah.operations.exercises.scope import ExerciseScope
from tabuah.operations.incidents.drafts import add_answers, add_report, answer_report, caller_value, report_incident
from tabuah.operations.incidents.entry_bodies import IncidentAnswered, IncidentReported
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.place import describe_place
from tabuah.operations.policy.policy import PROVENANCE_VERSION
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.identifiers import new_salt, new_uuid
from tabuah.text.incidents.answers import answers_as_note
from tabuah.text.incidents.places import landmark_note


def report_entries(
    store: ConsoleStore,
    body: IncidentReported,
    answered: IncidentAnswered,
    *,
    scope: ExerciseScope,
    occurred_at: datetime | None = None,
    caller: str = "",
) -> tuple[Draft, ...]:
    """Return the entries of a report under the next free number, to be saved together."""
    number = store.next_incident_number()
    keeps_answers = _keeps_answers(store)
    if not keeps_answers:
        body = _for_older_rules(body, answered)
    report = report_incident(
        msgspec.structs.replace(body, number=number),
        incident_id=new_uuid(store.now()),
        occurred_at=occurred_at,
        exercise=scope.is_exercise,
        exercise_id=scope.exercise_id or "",
        caller=caller_value(caller, salt=new_salt()) if caller else None,
    )
    return (report, *(answer_report(report, answered) if keeps_answers else ()))


def addition_entries(
    store: ConsoleStore,
    incident: Incident,
    text: str,
    answered: IncidentAnswered,
    *,
    occurred_at: datetime | None = None,
    caller: str = "",
) -> tuple[Draft, ...]:
    """Return the entries that add another report to an incident."""
    keeps_answers = _keeps_answers(store)
    note = text if keeps_answers else _with_answers(text, answered)
    return (
        *add_report(incident, text=note, caller=caller, salt=new_salt(), occurred_at=occurred_at),
        *(add_answers(incident, answered, occurred_at=occurred_at) if keeps_answers else ()),
    )


def _keeps_answers(store: ConsoleStore) -> bool:
    return store.rules_version >= PROVENANCE_VERSION


def _for_older_rules(body: IncidentReported, answered: IncidentAnswered) -> IncidentReported:
    """Return a report with landmark and answers as lines of its description."""
    text, place = body.description, body.place
    if place is not None and place.landmark:
        text = "\n".join(filter(None, (text, landmark_note(place.landmark))))
        place = describe_place(place, landmark="")
    return msgspec.structs.replace(body, place=place, description=_with_answers(text, answered))


def _with_answers(text: str, answered: IncidentAnswered) -> str:
    return "\n".join(filter(None, (text, answers_as_note(answered))))
