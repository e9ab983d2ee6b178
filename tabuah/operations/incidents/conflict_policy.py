"""Conflict policy by field: what happens when two people write the same field.

`CONFLICT_POLICY` is the one table. `decisions`, `guarded_fields`, `status_moves` and `fold` take
their fields from it, `tabuah conflict policy` prints it, and docs/conflicts.md shows it.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import msgspec

from tabuah.operations.codes import Severity, Status
from tabuah.operations.incidents.entry_bodies import Ring
from tabuah.operations.incidents.place import IncidentPlace
from tabuah.resources.catalogue import N_, _


class MergePolicy(StrEnum):
    """Result when two people write the same field without seeing each other's change."""

    LAST_WINS = "last_stands"  # the last in server order; the other stays in the history
    PERSON_DECIDES = "person_settles"  # a conflict, settled by a person
    FURTHEST_WINS = "furthest_stands"  # the furthest step; both times are kept
    KEEP_BOTH = "both_kept"  # both are kept, nothing is replaced


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRule:
    """One row of the policy: a field as entries of `kinds` write it, in one `case` if there are several.

    `label` and `case` are English, marked for translation. `shape` is the type of the value that a
    conflict keeps; None if the field never has a conflict.
    """

    field: str
    label: str
    policy: MergePolicy
    case: str = ""
    kinds: tuple[str, ...] = ("incident.edited",)
    shape: Any = None


STATUS: Final = "status"
DELETED: Final = "deleted"
FORWARD_STEP: Final = "status.forward"  # a forward step short of closing; other moves are `STATUS`

CONFLICT_POLICY: Final = (
    FieldRule(field="title", label=N_("Title"), policy=MergePolicy.LAST_WINS),
    FieldRule(field="description", label=N_("Description"), policy=MergePolicy.LAST_WINS),
    FieldRule(field="hazard", label=N_("Hazard"), policy=MergePolicy.LAST_WINS),
    FieldRule(field="channel", label=N_("Channel"), policy=MergePolicy.LAST_WINS),
    FieldRule(field="occurred_at", label=N_("Occurred at"), policy=MergePolicy.LAST_WINS),
    FieldRule(field="severity", label=N_("Severity"), policy=MergePolicy.PERSON_DECIDES, shape=Severity),
    FieldRule(field="assignment", label=N_("Assigned to"), policy=MergePolicy.PERSON_DECIDES, shape=tuple[str, ...]),
    FieldRule(field="place", label=N_("Place"), policy=MergePolicy.PERSON_DECIDES, shape=IncidentPlace | None),
    FieldRule(field="area", label=N_("Affected area"), policy=MergePolicy.PERSON_DECIDES, shape=Ring | None),
    FieldRule(field=FORWARD_STEP, label=N_("Status"), case=N_("a step forward"), policy=MergePolicy.FURTHEST_WINS,
              kinds=("incident.moved",)),
    FieldRule(field=STATUS, label=N_("Status"), case=N_("back, closing, reopening, false report, merging"),
              policy=MergePolicy.PERSON_DECIDES, kinds=("incident.moved", "incident.merged"), shape=Status),
    FieldRule(field=DELETED, label=N_("Deleted"), case=N_("while another person works on it"),
              policy=MergePolicy.PERSON_DECIDES, kinds=("incident.deleted",), shape=bool),
    FieldRule(field="notes", label=N_("Notes"), policy=MergePolicy.KEEP_BOTH, kinds=("incident.noted",)),
    FieldRule(field="attachments", label=N_("Photos and files"), policy=MergePolicy.KEEP_BOTH,
              kinds=("incident.attached",)),
    FieldRule(field="figures", label=N_("Casualties and damage, by source"), policy=MergePolicy.KEEP_BOTH,
              kinds=("incident.counted",)),
)  # fmt: skip

_RULES: Final = {rule.field: rule for rule in CONFLICT_POLICY}
_EDITED: Final = tuple(rule for rule in CONFLICT_POLICY if "incident.edited" in rule.kinds)
DESCRIPTIVE_FIELDS: Final = tuple(rule.field for rule in _EDITED if rule.policy is MergePolicy.LAST_WINS)
GUARDED_FIELDS: Final = tuple(rule.field for rule in _EDITED if rule.policy is MergePolicy.PERSON_DECIDES)

_DECODERS: Final = {
    rule.field: msgspec.json.Decoder(rule.shape) for rule in CONFLICT_POLICY if rule.shape is not None
}
_ENCODER: Final = msgspec.json.Encoder()


def policy_of(field: str) -> MergePolicy:
    """Return the policy of a field."""
    return _RULES[field].policy


def field_label(field: str) -> str:
    """Return the name of a field in the current language."""
    return _(_RULES[field].label)


def describe_policy(policy: MergePolicy) -> str:
    """Return a policy in the current language."""
    words = {
        MergePolicy.LAST_WINS: _("the last one in server order wins; the other stays in the history"),
        MergePolicy.PERSON_DECIDES: _("a conflict: both are kept until a person settles it"),
        MergePolicy.FURTHEST_WINS: _("the furthest step wins; both times are kept"),
        MergePolicy.KEEP_BOTH: _("both are kept"),
    }
    return words[policy]


def encode_value(value: object) -> str:
    """Encode a guarded value as JSON text, the form that conflicts and field writes keep."""
    return _ENCODER.encode(value).decode()


def decode_value(field: str, text: str) -> Any:
    """Decode a guarded value, with the type given by `CONFLICT_POLICY`."""
    return _DECODERS[field].decode(text)
