"""Conflict policy of disruptions by field, in the same form as that of incidents."""

from typing import Final

from tabuah.operations.incidents.conflict_policy import FieldRule, MergePolicy

FIELDS: Final = (
    *("kind", "name", "extent", "place", "line", "began_at", "expected_end"),
    *("source", "incident", "note"),
)
_EDITED: Final = ("disruption.reported", "disruption.edited")

DISRUPTION_POLICY: Final = (
    *(FieldRule(field=name, policy=MergePolicy.LAST_WINS, kinds=_EDITED) for name in FIELDS),
    FieldRule(field="ended", policy=MergePolicy.LAST_WINS, kinds=("disruption.ended", "disruption.resumed")),
)
