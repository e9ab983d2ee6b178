"""Lookups beyond the subject of an entry, on which its decision may depend."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tabuah.operations.incidents.incident import Incident


def _no_owner(_number: str) -> str:
    return ""


def _no_incident(_incident_id: str) -> Incident | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookups:
    """What a decision may look up, after all earlier entries.

    Attributes:
        number_owner: returns the subject of the incident that has a number; empty if none.
        incident: returns an incident by its id; None if it is not known.
    """

    number_owner: Callable[[str], str] = _no_owner
    incident: Callable[[str], Incident | None] = _no_incident


NO_LOOKUPS: Final = Lookups()
