"""Outgoing notices in messages of the server: their receipts, and the parts of `/health` about them and webhooks."""

from datetime import datetime
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta


class NoticesHealth(msgspec.Struct, frozen=True, kw_only=True):
    """Outgoing notices: messages that wait, that were given up, and whether the oldest has waited ten minutes."""

    waiting: int
    failed: int
    is_late: bool


class WebhooksHealth(msgspec.Struct, frozen=True, kw_only=True):
    """Webhooks: events that wait and that were given up, and the names of endpoints.

    `disabled` are those that get no events, `failing` those that have accepted none for an hour.
    """

    waiting: int
    failed: int
    disabled: tuple[str, ...]
    failing: tuple[str, ...] = ()


MAX_RECEIPTS: Final = 500  # in one reply
MAX_SUBJECTS: Final = 20  # of one receipt
MAX_CHANGED: Final = 500  # messages of one request


class NoticeReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """One message to one contact through one channel, without its text.

    Attributes:
        id: grows with time.
        notice: the message, the same through all channels.
        subjects: what it is about, such as `alarm/ID`; at most `MAX_SUBJECTS`.
        address: masked unless the caller may read the numbers of contacts.
        state: `waiting`, `accepted`, `failed` or `cancelled`.
        due_at: when it is sent, or sent again, while it waits.
        acknowledged_at: when the contact has confirmed it, through any channel.
        changed_by: the user who last sent it again or cancelled it from a console; empty without one.
        receipt, error: the answer of the channel; an address in it is masked as `address` is.
    """

    id: int
    notice: str
    contact: str
    contact_name: str
    channel: str
    address: str
    occasion: str
    exercise: bool
    severity: int
    title: str
    subjects: tuple[str, ...] = ()
    state: str
    created_at: datetime
    due_at: datetime
    attempts: int
    ended_at: datetime | None
    acknowledged_at: datetime | None
    receipt: str
    error: str
    changed_by: str = ""


class NoticeReceiptsReply(msgspec.Struct, frozen=True, kw_only=True):
    """Receipts, the newest first.

    Attributes:
        at: when they were read.
        is_sending: whether the server sends notices: its settings name a channel.
        receipts: at most `MAX_RECEIPTS`.
        before: id for the next page of older ones; None if these are the oldest.
    """

    at: datetime
    is_sending: bool
    receipts: tuple[NoticeReceipt, ...]
    before: int | None = None


class NoticesRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Ask the server to send messages again (`retry`), or to cancel those that wait (`cancel`)."""

    act: Literal["retry", "cancel"]
    ids: Annotated[tuple[Annotated[int, Meta(ge=1, le=2**63 - 1)], ...], Meta(min_length=1, max_length=MAX_CHANGED)]


class NoticesChangedReply(msgspec.Struct, frozen=True, kw_only=True):
    """The ids of the messages that were changed; the others were not in a state that allows it, or are not known."""

    changed: tuple[int, ...]
