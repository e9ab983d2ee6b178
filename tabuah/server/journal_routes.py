"""The routes of the journal: push, pull and the signed checkpoint."""

import asyncio
from typing import Annotated, Any, Final

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody, QueryParameter

from tabuah.operations.authority.records import User
from tabuah.operations.authority.roles import READS_PERSONAL_DATA, Role
from tabuah.operations.entries import subject_kind
from tabuah.server.compression import accepts_zstd, json_response
from tabuah.server.errors import Refusal
from tabuah.server.journal import PAGE, ServerJournal
from tabuah.server.sessions.gate import PEOPLE, Gate
from tabuah.server.shared_pages import SharedPages
from tabuah.storage.journal.checkpoint import SignedCheckpoint
from tabuah.storage.journal.wire import PullReply, PushReply, PushRequest, Record

AnyRequest = Request[Any, Any, Any]
Seq = Annotated[int, QueryParameter(ge=0, le=10**15)]

MAX_PAGE: Final = 1_000
# The texts of a push have 256 KiB together; JSON escapes them once more, and personal values travel beside.
MAX_PUSH_BODY_BYTES: Final = 1024 * 1024


def journal_routes(journal: ServerJournal, gate: Gate) -> list[HTTPRouteHandler]:
    """`/v1/journal` and `/v1/checkpoint`."""
    pages = SharedPages(journal)

    @post(
        "/v1/journal",
        status_code=200,
        request_max_body_size=MAX_PUSH_BODY_BYTES,
        middleware=[accepts_zstd(MAX_PUSH_BODY_BYTES)],
        tags=["journal"],
    )
    async def push(request: AnyRequest, data: JSONBody[PushRequest]) -> PushReply:
        """Push entries of one device in the order of `n`. The answer comes after the commit; repeating is safe.

        The body may be compressed: `Content-Encoding: zstd`.
        """
        gate.user_of(request)
        return await asyncio.wrap_future(journal.submit_push(data))

    @get("/v1/journal", responses={200: ResponseSpec(PullReply)}, tags=["journal"])
    async def pull(
        request: AnyRequest,
        after: Seq = 0,
        limit: Annotated[int, QueryParameter(ge=1, le=MAX_PAGE)] = PAGE,
        subject: Annotated[str | None, QueryParameter(max_length=200)] = None,
        device: Annotated[str | None, QueryParameter(max_length=40)] = None,
    ) -> Response[bytes]:
        """The entries after a seq: all, or those of one subject, or those that one device wrote.

        Personal values come only to roles that may read them.
        """
        user = gate.user_of(request)
        _check_may_pull(user, subject)
        accepted = request.headers.get("accept-encoding", "")
        if subject is None and device is None:
            page = await pages.page(after=after, limit=limit, with_personal=user.role in READS_PERSONAL_DATA)
            return json_response(page.reply(head=journal.head().seq, now=journal.clock()), accepted)

        def read() -> Response[bytes]:
            if subject is not None:
                records = journal.records_of(subject, after, limit)
            else:
                records = journal.records_by(device or "", after, limit)
            return json_response(_reply(journal, user, records), accepted)

        return await asyncio.to_thread(read)

    @get("/v1/checkpoint", sync_to_thread=False, tags=["journal"])
    def checkpoint(request: AnyRequest) -> SignedCheckpoint:
        """The newest seq and its hash, signed by the server."""
        gate.user_of(request)
        return journal.checkpoint()

    return [push, pull, checkpoint]


def _check_may_pull(user: User, subject: str | None) -> None:
    """A gateway is a box in the field: it may know what sends through it, stations and units, nothing else."""
    is_sender = subject is not None and subject_kind(subject) in ("station", "unit")
    if user.role not in PEOPLE and not (user.role is Role.GATEWAY and is_sender):
        raise Refusal(403, "forbidden", f"the role {user.role.value} may not read the journal")


def _reply(journal: ServerJournal, user: User, records: tuple[Record, ...]) -> PullReply:
    reads_personal_data = user.role in READS_PERSONAL_DATA and records
    personal = journal.personal_values_of(records) if reads_personal_data else ()
    return PullReply(records=records, personal=personal, head=journal.head().seq, now=journal.clock())
