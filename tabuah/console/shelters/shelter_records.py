"""The record of a shelter for JSON and files, and the search for one by id or name."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from tabuah.console.incidents.incident_numbers import incident_number
from tabuah.operations.entries import subject_of
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.shelters.evacuees import people_difference
from tabuah.operations.shelters.shelter import GROUPS, Shelter, ShelterKind
from tabuah.resources.localisation import _
from tabuah.storage.cache.errors import UnknownKey
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.exercises.exercise_text import exercise_id_json, exercise_json


class ShelterRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A shelter in JSON and in files; people and groups are those of the newest count, null where not stated."""

    id: str
    name: str
    kind: ShelterKind
    open: bool
    lon_deg: float
    lat_deg: float
    nagari: str
    kecamatan: str
    capacity: int | None
    owner: str
    contact: str
    incident: str  # number of the incident; its id while it is not here
    note: str
    opened_at: datetime
    changed_at: datetime
    closed_at: datetime | None
    closed_by: str
    closed_reason: str
    people: int | None
    households: int | None
    men: int | None
    women: int | None
    infants: int | None
    children: int | None
    elderly: int | None
    disabled: int | None
    pregnant: int | None
    counted_at: datetime | None
    source: str
    sources_differ_by: int
    pending: bool
    exercise: str | None
    exercise_id: str | None


def make_shelter_record(store: ConsoleStore, shelter: Shelter, known: Mapping[str, Exercise]) -> ShelterRecord:
    """Return the record of a shelter."""
    latest, closed = shelter.latest, shelter.closed
    groups = {name: getattr(latest.evacuees, name) if latest else None for name in GROUPS}
    return ShelterRecord(
        id=shelter.id,
        name=shelter.name,
        kind=shelter.kind,
        open=shelter.is_open,
        lon_deg=shelter.place.lon_deg,
        lat_deg=shelter.place.lat_deg,
        nagari=shelter.place.nagari,
        kecamatan=shelter.place.kecamatan,
        capacity=shelter.capacity,
        owner=shelter.owner,
        contact=shelter.contact,
        incident=incident_number(store, shelter.incident),
        note=shelter.note,
        opened_at=shelter.opened_at,
        changed_at=shelter.changed_at,
        closed_at=closed.at if closed else None,
        closed_by=closed.by if closed else "",
        closed_reason=closed.reason if closed else "",
        people=shelter.people,
        **groups,
        counted_at=latest.at if latest else None,
        source=latest.source if latest else "",
        sources_differ_by=people_difference(shelter),
        pending=store.is_pending(subject_of("shelter", shelter.id)),
        exercise=exercise_json(shelter, known),
        exercise_id=exercise_id_json(shelter),
    )


def find_shelter(shelters: Iterable[Shelter], key: str) -> Shelter:
    """Return a shelter by its name, its id, or the beginning of its id.

    Raises:
        UnknownKey: none matches, or several do, perhaps in several worlds.
    """
    wanted = " ".join(key.split()).casefold()
    known = list(shelters)
    found = [each for each in known if wanted and each.id.startswith(wanted)]
    found = found or [each for each in known if " ".join(each.name.split()).casefold() == wanted]
    if len(found) == 1:
        return found[0]
    if not found:
        raise UnknownKey(_("There is no shelter {key}. See: tabuah shelter list").format(key=key[:80]))
    raise UnknownKey(_("Several shelters match {key}. Give the beginning of the id.").format(key=key[:80]))
