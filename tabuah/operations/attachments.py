"""What names an attached file: the same for the photo of an incident and the calibration sheet of a station."""

from typing import Annotated, Final

import msgspec
from msgspec import Meta

LONGEST_CAPTION: Final = 400
Words = Annotated[str, Meta(max_length=LONGEST_CAPTION)]


class Attachment(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A file by its content: `sha256` in hex, `size` in bytes; of a photo also a small picture that travels first."""

    sha256: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
    name: Words
    media_type: Words
    size: Annotated[int, Meta(ge=0)]
    caption: Words = ""
    thumbnail: Annotated[str, Meta(pattern=r"^([0-9a-f]{64})?$")] = ""
    thumbnail_size: Annotated[int, Meta(ge=0)] = 0

    @property
    def is_photo(self) -> bool:
        """Whether it says that it is a picture."""
        return self.media_type.startswith("image/")

    @property
    def files(self) -> tuple[tuple[str, int], ...]:
        """What travels, each by SHA-256 and size in bytes: the file itself, and its small picture if it has one."""
        own = (self.sha256, self.size)
        return (own, (self.thumbnail, self.thumbnail_size)) if self.thumbnail else (own,)
