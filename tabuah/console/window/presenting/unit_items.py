"""The list of units: what each does, where it is and how far from the incident that is looked at."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from tabuah.console.unit_words import distance_words, position_words, state_words
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.units.choosing import UnitAway, nearest_first
from tabuah.operations.units.codes import UnitState
from tabuah.operations.units.knowing import KnownUnit
from tabuah.resources.catalogue import _, ngettext
from tabuah.widgets.units.unit_item import UnitItem, UnitsContent
from tabuah.widgets.values import Level

_STATES: Final = tuple(UnitState)


def units_content(
    units: Sequence[KnownUnit], incident: Incident | None, *, nearest: bool, now: datetime
) -> UnitsContent:
    """The list; without an incident that has a place there is nothing to be near to."""
    place = incident.place if incident else None
    if place is None:
        ordered = sorted((UnitAway(known=known, distance_m=None) for known in units), key=_by_opd)
        return UnitsContent(units=tuple(_item(away, now) for away in ordered), summary=_summary(units))
    away = nearest_first(units, place.lon_deg, place.lat_deg)
    ordered = list(away) if nearest else sorted(away, key=_by_opd)
    number = incident.number if incident else ""
    return UnitsContent(
        units=tuple(_item(each, now) for each in ordered),
        grouped=not nearest,
        nearest_to=number,
        summary=f"{_summary(units)} · {_('straight line to {number}').format(number=number)}",
    )


def level_of(state: UnitState) -> Level:
    """The mark of what a unit does."""
    if state is UnitState.AVAILABLE:
        return Level.NORMAL
    return Level.INFORMATION if state.is_busy else Level.NO_DATA


def _by_opd(away: UnitAway) -> tuple[str, int, bool, float, str]:
    standing, distance = away.known.standing, away.distance_m
    opd = standing.unit.opd.casefold()
    return opd, _STATES.index(standing.state), distance is None, distance or 0.0, standing.unit.id


def _item(away: UnitAway, now: datetime) -> UnitItem:
    known = away.known
    return UnitItem(
        id=known.unit.id,
        name=known.unit.name,
        opd=known.unit.opd,
        level=level_of(known.standing.state),
        state=state_words(known.standing),
        place=position_words(known.position, now),
        old=known.position is not None and known.position.is_old(now),
        distance=distance_words(away.distance_m),
        warning=_("sent to two places") if known.standing.is_double else "",
        exercise=known.unit.exercise,
    )


def _summary(units: Sequence[KnownUnit]) -> str:
    ready = sum(known.standing.state is UnitState.AVAILABLE for known in units)
    told = ngettext("{n} unit", "{n} units", len(units)).format(n=len(units))
    return _("{units}, {ready} available").format(units=told, ready=ready)
