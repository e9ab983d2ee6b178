"""Text about another regency, whose profile a log-in has brought to an open window."""

from tabuah.resources.localisation import _


def regency_change_text(name: str, *, is_complete: bool) -> str:
    """Return that the window shows another regency; an incomplete change ends with the next start."""
    if is_complete:
        return _("The window shows {regency} now: map, places and words.").format(regency=name)
    return _("Map and places are those of {regency} now. Close the window and open it again for its words.").format(
        regency=name
    )
