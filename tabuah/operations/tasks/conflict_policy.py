"""Conflict policy of tasks by field, in the same form as that of incidents."""

from typing import Final

from tabuah.operations.incidents.conflict_policy import FieldRule, MergePolicy

FIELDS: Final = ("what", "detail", "owner", "clock", "due_at")

TASK_POLICY: Final = tuple(
    FieldRule(field=name, policy=MergePolicy.LAST_WINS, kinds=("task.added", "task.changed")) for name in FIELDS
)
