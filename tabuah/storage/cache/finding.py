"""Finding an incident by what a person types: its number, its id, or a beginning of either."""

from tabuah.operations.incidents.incident import Incident
from tabuah.resources.catalogue import _
from tabuah.storage.cache.desk import Desk
from tabuah.storage.cache.errors import UnknownKey


def find_incident(desk: Desk, key: str) -> Incident:
    """One incident by its id, its number, or a beginning of either that fits no other.

    Raises:
        UnknownKey: none fits, or several do.
    """
    found = desk.subjects.find("incident", key.strip()) if key.strip() else ()
    values = [desk.subjects.read(subject).state.value for subject in found]
    incidents = [value for value in values if isinstance(value, Incident)]
    if len(incidents) == 1:
        return incidents[0]
    if not incidents:
        raise UnknownKey(_("There is no incident {key}.").format(key=key))
    numbers = ", ".join(incident.number for incident in incidents)
    raise UnknownKey(_("{key} fits several incidents: {numbers}.").format(key=key, numbers=numbers))
