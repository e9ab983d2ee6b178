"""The route that says how the feeds are."""

from typing import Any

from litestar import Request, get
from litestar.handlers import HTTPRouteHandler

from tabuah.server.feeds.service import FeedsService
from tabuah.server.sessions.gate import PEOPLE, Gate
from tabuah.storage.journal.protocol import FeedsReply

AnyRequest = Request[Any, Any, Any]


def feed_routes(feeds: FeedsService, gate: Gate) -> list[HTTPRouteHandler]:
    """`GET /v1/feeds`."""

    @get("/v1/feeds", tags=["feeds"], sync_to_thread=False)
    def how_feeds_are(request: AnyRequest) -> FeedsReply:
        """How each feed fares: last success, last change, what went wrong, counts."""
        gate.user_with(request, PEOPLE)
        return feeds.health()

    return [how_feeds_are]
