"""Text about the quality of readings: reasons for rejection, and quality marks."""

from typing import Final

from tabuah.operations.readings.reading import Doubt, Quality
from tabuah.resources.localisation import N_, _

_MEANINGS: Final[dict[str, str]] = {
    Doubt.MALFORMED: "It is not a reading.",
    Doubt.UNKNOWN_STATION: "The station is not registered; the reading is accepted once it is.",
    Doubt.UNKNOWN_PARAMETER: (
        "The station does not measure this; the reading is accepted once the parameter is registered."
    ),
    Doubt.NOT_A_NUMBER: "The value is not a number.",
    Doubt.WRONG_UNIT: "The unit does not fit this parameter.",
    Doubt.OUT_OF_RANGE: "The value is outside what the sensor can measure.",
    Doubt.TOO_OLD: "The time is before the year 2000.",
    Doubt.IN_THE_FUTURE: "The time is more than 10 minutes ahead: check the sensor's clock.",
    Doubt.SIMULATED_AT_REAL_STATION: "A simulated value was sent for a real station.",
}

_MARKS: Final = {
    Quality.OUT_OF_RANGE: N_("out of range"),
    Quality.TIME_DOUBTFUL: N_("time in doubt"),
    Quality.SIMULATED: N_("simulated"),
    Quality.TYPED_IN: N_("typed in"),
    Quality.MAINTENANCE: N_("during maintenance"),
}


def describe_doubt(doubt: Doubt) -> str:
    """Return the text of a doubt in the current language."""
    return _(_MEANINGS[doubt])


def describe_refusal_code(code: str) -> str:
    """Return the meaning of a reason code, or the code itself where it comes from a newer server."""
    return describe_doubt(Doubt(code)) if code in set(Doubt) else code


def describe_quality_mark(mark: Quality) -> str:
    return _(_MARKS[mark])
