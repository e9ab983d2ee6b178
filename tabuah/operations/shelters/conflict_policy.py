"""Conflict policy of shelters by field, in the same form as that of incidents."""

from typing import Final

from tabuah.operations.incidents.conflict_policy import FieldRule, MergePolicy

FIELDS: Final = ("name", "kind", "place", "capacity", "owner", "contact", "incident", "note")
_EDITED: Final = ("shelter.added", "shelter.edited")

SHELTER_POLICY: Final = (
    *(FieldRule(field=name, policy=MergePolicy.LAST_WINS, kinds=_EDITED) for name in FIELDS),
    FieldRule(field="closed", policy=MergePolicy.LAST_WINS, kinds=("shelter.closed", "shelter.reopened")),
)
