"""Sample drafts for tests of the server."""

from datetime import UTC, datetime

from tabuah.operations.codes import Hazard, Severity
from tabuah.operations.entries import Draft
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.incidents import entry_bodies
from tabuah.storage.journal.identifiers import new_subject


def incident_report_draft(tag: str, counter: int = 1, *, title: str = "Banjir di Koto Baru") -> Draft:
    """Return the report of a new incident."""
    body = entry_bodies.IncidentReported(number=f"SLK-{tag}-{counter:04d}", hazard=Hazard.FLOOD, title=title)
    subject = new_subject("incident", datetime.now(UTC))
    return Draft(subject=subject, kind="incident.reported", body=encode_body(body))


def note_draft(subject: str, text: str = "Air naik sampai lutut") -> Draft:
    """Return a note."""
    return Draft(subject=subject, kind="incident.noted", body=encode_body(entry_bodies.IncidentNoted(text=text)))


def severity_draft(subject: str, value: Severity, base: str) -> Draft:
    """Return a guarded edit that depends on the entry `base`."""
    body = entry_bodies.IncidentEdited(severity=value)
    return Draft(subject=subject, kind="incident.edited", body=encode_body(body), base={"severity": base})
