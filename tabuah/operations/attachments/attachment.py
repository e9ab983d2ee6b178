"""The reference to an attached file, for incidents and stations."""

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from tabuah.operations.bounds import LARGEST_FILE_BYTES, bounded

LONGEST_CAPTION: Final = 400
MAX_ATTACHMENTS: Final = 500  # of an incident or a station
AttachmentText = Annotated[str, Meta(max_length=LONGEST_CAPTION)]


class Attachment(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A file by its content: `sha256` in hex, `size` in bytes; a photo also has a thumbnail."""

    sha256: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$"), bounded(max_length=64)]
    name: AttachmentText
    media_type: AttachmentText
    size: Annotated[int, Meta(ge=0), bounded(le=LARGEST_FILE_BYTES)]
    caption: AttachmentText = ""
    thumbnail: Annotated[str, Meta(pattern=r"^([0-9a-f]{64})?$"), bounded(max_length=64)] = ""
    thumbnail_size: Annotated[int, Meta(ge=0), bounded(le=LARGEST_FILE_BYTES)] = 0

    @property
    def is_photo(self) -> bool:
        """Return whether the media type is an image."""
        return self.media_type.startswith("image/")

    @property
    def files(self) -> tuple[tuple[str, int], ...]:
        """Return SHA-256 and size in bytes of the file and of its thumbnail."""
        own = (self.sha256, self.size)
        return (own, (self.thumbnail, self.thumbnail_size)) if self.thumbnail else (own,)
