"""The text in place of an item that cannot be displayed."""

from tabuah.resources.localisation import _


def cannot_be_displayed(name: str = "") -> str:
    """Return the text shown instead of an item; the log has the reason."""
    text = _("cannot be displayed")
    return f"{name}: {text}" if name else text
