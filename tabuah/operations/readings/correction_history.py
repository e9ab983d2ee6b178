"""Selection of the corrections that are shown to people."""

from collections.abc import Iterable
from datetime import datetime

from tabuah.operations.readings.reading import ReadingCorrection


def shown_corrections(corrections: Iterable[ReadingCorrection]) -> tuple[ReadingCorrection, ...]:
    """Return the last correction of each reading whose value has changed, by time of the reading.

    A change of the quality alone, such as by maintenance, is not a correction.
    """
    last: dict[tuple[str, str, datetime], ReadingCorrection] = {}
    for correction in corrections:
        if correction.old_value != correction.new_value:
            last[correction.station, correction.parameter, correction.at] = correction
    return tuple(sorted(last.values(), key=lambda correction: correction.at))
