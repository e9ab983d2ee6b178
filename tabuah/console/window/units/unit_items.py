"""The list of units: state, position and distance from the selected incident."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from tabuah.operations.incidents.incident import Incident
from tabuah.operations.units.codes import UnitState
from tabuah.operations.units.known_units import KnownUnit, UnitDistance, sort_by_distance
from tabuah.resources.localisation import _, ngettext
from tabuah.text.units.unit_status import describe_unit_position, describe_unit_state, format_distance
from tabuah.widgets.units.unit_item import UnitItem, UnitsContent
from tabuah.widgets.values import Level

_STATES: Final = tuple(UnitState)


def units_content(
    units: Sequence[KnownUnit], incident: Incident | None, *, nearest: bool, now: datetime
) -> UnitsContent:
    """Return the list; sorting by distance needs an incident with a place."""
    place = incident.place if incident else None
    if place is None:
        ordered = sorted((UnitDistance(known=known, distance_m=None) for known in units), key=_by_opd)
        return UnitsContent(units=tuple(_item(away, now) for away in ordered), summary=_summary(units))
    away = sort_by_distance(units, place.lon_deg, place.lat_deg)
    ordered = list(away) if nearest else sorted(away, key=_by_opd)
    number = incident.number if incident else ""
    return UnitsContent(
        units=tuple(_item(each, now) for each in ordered),
        grouped=not nearest,
        nearest_to=number,
        summary=f"{_summary(units)} · {_('straight line to {number}').format(number=number)}",
    )


def unit_level(state: UnitState) -> Level:
    """Return the mark of a unit's state."""
    if state is UnitState.AVAILABLE:
        return Level.NORMAL
    return Level.INFORMATION if state.is_busy else Level.NO_DATA


def _by_opd(away: UnitDistance) -> tuple[str, int, bool, float, str]:
    standing, distance = away.known.activity, away.distance_m
    opd = standing.unit.opd.casefold()
    return opd, _STATES.index(standing.state), distance is None, distance or 0.0, standing.unit.id


def _item(away: UnitDistance, now: datetime) -> UnitItem:
    known = away.known
    return UnitItem(
        id=known.unit.id,
        name=known.unit.name,
        opd=known.unit.opd,
        level=unit_level(known.activity.state),
        state=describe_unit_state(known.activity),
        place=describe_unit_position(known.position, now),
        old=known.position is not None and known.position.is_old(now),
        distance=format_distance(away.distance_m),
        warning=_("assigned twice") if known.activity.is_double_assigned else "",
        exercise=known.unit.exercise,
    )


def _summary(units: Sequence[KnownUnit]) -> str:
    ready = sum(known.activity.state is UnitState.AVAILABLE for known in units)
    message = ngettext("{n} unit", "{n} units", len(units)).format(n=len(units))
    return _("{units}, {ready} available").format(units=message, ready=ready)
