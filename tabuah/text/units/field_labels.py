"""Labels of unit fields."""

from typing import Final

from tabuah.operations.units.conflict_policy import STATE
from tabuah.resources.localisation import _

_LABELS: Final = {
    "name": "Name",
    "kind": "Kind",
    "opd": "OPD",
    "members": "Members",
    "contact": "Radio",
    "tracker": "GPS",
    "home": "Post",
    "state.forward": "State",
    STATE: "State",
    "places": "Reported positions",
    "retired": "Out of service",
}
_CASES: Final = {
    "state.forward": "a step of the same mission",
    STATE: "any other",
}


def unit_policy_field_label(field: str) -> str:
    """Return the name of a field, with the case in which its row of the policy applies."""
    return f"{_(_LABELS[field])} ({_(_CASES[field])})" if field in _CASES else _(_LABELS[field])
