"""Which attributes of an imported feature the map keeps, for symbols by class or by value."""

from collections.abc import Mapping
from typing import Any, Final

MOST: Final = 16  # columns; tables with hundreds of them are for other programs
LONGEST: Final = 60  # letters; longer texts are no class


def drawn_attributes(properties: Mapping[str, Any]) -> dict[str, str | float]:
    """The first `MOST` attributes that are a number or a short text."""
    kept: dict[str, str | float] = {}
    for name, value in properties.items():
        if len(kept) == MOST:
            break
        if isinstance(value, bool):
            kept[name] = str(value).lower()
        elif isinstance(value, int | float) or (isinstance(value, str) and 0 < len(value) <= LONGEST):
            kept[name] = value
    return kept
