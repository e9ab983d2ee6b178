"""Numbers of incidents for the records of other subjects, which know incidents by id."""

from tabuah.storage.cache.errors import UnknownKey
from tabuah.storage.cache.store import ConsoleStore


def incident_number(store: ConsoleStore, incident_id: str) -> str:
    """Return the number of an incident; its id while it is not here, and an empty text for none."""
    try:
        return store.incident(incident_id).number if incident_id else ""
    except UnknownKey:
        return incident_id


def incident_and_event_names(store: ConsoleStore) -> dict[str, str]:
    """Return the numbers of all incidents and the titles of all parent events by id."""
    return incident_numbers(store) | {event.id: event.title for event in store.parent_events(with_deleted=True)}


def incident_numbers(store: ConsoleStore) -> dict[str, str]:
    """Return the numbers of all incidents by id."""
    return {incident.id: incident.number for incident in store.incidents()}
