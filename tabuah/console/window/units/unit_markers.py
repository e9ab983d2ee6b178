"""Unit markers of the map: position, state, heading and trail; grey if the position is old."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

import numpy as np

from tabuah.console.window.shared.lazy_texts import LazyTexts
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.exercises.scope import plain_code
from tabuah.operations.units.check_ins import overdue_crews
from tabuah.operations.units.help_requests import open_help
from tabuah.operations.units.known_units import KnownUnit
from tabuah.operations.units.positions import PositionSource, UnitPosition
from tabuah.operations.units.tracks import TRAIL, heading_of
from tabuah.resources.regency import current_regency
from tabuah.text.exercises.exercise_text import mark_text
from tabuah.text.units.check_in_text import describe_check_in_clock
from tabuah.text.units.help_text import describe_help
from tabuah.text.units.unit_status import describe_unit_position, describe_unit_state
from tabuah.widgets.map.content import UnitMarkers


def unit_markers(
    units: Sequence[KnownUnit], now: datetime, *, exercises: Mapping[str, Exercise] = MappingProxyType({})
) -> UnitMarkers:
    """Return the markers of units with a known position."""
    placed = [(known, known.position) for known in units if known.position is not None]
    shown = [known for known, _position in placed]

    crews = overdue_crews((known.activity for known in shown), current_regency(), now)
    late = {crew.unit.id: describe_check_in_clock(clock, now) for crew, clock in crews}

    def age(index: int) -> str:
        return describe_unit_position(shown[index].position, now)

    def state(index: int) -> str:
        unit = shown[index].unit
        parts = (
            unit.name,
            describe_unit_state(shown[index].activity),
            describe_help(open_help(unit)),
            late.get(unit.id, ""),
        )
        return mark_text(" · ".join(part for part in parts if part), unit, exercises)

    return UnitMarkers(
        ids=[known.unit.id for known in shown],
        lon_deg=np.array([position.lon_deg for _known, position in placed], dtype=np.float64),
        lat_deg=np.array([position.lat_deg for _known, position in placed], dtype=np.float64),
        busy=np.array([known.activity.state.is_busy for known in shown], dtype=np.bool_),
        old=np.array([position.is_old(now) for _known, position in placed], dtype=np.bool_),
        heading_deg=np.array([_heading_deg(known, position, now) for known, position in placed], dtype=np.float64),
        trails=tuple(_trail(known, position, now) for known, position in placed),
        names=[plain_code(known.unit.id) + _mark_of(known, late) for known in shown],
        in_need=frozenset(index for index, known in enumerate(shown) if known.unit.help),
        overdue=frozenset(index for index, known in enumerate(shown) if known.unit.id in late),
        drills=frozenset(index for index, known in enumerate(shown) if known.unit.exercise),
        values=LazyTexts(len(shown), state),
        ages=LazyTexts(len(shown), age),
    )


def _mark_of(known: KnownUnit, late: Mapping[str, str]) -> str:
    """Return the mark behind the call sign, because colour must not be the only sign."""
    return " !!" if known.unit.help else " !" if known.unit.id in late else ""


def _heading_deg(known: KnownUnit, position: UnitPosition, now: datetime) -> float:
    moves = position.source is PositionSource.GPS and not position.is_old(now)
    heading_deg = heading_of(known.track) if moves else None
    return float("nan") if heading_deg is None else heading_deg


def _trail(
    known: KnownUnit, position: UnitPosition, now: datetime
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Return the trail of a unit while its position comes from GPS."""
    recent = [fix for fix in known.track if now - fix.at <= TRAIL]
    if position.source is not PositionSource.GPS or len(recent) < 2:
        return np.zeros((0, 2))
    return np.array([(fix.lon_deg, fix.lat_deg) for fix in recent], dtype=np.float64)
