"""Drafts of the entries of notices."""

from collections.abc import Sequence

from tabuah.operations.entries import Draft, subject_key, subject_kind, subject_of
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.exercises.scope import SubjectWorld
from tabuah.operations.notices.acknowledgement import MOST_SUBJECTS, NoticeAcknowledged


def acknowledge_notice(
    notice: str, *, contact: str, channel: str, subjects: Sequence[str], world: SubjectWorld
) -> Draft:
    """Record that a contact has confirmed a notice.

    Args:
        notice: the id of the message.
        contact: the id of the contact.
        channel: the name of the channel of the link.
        subjects: of the message, the most severe first; those beyond `MOST_SUBJECTS` are left out.
        world: the world of the subjects.
    """
    named = subjects[:MOST_SUBJECTS]
    body = NoticeAcknowledged(
        contact=contact,
        channel=channel,
        alarms=tuple(subject_key(each) for each in named if subject_kind(each) == "alarm"),
        subjects=tuple(each for each in named if subject_kind(each) != "alarm"),
    )
    return Draft(
        subject=subject_of("notice", notice),
        kind="notice.acknowledged",
        body=encode_body(body),
        exercise=world.exercise,
        exercise_id=world.exercise_id,
    )
