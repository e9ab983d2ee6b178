"""Limits on the size of an incident, so that one account cannot slow down the server and all consoles.

Server and consoles write the whole state of an incident for every entry on it. Attachments have one limit for each
incident, and answers one for each question. Figures and edits are limited for each person, so that one person cannot
use up the limit of others.
"""

from typing import Final

import msgspec

from tabuah.operations.attachments.attachment import MAX_ATTACHMENTS
from tabuah.operations.entries import Entry
from tabuah.operations.incidents.entry_bodies import (
    IncidentAnswered,
    IncidentAttached,
    IncidentCounted,
    IncidentEdited,
)
from tabuah.operations.incidents.guarded_fields import guarded_values
from tabuah.operations.incidents.incident import Incident

MAX_STATEMENTS: Final = 500  # figures, or values of one guarded field, by one person on one incident
MAX_QUESTIONS: Final = 100  # with an answer, of one incident


def find_growth(incident: Incident, entry: Entry, body: msgspec.Struct) -> str:
    """Return the reason code if an entry exceeds a limit; otherwise an empty text."""
    match body:
        case IncidentAttached():
            return "too_many_attachments" if len(incident.attachments) >= MAX_ATTACHMENTS else ""
        case IncidentCounted():
            return _excess(entry, [observation.actor for observation in incident.observations])
        case IncidentAnswered():
            asked = incident.intake.answers.keys() | {answer.question for answer in body.answers}
            return "too_many_answers" if len(asked) > MAX_QUESTIONS else ""
        case IncidentEdited():
            written = (incident.writings.get(field, ()) for field in guarded_values(body))
            return next(filter(None, (_excess(entry, [each.actor for each in values]) for values in written)), "")
    return ""


def _excess(entry: Entry, authors: list[str]) -> str:
    return "too_many_of_author" if authors.count(entry.actor) >= MAX_STATEMENTS else ""
