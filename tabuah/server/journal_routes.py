"""Routes of the journal: push, pull and the signed checkpoint, with a cache of the newest pages."""

import asyncio
import time
from datetime import datetime
from typing import Annotated, Final

import msgspec
from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody, QueryParameter

from tabuah.operations.entries import PersonalValue, subject_kind
from tabuah.operations.incidents.personal_access import PersonalReader
from tabuah.operations.people.authority import User
from tabuah.operations.people.roles import Role
from tabuah.server.admission.journal_cache import CommittedHead
from tabuah.server.compression import accepts_zstd, json_response
from tabuah.server.errors import Refusal
from tabuah.server.journal import PAGE, ServerJournal
from tabuah.server.limits.load_limits import DEFAULT_LIMITS, LoadLimits
from tabuah.server.limits.push_limits import PushLimits
from tabuah.server.people.access import PEOPLE, AccessControl, AnyRequest, Caller, guarded_by
from tabuah.server.personal_values import readable_values
from tabuah.storage.journal.checkpoint import SignedCheckpoint
from tabuah.storage.journal.push import PushReply, PushRequest
from tabuah.storage.journal.wire import PullReply, Record

# Other changes of a page, such as an entry written by another process, appear after this time at the latest.
KEPT_S: Final = 0.25
MAX_KEPT: Final = 64
_READS_ALL: Final = PersonalReader(role=Role.SUPERVISOR)
_NEWEST: Final = 1_000  # older pages are rarely requested by two consoles at once


class JournalPage(msgspec.Struct, frozen=True):
    """A page as JSON, without the parts that differ between responses: `head` and the time."""

    records: bytes
    personal: bytes

    def reply(self, *, head: int, now: datetime) -> "EncodedPullReply":
        """Return the response with this page, in the shape of a `PullReply`."""
        return EncodedPullReply(
            records=msgspec.Raw(self.records), personal=msgspec.Raw(self.personal), head=head, now=now
        )


class EncodedPullReply(msgspec.Struct, frozen=True, kw_only=True):
    """A `PullReply` whose parts are already encoded as JSON."""

    records: msgspec.Raw
    personal: msgspec.Raw
    head: int
    now: datetime


class _PageKey(msgspec.Struct, frozen=True):
    """The cache key of a page; a new head of the journal makes a new key."""

    after: int
    limit: int
    reader: PersonalReader | None
    head: CommittedHead


class JournalPageCache:
    """Reads each of the newest pages once for all consoles that request it at the same moment.

    Belongs to the event loop; the database is read on threads.
    """

    def __init__(self, journal: ServerJournal) -> None:
        self._journal = journal
        self._kept: dict[_PageKey, tuple[float, asyncio.Future[JournalPage]]] = {}

    async def page(self, *, after: int, limit: int, reader: PersonalReader | None) -> JournalPage:
        """Return the entries after a seq, with the personal values that a reader may read."""
        if reader is not None and reader.reads_all:
            reader = _READS_ALL  # one page for all of them
        head = self._journal.head()
        if head.seq - after > _NEWEST:
            return await asyncio.to_thread(self._read, after, limit, reader)
        key, now_s = _PageKey(after, limit, reader, head), time.monotonic()
        since_s, reading = self._kept.get(key, (0.0, None))
        if reading is None or now_s - since_s > KEPT_S:
            self._evict(now_s)
            reading = asyncio.ensure_future(asyncio.to_thread(self._read, after, limit, reader))
            self._kept[key] = (now_s, reading)
        return await asyncio.shield(reading)

    def _read(self, after: int, limit: int, reader: PersonalReader | None) -> JournalPage:
        records: tuple[Record, ...] = self._journal.records_after(after, limit)
        personal: tuple[PersonalValue, ...] = ()
        if reader is not None and records:
            personal = readable_values(self._journal, records, reader)
        return JournalPage(msgspec.json.encode(records), msgspec.json.encode(personal))

    def _evict(self, now_s: float) -> None:
        """Evict expired pages, and the oldest ones above `MAX_KEPT`."""
        fresh = [(key, kept) for key, kept in self._kept.items() if now_s - kept[0] <= KEPT_S]
        self._kept = dict(fresh[-(MAX_KEPT - 1) :])


Seq = Annotated[int, QueryParameter(ge=0, le=10**15)]

MAX_PAGE: Final = 1_000
# The texts of a push have at most 256 KiB; JSON escapes them once more, and personal values come on top.
MAX_PUSH_BODY_BYTES: Final = 1024 * 1024


def journal_routes(
    journal: ServerJournal, access: AccessControl, limits: LoadLimits = DEFAULT_LIMITS
) -> list[HTTPRouteHandler]:
    """Build the routes of `/v1/journal` and `/v1/checkpoint`."""
    pages = JournalPageCache(journal)
    pushes = PushLimits(limits)

    @post(
        "/v1/journal",
        status_code=200,
        guards=guarded_by(access.sender_of),
        request_max_body_size=MAX_PUSH_BODY_BYTES,
        middleware=[accepts_zstd(MAX_PUSH_BODY_BYTES)],
        tags=["journal"],
    )
    async def push(request: AnyRequest, data: JSONBody[PushRequest]) -> PushReply:
        """Push entries of one device in the order of `n`. The response follows the commit; repeating a push is safe.

        The body may be compressed: `Content-Encoding: zstd`.
        """
        caller = access.sender_of(request)
        if caller.is_revoked and data.device != caller.device:
            raise Refusal(403, "device_revoked", "a revoked device hands in its own work only")
        pushes.take(caller.user.name, data.device)
        pushes.take_bytes(caller.user.name, data.size)
        verified_with = await asyncio.wrap_future(journal.verify_ahead(data))
        return await asyncio.wrap_future(journal.submit_push(data, verified_with=verified_with))

    @get(
        "/v1/journal", responses={200: ResponseSpec(PullReply)}, tags=["journal"], guards=guarded_by(access.caller_of)
    )
    async def pull(
        request: AnyRequest,
        after: Seq = 0,
        limit: Annotated[int, QueryParameter(ge=1, le=MAX_PAGE)] = PAGE,
        subject: Annotated[str | None, QueryParameter(max_length=200)] = None,
        device: Annotated[str | None, QueryParameter(max_length=40)] = None,
    ) -> Response[bytes]:
        """The entries after a seq: all, or those of one subject, or those written by one device.

        Personal values are included for roles that may read them, once their device is approved. A field office with
        an OPD gets those of open incidents that are assigned to its OPD, or that its OPD has reported and nobody is
        assigned to.
        """
        caller = access.caller_of(request)
        _check_may_pull(caller.user, subject)
        accepted = request.headers.get("accept-encoding", "")
        if subject is None and device is None:
            page = await pages.page(after=after, limit=limit, reader=caller.personal_reader)
            return json_response(page.reply(head=journal.head().seq, now=journal.clock()), accepted)
        if subject is not None:
            records = await asyncio.to_thread(journal.records_of, subject, after, limit)
        else:
            records = await asyncio.to_thread(journal.records_by, device or "", after, limit)
        return await asyncio.to_thread(lambda: json_response(_reply(journal, caller, records), accepted))

    @get("/v1/checkpoint", sync_to_thread=True, tags=["journal"])
    def checkpoint(
        request: AnyRequest, seq: Annotated[int | None, QueryParameter(ge=1, le=10**15)] = None
    ) -> SignedCheckpoint:
        """A seq and its hash, signed by the server: the newest, or an earlier one."""
        access.user_of(request)
        signed = journal.checkpoint() if seq is None else journal.checkpoint_at(seq)
        if signed is None:
            raise Refusal(404, "not_found", "the journal has no such entry")
        return signed

    return [push, pull, checkpoint]


def _check_may_pull(user: User, subject: str | None) -> None:
    """A gateway is an unattended device: it may read stations and units, which send through it, and nothing else."""
    is_sender = subject is not None and subject_kind(subject) in ("station", "unit")
    if user.role not in PEOPLE and not (user.role is Role.GATEWAY and is_sender):
        raise Refusal(403, "forbidden", f"the role {user.role.value} may not read the journal")


def _reply(journal: ServerJournal, caller: Caller, records: tuple[Record, ...]) -> PullReply:
    reader = caller.personal_reader
    personal = readable_values(journal, records, reader) if records and reader is not None else ()
    return PullReply(records=records, personal=personal, head=journal.head().seq, now=journal.clock())
