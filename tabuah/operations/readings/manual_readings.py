"""Manual readings, such as from a posko's staff gauge: checked before they are stored."""

from datetime import datetime
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from tabuah.operations.readings.quality import Doubt, check_reading, quality_of
from tabuah.operations.readings.reading import Quality, Reading
from tabuah.operations.stations.station import Station

MAX_SOURCE_LENGTH: Final = 200


class ManualReading(msgspec.Struct, frozen=True):
    """A reading with the user who entered it and its source, such as "staff gauge" or "told by radio"."""

    reading: Reading
    person: str
    source: Annotated[str, Meta(max_length=MAX_SOURCE_LENGTH)]


def make_manual_reading(
    reading: Reading, *, station: Station | None, person: str, source: str, now: datetime
) -> ManualReading | Doubt:
    """Return the reading marked as manual, or why it is not valid.

    Args:
        reading: in the native unit of the station's parameter, at a UTC moment.
        station: its station, None if unknown.
        person: the user who enters it.
        source: the user's source; cut to `MAX_SOURCE_LENGTH` characters.
        now: UTC.
    """
    doubt = check_reading(reading, station, now)
    if doubt is not None or station is None:
        return doubt or Doubt.UNKNOWN_STATION
    quality = quality_of(reading, station, now) | Quality.TYPED_IN
    kept = Reading(reading.station, reading.parameter, reading.at, reading.value, int(quality))
    return ManualReading(kept, person, source.strip()[:MAX_SOURCE_LENGTH])
