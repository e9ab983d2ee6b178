"""Conflict policy of parent events by field, in the same form as that of incidents."""

from typing import Final

from tabuah.operations.incidents.conflict_policy import FieldRule, MergePolicy
from tabuah.operations.parent_events.parent_event import EVENT_FIELDS

PARENT_EVENT_POLICY: Final = tuple(
    FieldRule(field=name, policy=MergePolicy.LAST_WINS, kinds=("parent_event.opened", "parent_event.changed"))
    for name in EVENT_FIELDS
)
