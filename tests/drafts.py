"""Drafts that tests of the server write."""

from datetime import UTC, datetime

from tabuah.operations.bodies import encode_body
from tabuah.operations.codes import Hazard, Severity
from tabuah.operations.entries import Draft
from tabuah.operations.incidents import bodies
from tabuah.storage.journal.identifiers import new_subject


def report(tag: str, counter: int = 1, *, title: str = "Banjir di Koto Baru") -> Draft:
    """A new incident."""
    body = bodies.IncidentReported(number=f"SLK-{tag}-{counter:04d}", hazard=Hazard.FLOOD, title=title)
    subject = new_subject("incident", datetime.now(UTC))
    return Draft(subject=subject, kind="incident.reported", body=encode_body(body))


def note(subject: str, text: str = "Air naik sampai lutut") -> Draft:
    """A note."""
    return Draft(subject=subject, kind="incident.noted", body=encode_body(bodies.IncidentNoted(text=text)))


def severity(subject: str, value: Severity, base: str) -> Draft:
    """A guarded edit that rests on the entry `base`."""
    body = bodies.IncidentEdited(severity=value)
    return Draft(subject=subject, kind="incident.edited", body=encode_body(body), base={"severity": base})
