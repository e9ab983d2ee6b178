"""Layer status: fine, file missing, or shown with a problem."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final


class LayerState(Enum):
    """Whether a layer can be shown."""

    FINE = auto()
    PROBLEM = auto()  # shown, but incomplete
    MISSING = auto()  # file missing


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerNote:
    """The state of a layer with a text for the user, empty if there is no problem."""

    state: LayerState = LayerState.FINE
    text: str = ""


FINE: Final = LayerNote()
