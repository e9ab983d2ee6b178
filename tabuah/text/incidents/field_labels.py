"""Labels of incident fields, and the conflict policy as text."""

from typing import Final

from tabuah.operations.incidents.conflict_policy import DELETED, FORWARD_STEP, STATUS, MergePolicy
from tabuah.resources.localisation import _

_LABELS: Final = {
    "title": "Title",
    "description": "Description",
    "hazard": "Hazard",
    "channel": "Channel",
    "occurred_at": "Occurred at",
    "severity": "Severity",
    "assignment": "Assigned to",
    "place": "Place",
    "area": "Affected area",
    FORWARD_STEP: "Status",
    STATUS: "Status",
    DELETED: "Deleted",
    "notes": "Notes",
    "attachments": "Photos and files",
    "figures": "Casualties and damage, by source",
}
_CASES: Final = {
    FORWARD_STEP: "a step forward",
    STATUS: "back, closing, reopening, false report, merging",
    DELETED: "while another person works on it",
}
_POLICIES: Final[dict[str, str]] = {
    MergePolicy.LAST_WINS: "the last one in server order wins; the other stays in the history",
    MergePolicy.PERSON_DECIDES: "a conflict: both are kept until a person settles it",
    MergePolicy.FURTHEST_WINS: "the furthest step wins; both times are kept",
    MergePolicy.KEEP_BOTH: "both are kept",
}


def field_label(field: str) -> str:
    """Return the name of a field in the current language."""
    return _(_LABELS[field])


def policy_field_label(field: str) -> str:
    """Return the name of a field, with the case in which its row of the policy applies."""
    return f"{field_label(field)} ({_(_CASES[field])})" if field in _CASES else field_label(field)


def describe_policy(policy: MergePolicy) -> str:
    """Return a policy in the current language."""
    return _(_POLICIES[policy])
