"""Bodies of earthquake, weather warning and volcano entries."""

from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from tabuah.operations.bounds import IdText, LabelText, ProseText, bounded
from tabuah.operations.entries import Moment
from tabuah.operations.feeds.cap_alert import CapCertainty, CapMessageType, CapSeverity, CapUrgency
from tabuah.operations.levels import VolcanoLevel

BMKG: Final = "BMKG"

Longitude = Annotated[float, Meta(ge=-180, le=180)]
Latitude = Annotated[float, Meta(ge=-90, le=90)]
Intensity = Annotated[int, Meta(ge=1, le=12)]
Ring = Annotated[tuple[tuple[Longitude, Latitude], ...], bounded(max_length=20_000)]


class FeltAt(msgspec.Struct, frozen=True, omit_defaults=True):
    """A place where an earthquake was felt, with its intensity (MMI) if given."""

    place: LabelText
    mmi_low: Intensity | None = None
    mmi_high: Intensity | None = None


class EarthquakeReported(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A feed's report of an earthquake; written again when the feed changes it."""

    feed: IdText
    at: Moment
    lon_deg: Longitude
    lat_deg: Latitude
    magnitude: Annotated[float, Meta(ge=-1, le=10)]
    depth_km: Annotated[float, Meta(ge=0, le=800)]
    region: LabelText = ""
    potential: ProseText = ""
    felt: Annotated[tuple[FeltAt, ...], bounded(max_length=1000)] = ()
    shakemap: LabelText = ""
    source: LabelText = BMKG


class WarningIssued(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A CAP message; `rings` are closed outer rings in EPSG:4326, (longitude, latitude)."""

    identifier: Annotated[str, Meta(min_length=1, max_length=500)]
    sender: LabelText
    sent: Moment
    message: CapMessageType
    event: LabelText = ""
    headline: ProseText = ""
    description: ProseText = ""
    instruction: ProseText = ""
    urgency: CapUrgency = CapUrgency.UNKNOWN
    severity: CapSeverity = CapSeverity.UNKNOWN
    certainty: CapCertainty = CapCertainty.UNKNOWN
    effective: Moment | None = None
    expires: Moment | None = None
    kecamatan: Annotated[tuple[LabelText, ...], bounded(max_length=1000)] = ()
    rings: Annotated[tuple[Ring, ...], bounded(max_length=1000)] = ()
    references: Annotated[tuple[ProseText, ...], bounded(max_length=1000)] = ()
    source: LabelText = BMKG


class Withdrawal(StrEnum):
    """Why a warning ended before its time."""

    UPDATED = "updated"
    CANCELLED = "cancelled"


class WarningWithdrawn(msgspec.Struct, frozen=True, kw_only=True):
    """The sender withdrew a warning by a later message."""

    by: ProseText
    cause: Withdrawal
    withdrawn_at: Moment


class VolcanoLevelled(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The activity level stated by PVMBG, entered by a person."""

    name: Annotated[str, Meta(min_length=1, max_length=80)]
    level: VolcanoLevel
    source: Annotated[str, Meta(min_length=1, max_length=200)]
    stated_at: Moment
    lon_deg: Longitude | None = None
    lat_deg: Latitude | None = None
    note: Annotated[str, Meta(max_length=1000)] = ""
