"""Which corrections of a series people are shown."""

from collections.abc import Iterable
from datetime import datetime

from tabuah.operations.readings.reading import ReadingCorrection


def shown_corrections(corrections: Iterable[ReadingCorrection]) -> tuple[ReadingCorrection, ...]:
    """Return the last correction of each reading that has another value now, by time of the reading.

    A change of the quality alone, such as by maintenance, corrects no value.
    """
    last: dict[tuple[str, str, datetime], ReadingCorrection] = {}
    for correction in corrections:
        if correction.old_value != correction.new_value:
            last[correction.station, correction.parameter, correction.at] = correction
    return tuple(sorted(last.values(), key=lambda correction: correction.at))
