"""The conflict policy field by field, as data: what two people's writings of one field do to each other.

`POLICY` is the one table. Whatever decides, folds, prints or explains asks it: `deciding`, `writing`, `moving` and
`folding` take their fields from here, `tabuah conflict policy` prints it and docs/conflicts.md shows it.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import msgspec

from tabuah.operations.codes import Severity, Status
from tabuah.operations.incidents.bodies import Ring
from tabuah.operations.places import IncidentPlace
from tabuah.resources.catalogue import N_, _


class Policy(StrEnum):
    """What happens when two people write the same field without knowing of each other."""

    LAST_STANDS = "last_stands"  # the last in the server's order; the other stays in the history
    PERSON_SETTLES = "person_settles"  # a conflict
    FURTHEST_STANDS = "furthest_stands"  # the step that is further; both times are kept
    BOTH_KEPT = "both_kept"  # nothing takes the place of anything


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRule:
    """One row of the policy: a field as entries of `kinds` write it, in one `case` where there are several.

    `label` and `case` are English, marked for translation. `shape` is the type of a value that a conflict keeps; None
    where there is never a conflict.
    """

    field: str
    label: str
    policy: Policy
    case: str = ""
    kinds: tuple[str, ...] = ("incident.edited",)
    shape: Any = None


STATUS: Final = "status"
DELETED: Final = "deleted"
FORWARD_STEP: Final = "status.forward"  # a step ahead, short of closing; every other move is a matter of `STATUS`

POLICY: Final = (
    FieldRule(field="title", label=N_("Title"), policy=Policy.LAST_STANDS),
    FieldRule(field="description", label=N_("Description"), policy=Policy.LAST_STANDS),
    FieldRule(field="hazard", label=N_("Hazard"), policy=Policy.LAST_STANDS),
    FieldRule(field="channel", label=N_("Channel"), policy=Policy.LAST_STANDS),
    FieldRule(field="occurred_at", label=N_("Occurred at"), policy=Policy.LAST_STANDS),
    FieldRule(field="severity", label=N_("Severity"), policy=Policy.PERSON_SETTLES, shape=Severity),
    FieldRule(field="assignment", label=N_("Assigned to"), policy=Policy.PERSON_SETTLES, shape=tuple[str, ...]),
    FieldRule(field="place", label=N_("Place"), policy=Policy.PERSON_SETTLES, shape=IncidentPlace | None),
    FieldRule(field="area", label=N_("Affected area"), policy=Policy.PERSON_SETTLES, shape=Ring | None),
    FieldRule(field=FORWARD_STEP, label=N_("Status"), case=N_("a step forward"), policy=Policy.FURTHEST_STANDS,
              kinds=("incident.moved",)),
    FieldRule(field=STATUS, label=N_("Status"), case=N_("back, closing, reopening, false report, merging"),
              policy=Policy.PERSON_SETTLES, kinds=("incident.moved", "incident.merged"), shape=Status),
    FieldRule(field=DELETED, label=N_("Deleted"), case=N_("while somebody else works on it"),
              policy=Policy.PERSON_SETTLES, kinds=("incident.deleted",), shape=bool),
    FieldRule(field="notes", label=N_("Notes"), policy=Policy.BOTH_KEPT, kinds=("incident.noted",)),
    FieldRule(field="attachments", label=N_("Photos and files"), policy=Policy.BOTH_KEPT,
              kinds=("incident.attached",)),
    FieldRule(field="figures", label=N_("Casualties and damage, by source"), policy=Policy.BOTH_KEPT,
              kinds=("incident.counted",)),
)  # fmt: skip

_RULES: Final = {rule.field: rule for rule in POLICY}
_EDITED: Final = tuple(rule for rule in POLICY if "incident.edited" in rule.kinds)
DESCRIPTIVE_FIELDS: Final = tuple(rule.field for rule in _EDITED if rule.policy is Policy.LAST_STANDS)
GUARDED_FIELDS: Final = tuple(rule.field for rule in _EDITED if rule.policy is Policy.PERSON_SETTLES)

_DECODERS: Final = {rule.field: msgspec.json.Decoder(rule.shape) for rule in POLICY if rule.shape is not None}
_ENCODER: Final = msgspec.json.Encoder()


def policy_of(field: str) -> Policy:
    """What two writings of a field do to each other."""
    return _RULES[field].policy


def field_label(field: str) -> str:
    """The name of a field in the current language."""
    return _(_RULES[field].label)


def policy_words(policy: Policy) -> str:
    """A policy in the current language."""
    words = {
        Policy.LAST_STANDS: _("the last one in the server's order stands; the other stays in the history"),
        Policy.PERSON_SETTLES: _("a conflict: both are kept until a person settles it"),
        Policy.FURTHEST_STANDS: _("the furthest stands; both times are kept"),
        Policy.BOTH_KEPT: _("both are kept"),
    }
    return words[policy]


def value_text(value: object) -> str:
    """A guarded value as JSON text, the form in which writings and conflicts keep it."""
    return _ENCODER.encode(value).decode()


def read_value(field: str, text: str) -> Any:
    """The value of a guarded field from its JSON text, of the type that `POLICY` gives it."""
    return _DECODERS[field].decode(text)
