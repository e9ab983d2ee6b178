"""Text about notes of incidents."""

from tabuah.resources.localisation import _


def noted_text(number: str) -> str:
    return _("Noted at {number}. A note stays in the history.").format(number=number)


def note_too_long_text(limit: int) -> str:
    return _("A note has at most {n} characters.").format(n=limit)
