"""Drafts of the entries of notices."""

from collections.abc import Sequence

from tabuah.operations.entries import Draft, subject_of
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.exercises.scope import SubjectWorld
from tabuah.operations.notices.acknowledgement import MOST_ALARMS, NoticeAcknowledged


def acknowledge_notice(
    notice: str, *, contact: str, channel: str, alarms: Sequence[str], world: SubjectWorld
) -> Draft:
    """Record that a contact has confirmed a notice.

    Args:
        notice: the id of the message.
        contact: the id of the contact.
        channel: the name of the channel of the link.
        alarms: the ids of the alarms of the message, the most severe first; those beyond `MOST_ALARMS` are left out.
        world: the world of the alarms.
    """
    body = NoticeAcknowledged(contact=contact, channel=channel, alarms=tuple(alarms[:MOST_ALARMS]))
    return Draft(
        subject=subject_of("notice", notice),
        kind="notice.acknowledged",
        body=encode_body(body),
        exercise=world.exercise,
        exercise_id=world.exercise_id,
    )
