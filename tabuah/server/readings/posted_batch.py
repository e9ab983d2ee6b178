"""A batch of readings as one author posted it, and after the check."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import msgspec

from tabuah.operations.readings.authorship import ReadingAuthor
from tabuah.operations.readings.reading import ManualReading, PostedReading, Quality, Reading
from tabuah.storage.journal.protocol import QuarantineNotice

_TYPED_IN: Final = int(Quality.TYPED_IN)  # an int is faster to test than a flag


class PostedBatch(msgspec.Struct, frozen=True):
    """Readings posted by one author."""

    author: ReadingAuthor
    posted: Sequence[PostedReading]

    @property
    def source(self) -> str:
        """The connection that delivers them, by which silence is watched."""
        return self.author.source or self.author.account


class CheckedBatch(NamedTuple):
    """The valid readings of a batch with the reason of each, and the others with why they are quarantined."""

    good: list[Reading]
    reasons: list[str]
    doubts: list[QuarantineNotice]


def manual_readings_in(batch: PostedBatch, good: Sequence[Reading]) -> list[ManualReading]:
    """Return the manual readings of a batch, with their source."""
    typed = [reading for reading in good if reading.quality & _TYPED_IN]
    if not typed:
        return []
    read = ((posted.reading, posted.source) for posted in batch.posted if posted.reading is not None)
    sources = {(reading.station, reading.parameter, reading.at): source for reading, source in read}
    return [
        ManualReading(each, batch.author.account, sources[each.station, each.parameter, each.at]) for each in typed
    ]
