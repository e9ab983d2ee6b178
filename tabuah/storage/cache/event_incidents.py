"""The incidents of parent events, read by the index of incidents."""

from collections.abc import Iterable
from typing import Final

import msgspec

from tabuah.operations.bounds import clamp
from tabuah.operations.codes import Status
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.parent_events.event_incidents import EventIncidents, group_by_event
from tabuah.operations.parent_events.parent_event import ParentEvent
from tabuah.storage.cache.cache_session import CacheSession
from tabuah.storage.cache.schema import SEARCH_ROWS

# Merged incidents of other events as well: the first one merged into a target decides about it.
_NAMING: Final = f"""SELECT incident FROM {SEARCH_ROWS} WHERE parent_event IN (SELECT value FROM json_each(?))
    UNION SELECT incident FROM {SEARCH_ROWS} WHERE parent_event <> '' AND status = '{Status.MERGED}'"""  # noqa: S608


def read_event_incidents(session: CacheSession, wanted: Iterable[str]) -> dict[str, EventIncidents]:
    """Return the incidents of parent events by the id of the event; those without incidents are left out."""
    ids = frozenset(wanted)
    if not ids:
        return {}
    rows = session.connection.execute(_NAMING, (msgspec.json.encode(sorted(ids)).decode(),)).fetchall()
    read: dict[str, Incident | None] = {}

    def incident_of(key: str) -> Incident | None:
        if key not in read:
            found = session.shown_incident(key)
            read[key] = None if found is None else clamp(found)
        return read[key]

    naming = [found for (key,) in rows if (found := incident_of(key)) is not None]
    values = session.subjects.values_of_kind("parent_event")
    events = {value.id: value for value in values if isinstance(value, ParentEvent)}
    grouped = group_by_event(naming, incident_of, events)
    return {key: members for key, members in grouped.items() if key in ids}
