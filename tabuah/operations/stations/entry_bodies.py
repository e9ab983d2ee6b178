"""Bodies of station entries."""

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from tabuah.operations.attachments.attachment import Attachment
from tabuah.operations.bounds import IdText
from tabuah.operations.stations.files import FileTopic
from tabuah.operations.stations.station import Station


class StationRegistered(msgspec.Struct, frozen=True, kw_only=True):
    """A new station. Its `files` are ignored, as in `StationEdited`: files have entries of their own."""

    station: Station


class StationEdited(msgspec.Struct, frozen=True, kw_only=True):
    """The whole station in its new form; stations are edited by administrators only.

    Without a `gateway` the station keeps the one that it has.
    """

    station: Station


class StationChanged(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Some fields of a station and the reason; absent fields stay. An empty `gateway` names none."""

    reason: Annotated[str, Meta(min_length=1, max_length=400)]
    gateway: IdText | UnsetType = UNSET


class StationAttachmentAdded(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A photo or document: mounting, calibration, keys or access."""

    attachment: Attachment
    topic: FileTopic = FileTopic.OTHER


class StationAttachmentRemoved(msgspec.Struct, frozen=True, kw_only=True):
    """A file was removed for a reason; `entry` is the one that added it. It stays in the history."""

    entry: Annotated[str, Meta(min_length=1, max_length=80)]
    reason: Annotated[str, Meta(min_length=1, max_length=400)]
