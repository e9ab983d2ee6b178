"""Conflict policy of messages by field, in the same form as that of incidents."""

from typing import Final

from tabuah.operations.incidents.conflict_policy import FieldRule, MergePolicy

MESSAGE_POLICY: Final = (
    FieldRule(field="incidents", policy=MergePolicy.KEEP_BOTH, kinds=("message.linked", "message.unlinked")),
    FieldRule(
        field="events",
        policy=MergePolicy.KEEP_BOTH,
        kinds=("message.event_linked", "message.event_unlinked"),
    ),
    FieldRule(
        field="answers",
        policy=MergePolicy.KEEP_BOTH,
        kinds=("message.answered", "message.answer_withdrawn", "message.delivered", "message.undelivered"),
    ),
    FieldRule(field="closed", policy=MergePolicy.LAST_WINS, kinds=("message.closed", "message.reopened")),
)
