"""Layer status: fine, file missing, or shown with a problem."""

from enum import Enum, auto
from typing import Final

import msgspec


class LayerState(Enum):
    """Whether a layer can be shown."""

    FINE = auto()
    PROBLEM = auto()  # shown, but incomplete
    MISSING = auto()  # file missing


class LayerNote(msgspec.Struct, frozen=True, kw_only=True):
    """The state of a layer with a text for the user, empty if there is no problem."""

    state: LayerState = LayerState.FINE
    text: str = ""


FINE: Final = LayerNote()
