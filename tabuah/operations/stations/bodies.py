"""What the entries about stations carry."""

from typing import Annotated

import msgspec
from msgspec import Meta

from tabuah.operations.attachments import Attachment
from tabuah.operations.stations.files import FileTopic
from tabuah.operations.stations.station import Station


class StationRegistered(msgspec.Struct, frozen=True, kw_only=True):
    """A new station. Its `files` are passed over, here and below: files come by entries of their own."""

    station: Station


class StationEdited(msgspec.Struct, frozen=True, kw_only=True):
    """The station anew, whole: an administrator edits it in one place."""

    station: Station


class StationAttachmentAdded(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A photo or a document: how a station is mounted, when it was calibrated, who has its keys, how to get there."""

    attachment: Attachment
    topic: FileTopic = FileTopic.OTHER


class StationAttachmentRemoved(msgspec.Struct, frozen=True, kw_only=True):
    """A file is no longer shown, for a reason; `entry` is the one that added it. It stays in the history."""

    entry: Annotated[str, Meta(min_length=1, max_length=80)]
    reason: Annotated[str, Meta(min_length=1, max_length=400)]
