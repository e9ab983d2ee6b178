"""Text about the quality of readings: reasons for rejection, and quality marks."""

from typing import Final

from tabuah.operations.readings.quality import Doubt, describe_doubt
from tabuah.operations.readings.reading import Quality
from tabuah.resources.catalogue import N_, _

_MARKS: Final = {
    Quality.OUT_OF_RANGE: N_("out of range"),
    Quality.TIME_DOUBTFUL: N_("time in doubt"),
    Quality.SIMULATED: N_("simulated"),
    Quality.TYPED_IN: N_("typed in"),
    Quality.MAINTENANCE: N_("during maintenance"),
}


def describe_refusal_code(code: str) -> str:
    """Return the meaning of a reason code, or the code itself where it comes from a newer server."""
    return describe_doubt(Doubt(code)) if code in set(Doubt) else code


def describe_quality_mark(mark: Quality) -> str:
    return _(_MARKS[mark])
