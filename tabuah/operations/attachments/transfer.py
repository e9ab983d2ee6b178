"""Transfer state of an attachment, and the origin of a photo."""

from datetime import datetime
from enum import StrEnum

import msgspec


class AttachmentStatus(StrEnum):
    """Status of an attachment, as in `incident show --json`."""

    HERE = "here"
    WAITS_UPLOAD = "waits_upload"
    WAITS_DOWNLOAD = "waits_download"
    FAILED = "failed"
    WITHHELD = "withheld"  # the role of this console's user may not see attachments


class AttachmentState(msgspec.Struct, frozen=True, kw_only=True):
    """State of one attachment: `moved` of `size` bytes are transferred; `reason` describes a failure.

    `is_here` is true if its file can be opened, even if it still waits for its upload.
    """

    state: AttachmentStatus
    is_here: bool
    moved: int
    size: int
    reason: str = ""


class PhotoOrigin(msgspec.Struct, frozen=True, kw_only=True):
    """Where (WGS 84, degrees) and when (UTC) a photo was taken; None where the EXIF data lacks it."""

    lon_deg: float | None = None
    lat_deg: float | None = None
    taken_at: datetime | None = None

    @property
    def position(self) -> tuple[float, float] | None:
        """Return longitude and latitude in degrees."""
        if self.lon_deg is None or self.lat_deg is None:
            return None
        return self.lon_deg, self.lat_deg
