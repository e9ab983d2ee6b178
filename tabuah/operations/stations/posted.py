"""One element of what a sender posted: a reading, or what was there instead of one."""

import msgspec

from tabuah.operations.stations.quality import Doubt
from tabuah.operations.stations.readings import Reading


class PostedReading(msgspec.Struct, frozen=True):
    """A reading, or what was there instead of one (`raw`) and what is wrong with it.

    `source` is how the person knows who typed it in, empty for what a sensor sent.
    """

    reading: Reading | None
    doubt: Doubt | None = None
    raw: str = ""
    source: str = ""
