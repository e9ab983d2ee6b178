"""The acknowledgement of a notice: a contact has confirmed a message by its link.

It is about the contact only: an alarm stays unacknowledged until the control room acknowledges it, and a disposition
has no receipt until its OPD gives one.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from tabuah.operations.entries import Entry, ExerciseRef, Verdict, subject_key
from tabuah.operations.subject_type import UUID_KEY

MOST_SUBJECTS: Final = 1_000  # of one summary; an entry has at most 64 KiB

AlarmId = Annotated[str, Meta(max_length=36, pattern=rf"\A{UUID_KEY.pattern}\Z")]
NamedSubject = Annotated[str, Meta(max_length=140, pattern=r"\A(?!alarm/)[a-z_]{1,40}/[A-Za-z0-9~_-]{1,99}\Z")]
ChannelName = Annotated[str, Meta(max_length=40, pattern=r"\A[a-z0-9][a-z0-9_-]{0,39}\Z")]


class NoticeAcknowledged(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A contact has confirmed a notice.

    Attributes:
        contact: id of the contact.
        channel: name of the channel through which the link was sent.
        alarms: ids of the alarms that the notice is about.
        subjects: the other subjects that it is about, such as `task/ID`.
    """

    contact: AlarmId
    channel: ChannelName
    alarms: Annotated[tuple[AlarmId, ...], Meta(max_length=MOST_SUBJECTS)] = ()
    subjects: Annotated[tuple[NamedSubject, ...], Meta(max_length=MOST_SUBJECTS)] = ()

    def __post_init__(self) -> None:
        """Reject a notice of nothing, or of more than an entry can name."""
        if not 1 <= len(self.alarms) + len(self.subjects) <= MOST_SUBJECTS:
            raise ValueError(f"a notice is about 1 to {MOST_SUBJECTS} subjects")


class NoticeAcknowledgement(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="notice"):
    """The state of a notice that a contact has confirmed; `id` is that of the message."""

    id: str
    contact: str
    channel: str
    alarms: tuple[str, ...]
    acknowledged_at: datetime
    subjects: tuple[str, ...] = ()
    exercise: bool = False
    exercise_ref: ExerciseRef = msgspec.field(default=msgspec.UNSET, name="exercise_id")

    @property
    def exercise_id(self) -> str:
        """Return the id of its exercise; empty for the real world and for drills of no named exercise."""
        return self.exercise_ref or ""


def fold_notice(
    notice: NoticeAcknowledgement | None, entry: Entry, body: msgspec.Struct, _verdict: Verdict
) -> NoticeAcknowledgement | None:
    """Return the acknowledgement after an accepted entry; the first one stays."""
    if notice is not None or not isinstance(body, NoticeAcknowledged):
        return notice
    return NoticeAcknowledgement(
        id=subject_key(entry.subject),
        contact=body.contact,
        channel=body.channel,
        alarms=body.alarms,
        acknowledged_at=entry.at,
        subjects=body.subjects,
        exercise=entry.exercise,
        exercise_ref=entry.exercise_ref,
    )


def acknowledgements_by_alarm(
    notices: Iterable[NoticeAcknowledgement],
) -> Mapping[str, Sequence[NoticeAcknowledgement]]:
    """Return the acknowledgements of each alarm, the first of each contact only, the earliest first."""
    found: dict[str, dict[str, NoticeAcknowledgement]] = {}
    for notice in sorted(notices, key=lambda each: (each.acknowledged_at, each.id)):
        for alarm in notice.alarms:
            found.setdefault(alarm, {}).setdefault(notice.contact, notice)
    return {alarm: tuple(by_contact.values()) for alarm, by_contact in found.items()}
