"""Text about corrected readings: the old and the new value, the sender and the reason."""

from collections.abc import Collection

from tabuah.operations.readings.measurements import measurement_of
from tabuah.operations.readings.reading import Reading, ReadingCorrection
from tabuah.resources.localisation import _, format_moment, format_number, ngettext
from tabuah.text.readings.measurements import format_value


def describe_correction(correction: ReadingCorrection, unit: str = "") -> str:
    """Return a correction: "dikoreksi dari 1,23 ke 1,32 m oleh ani: salah baca papan duga"."""
    old = format_number(correction.old_value, digits=measurement_of(correction.parameter).digits)
    new = format_value(correction.parameter, correction.new_value, unit=unit)
    text = _("corrected from {old} to {new}").format(old=old, new=new)
    if correction.new_account:
        text = _("{corrected} by {name}").format(corrected=text, name=correction.new_account)
    return f"{text}: {correction.reason}" if correction.reason else text


def count_corrections(corrections: Collection[ReadingCorrection]) -> str:
    """Return the number of corrected values; empty for none."""
    n = len(corrections)
    return ngettext("{n} corrected value", "{n} corrected values", n).format(n=n) if n else ""


def missing_reason_text(stored: Reading, unit: str = "") -> str:
    """Return why a value that is stored already is not overwritten without a reason."""
    text = _("{value} is stored for {time} already: give the reason of the correction.")
    value = format_value(stored.parameter, stored.value, unit=unit)
    return text.format(value=value, time=format_moment(stored.at))
