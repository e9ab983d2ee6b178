"""Conflicts as the resolver and the map show them: before, now, proposed, with author, device and time."""

from collections.abc import Mapping

from shapely import Polygon

from tabuah.console.window.presenting.cards import short_title
from tabuah.console.window.presenting.places import place_line
from tabuah.console.window.snapshot import RoomSnapshot
from tabuah.gis.coordinates import format_decimal_degrees
from tabuah.gis.geodesy import area_m2, distance_m
from tabuah.operations.authority.roles import may_write
from tabuah.operations.entries import Entry
from tabuah.operations.incidents.fields import field_label, read_value
from tabuah.operations.incidents.incident import Conflict, Incident, Writing
from tabuah.operations.incidents.timeline import tell, value_words
from tabuah.operations.places import IncidentPlace
from tabuah.operations.reasons import reason_words
from tabuah.resources.catalogue import _
from tabuah.resources.formats import format_moment, format_number, format_time
from tabuah.widgets.forms.conflict_side_card import BASE, CURRENT, PROPOSED, SIDES, TONES, side_names
from tabuah.widgets.map.compared_places import ComparedPlace
from tabuah.widgets.values import ConflictCase, ConflictSide

_ON_MAP = ("place", "area")
_DASHES = {BASE: (1.0, 2.4), CURRENT: (), PROPOSED: (4.0, 2.4)}
Ring = tuple[tuple[float, float], ...]


def conflict_cases(
    snapshot: RoomSnapshot, first: str = "", members: Mapping[str, tuple[Entry, ...]] | None = None
) -> tuple[ConflictCase, ...]:
    """All open conflicts, those of the incident `first` before the others, else worst incident first.

    `members` are the entries of conflicts that several entries belong to, by conflict.
    """
    found = [(i, c) for i in snapshot.incidents.values() for c in i.open_conflicts]
    found.sort(key=lambda pair: pair[0].id != first)
    return tuple(
        _case(incident, conflict, snapshot, (members or {}).get(conflict.id, ())) for incident, conflict in found
    )


def conflict_of(snapshot: RoomSnapshot, conflict_id: str) -> tuple[Incident, Conflict] | None:
    """An open conflict with the incident that it belongs to."""
    for incident in snapshot.incidents.values():
        for conflict in incident.open_conflicts:
            if conflict.id == conflict_id:
                return incident, conflict
    return None


def compared_places(conflict: Conflict) -> tuple[ComparedPlace, ...]:
    """The sides of a conflict over a place or an area, for the map; of another conflict there are none."""
    names, found = side_names(), []
    for index, (take, writing) in enumerate(_sides(conflict)):
        ring = _ring(conflict, writing)
        if ring:
            told = names[take] if writing is None else f"{names[take]} · {writing.actor}"
            found.append(
                ComparedPlace(
                    code=take, key=str(index + 1), label=told, ring_deg=ring, tone=TONES[take], dash=_DASHES[take]
                )
            )
    return tuple(found)


def _sides(conflict: Conflict) -> tuple[tuple[str, Writing | None], ...]:
    return tuple(zip(SIDES, (conflict.base, conflict.current, conflict.proposed), strict=True))


def _ring(conflict: Conflict, writing: Writing | None) -> Ring:
    if writing is None or conflict.field not in _ON_MAP:
        return ()
    value = read_value(conflict.field, writing.value)
    if isinstance(value, IncidentPlace):
        return ((value.lon_deg, value.lat_deg),)
    return tuple((lon_deg, lat_deg) for lon_deg, lat_deg in value) if value else ()


def _case(incident: Incident, conflict: Conflict, snapshot: RoomSnapshot, members: tuple[Entry, ...]) -> ConflictCase:
    allowed = may_write(snapshot.role, "conflict.settled")
    sides = {take: _side(conflict, writing, snapshot) for take, writing in _sides(conflict)}
    return ConflictCase(
        id=conflict.id,
        incident=f"{incident.number} {short_title(incident)}",
        field=field_label(conflict.field),
        base=sides[BASE],
        current=sides[CURRENT],
        proposed=sides[PROPOSED],
        reason="" if allowed else reason_words("role_forbids"),
        on_map=bool(compared_places(conflict)),
        members=tuple(_member(entry) for entry in members[:-1]),
    )


def _member(entry: Entry) -> str:
    return f"{tell(entry)} · {entry.actor}, {format_time(entry.happened_at)}"


def _side(conflict: Conflict, writing: Writing | None, snapshot: RoomSnapshot) -> ConflictSide:
    if writing is None:
        return ConflictSide(value=_("nothing"))
    value = read_value(conflict.field, writing.value)
    words = value_words(value)
    if isinstance(value, IncidentPlace):
        words = _place_words(value)
    elif conflict.field == "area" and value:
        words = _("{n} ha").format(n=format_number(area_m2(Polygon(value)) / 10_000, digits=1))
    return ConflictSide(
        value=words,
        author=writing.actor,
        device=snapshot.devices.get(writing.device, ""),
        at=format_moment(writing.at),
        detail=_detail(conflict, writing),
    )


def _place_words(place: IncidentPlace) -> str:
    """With its jorong: two people often differ only in that."""
    return f"Jorong {place.jorong}, {place_line(place)}" if place.jorong else place_line(place)


def _detail(conflict: Conflict, writing: Writing) -> str:
    """Where it is, and how far from what stands; of an area how many corners it has."""
    ring = _ring(conflict, writing)
    if len(ring) > 2:
        return value_words(ring)
    if not ring:
        return ""
    parts = [format_decimal_degrees(*ring[0])]
    stands = _ring(conflict, conflict.current)
    if stands and writing is not conflict.current:
        away = distance_m(*ring[0], *stands[0])
        km = _("{n} km from what stands").format(n=format_number(away / 1000, digits=2))
        parts.append(km if away >= 1000 else _("{n} m from what stands").format(n=format_number(away)))
    return " · ".join(parts)
