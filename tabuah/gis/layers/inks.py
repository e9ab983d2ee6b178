"""Colours as a style file names them: a token of the theme, #rrggbb, or a mix of two; one for each theme on wish."""

import re
from dataclasses import dataclass
from typing import Final

import msgspec

from tabuah.resources.catalogue import _

THEMES: Final = ("dark", "light")
TOKENS: Final = frozenset(
    {
        *("window", "panel", "raised", "line", "text", "muted", "faint", "accent", "on_accent"),
        *("critical", "high", "attention", "normal", "information", "no_data"),
        *("accent_text", "critical_text", "high_text", "attention_text", "normal_text", "information_text"),
        *("no_data_text", "water", "land", "outside", "boundary", "boundary_minor", "river", "label", "label_halo"),
    }
)
_HEX: Final = re.compile(r"#[0-9a-fA-F]{6}")
NOTHING: Final = "none"  # draws nothing, such as the lowest class of a surface
_MIX: Final = re.compile(r"mix\(\s*([\w#]+)\s*,\s*([\w#]+)\s*,\s*([0-9.]+)\s*\)")


class ThemedInk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One colour for the dark theme, another for the light one."""

    dark: str
    light: str

    def __post_init__(self) -> None:
        """Refuse what is no colour."""
        for text in (self.dark, self.light):
            parsed_ink(text)


Ink = str | ThemedInk


@dataclass(frozen=True, slots=True)
class PlainInk:
    """A token of the theme, or #rrggbb."""

    name: str


@dataclass(frozen=True, slots=True)
class MixedInk:
    """`over` laid on `under` with the opacity `share`."""

    under: PlainInk
    over: PlainInk
    share: float


def parsed_ink(text: str) -> PlainInk | MixedInk:
    """What a colour's text says.

    Raises:
        ValueError: it is no colour; the message says what is.
    """
    mixed = _MIX.fullmatch(text.strip())
    if mixed is None:
        return _plain(text.strip())
    share = float(mixed[3])
    if not 0 <= share <= 1:
        raise ValueError(_("the share of a mix lies between 0 and 1"))
    return MixedInk(_plain(mixed[1]), _plain(mixed[2]), share)


def check_inks(*inks: Ink) -> None:
    """Refuse what is no colour; those of both themes were checked when they were made.

    Raises:
        ValueError: one of them is no colour.
    """
    for ink in inks:
        if isinstance(ink, str):
            parsed_ink(ink)


def for_theme(ink: Ink, theme: str) -> PlainInk | MixedInk:
    """The colour for a theme: "dark" or "light"."""
    if isinstance(ink, str):
        return parsed_ink(ink)
    return parsed_ink(ink.dark if theme == "dark" else ink.light)


def _plain(name: str) -> PlainInk:
    if name not in TOKENS and name != NOTHING and not _HEX.fullmatch(name):
        raise ValueError(
            _("“{text}” is no colour: write #rrggbb, a name of the theme, or mix(a, b, 0.5)").format(text=name)
        )
    return PlainInk(name)
