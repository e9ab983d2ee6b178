"""Place and time of a photo from its EXIF data: offered to the user, never stored."""

import math
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

from PIL import ExifTags, Image

from tabuah.operations.attachments.transfer import PhotoOrigin
from tabuah.operations.bounds import LATEST
from tabuah.resources.time_zone import home_zone

_OLDEST_PHOTO: Final = datetime(2000, 1, 1, tzinfo=UTC)  # a camera with an unset clock names an earlier time
_MOMENT: Final = re.compile(r"(\d{4})[:-](\d\d)[:-](\d\d)[ T](\d\d):(\d\d):(\d\d)")
_OFFSET: Final = re.compile(r"([+-])(\d\d):(\d\d)")
# The exceptions that Pillow raises for a broken EXIF block.
_BROKEN: Final = (ValueError, TypeError, KeyError, IndexError, ArithmeticError, AttributeError, SyntaxError, OSError)


def origin_of(exif: Image.Exif) -> PhotoOrigin:
    """Return the plausible part of the EXIF position and time (tags of EXIF 2.32, section 4.6)."""
    gps, shot = _tags(exif, ExifTags.IFD.GPSInfo), _tags(exif, ExifTags.IFD.Exif)
    lon_deg, lat_deg = _position(gps)
    return PhotoOrigin(
        lon_deg=lon_deg, lat_deg=lat_deg, taken_at=_plausible(_taken_at(shot)) or _plausible(_satellite_time(gps))
    )


def _tags(exif: Image.Exif, block: int) -> Mapping[int, Any]:
    try:
        return exif.get_ifd(block)
    except _BROKEN:
        return {}


def _position(gps: Mapping[int, Any]) -> tuple[float | None, float | None]:
    lat_deg = _degrees(gps.get(ExifTags.GPS.GPSLatitude), gps.get(ExifTags.GPS.GPSLatitudeRef), "S")
    lon_deg = _degrees(gps.get(ExifTags.GPS.GPSLongitude), gps.get(ExifTags.GPS.GPSLongitudeRef), "W")
    if lat_deg is None or lon_deg is None or abs(lat_deg) > 90 or abs(lon_deg) > 180:
        return None, None
    if lat_deg == 0 and lon_deg == 0:
        return None, None  # a camera without a fix writes zeros
    return lon_deg, lat_deg


def _degrees(value: Any, reference: Any, negative: str) -> float | None:
    """Convert degrees, minutes and seconds to decimal degrees; south and west are negative."""
    try:
        degrees, minutes, seconds = (float(part) for part in value)
        sign = -1 if str(reference).strip("\0 ").upper() == negative else 1
    except _BROKEN:
        return None
    total = sign * (degrees + minutes / 60 + seconds / 3600)
    return round(total, 6) if math.isfinite(total) else None


def _taken_at(shot: Mapping[int, Any]) -> datetime | None:
    """Return the camera's time; without an EXIF time zone it is assumed to be local."""
    match = _MOMENT.match(str(shot.get(ExifTags.Base.DateTimeOriginal, "")))
    if match is None:
        return None
    try:
        year, month, day, hour, minute, second = _numbers(match.groups())
        return datetime(year, month, day, hour, minute, second, tzinfo=_zone(shot)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _plausible(taken_at: datetime | None) -> datetime | None:
    """Return the time; None for a camera whose clock was never set."""
    return taken_at if taken_at is not None and _OLDEST_PHOTO <= taken_at <= LATEST else None


def _zone(shot: Mapping[int, Any]) -> Any:
    match = _OFFSET.match(str(shot.get(ExifTags.Base.OffsetTimeOriginal, "")))
    if match is None:
        return home_zone()
    ahead = timedelta(hours=int(match[2]), minutes=int(match[3]))
    return timezone(-ahead if match[1] == "-" else ahead)


def _satellite_time(gps: Mapping[int, Any]) -> datetime | None:
    """Return the GPS time, UTC."""
    try:
        year, month, day = _numbers(re.split(r"[:-]", str(gps[ExifTags.GPS.GPSDateStamp]).strip("\0 ")))
        hour, minute, second = (int(float(part)) for part in gps[ExifTags.GPS.GPSTimeStamp])
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except _BROKEN:
        return None


def _numbers(texts: Sequence[str]) -> tuple[int, ...]:
    return tuple(int(text) for text in texts)
