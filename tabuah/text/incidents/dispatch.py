"""Text of the dispatch of units to an incident."""

from collections.abc import Sequence

from tabuah.operations.incidents.incident import Incident
from tabuah.resources.localisation import _


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
