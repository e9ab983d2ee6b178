"""Text about the look-up of callers."""

from tabuah.operations.people.roles import MAY_READ_PERSONAL_DATA, Role
from tabuah.resources.localisation import _, ngettext


def callers_refusal(role: Role) -> str:
    """Return why a role cannot look up callers; empty if it can."""
    return "" if role in MAY_READ_PERSONAL_DATA else _("Your role does not read the names and numbers of callers.")


def too_short_text() -> str:
    return _("No caller was found. A number needs 4 digits, a name 3 letters.")


def found_callers_text(n: int) -> str:
    return ngettext("{n} caller · Enter shows the incident", "{n} callers · Enter shows the incident", n).format(n=n)
