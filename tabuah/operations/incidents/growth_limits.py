"""Limits of the state of an incident: one account must not make it so large that it delays everyone.

The state is written again with every entry on the incident, by the server and by every console. Apart from the
attachments, which have one limit, each person has a limit of their own, so that nobody can use up that of others.
"""

from typing import Final

import msgspec

from tabuah.operations.attachments.attachment import MAX_ATTACHMENTS
from tabuah.operations.entries import Entry
from tabuah.operations.incidents.entry_bodies import IncidentAttached, IncidentCounted, IncidentEdited
from tabuah.operations.incidents.guarded_fields import guarded_values
from tabuah.operations.incidents.incident import Incident

MAX_STATEMENTS: Final = 500  # of one person on one incident: figures, and values of one guarded field


def find_growth(incident: Incident, entry: Entry, body: msgspec.Struct) -> str:
    """Return the reason to reject an entry that would make the state too large; empty if there is none."""
    match body:
        case IncidentAttached():
            return "too_many_attachments" if len(incident.attachments) >= MAX_ATTACHMENTS else ""
        case IncidentCounted():
            return _excess(entry, [observation.actor for observation in incident.observations])
        case IncidentEdited():
            written = (incident.writings.get(field, ()) for field in guarded_values(body))
            return next(filter(None, (_excess(entry, [each.actor for each in values]) for values in written)), "")
    return ""


def _excess(entry: Entry, authors: list[str]) -> str:
    return "too_many_of_author" if authors.count(entry.actor) >= MAX_STATEMENTS else ""
