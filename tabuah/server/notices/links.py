"""Links in messages, by which a contact confirms a notice: the queue has only a hash of each random token."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final

import msgspec

from tabuah.operations.entries import subject_of
from tabuah.operations.exercises.decisions import world_of
from tabuah.operations.exercises.scope import SubjectWorld
from tabuah.operations.notices.acknowledgement import NoticeAcknowledgement
from tabuah.operations.notices.drafts import acknowledge_notice
from tabuah.operations.notices.settings import NoticeSettings
from tabuah.operations.policy.policy import PROVENANCE_VERSION
from tabuah.server.errors import DraftRefused
from tabuah.server.journal import ServerJournal
from tabuah.server.notices.notice_queue import Delivery, NoticeQueue

PATH: Final = "/n"
TOKEN_BYTES: Final = 16  # 128 bits
LONGEST_TOKEN: Final = 64


class LinkedNotice(msgspec.Struct, frozen=True, kw_only=True):
    """The notice of a valid link.

    Attributes:
        title, text: of the message, without the link.
        acknowledged_at: when it was confirmed; None if it was not.
        is_new: whether this request has confirmed it.
        is_work: whether it is about work only, and not about an alarm.
        is_lost: whether the journal does not know what it is about: the server was restored to an earlier time.
    """

    title: str
    text: str
    acknowledged_at: datetime | None = None
    is_new: bool = False
    is_work: bool = False
    is_lost: bool = False


def write_link(
    journal: ServerJournal, settings: NoticeSettings, queue: NoticeQueue, delivery: Delivery, now: datetime
) -> str:
    """Return a new link for one attempt to send a message; empty where nothing can be confirmed.

    Raises:
        UnusableNotices: the queue cannot be written.
    """
    if not settings.public_url or journal.authority.policy.decide_version < PROVENANCE_VERSION:
        return ""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    queue.add_link(_digest(token), delivery, now + timedelta(hours=settings.limits.link_h))
    return f"{settings.public_url.rstrip('/')}{PATH}/{token}"


def find_linked_notice(journal: ServerJournal, token: str) -> LinkedNotice | None:
    """Return the notice of a token; None if it is unknown or has expired. Changes nothing.

    Raises:
        ServerError: journal or queue cannot be read.
    """
    with NoticeQueue(journal.directory.path) as queue:
        delivery = _delivery_of(queue, token, journal.clock())
        return _notice_of(journal, queue, delivery) if delivery is not None else None


def acknowledge_linked_notice(journal: ServerJournal, token: str) -> LinkedNotice | None:
    """Confirm the notice of a token, once; None if it is unknown or has expired.

    Raises:
        ServerError: nothing could be saved.
    """
    with NoticeQueue(journal.directory.path) as queue:
        delivery = _delivery_of(queue, token, journal.clock())
        if delivery is None:
            return None
        found = _notice_of(journal, queue, delivery)
        subjects = _subjects_of(journal, queue, delivery)
        if found.acknowledged_at is not None or not subjects:
            return found
        is_new = _acknowledge(journal, delivery, subjects)
        return msgspec.structs.replace(_notice_of(journal, queue, delivery), is_new=is_new)


def _acknowledge(journal: ServerJournal, delivery: Delivery, subjects: dict[str, SubjectWorld]) -> bool:
    draft = acknowledge_notice(
        delivery.notice,
        contact=delivery.contact,
        channel=delivery.channel,
        subjects=tuple(subjects),
        world=next(iter(subjects.values())),
    )
    try:
        journal.append_drafts([draft])
    except DraftRefused as refused:
        if refused.reason != "already_acknowledged":  # by another request at the same moment
            raise
        return False
    return True


def _notice_of(journal: ServerJournal, queue: NoticeQueue, delivery: Delivery) -> LinkedNotice:
    state = journal.state_of(subject_of("notice", delivery.notice)).value
    done_at = state.acknowledged_at if isinstance(state, NoticeAcknowledgement) else None
    is_lost = done_at is None and not _subjects_of(journal, queue, delivery)
    is_work = not any(mention.is_alarm for mention in queue.mentions_of(delivery.notice))
    return LinkedNotice(
        title=delivery.title, text=delivery.text, acknowledged_at=done_at, is_work=is_work, is_lost=is_lost
    )


def _delivery_of(queue: NoticeQueue, token: str, now: datetime) -> Delivery | None:
    return queue.linked_delivery(_digest(token), now) if len(token) <= LONGEST_TOKEN else None


def _subjects_of(journal: ServerJournal, queue: NoticeQueue, delivery: Delivery) -> dict[str, SubjectWorld]:
    """Return the subjects of a message that the journal knows, with their worlds, the most severe first.

    The incident of work is one of them, so that the confirmation is in its timeline.
    """
    mentions = queue.mentions_of(delivery.notice)
    incidents = (subject_of("incident", mention.incident) for mention in mentions if mention.incident)
    named = dict.fromkeys((*(mention.subject for mention in mentions), *incidents))
    worlds = ((subject, world_of(journal.state_of(subject).value)) for subject in named)
    return {subject: world for subject, world in worlds if world is not None}


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
