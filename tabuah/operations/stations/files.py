"""Photos and documents of a station: what each is about, who added it, and what was removed and why."""

from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec

from tabuah.operations.attachments import Attachment


class FileTopic(StrEnum):
    """What a file of a station is about."""

    MOUNTING = "mounting"
    CALIBRATION = "calibration"
    KEYS = "keys"
    ACCESS = "access"
    OTHER = "other"


class StationFile(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One file as `by` added it by `entry`; `at` is when, or when the photo was taken where that was said."""

    entry: str
    by: str
    at: datetime
    attachment: Attachment
    topic: FileTopic = FileTopic.OTHER


class FileRemoval(msgspec.Struct, frozen=True, kw_only=True):
    """Who took a file away, when and why."""

    by: str
    at: datetime
    reason: str


class StationFiles(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All files that a station ever had, in the server's order; `removals` by the entry that had added the file.

    A removal is kept whether or not its file is known yet, so that it does not matter which of both comes first.
    """

    added: tuple[StationFile, ...] = ()
    removals: dict[str, FileRemoval] = {}

    @property
    def kept(self) -> tuple[StationFile, ...]:
        """Those that nobody has removed."""
        return tuple(file for file in self.added if file.entry not in self.removals)

    @property
    def removed(self) -> tuple[StationFile, ...]:
        """Those that somebody has removed."""
        return tuple(file for file in self.added if file.entry in self.removals)

    def find(self, entry_id: str) -> StationFile | None:
        """The file that an entry added; None where it is not known."""
        return next((file for file in self.added if file.entry == entry_id), None)

    def with_file(self, file: StationFile) -> "StationFiles":
        """One more."""
        return msgspec.structs.replace(self, added=(*self.added, file))

    def without(self, entry_id: str, removal: FileRemoval) -> "StationFiles":
        """One less; where two people remove the same, the word of the first stands."""
        return msgspec.structs.replace(self, removals={entry_id: removal} | self.removals)


# The one object that is left out where a station is written: its text is the same as before there were files.
NO_FILES: Final = StationFiles()
