"""Text about acknowledgements that can still be undone."""

from collections.abc import Sequence
from typing import Final

from tabuah.resources.localisation import _, ngettext

_NAMED: Final = 3  # further alarms are counted


def describe_acknowledgement(titles: Sequence[str]) -> str:
    """Return which alarms are acknowledged, by count and title.

    Example: "12 alarm ditanggapi: Hujan 1 jam ARR Selayo 35,4 mm; …; dan 9 lainnya".
    """
    n, more = len(titles), len(titles) - _NAMED
    text = ngettext("{n} alarm acknowledged: {titles}", "{n} alarms acknowledged: {titles}", n)
    named = "; ".join(titles[:_NAMED])
    if more > 0:
        named = ngettext("{titles}; and {n} other", "{titles}; and {n} others", more).format(titles=named, n=more)
    return text.format(n=n, titles=named)


def describe_left_open(n: int) -> str:
    """Return that alarms which have just come in stay open; empty if there are none."""
    if not n:
        return ""
    text = ngettext("{n} alarm has just come in and stays open.", "{n} alarms have just come in and stay open.", n)
    return text.format(n=n)


def just_arrived_reason() -> str:
    return _("This alarm has just come in: read it, then press again.")


def dropped_acknowledgement() -> str:
    return _("Another person logged in, so the acknowledgement was not recorded: acknowledge again.")
