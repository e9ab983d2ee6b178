"""The conflict policy of units, field by field, in the same form as that of incidents.

No writing about a unit needs a person to settle it: the one quarrel that matters, two offices that send the same unit
to two places, stands in the incidents and is shown as it is (`standing`).
"""

from typing import Final

from tabuah.operations.incidents.fields import FieldRule, Policy
from tabuah.resources.catalogue import N_

STATE: Final = "state"
_EDITED: Final = ("unit.registered", "unit.edited")

UNIT_POLICY: Final = (
    FieldRule(field="name", label=N_("Name"), policy=Policy.LAST_STANDS, kinds=_EDITED),
    FieldRule(field="kind", label=N_("Kind"), policy=Policy.LAST_STANDS, kinds=_EDITED),
    FieldRule(field="opd", label=N_("OPD"), policy=Policy.LAST_STANDS, kinds=_EDITED),
    FieldRule(field="members", label=N_("Members"), policy=Policy.LAST_STANDS, kinds=_EDITED),
    FieldRule(field="contact", label=N_("Radio"), policy=Policy.LAST_STANDS, kinds=_EDITED),
    FieldRule(field="tracker", label=N_("GPS"), policy=Policy.LAST_STANDS, kinds=_EDITED),
    FieldRule(field="home", label=N_("Post"), policy=Policy.LAST_STANDS, kinds=_EDITED),
    FieldRule(field="state.forward", label=N_("State"), case=N_("a step of the same mission"),
              policy=Policy.FURTHEST_STANDS, kinds=("unit.moved",)),
    FieldRule(field=STATE, label=N_("State"), case=N_("any other"), policy=Policy.LAST_STANDS, kinds=("unit.moved",)),
    FieldRule(field="places", label=N_("Positions that people say"), policy=Policy.BOTH_KEPT, kinds=("unit.placed",)),
    FieldRule(field="retired", label=N_("Retired"), policy=Policy.LAST_STANDS,
              kinds=("unit.retired", "unit.registered")),
)  # fmt: skip
