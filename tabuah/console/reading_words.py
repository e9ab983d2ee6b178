"""Why a reading was not taken, and what is marked on one, in words; a newer server may know other reasons."""

from typing import Final

from tabuah.operations.stations.quality import Doubt, meaning_of
from tabuah.operations.stations.readings import Quality
from tabuah.resources.catalogue import N_, _

_MARKS: Final = {
    Quality.OUT_OF_RANGE: N_("out of range"),
    Quality.TIME_DOUBTFUL: N_("time in doubt"),
    Quality.SIMULATED: N_("simulated"),
    Quality.TYPED_IN: N_("typed in"),
    Quality.MAINTENANCE: N_("during maintenance"),
}


def refusal_words(code: str) -> str:
    """The reason that a code stands for, or the code itself where it is not known here."""
    return meaning_of(Doubt(code)) if code in set(Doubt) else code


def mark_words(mark: Quality) -> str:
    """What a mark on a value says."""
    return _(_MARKS[mark])
