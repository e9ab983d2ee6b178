"""Look-up of current incidents, and of one by its number or id, or by the beginning of either."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

import msgspec

from tabuah.operations.bounds import clamp
from tabuah.operations.codes import Status
from tabuah.operations.entries import subject_key, subject_kind, subject_of
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.incident_list import sort_by_urgency
from tabuah.operations.incidents.merges import end_of_merges, final_target, listed_incident
from tabuah.operations.subject_state import read_state
from tabuah.resources.localisation import _
from tabuah.storage.cache.cache_session import CacheSession
from tabuah.storage.cache.errors import UnknownKey
from tabuah.storage.cache.feature_tables import gpkg_datetime


def find_incident(session: CacheSession, key: str) -> Incident:
    """Return the incident with an id, a number, or an unambiguous beginning of either.

    Raises:
        UnknownKey: none matches, or several do.
    """
    found = session.subjects.find("incident", key.strip()) if key.strip() else ()
    values = [session.subjects.read(subject).state.value for subject in found]
    incidents = [clamp(value) for value in values if isinstance(value, Incident)]
    if len(incidents) == 1:
        return listed_incident(incidents[0], session.shown_incident)
    if not incidents:
        raise UnknownKey(_("There is no incident {key}.").format(key=key))
    numbers = ", ".join(incident.number for incident in incidents)
    raise UnknownKey(_("{key} matches several incidents: {numbers}.").format(key=key, numbers=numbers))


# The statuses of closed incidents, as JSON for a query.
CLOSED_STATUSES: Final = msgspec.json.encode([status for status in Status if not status.is_open]).decode()
_CURRENT: Final = """SELECT 'incident/' || id FROM incidents
    WHERE status NOT IN (SELECT value FROM json_each(?)) OR updated_at >= ?
    UNION SELECT subject FROM subjects WHERE conflicts > 0"""  # only incidents have conflicts
_WORLD: Final = """i.exercise, coalesce(json_extract(coalesce(s.shown, s.confirmed), '$.value.exercise_id'), '')
    FROM incidents i JOIN subjects s ON s.subject = 'incident/' || i.id"""
_TARGETS: Final = f"""SELECT i.id, json_extract(coalesce(s.shown, s.confirmed), '$.value.merge_target'), {_WORLD}
    WHERE i.status = 'merged'"""
_AMONG: Final = f"SELECT i.id, {_WORLD} WHERE i.id IN (SELECT value FROM json_each(?))"  # noqa: S608 - our names
_VALUES: Final = """SELECT coalesce(shown, confirmed) FROM subjects
    WHERE subject IN (SELECT value FROM json_each(?))"""
_PENDING: Final = "SELECT subject FROM subjects WHERE shown IS NOT NULL"


class Archive:
    """Queries on incidents, without deleted ones. Belongs to the thread of its store."""

    def __init__(self, session: CacheSession) -> None:
        self._session = session

    def current(self, since: datetime) -> list[Incident]:
        """Return incidents that are open, in conflict, or changed after `since`; worst first."""
        rows = self._session.connection.execute(_CURRENT, (CLOSED_STATUSES, gpkg_datetime(since)))
        return self._values(
            {*(row[0] for row in rows), *(subject_of("incident", key) for key in self.broken_merges())}
        )

    def broken_merges(self) -> frozenset[str]:
        """Return the ids of incidents that are listed as open because their merge leads nowhere."""
        merged = self._session.connection.execute(_TARGETS).fetchall()
        among = self._session.connection.execute(_AMONG, (_as_json(target for _key, target, *_world in merged),))
        worlds = {key: world for key, *world in among}
        targets: dict[str, str] = {
            key: target if worlds.get(target, world) == world else "" for key, target, *world in merged
        }

        def target_of(key: str) -> str | None:
            return targets.get(key, "" if key in worlds else None)

        return frozenset(key for key in targets if end_of_merges(key, target_of) == key)

    def number_of(self, incident_id: str) -> str:
        """Return the number of an incident; its id if it is not known here."""
        found = self._session.shown_incident(incident_id)
        return found.number if found else incident_id

    def final_target(self, incident_id: str) -> str:
        """Return the id of the incident that the merges of one end in; the same id if it is not merged."""
        return final_target(incident_id, self._session.shown_incident)

    def among(self, keys: Iterable[str]) -> list[Incident]:
        """Return the incidents with these ids that are here, worst first."""
        return self._values(subject_of("incident", key) for key in keys)

    def pending(self) -> frozenset[str]:
        """Return the ids of incidents with changes that the server has not confirmed."""
        waiting = (row[0] for row in self._session.connection.execute(_PENDING))
        return frozenset(subject_key(subject) for subject in waiting if subject_kind(subject) == "incident")

    def _values(self, subjects: Iterable[str]) -> list[Incident]:
        texts = self._session.connection.execute(_VALUES, (_as_json(subjects),)).fetchall()
        values = (read_state(text).value for (text,) in texts if text)
        found = (clamp(value) for value in values if isinstance(value, Incident) and not value.deleted)
        return sort_by_urgency(listed_incident(incident, self._session.shown_incident) for incident in found)


def _as_json(texts: Iterable[str]) -> str:
    return msgspec.json.encode(list(texts)).decode()
