"""The declaration of notices: the journal has those that a contact has confirmed."""

from typing import Final

import msgspec

from tabuah.operations.entries import ACCEPT, Decision, Entry, rejected
from tabuah.operations.notices.acknowledgement import NoticeAcknowledged, NoticeAcknowledgement, fold_notice
from tabuah.operations.people.roles import SERVER_ONLY
from tabuah.operations.policy.policy import PROVENANCE_VERSION
from tabuah.operations.subject_type import UUID_KEY, DecisionContext, EntryKind, SubjectType


def decide_notice(
    notice: NoticeAcknowledgement | None, _entry: Entry, _body: msgspec.Struct, context: DecisionContext
) -> Decision:
    """Accept the acknowledgement of a notice once."""
    if context.decide_version < PROVENANCE_VERSION:
        return rejected("unknown_kind")  # as servers decided that did not know it
    return ACCEPT if notice is None else rejected("already_acknowledged")


NOTICE: Final = SubjectType(
    name="notice",
    state=NoticeAcknowledgement,
    kinds=(EntryKind(name="notice.acknowledged", body=NoticeAcknowledged, writers=SERVER_ONLY),),
    decide=decide_notice,
    fold=fold_notice,
    key=UUID_KEY,
)
