"""Conflict policy of units by field, in the same form as that of incidents.

No unit field needs a person to settle it. The one important conflict, two offices that send one
unit to two places, is between incidents and is shown as it is (`activity`).
"""

from typing import Final

from tabuah.operations.incidents.conflict_policy import FieldRule, MergePolicy
from tabuah.resources.catalogue import N_

STATE: Final = "state"
_EDITED: Final = ("unit.registered", "unit.edited")

UNIT_POLICY: Final = (
    FieldRule(field="name", label=N_("Name"), policy=MergePolicy.LAST_WINS, kinds=_EDITED),
    FieldRule(field="kind", label=N_("Kind"), policy=MergePolicy.LAST_WINS, kinds=_EDITED),
    FieldRule(field="opd", label=N_("OPD"), policy=MergePolicy.LAST_WINS, kinds=_EDITED),
    FieldRule(field="members", label=N_("Members"), policy=MergePolicy.LAST_WINS, kinds=_EDITED),
    FieldRule(field="contact", label=N_("Radio"), policy=MergePolicy.LAST_WINS, kinds=_EDITED),
    FieldRule(field="tracker", label=N_("GPS"), policy=MergePolicy.LAST_WINS, kinds=_EDITED),
    FieldRule(field="home", label=N_("Post"), policy=MergePolicy.LAST_WINS, kinds=_EDITED),
    FieldRule(field="state.forward", label=N_("State"), case=N_("a step of the same mission"),
              policy=MergePolicy.FURTHEST_WINS, kinds=("unit.moved",)),
    FieldRule(field=STATE, label=N_("State"), case=N_("any other"), policy=MergePolicy.LAST_WINS,
              kinds=("unit.moved",)),
    FieldRule(field="places", label=N_("Reported positions"), policy=MergePolicy.KEEP_BOTH, kinds=("unit.placed",)),
    FieldRule(field="retired", label=N_("Retired"), policy=MergePolicy.LAST_WINS,
              kinds=("unit.retired", "unit.registered")),
)  # fmt: skip
