"""What stands over a tray and in an empty one."""

from tabuah.resources.catalogue import _, ngettext
from tabuah.widgets.trays.tray_item import HELD


def tray_label(tray: str, count: int) -> str:
    """The name of a tray with how many changes are in it."""
    name = _("Held") if tray == HELD else _("Rejected")
    return f"{name} · {count}" if count else name


def lead_words(tray: str, count: int, waiting: int = 0) -> str:
    """What the changes in a tray wait for; empty where there are none.

    `count` are for a person to decide on; `waiting` wait for what they rest on.
    """
    if tray == HELD:
        asked = ngettext("{n} change waits for a supervisor.", "{n} changes wait for a supervisor.", count)
        rests = ngettext("{n} change waits for what it rests on.", "{n} changes wait for what they rest on.", waiting)
        return " ".join(told.format(n=n) for told, n in ((asked, count), (rests, waiting)) if n)
    told = ngettext(
        "{n} change took no effect; its text is kept.", "{n} changes took no effect; their text is kept.", count
    )
    return told.format(n=count) if count else ""


def empty_words(tray: str) -> tuple[str, str]:
    """Title and text of an empty tray."""
    if tray == HELD:
        return _("Nothing is held."), _("Everything that was written takes effect.")
    return _("Nothing was refused."), _("All work of this console was accepted.")
