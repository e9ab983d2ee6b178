"""Readings that a person types in, such as from the staff gauge of a posko: checked before they are kept."""

from datetime import datetime
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from tabuah.operations.stations.quality import Doubt, doubt_about, quality_of
from tabuah.operations.stations.readings import Quality, Reading
from tabuah.operations.stations.station import Station

MAX_SOURCE_LENGTH: Final = 200


class TypedReading(msgspec.Struct, frozen=True):
    """A reading, who typed it in, and `source`: how that person knows, such as "staff gauge" or "told by radio"."""

    reading: Reading
    person: str
    source: Annotated[str, Meta(max_length=MAX_SOURCE_LENGTH)]


def type_in(
    reading: Reading, *, station: Station | None, person: str, source: str, now: datetime
) -> TypedReading | Doubt:
    """The reading as it is kept, marked as typed in; or why it cannot be.

    Args:
        reading: in the native unit of the station's parameter, at a UTC moment.
        station: its station, None where it is not known.
        person: the user who types.
        source: how that person knows; at most `MAX_SOURCE_LENGTH` characters count.
        now: UTC.
    """
    doubt = doubt_about(reading, station, now)
    if doubt is not None or station is None:
        return doubt or Doubt.UNKNOWN_STATION
    quality = quality_of(reading, station, now) | Quality.TYPED_IN
    kept = Reading(reading.station, reading.parameter, reading.at, reading.value, int(quality))
    return TypedReading(kept, person, source.strip()[:MAX_SOURCE_LENGTH])
