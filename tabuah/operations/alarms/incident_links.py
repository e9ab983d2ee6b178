"""Alarms and the incidents that were made of them."""

from collections.abc import Iterable, Mapping

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.merges import final_target


def unlinked_alarms(alarms: Iterable[Alarm], incidents: Mapping[str, Incident]) -> tuple[Alarm, ...]:
    """Return the alarms that belong to no incident, or only to incidents that have ended."""
    return tuple(alarm for alarm in alarms if not any(_is_worked_on(key, incidents) for key in alarm.incidents))


def open_incidents_of(alarms: Iterable[Alarm], incidents: Mapping[str, Incident]) -> tuple[Incident, ...]:
    """Return the open incidents that alarms belong to, in their order; of merged ones the final target."""
    targets = (final_target(key, incidents.get) for alarm in alarms for key in alarm.incidents if key in incidents)
    found = (incidents.get(key) for key in dict.fromkeys(targets))
    return tuple(incident for incident in found if incident is not None and incident.is_open)


def _is_worked_on(key: str, incidents: Mapping[str, Incident]) -> bool:
    """Return whether an incident is open, or not known here yet."""
    if key not in incidents:
        return True
    target = incidents.get(final_target(key, incidents.get))
    return target is None or target.is_open
