"""The receipts of notices for people at a window: read from the queue in pages, masked, sent again and cancelled."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec
from litestar import get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody, QueryParameter

from tabuah.operations.notices.masked_address import mask_address, mask_in_text
from tabuah.operations.people.roles import MAY_CHANGE_NOTICES, MAY_READ_RECEIPTS
from tabuah.server.errors import Refusal, UnusableNotices
from tabuah.server.journal import ServerJournal
from tabuah.server.notices.notice_queue import FILE_NAME, NoticeQueue
from tabuah.server.people.access import AccessControl, AnyConnection, AnyRequest, Caller, guarded_by
from tabuah.storage.journal.notices_protocol import (
    MAX_RECEIPTS,
    MAX_SUBJECTS,
    NoticeReceipt,
    NoticeReceiptsReply,
    NoticesChangedReply,
    NoticesRequest,
)

log = logging.getLogger(__name__)

_COLUMNS: Final = (
    *("id", "notice", "contact", "contact_name", "occasion", "exercise", "severity", "channel", "address", "title"),
    *("state", "created_at", "due_at", "attempts", "ended_at", "receipt", "error", "acknowledged_at", "changed_by"),
)
_MAX_ID: Final = 2**63 - 1

StateName = Literal["", "waiting", "accepted", "failed", "cancelled"]


class ReceiptFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which receipts are wanted: of a state, of one subject such as `alarm/ID`, and older than an id."""

    state: str = ""
    subject: str = ""
    before: int = _MAX_ID
    limit: int = MAX_RECEIPTS


def receipt_routes(
    journal: ServerJournal, access: AccessControl, *, channels: Collection[str] | None
) -> list[HTTPRouteHandler]:
    """Build `GET` and `POST /v1/notices`, for the control room and administrators.

    Args:
        journal: the journal; the queue is in its directory.
        access: who asks.
        channels: names of the present channels; None if the server sends no notices.
    """

    def reader(request: AnyConnection) -> Caller:
        return access.caller_with(request, MAY_READ_RECEIPTS)

    @get("/v1/notices", tags=["notices"], guards=guarded_by(reader))
    async def receipts(
        request: AnyRequest,
        in_state: Annotated[StateName, QueryParameter(name="state", description="only those in this state")] = "",
        subject: Annotated[str, QueryParameter(max_length=120, description="such as `alarm/ID`")] = "",
        before: Annotated[int, QueryParameter(ge=1, le=_MAX_ID, description="id; only older ones")] = _MAX_ID,
        limit: Annotated[int, QueryParameter(ge=1, le=MAX_RECEIPTS)] = MAX_RECEIPTS,
    ) -> NoticeReceiptsReply:
        """Who was notified, through which channel, when and with which result; the newest first, without texts."""
        personal = reader(request).personal_reader
        wanted = ReceiptFilter(state=in_state, subject=subject, before=before, limit=limit)
        try:
            found = await asyncio.to_thread(
                read_receipts,
                journal.directory.path,
                wanted,
                with_addresses=personal is not None and personal.reads_all,
            )
        except UnusableNotices as error:
            raise Refusal(503, "notices_unusable", str(error)) from error
        return NoticeReceiptsReply(
            at=journal.clock(),
            is_sending=channels is not None,
            receipts=found,
            before=found[-1].id if len(found) == limit else None,
        )

    @post(
        "/v1/notices",
        status_code=200,
        tags=["notices"],
        request_max_body_size=16 * 1024,
        guards=guarded_by(lambda connection: access.caller_with(connection, MAY_CHANGE_NOTICES)),
    )
    async def change(request: AnyRequest, data: JSONBody[NoticesRequest]) -> NoticesChangedReply:
        """Send messages again that failed or were cancelled, or cancel those that wait.

        A repeated request changes nothing, and a message that a channel has accepted is not sent again.
        """
        user = access.caller_with(request, MAY_CHANGE_NOTICES).user.name
        if channels is None and data.act == "retry":
            raise Refusal(409, "notices_off", "this server sends no notices: notices.toml names no channel")
        try:
            changed = await asyncio.to_thread(_change, journal, data, user, channels or ())
        except UnusableNotices as error:
            raise Refusal(503, "notices_unusable", str(error)) from error
        log.info("notices: %s by %s: %d of %d messages", data.act, user, len(changed), len(data.ids))
        return NoticesChangedReply(changed=changed)

    return [receipts, change]


def _change(journal: ServerJournal, wanted: NoticesRequest, user: str, channels: Collection[str]) -> tuple[int, ...]:
    directory, now = journal.directory.path, journal.clock()
    if not (directory / FILE_NAME).exists():
        return ()
    with NoticeQueue(directory) as queue:
        if wanted.act == "cancel":
            return queue.cancel_by(user, wanted.ids, now)
        return queue.retry_by(user, wanted.ids, channels, now)


def read_receipts(directory: Path, wanted: ReceiptFilter, *, with_addresses: bool) -> tuple[NoticeReceipt, ...]:
    """Return receipts of the queue, the newest first; none without a queue, which is not created.

    Raises:
        UnusableNotices: the queue cannot be read.
    """
    if not (directory / FILE_NAME).exists():
        return ()
    with NoticeQueue(directory) as queue:
        found = _read(queue, wanted)
        subjects = _subjects_of(queue, {each.notice for each in found})
    receipts = (msgspec.structs.replace(each, subjects=tuple(subjects[each.notice])) for each in found)
    return tuple(each if with_addresses else _masked(each) for each in receipts)


def _read(queue: NoticeQueue, wanted: ReceiptFilter) -> list[NoticeReceipt]:
    conditions, values = ["id < ?"], [str(wanted.before)]
    if wanted.state:
        conditions.append("state = ?")
        values.append(wanted.state)
    if wanted.subject:
        conditions.append("notice IN (SELECT notice FROM mentions WHERE subject = ? AND notice <> '')")
        values.append(wanted.subject)
    rest = f"FROM deliveries WHERE {' AND '.join(conditions)} ORDER BY id DESC LIMIT ?"
    return queue.structs(NoticeReceipt, _COLUMNS, rest, (*values, wanted.limit))


def _subjects_of(queue: NoticeQueue, notices: Iterable[str]) -> defaultdict[str, list[str]]:
    """Return the subjects of each message, in the order of their mention."""
    chosen, found = sorted(notices), defaultdict[str, list[str]](list)
    places = ",".join("?" * len(chosen))
    statement = f"SELECT notice, subject FROM mentions WHERE notice IN ({places}) ORDER BY queued_at"  # noqa: S608
    for notice, subject in queue.rows(statement, chosen):
        if subject not in found[notice] and len(found[notice]) < MAX_SUBJECTS:
            found[notice].append(subject)
    return found


def _masked(found: NoticeReceipt) -> NoticeReceipt:
    return msgspec.structs.replace(
        found,
        address=mask_address(found.address),
        receipt=mask_in_text(found.receipt, found.address),
        error=mask_in_text(found.error, found.address),
    )
