"""Conflict policy by field: the result when two people write the same field.

`CONFLICT_POLICY` is the one table. `decisions`, `guarded_fields`, `status_moves` and `fold` take
their fields from it, `tabuah conflict policy` prints it, and docs/conflicts.md shows it.
"""

from enum import StrEnum
from typing import Any, Final

import msgspec

from tabuah.operations.codes import Severity, Status
from tabuah.operations.incidents.entry_bodies import Ring
from tabuah.operations.incidents.place import IncidentPlace
from tabuah.operations.people.roles import CONTROL_ROOM, SUPERVISORS, WORKERS, Role


class MergePolicy(StrEnum):
    """Result when two people write the same field without seeing each other's change."""

    LAST_WINS = "last_stands"  # the last in server order; the other stays in the history
    PERSON_DECIDES = "person_settles"  # a conflict, settled by a person
    FURTHEST_WINS = "furthest_stands"  # the furthest step; both times are kept
    KEEP_BOTH = "both_kept"  # both are kept, nothing is replaced


class FieldRule(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the policy: a field as entries of `kinds` write it.

    `shape` is the type of the value that a conflict keeps; None if the field never has a conflict.
    `settlers` are the roles that may settle a conflict: those that may write all of `kinds`. A conflict over the
    status has further rules by its value.
    """

    field: str
    policy: MergePolicy
    kinds: tuple[str, ...] = ("incident.edited",)
    shape: Any = None
    settlers: frozenset[Role] = WORKERS


STATUS: Final = "status"
DELETED: Final = "deleted"
MERGED_INTO: Final = "merged_into"  # the target of a merge; empty where the incident is not merged
FORWARD_STEP: Final = "status.forward"  # a forward step short of closing; other moves are `STATUS`

CONFLICT_POLICY: Final = (
    FieldRule(field="title", policy=MergePolicy.LAST_WINS),
    FieldRule(field="description", policy=MergePolicy.LAST_WINS),
    FieldRule(field="hazard", policy=MergePolicy.LAST_WINS),
    FieldRule(field="channel", policy=MergePolicy.LAST_WINS),
    FieldRule(field="occurred_at", policy=MergePolicy.LAST_WINS),
    FieldRule(field="severity", policy=MergePolicy.PERSON_DECIDES, shape=Severity),
    FieldRule(field="assignment", policy=MergePolicy.PERSON_DECIDES, shape=tuple[str, ...]),
    FieldRule(field="place", policy=MergePolicy.PERSON_DECIDES, shape=IncidentPlace | None),
    FieldRule(field="area", policy=MergePolicy.PERSON_DECIDES, shape=Ring | None),
    FieldRule(field=FORWARD_STEP, policy=MergePolicy.FURTHEST_WINS,
              kinds=("incident.moved",)),
    FieldRule(field=STATUS,
              policy=MergePolicy.PERSON_DECIDES, kinds=("incident.moved", "incident.merged"), shape=Status),
    FieldRule(field=MERGED_INTO,
              policy=MergePolicy.PERSON_DECIDES, kinds=("incident.merged",), shape=str,
              settlers=CONTROL_ROOM),
    FieldRule(field=DELETED,
              policy=MergePolicy.PERSON_DECIDES, kinds=("incident.deleted",), shape=bool,
              settlers=SUPERVISORS),
    FieldRule(field="parent_event", policy=MergePolicy.LAST_WINS, kinds=("incident.grouped",)),
    FieldRule(field="notes", policy=MergePolicy.KEEP_BOTH, kinds=("incident.noted",)),
    FieldRule(field="attachments", policy=MergePolicy.KEEP_BOTH,
              kinds=("incident.attached",)),
    FieldRule(field="figures", policy=MergePolicy.KEEP_BOTH,
              kinds=("incident.counted",)),
    FieldRule(field="caller", policy=MergePolicy.LAST_WINS, kinds=("incident.caller_changed",)),
    FieldRule(field="answers", policy=MergePolicy.LAST_WINS, kinds=("incident.answered",)),
    FieldRule(field="people_at_risk", policy=MergePolicy.LAST_WINS, kinds=("incident.answered",)),
)  # fmt: skip

_RULES: Final = {rule.field: rule for rule in CONFLICT_POLICY}
_EDITED: Final = tuple(rule for rule in CONFLICT_POLICY if "incident.edited" in rule.kinds)
DESCRIPTIVE_FIELDS: Final = tuple(rule.field for rule in _EDITED if rule.policy is MergePolicy.LAST_WINS)
GUARDED_FIELDS: Final = tuple(rule.field for rule in _EDITED if rule.policy is MergePolicy.PERSON_DECIDES)

CONTESTED_FIELDS: Final = tuple(rule.field for rule in CONFLICT_POLICY if rule.shape is not None)

_DECODERS: Final = {
    rule.field: msgspec.json.Decoder(rule.shape) for rule in CONFLICT_POLICY if rule.shape is not None
}
_ENCODER: Final = msgspec.json.Encoder()


def policy_of(field: str) -> MergePolicy:
    return _RULES[field].policy


def settlers_of(field: str) -> frozenset[Role]:
    """Return the roles that may settle a conflict over a field."""
    return _RULES[field].settlers


def encode_value(value: object) -> str:
    """Encode a guarded value as JSON text, the form that conflicts and field writes keep."""
    return _ENCODER.encode(value).decode()


def decode_value(field: str, text: str) -> Any:
    """Decode a guarded value, with the type given by `CONFLICT_POLICY`."""
    return _DECODERS[field].decode(text)
