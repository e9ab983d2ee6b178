"""The code lists of units: what a unit is for and what it is doing."""

from enum import StrEnum
from typing import Final


class UnitKind(StrEnum):
    """What a unit is for."""

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
    """What a unit is doing; all but the last are the steps of a mission, from ready to ready again."""

    AVAILABLE = "available"
    ASSIGNED = "assigned"
    EN_ROUTE = "en_route"
    ON_SCENE = "on_scene"
    RETURNING = "returning"
    UNAVAILABLE = "unavailable"

    @property
    def step(self) -> int | None:
        """How far along a mission it is, 1 to 5; being ready again ends it. None outside of missions."""
        return _STEPS.index(self) + 1 if self in _STEPS else None

    @property
    def is_busy(self) -> bool:
        """Whether the unit is on a mission, so that it is away from its post."""
        return self in _STEPS[:-1]


_STEPS: Final = (
    UnitState.ASSIGNED,
    UnitState.EN_ROUTE,
    UnitState.ON_SCENE,
    UnitState.RETURNING,
    UnitState.AVAILABLE,
)
