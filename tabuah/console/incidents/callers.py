"""The caller of an incident, as far as this console's user may read the personal value."""

from tabuah.operations.entries import subject_of
from tabuah.operations.incidents.incident import Incident
from tabuah.storage.cache.store import ConsoleStore


def caller_of(store: ConsoleStore, incident: Incident) -> str:
    """Return name and number of the caller; empty without one, or where the user may not read it."""
    entry = incident.intake.caller_entry
    if entry is None:  # never changed: that of the report
        entries = store.entries_of(subject_of("incident", incident.id))
        entry = entries[0][0].id if entries else ""
    return store.personal_of(entry).get("caller", "") if entry else ""
