"""What the entries about units carry."""

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from tabuah.operations.units.codes import UnitKind, UnitState
from tabuah.operations.units.unit import Latitude, Longitude, Post, TrackerCode, UnitId

Name = Annotated[str, Meta(min_length=1, max_length=120)]
Members = Annotated[int, Meta(ge=0, le=10_000)]
Note = Annotated[str, Meta(max_length=400)]


class UnitRegistered(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A new unit, or one that was retired and is back.

    `contact` is a radio channel or the number of an office: what is written here every console receives, so no
    person's own name or number belongs in it.
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
    """Some fields anew; the last writing in the server's order stands."""

    name: Name | UnsetType = UNSET
    kind: UnitKind | UnsetType = UNSET
    opd: Name | UnsetType = UNSET
    members: Members | UnsetType = UNSET
    contact: Note | UnsetType = UNSET
    tracker: TrackerCode | UnsetType = UNSET
    home: Post | None | UnsetType = UNSET


class UnitMoved(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Another state; `incident` is the id of the incident that this is about, empty where it is about none."""

    to: UnitState
    incident: Annotated[str, Meta(max_length=80)] = ""
    note: Note = ""


class UnitPlaced(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a person says that the unit is, or was at the time of the entry (EPSG:4326)."""

    lon_deg: Longitude
    lat_deg: Latitude
    note: Note = ""


class UnitRetired(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The unit is not sent out any more; its history stays."""

    reason: Note = ""
