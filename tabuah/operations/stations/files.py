"""Files of a station: photos and documents with topic and author, and their removals."""

from enum import StrEnum
from typing import Annotated, Final

import msgspec

from tabuah.operations.attachments.attachment import Attachment
from tabuah.operations.bounds import IdText, LabelText, StoredMoment, bounded


class FileTopic(StrEnum):
    """Topic of a station file."""

    MOUNTING = "mounting"
    CALIBRATION = "calibration"
    KEYS = "keys"
    ACCESS = "access"
    OTHER = "other"


class StationFile(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A file added by `by` with `entry`; `at` is when it was added, or when the photo was taken."""

    entry: IdText
    by: IdText
    at: StoredMoment
    attachment: Attachment
    topic: FileTopic = FileTopic.OTHER


class FileRemoval(msgspec.Struct, frozen=True, kw_only=True):
    """Who removed a file, when and why."""

    by: IdText
    at: StoredMoment
    reason: LabelText


class StationFiles(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All files a station ever had, in server order; `removals` by the entry that added the file.

    A removal is kept even if its file is not known yet, so their order does not matter.
    """

    added: Annotated[tuple[StationFile, ...], bounded(max_length=10_000)] = ()
    removals: Annotated[dict[IdText, FileRemoval], bounded(max_length=10_000)] = {}

    @property
    def kept(self) -> tuple[StationFile, ...]:
        return tuple(file for file in self.added if file.entry not in self.removals)

    @property
    def removed(self) -> tuple[StationFile, ...]:
        return tuple(file for file in self.added if file.entry in self.removals)

    def find(self, entry_id: str) -> StationFile | None:
        """Return the file that an entry added; None if unknown."""
        return next((file for file in self.added if file.entry == entry_id), None)

    def with_file(self, file: StationFile) -> "StationFiles":
        return msgspec.structs.replace(self, added=(*self.added, file))

    def without(self, entry_id: str, removal: FileRemoval) -> "StationFiles":
        """Return the files after a removal; the first of two removals counts."""
        return msgspec.structs.replace(self, removals={entry_id: removal} | self.removals)


# The default is omitted in JSON, so a station without files encodes as before files existed.
NO_FILES: Final = StationFiles()
