"""Bodies of unit entries."""

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from tabuah.operations.bounds import IdText
from tabuah.operations.hidden_characters import LINE_PATTERN
from tabuah.operations.subject_type import UUID_KEY
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
LineNote = Annotated[str, Meta(max_length=400, pattern=LINE_PATTERN)]
Reason = Annotated[str, Meta(min_length=1, max_length=400, pattern=LINE_PATTERN)]
IncidentRef = Annotated[str, Meta(max_length=36, pattern=rf"\A({UUID_KEY.pattern})?\Z")]


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


class CrewPosition(msgspec.Struct, frozen=True, kw_only=True):
    """A position that a crew states by radio (EPSG:4326)."""

    lon_deg: Longitude
    lat_deg: Latitude


class UnitCheckedIn(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The crew has checked in; `incident` is the id of its mission, empty if none.

    Every console receives the note, so it must not hold a person's name or number.
    """

    incident: IncidentRef = ""
    note: LineNote = ""
    position: CrewPosition | None = None


class UnitCheckInWithdrawn(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A check-in was recorded for the wrong unit; `check_in` is its entry, `incident` that of the check-in."""

    check_in: IdText
    reason: Reason
    incident: IncidentRef = ""


class UnitHelpRequested(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The crew asks for help; `incident` is the id of its mission, empty if none.

    Every console receives the note, as that of a check-in.
    """

    incident: IncidentRef = ""
    note: LineNote = ""
    position: CrewPosition | None = None


class UnitHelpAcknowledged(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The author takes care of a request for help; `request` is its entry, `incident` that of the request."""

    request: IdText
    incident: IncidentRef = ""


class UnitHelpEnded(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The crew is safe, or it had not asked for help; `request` is the entry of the request."""

    request: IdText
    reason: Reason
    incident: IncidentRef = ""


class UnitRetired(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The unit is out of service; its history stays."""

    reason: Note = ""
