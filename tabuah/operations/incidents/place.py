"""The place of an incident: point, nagari and certainty."""

import re
from enum import StrEnum
from typing import Final

import msgspec
from msgspec import UNSET, UnsetType

from tabuah.operations.bounds import LabelText, LatitudeDeg, LineText, LongitudeDeg

MAX_PLACE_WORDS: Final = 120  # characters of a jorong or a landmark that forms and commands accept
NAGARI_RADIUS_M: Final = 3_000.0  # about half the width of an average nagari: 74 of them on 3,738 km²

# Words that begin a landmark after the name of a jorong: "Jorong Simpang dekat masjid".
_BEGINS_LANDMARK: Final = re.compile(
    r"\s*,\s*|\s+(?=(?:dekat|depan|samping|belakang|seberang|sebelah)\b)", re.IGNORECASE
)


class PlaceCertainty(StrEnum):
    """How the nagari of a point is known."""

    CONFIRMED = "confirmed"  # named by a person; the point is the reference point of the nagari
    OFFICIAL = "official"  # the point lies in an official boundary
    APPROXIMATE = "approximate"  # by the nearest known point or an approximate area
    UNKNOWN = "unknown"


class IncidentPlace(msgspec.Struct, frozen=True, kw_only=True):
    """A place in degrees, EPSG:4326. `outside_reason` is set if it lies outside the regency on purpose.

    `landmark_text` is left out where there is none, so that the states of older journals stay the same.
    """

    lon_deg: LongitudeDeg
    lat_deg: LatitudeDeg
    nagari_code: LabelText = ""
    nagari: LabelText = ""
    kecamatan_code: LabelText = ""
    kecamatan: LabelText = ""
    jorong: LineText = ""
    certainty: PlaceCertainty = PlaceCertainty.UNKNOWN
    outside_reason: LabelText = ""
    landmark_text: LineText | UnsetType = msgspec.field(default=UNSET, name="landmark")

    def __post_init__(self) -> None:
        """Reject coordinates that do not exist."""
        if not (-180 <= self.lon_deg <= 180 and -90 <= self.lat_deg <= 90):
            raise ValueError(f"no place on Earth: longitude {self.lon_deg}, latitude {self.lat_deg}")

    @property
    def landmark(self) -> str:
        """What is near, in words of the caller; empty for nothing."""
        return self.landmark_text or ""

    @property
    def radius_m(self) -> float | None:
        """The radius around the point in which the incident lies; None for a point that was chosen itself."""
        return NAGARI_RADIUS_M if self.certainty is PlaceCertainty.CONFIRMED else None


def describe_place(place: IncidentPlace, *, jorong: str | None = None, landmark: str | None = None) -> IncidentPlace:
    """Return a place with another jorong or landmark; None leaves the present one, an empty text removes it."""
    if jorong is not None:
        place = msgspec.structs.replace(place, jorong=jorong)
    if landmark is not None:
        place = msgspec.structs.replace(place, landmark_text=landmark or UNSET)
    return place


def keep_words(new: IncidentPlace, old: IncidentPlace | None) -> IncidentPlace:
    """Return a corrected place with the jorong and landmark of the old one, if both are in the same nagari."""
    if old is None or not new.nagari_code or new.nagari_code != old.nagari_code:
        return new
    return describe_place(new, jorong=new.jorong or old.jorong, landmark=new.landmark or old.landmark)


def split_words(text: str, hamlet: str) -> tuple[str, str]:
    """Return the jorong and the landmark in the words that follow the name of a nagari.

    Args:
        text: such as "Jorong Simpang, dekat masjid" or "dekat jembatan".
        hamlet: what a jorong is called here.
    """
    words = " ".join(text.strip(" ,").split())
    named = re.match(rf"(?:jorong|{re.escape(hamlet)})\s+(?=\S)", words, re.IGNORECASE)
    if named is None:
        return "", words
    jorong, *rest = _BEGINS_LANDMARK.split(words[named.end() :], maxsplit=1)
    return jorong, rest[0] if rest else ""
