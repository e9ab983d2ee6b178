"""The unit: the fold of its entries."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from tabuah.operations.units.codes import UnitKind, UnitState

UnitId = Annotated[str, Meta(pattern=r"^[A-Z0-9][A-Z0-9-]{1,39}$")]
TrackerCode = Annotated[str, Meta(pattern=r"^([A-Z0-9][A-Z0-9-]{1,39})?$")]
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


class Unit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="unit"):
    """One unit.

    `id` is its call sign. `tracker` is the code under which its GPS sends readings. `incident` is the
    mission of its state, also when the unit is available again; `times` are when each step of that
    mission was reached. `places` are the last reported places, oldest first.
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
    retired: bool = False
    retired_reason: str = ""
    exercise: bool = False
