"""Conflict policy of units by field, in the same form as that of incidents.

No unit field needs a person to settle it. The one important conflict, two offices that send one
unit to two places, is between incidents and is shown as it is (`activity`).
"""

from typing import Final

from tabuah.operations.incidents.conflict_policy import FieldRule, MergePolicy

STATE: Final = "state"
_EDITED: Final = ("unit.registered", "unit.edited")

UNIT_POLICY: Final = (
    FieldRule(field="name", policy=MergePolicy.LAST_WINS, kinds=_EDITED),
    FieldRule(field="kind", policy=MergePolicy.LAST_WINS, kinds=_EDITED),
    FieldRule(field="opd", policy=MergePolicy.LAST_WINS, kinds=_EDITED),
    FieldRule(field="members", policy=MergePolicy.LAST_WINS, kinds=_EDITED),
    FieldRule(field="contact", policy=MergePolicy.LAST_WINS, kinds=_EDITED),
    FieldRule(field="tracker", policy=MergePolicy.LAST_WINS, kinds=_EDITED),
    FieldRule(field="gateway", policy=MergePolicy.LAST_WINS, kinds=("unit.changed",)),
    FieldRule(field="home", policy=MergePolicy.LAST_WINS, kinds=_EDITED),
    FieldRule(field="state.forward",
              policy=MergePolicy.FURTHEST_WINS, kinds=("unit.moved",)),
    FieldRule(field=STATE, policy=MergePolicy.LAST_WINS,
              kinds=("unit.moved",)),
    FieldRule(field="places", policy=MergePolicy.KEEP_BOTH, kinds=("unit.placed",)),
    FieldRule(field="check_ins", policy=MergePolicy.KEEP_BOTH,
              kinds=("unit.checked_in", "unit.check_in_withdrawn")),
    FieldRule(field="help", policy=MergePolicy.KEEP_BOTH,
              kinds=("unit.help_requested", "unit.help_acknowledged", "unit.help_ended")),
    FieldRule(field="retired", policy=MergePolicy.LAST_WINS,
              kinds=("unit.retired", "unit.registered")),
)  # fmt: skip
