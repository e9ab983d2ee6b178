"""The route of feed health."""

from litestar import get
from litestar.handlers import HTTPRouteHandler

from tabuah.server.feeds.service import FeedsService
from tabuah.server.people.access import PEOPLE, AccessControl, AnyRequest
from tabuah.storage.journal.protocol import FeedsReply


def feed_routes(feeds: FeedsService, access: AccessControl) -> list[HTTPRouteHandler]:
    """Build the route `GET /v1/feeds`."""

    @get("/v1/feeds", tags=["feeds"], sync_to_thread=False)
    def feed_health(request: AnyRequest) -> FeedsReply:
        """The health of each feed: last success, last change, errors and counts."""
        access.user_with(request, PEOPLE)
        return feeds.health()

    return [feed_health]
