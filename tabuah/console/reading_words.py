"""Why a reading was not taken, in words; a server of a newer version may know reasons that this one does not."""

from tabuah.operations.stations.quality import Doubt, meaning_of


def refusal_words(code: str) -> str:
    """The reason that a code stands for, or the code itself where it is not known here."""
    return meaning_of(Doubt(code)) if code in set(Doubt) else code
