"""Conflict policy of calls by field, in the same form as that of incidents."""

from typing import Final

from tabuah.operations.incidents.conflict_policy import FieldRule, MergePolicy

FIELDS: Final = ("call_class", "channel", "note")
_WRITTEN: Final = ("call.recorded", "call.corrected")

CALL_POLICY: Final = (
    *(FieldRule(field=name, policy=MergePolicy.LAST_WINS, kinds=_WRITTEN) for name in (*FIELDS, "caller")),
    FieldRule(field="incident", policy=MergePolicy.LAST_WINS, kinds=("call.linked", "call.unlinked")),
)
