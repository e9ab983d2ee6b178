"""Bodies of station entries."""

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from tabuah.operations.attachments.attachment import Attachment
from tabuah.operations.bounds import IdText, LabelText, bounded
from tabuah.operations.stations.files import FileTopic
from tabuah.operations.stations.station import (
    Elevation,
    Parameter,
    River,
    Station,
    StationKind,
    StationLatitude,
    StationLongitude,
)

Reason = Annotated[str, Meta(min_length=1, max_length=400)]


class StationRegistered(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A new station.

    Its `files`, `retired` and `changes` are ignored, as in `StationEdited`: they have entries of their own. `by` is
    the administrator for whom the server writes the entry; empty in entries of people.
    """

    station: Station
    by: IdText = ""


class StationEdited(msgspec.Struct, frozen=True, kw_only=True):
    """The whole station in its new form; stations are edited by administrators only.

    Without a `gateway` the station keeps the one that it has. Thresholds, valid ranges and the position change by
    `StationChanged`, which has a reason.
    """

    station: Station


class StationChanged(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Some fields of a station and the reason; absent fields stay. An empty `gateway` names none."""

    reason: Reason
    gateway: IdText | UnsetType = UNSET
    name: LabelText | UnsetType = UNSET
    kind: StationKind | UnsetType = UNSET
    lon_deg: StationLongitude | UnsetType = UNSET
    lat_deg: StationLatitude | UnsetType = UNSET
    elevation_m: Elevation | None | UnsetType = UNSET
    parameters: Annotated[tuple[Parameter, ...], bounded(max_length=100)] | UnsetType = UNSET
    river: River | None | UnsetType = UNSET
    nagari: LabelText | UnsetType = UNSET
    owner: LabelText | UnsetType = UNSET
    outside_reason: LabelText | UnsetType = UNSET
    by: IdText = ""


class StationRetired(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The station is out of service; it stays in the history."""

    reason: Reason
    by: IdText = ""


class StationRestored(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A retired station is in service again."""

    reason: Reason
    by: IdText = ""


class StationAttachmentAdded(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A photo or document: mounting, calibration, keys or access."""

    attachment: Attachment
    topic: FileTopic = FileTopic.OTHER


class StationAttachmentRemoved(msgspec.Struct, frozen=True, kw_only=True):
    """A file was removed for a reason; `entry` is the one that added it. It stays in the history."""

    entry: Annotated[str, Meta(min_length=1, max_length=80)]
    reason: Annotated[str, Meta(min_length=1, max_length=400)]
