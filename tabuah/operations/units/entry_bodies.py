"""Bodies of unit entries."""

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from tabuah.operations.bounds import IdText
from tabuah.operations.units.unit import (
    FormerUnit,
    Latitude,
    Longitude,
    Post,
    TrackerCode,
    UnitId,
    UnitKind,
    UnitState,
)

Name = Annotated[str, Meta(min_length=1, max_length=120)]
Members = Annotated[int, Meta(ge=0, le=10_000)]
Note = Annotated[str, Meta(max_length=400)]


class UnitRegistered(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A new unit, or a retired one that returns.

    `contact` is a radio channel or an office number. Every console receives it, so it must not hold a
    person's name or number.
    """

    id: UnitId
    name: Name
    kind: UnitKind
    opd: Name
    members: Members = 0
    contact: Note = ""
    tracker: TrackerCode = ""
    home: Post | None = None


class UnitEdited(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Changed fields; the last entry in server order wins."""

    name: Name | UnsetType = UNSET
    kind: UnitKind | UnsetType = UNSET
    opd: Name | UnsetType = UNSET
    members: Members | UnsetType = UNSET
    contact: Note | UnsetType = UNSET
    tracker: TrackerCode | UnsetType = UNSET
    home: Post | None | UnsetType = UNSET
    former: FormerUnit | UnsetType = UNSET  # if name or OPD change


class UnitChanged(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Fields of a unit that administrators change, and the reason. An empty `gateway` names none."""

    reason: Annotated[str, Meta(min_length=1, max_length=400)]
    gateway: IdText | UnsetType = UNSET


class UnitMoved(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Another state; `incident` is the id of its incident, empty if none."""

    to: UnitState
    incident: Annotated[str, Meta(max_length=80)] = ""
    note: Note = ""


class UnitPlaced(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The position of the unit at the time of the entry, as reported by a person (EPSG:4326)."""

    lon_deg: Longitude
    lat_deg: Latitude
    note: Note = ""


class UnitRetired(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The unit is out of service; its history stays."""

    reason: Note = ""
