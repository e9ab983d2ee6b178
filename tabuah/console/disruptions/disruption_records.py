"""The record of a disruption for JSON and files, and the search for one by id or name."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from tabuah.console.incidents.incident_numbers import incident_number
from tabuah.operations.disruptions.disruption import Disruption, DisruptionExtent, DisruptionKind
from tabuah.operations.entries import subject_of
from tabuah.operations.exercises.exercise import Exercise
from tabuah.resources.localisation import _
from tabuah.storage.cache.errors import UnknownKey
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.exercises.exercise_text import exercise_id_json, exercise_json


class DisruptionRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A disruption in JSON and in files; the line has one list `[lon_deg, lat_deg]` for each corner."""

    id: str
    kind: DisruptionKind
    name: str
    extent: DisruptionExtent
    open: bool
    overdue: bool
    lon_deg: float
    lat_deg: float
    line: tuple[tuple[float, float], ...]
    nagari: str
    kecamatan: str
    began_at: datetime
    expected_end: datetime | None
    ended_at: datetime | None
    ended_by: str
    ended_reason: str
    source: str
    incident: str  # number of the incident; its id while it is not here
    note: str
    changed_at: datetime
    pending: bool
    exercise: str | None
    exercise_id: str | None


def make_disruption_record(
    store: ConsoleStore, disruption: Disruption, known: Mapping[str, Exercise]
) -> DisruptionRecord:
    """Return the record of a disruption."""
    ended, place = disruption.ended, disruption.place
    return DisruptionRecord(
        id=disruption.id,
        kind=disruption.kind,
        name=disruption.name,
        extent=disruption.extent,
        open=disruption.is_open,
        overdue=disruption.is_overdue(store.now()),
        lon_deg=place.lon_deg,
        lat_deg=place.lat_deg,
        line=disruption.line,
        nagari=place.nagari,
        kecamatan=place.kecamatan,
        began_at=disruption.began_at,
        expected_end=disruption.expected_end,
        ended_at=ended.at if ended else None,
        ended_by=ended.by if ended else "",
        ended_reason=ended.reason if ended else "",
        source=disruption.source,
        incident=incident_number(store, disruption.incident),
        note=disruption.note,
        changed_at=disruption.changed_at,
        pending=store.is_pending(subject_of("disruption", disruption.id)),
        exercise=exercise_json(disruption, known),
        exercise_id=exercise_id_json(disruption),
    )


def find_disruption(disruptions: Iterable[Disruption], key: str) -> Disruption:
    """Return a disruption by its id, the beginning of its id, or its name.

    Of several with one name, an open one is found if there is only one.

    Raises:
        UnknownKey: none matches, or several do.
    """
    wanted = " ".join(key.split()).casefold()
    known = list(disruptions)
    found = [each for each in known if wanted and each.id.startswith(wanted)]
    found = found or [each for each in known if " ".join(each.name.split()).casefold() == wanted]
    if len(found) > 1:
        found = [each for each in found if each.is_open] or found
    if len(found) == 1:
        return found[0]
    if not found:
        raise UnknownKey(_("There is no disruption {key}. See: tabuah disruption list").format(key=key[:80]))
    raise UnknownKey(_("Several disruptions match {key}. Give the beginning of the id.").format(key=key[:80]))
