"""Colour arithmetic on #rrggbb tokens, and the colours of levels."""

from PySide6.QtGui import QColor

from tabuah.widgets.theme.design_tokens import Palette
from tabuah.widgets.values import Level

TINT = 0.12  # share of a level's colour in the background of its chip


def mix(under: str, over: str, share: float) -> str:
    """Return the opaque colour of `over` painted on `under` with opacity `share`."""
    pairs = ((int(under[i : i + 2], 16), int(over[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a * (1 - share) + b * share):02x}" for a, b in pairs)


def with_alpha(colour: str, share: float) -> QColor:
    """Return `colour` with opacity `share`."""
    result = QColor(colour)
    result.setAlphaF(share)
    return result


def level_colour(palette: Palette, level: Level) -> str:
    """Return the colour of a level's shape."""
    return str(getattr(palette, level.value))


def level_text(palette: Palette, level: Level) -> str:
    """Return the text colour of a level, readable on every background and on the level's own tint."""
    return str(getattr(palette, f"{level.value}_text"))


def level_tint(palette: Palette, level: Level) -> str:
    """Return the background of a level's chip on a panel."""
    return mix(palette.panel, level_colour(palette, level), TINT)
