"""Text about reports of incidents."""

from tabuah.resources.localisation import _


def reported_text(number: str) -> str:
    return _("{number} is reported.").format(number=number)


def title_too_long_text(limit: int) -> str:
    return _("A title has at most {n} characters.").format(n=limit)
