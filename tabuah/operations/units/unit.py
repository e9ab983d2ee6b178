"""The unit: its code lists and the fold of its entries."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from tabuah.operations.bounds import bounded


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


# In an exercise `<exercise>~<code>` (`operations/exercises/scope.py`).
UnitId = Annotated[str, Meta(pattern=r"^([a-z0-9][a-z0-9-]{0,39}~)?[A-Z0-9][A-Z0-9-]{1,39}$"), bounded(max_length=81)]
TrackerCode = Annotated[
    str, Meta(pattern=r"^(([a-z0-9][a-z0-9-]{0,39}~)?[A-Z0-9][A-Z0-9-]{1,39})?$"), bounded(max_length=81)
]
Longitude = Annotated[float, Meta(ge=-180, le=180)]
Latitude = Annotated[float, Meta(ge=-90, le=90)]


class Post(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The usual place of a unit (EPSG:4326): its office, station or posko."""

    lon_deg: Longitude
    lat_deg: Latitude
    name: Annotated[str, Meta(max_length=200)] = ""


class ReportedPlace(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The place of a unit at `at`, as reported by a person (EPSG:4326)."""

    lon_deg: float
    lat_deg: float
    at: datetime
    by: str
    entry: str
    note: str = ""


class CheckIn(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A check-in of the crew at `at`, on its mission `incident` (empty if none), as recorded by a person."""

    at: datetime
    by: str
    entry: str
    incident: str = ""
    note: str = ""


class HelpRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The crew asks for help since `at`; `entry` is the entry of the request. A named person acknowledges it once."""

    at: datetime
    by: str
    entry: str
    incident: str = ""
    note: str = ""
    acknowledged_at: datetime | None = None
    acknowledged_by: str = ""


class FormerUnit(msgspec.Struct, frozen=True, kw_only=True):
    """Name and OPD that a unit had before a change of either: people may not have seen the change yet."""

    name: Annotated[str, Meta(min_length=1, max_length=120)]
    opd: Annotated[str, Meta(min_length=1, max_length=120)]


class Unit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="unit"):
    """One unit.

    `id` is its call sign. `tracker` is the code under which its GPS sends readings, through the account
    `gateway` or `mqtt/<mapping>` of a broker without accounts. `incident` is the
    mission of its state, also when the unit is available again; `times` are when each step of that
    mission was reached. `places` are the last reported places and `check_ins` the last check-ins, oldest
    first. `help` are the requests for help that have not ended, oldest first.
    """

    id: UnitId
    name: str
    kind: UnitKind
    opd: str
    members: int = 0
    contact: str = ""
    tracker: str = ""
    home: Post | None = None
    state: UnitState = UnitState.AVAILABLE
    state_at: datetime
    state_by: str = ""
    state_note: str = ""
    state_entry: str = ""
    state_device: str = ""
    incident: str = ""
    times: dict[UnitState, datetime] = {}
    places: tuple[ReportedPlace, ...] = ()
    check_ins: tuple[CheckIn, ...] = ()
    help: tuple[HelpRequest, ...] = ()
    retired: bool = False
    retired_reason: str = ""
    exercise: bool = False
    exercise_id: str = ""
    gateway: str = ""
    former: tuple[FormerUnit, ...] = ()  # the last ones, oldest first
