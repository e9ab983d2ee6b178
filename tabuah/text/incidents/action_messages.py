"""Text of actions on incidents: report, note and dispatch of units."""

from collections.abc import Sequence

from tabuah.operations.incidents.incident import Incident
from tabuah.resources.localisation import _


def reported_text(number: str) -> str:
    return _("{number} is reported.").format(number=number)


def title_too_long_text(limit: int) -> str:
    return _("A title has at most {n} characters.").format(n=limit)


def noted_text(number: str) -> str:
    return _("Noted at {number}. A note stays in the history.").format(number=number)


def note_too_long_text(limit: int) -> str:
    return _("A note has at most {n} characters.").format(n=limit)


def dispatch_title(incident: Incident) -> str:
    return _("Dispatch to {number}").format(number=incident.number)


def dispatch_button() -> str:
    return _("Dispatch")


def units_hint() -> str:
    return _("Such as TRC-1, Damkar Arosuka")


def no_units_error() -> str:
    return _("Enter the units, separated by commas.")


def dispatched_text(incident: Incident, units: Sequence[str]) -> str:
    return _("{units} dispatched to {number}.").format(units=", ".join(units), number=incident.number)
