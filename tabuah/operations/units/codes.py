"""Code lists of units: kind and state."""

from enum import StrEnum
from typing import Final


class UnitKind(StrEnum):
    """Kind of a unit."""

    QUICK_RESPONSE = "quick_response"
    FIRE = "fire"
    AMBULANCE = "ambulance"
    SEARCH_RESCUE = "search_rescue"
    SECURITY = "security"
    LOGISTICS = "logistics"
    HEAVY_EQUIPMENT = "heavy_equipment"
    VOLUNTEERS = "volunteers"
    OTHER = "other"


class UnitState(StrEnum):
    """State of a unit; all but the last are the steps of a mission."""

    AVAILABLE = "available"
    ASSIGNED = "assigned"
    EN_ROUTE = "en_route"
    ON_SCENE = "on_scene"
    RETURNING = "returning"
    UNAVAILABLE = "unavailable"

    @property
    def step(self) -> int | None:
        """Return the step of a mission, 1 to 5 (available again); None outside of missions."""
        return _STEPS.index(self) + 1 if self in _STEPS else None

    @property
    def is_busy(self) -> bool:
        """Return whether the unit is on a mission and away from its post."""
        return self in _STEPS[:-1]


_STEPS: Final = (
    UnitState.ASSIGNED,
    UnitState.EN_ROUTE,
    UnitState.ON_SCENE,
    UnitState.RETURNING,
    UnitState.AVAILABLE,
)
