"""Colours of the style file: a theme token, #rrggbb, or a mix of two, optionally different for each theme."""

import re
from typing import Final

import msgspec

from tabuah.resources.localisation import _

THEMES: Final = ("dark", "light")
TOKENS: Final = frozenset(
    {
        *("window", "panel", "raised", "line", "text", "muted", "faint", "accent", "on_accent"),
        *("critical", "high", "attention", "normal", "information", "no_data"),
        *("accent_text", "critical_text", "high_text", "attention_text", "normal_text", "information_text"),
        *("no_data_text", "water", "land", "outside", "boundary", "boundary_minor", "river", "label", "label_halo"),
        *("on_critical", "exercise", "on_exercise"),
    }
)
_HEX: Final = re.compile(r"#[0-9a-fA-F]{6}")
TRANSPARENT: Final = "none"  # invisible, such as the lowest class of a surface
_MIX: Final = re.compile(r"mix\(\s*([\w#]+)\s*,\s*([\w#]+)\s*,\s*([0-9.]+)\s*\)")


class ThemedColour(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One colour for the dark theme and one for the light theme."""

    dark: str
    light: str

    def __post_init__(self) -> None:
        for text in (self.dark, self.light):
            parse_colour(text)


ColourSpec = str | ThemedColour


class PlainColour(msgspec.Struct, frozen=True):
    """A theme token or #rrggbb."""

    name: str


class MixedColour(msgspec.Struct, frozen=True):
    """`over` painted on `under` with the opacity `share`."""

    under: PlainColour
    over: PlainColour
    share: float


def parse_colour(text: str) -> PlainColour | MixedColour:
    """Parse the text of a colour.

    Raises:
        ValueError: not a colour; the message gives the valid forms.
    """
    mixed = _MIX.fullmatch(text.strip())
    if mixed is None:
        return _plain(text.strip())
    share = float(mixed[3])
    if not 0 <= share <= 1:
        raise ValueError(_("the share of a mix must be between 0 and 1"))
    return MixedColour(_plain(mixed[1]), _plain(mixed[2]), share)


def check_colours(*inks: ColourSpec) -> None:
    """Check colours; themed colours were checked when they were created.

    Raises:
        ValueError: one of them is not a colour.
    """
    for ink in inks:
        if isinstance(ink, str):
            parse_colour(ink)


def colour_for_theme(ink: ColourSpec, theme: str) -> PlainColour | MixedColour:
    """Return the colour for a theme: "dark" or "light"."""
    if isinstance(ink, str):
        return parse_colour(ink)
    return parse_colour(ink.dark if theme == "dark" else ink.light)


def _plain(name: str) -> PlainColour:
    if name not in TOKENS and name != TRANSPARENT and not _HEX.fullmatch(name):
        raise ValueError(
            _("“{text}” is not a colour: use #rrggbb, a theme colour, or mix(a, b, 0.5)").format(text=name)
        )
    return PlainColour(name)
