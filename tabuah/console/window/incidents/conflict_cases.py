"""Conflicts for the resolver and the map.

Base, current and proposed value with author, device and time.
"""

from collections.abc import Mapping

from shapely import Polygon

from tabuah.console.window.state.console_snapshot import ConsoleSnapshot
from tabuah.gis.coordinates import format_decimal_degrees
from tabuah.gis.geodesy import area_m2, distance_m
from tabuah.operations.entries import Entry
from tabuah.operations.incidents.conflict_policy import decode_value
from tabuah.operations.incidents.incident import Conflict, FieldWrite, Incident
from tabuah.operations.incidents.place import IncidentPlace
from tabuah.operations.incidents.scope_rules import settling_action
from tabuah.operations.incidents.settlements import check_settlement
from tabuah.operations.lookups import Lookups
from tabuah.operations.people.permissions import may_write
from tabuah.resources.localisation import format_moment, format_time
from tabuah.text.incidents.conflicts import (
    describe_conflict_value,
    describe_distance_from_current,
    format_hectares,
    no_value_text,
)
from tabuah.text.incidents.incident_text import detailed_place_text, field_label, short_title
from tabuah.text.incidents.timeline import describe_incident_entry, describe_value
from tabuah.text.sync.verdict_reasons import describe_reason
from tabuah.widgets.incidents.conflict_side_card import BASE, CURRENT, PROPOSED, SIDES, TONES, conflict_side_names
from tabuah.widgets.incidents.values import ConflictCase, ConflictSide
from tabuah.widgets.map.overlay.compared_places import ComparedPlace

_ON_MAP = ("place", "area")
_DASHES = {BASE: (1.0, 2.4), CURRENT: (), PROPOSED: (4.0, 2.4)}
Ring = tuple[tuple[float, float], ...]


def conflict_cases(
    snapshot: ConsoleSnapshot, first: str = "", members: Mapping[str, tuple[Entry, ...]] | None = None
) -> tuple[ConflictCase, ...]:
    """Return all open conflicts: those of the incident `first`, then by incident, worst first.

    `members` are the entries of conflicts that consist of several entries, by conflict.
    """
    found = [(i, c) for i in snapshot.incidents.values() for c in i.open_conflicts]
    found.sort(key=lambda pair: pair[0].id != first)
    return tuple(
        _case(incident, conflict, snapshot, (members or {}).get(conflict.id, ())) for incident, conflict in found
    )


def conflict_of(snapshot: ConsoleSnapshot, conflict_id: str) -> tuple[Incident, Conflict] | None:
    """Return an open conflict and its incident."""
    for incident in snapshot.incidents.values():
        for conflict in incident.open_conflicts:
            if conflict.id == conflict_id:
                return incident, conflict
    return None


def compared_places(conflict: Conflict) -> tuple[ComparedPlace, ...]:
    """Return the places or areas of a conflict for the map; none for other conflicts."""
    names, found = conflict_side_names(), []
    for index, (take, writing) in enumerate(_sides(conflict)):
        ring = _ring(conflict, writing)
        if ring:
            message = names[take] if writing is None else f"{names[take]} · {writing.actor}"
            found.append(
                ComparedPlace(
                    code=take, key=str(index + 1), label=message, ring_deg=ring, tone=TONES[take], dash=_DASHES[take]
                )
            )
    return tuple(found)


def _sides(conflict: Conflict) -> tuple[tuple[str, FieldWrite | None], ...]:
    return tuple(zip(SIDES, (conflict.base, conflict.current, conflict.proposed), strict=True))


def _ring(conflict: Conflict, writing: FieldWrite | None) -> Ring:
    if writing is None or conflict.field not in _ON_MAP:
        return ()
    value = decode_value(conflict.field, writing.value)
    if isinstance(value, IncidentPlace):
        return ((value.lon_deg, value.lat_deg),)
    return tuple((lon_deg, lat_deg) for lon_deg, lat_deg in value) if value else ()


def _case(
    incident: Incident, conflict: Conflict, snapshot: ConsoleSnapshot, members: tuple[Entry, ...]
) -> ConflictCase:
    allowed = may_write(snapshot.role, "conflict.settled")
    sides = {take: _side(incident, conflict, take, writing, snapshot) for take, writing in _sides(conflict)}
    return ConflictCase(
        id=conflict.id,
        incident=f"{incident.number} {short_title(incident)}",
        field=field_label(conflict.field),
        base=sides[BASE],
        current=sides[CURRENT],
        proposed=sides[PROPOSED],
        reason="" if allowed else describe_reason("role_forbids"),
        on_map=bool(compared_places(conflict)),
        members=tuple(_member(entry) for entry in members[:-1]),
    )


def _member(entry: Entry) -> str:
    return f"{describe_incident_entry(entry)} · {entry.actor}, {format_time(entry.happened_at)}"


def _side(
    incident: Incident, conflict: Conflict, take: str, writing: FieldWrite | None, snapshot: ConsoleSnapshot
) -> ConflictSide:
    if writing is None:
        return ConflictSide(value=no_value_text())
    value = decode_value(conflict.field, writing.value)
    words = describe_conflict_value(conflict.field, writing.value, lambda key: incident_number(snapshot, key))
    if isinstance(value, IncidentPlace):
        words = detailed_place_text(value)
    elif conflict.field == "area" and value:
        words = format_hectares(area_m2(Polygon(value)))
    return ConflictSide(
        value=words,
        author=writing.actor,
        device=snapshot.devices.get(writing.device, ""),
        at=format_moment(writing.at),
        detail=_detail(conflict, writing),
        reason=_refusal(incident, conflict, take, snapshot),
    )


def _refusal(incident: Incident, conflict: Conflict, take: str, snapshot: ConsoleSnapshot) -> str:
    """Return why the user may not take a side; empty if they may."""
    lookups = Lookups(incident=snapshot.incidents.get)
    code = check_settlement(incident, conflict, take, role=snapshot.role, actor=snapshot.actor, lookups=lookups)
    if code:
        return describe_reason(code)
    return snapshot.personal_scope.refusal(incident, settling_action(incident, conflict, take))


def incident_number(snapshot: ConsoleSnapshot, incident_id: str) -> str:
    """Return the number of an incident; its id if it is not known here."""
    found = snapshot.incidents.get(incident_id)
    return found.number if found else incident_id


def _detail(conflict: Conflict, writing: FieldWrite) -> str:
    """Return the position and its distance from the current one; for an area, its number of corners."""
    ring = _ring(conflict, writing)
    if len(ring) > 2:
        return describe_value(ring)
    if not ring:
        return ""
    parts = [format_decimal_degrees(*ring[0])]
    stands = _ring(conflict, conflict.current)
    if stands and writing is not conflict.current:
        parts.append(describe_distance_from_current(distance_m(*ring[0], *stands[0])))
    return " · ".join(parts)
