"""How a layer fares: fine, missing its file, or with something wrong that is told beside it."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final


class LayerState(Enum):
    """Whether a layer can be shown."""

    FINE = auto()
    PROBLEM = auto()  # it is shown, but not all of it
    MISSING = auto()  # its file is not there


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerNote:
    """The state of a layer with a text for people, empty when there is nothing to say."""

    state: LayerState = LayerState.FINE
    text: str = ""


FINE: Final = LayerNote()
