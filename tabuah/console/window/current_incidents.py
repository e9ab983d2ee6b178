"""Which incidents the window has at hand: what is open or ended lately, what that points to, and what was looked up.

A regency has tens of incidents that are open and, after some years, a hundred thousand that are over. The window
reads the former; the others stay in the cache until somebody looks at one.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from tabuah.operations.entries import subject_key, subject_kind
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.listing import worst_first
from tabuah.storage.cache.store import ConsoleStore

if TYPE_CHECKING:
    from tabuah.console.window.snapshot import RoomSnapshot

KEPT: Final = timedelta(days=31)  # the longest span of figures is thirty days, and all of it is to be counted
MANY: Final = 1_000  # changes at once, as when a snapshot came: then one query is less work than each by itself

Incidents = Mapping[str, Incident]


def current_incidents(store: ConsoleStore) -> Incidents:
    """What is open, in conflict or ended lately, worst first."""
    return _by_id(store.archive.current(store.now() - KEPT))


def changed_incidents(store: ConsoleStore, before: Incidents, keys: tuple[str, ...]) -> Incidents:
    """The incidents after some have changed; the same object where none of those matters here."""
    since = store.now() - KEPT
    if len(keys) > MANY:
        current = store.archive.current(since)
        return _by_id([*current, *store.archive.among(before.keys() - {incident.id for incident in current})])
    found = [i for i in store.archive.among(keys) if i.id in before or _matters(i, since)]
    gone = before.keys() & set(keys)
    if not found and not gone:
        return before
    return _by_id([*found, *(incident for key, incident in before.items() if key not in gone)])


def with_wanted(store: ConsoleStore, snapshot: "RoomSnapshot", looked_up: Iterable[str]) -> Incidents:
    """The incidents with those that something else of the room names; the same object where none was missing."""
    incidents = snapshot.incidents
    missing = {*looked_up, *_named(snapshot, store.now() - KEPT)} - incidents.keys()
    while found := store.archive.among(missing) if missing else ():
        incidents = _by_id([*incidents.values(), *found])
        missing = {incident.merged_into for incident in found} - incidents.keys() - {""}
    return incidents


def _matters(incident: Incident, since: datetime) -> bool:
    return incident.is_open or incident.updated_at >= since or bool(incident.open_conflicts)


def _named(snapshot: "RoomSnapshot", since: datetime) -> Iterator[str]:
    """Ids of what waits, is in a tray, was made of an alarm of these days, or took in another incident."""
    yield from snapshot.pending
    asides = [*snapshot.held, *(aside for tray in snapshot.rejections for aside in (tray.root, *tray.resting))]
    yield from (subject_key(a.entry.subject) for a in asides if subject_kind(a.entry.subject) == "incident")
    for alarm in snapshot.alarms.values():
        if alarm.is_active or alarm.onset_at >= since:
            yield from alarm.incidents
    yield from (incident.merged_into for incident in snapshot.incidents.values() if incident.merged_into)


def _by_id(incidents: Iterable[Incident]) -> Incidents:
    return {incident.id: incident for incident in worst_first(incidents)}
