"""Routes of the hand-back. They need no session: after a restore there is none, and the contents prove themselves."""

import asyncio

from litestar import post
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody

from tabuah.server.compression import accepts_zstd
from tabuah.server.handback.handback import Handback
from tabuah.storage.journal.handback import (
    MAX_PAGE_LENGTH,
    HandbackReply,
    HistoryAnswer,
    HistoryOffer,
    SignedHandback,
)

MAX_BODY_BYTES = 2 * MAX_PAGE_LENGTH  # JSON in JSON: quotes are escaped once more


def handback_routes(handback: Handback) -> list[HTTPRouteHandler]:
    """Build the routes `POST /v1/checkpoint` and `POST /v1/handback`."""

    @post("/v1/checkpoint", status_code=200, tags=["journal"])
    async def offer(data: JSONBody[HistoryOffer]) -> HistoryAnswer:
        """Compare a console's position and pinned checkpoint with the journal, before anything else is exchanged.

        A server that has fewer records than it once signed takes no entries until they are handed back.
        """
        return await asyncio.to_thread(handback.answer, data)

    @post(
        "/v1/handback",
        status_code=200,
        request_max_body_size=MAX_BODY_BYTES,
        middleware=[accepts_zstd(MAX_BODY_BYTES)],
        tags=["journal"],
    )
    async def hand_back(data: JSONBody[SignedHandback]) -> HandbackReply:
        """Hand back a page of records that the server lost; the newest page comes first."""
        return await asyncio.to_thread(handback.take, data)

    return [offer, hand_back]
