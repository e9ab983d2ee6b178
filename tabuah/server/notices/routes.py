"""The routes of the links in notices; they need no session, and only `POST` changes anything."""

import asyncio
import logging
import time
from collections.abc import Callable
from math import ceil
from typing import Annotated, Final

from litestar import MediaType, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import Parameter

from tabuah.server.errors import ServerError
from tabuah.server.journal import ServerJournal
from tabuah.server.limits.connections import client_key
from tabuah.server.limits.push_limits import TokenBucket
from tabuah.server.notices.links import (
    PATH,
    LinkedNotice,
    acknowledge_linked_notice,
    find_linked_notice,
)
from tabuah.server.people.access import AnyRequest, address_of
from tabuah.text.notices import confirmation_page as pages

log = logging.getLogger(__name__)

BURST: Final = 60  # requests of one address; a mail scanner opens all links of its users
A_SECOND: Final = 1.0
_HEADERS: Final = {
    "Content-Security-Policy": pages.CONTENT_SECURITY_POLICY,
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store",
}

LinkToken = Annotated[str, Parameter(max_length=200, description="the random end of the link")]
Find = Callable[[ServerJournal, str], LinkedNotice | None]


def notice_routes(journal: ServerJournal, *, is_open: bool) -> list[HTTPRouteHandler]:
    """Build `GET` and `POST /n/{token}`; without notices (`is_open` false) every link is unknown."""
    requests = TokenBucket[str](BURST, A_SECOND, monotonic_s=time.monotonic)

    async def answer(request: AnyRequest, token: str, find: Find) -> Response[str]:
        wait_s = requests.take(client_key(address_of(request)))
        if wait_s > 0:
            return _html(pages.too_many_page(), 429, {"Retry-After": str(ceil(wait_s))})
        try:
            found = await asyncio.to_thread(find, journal, token) if is_open else None
        except ServerError as error:
            log.warning("the link of a notice could not be answered: %s", error)
            return _html(pages.unsaved_page(), 503, {"Retry-After": "60"})
        return _page_of(found)

    @get(f"{PATH}/{{token:str}}", media_type=MediaType.HTML, tags=["notices"])
    async def show_notice(request: AnyRequest, token: LinkToken) -> Response[str]:
        """Show the notice of a link, with a button that confirms it. Changes nothing."""
        return await answer(request, token, find_linked_notice)

    @post(
        f"{PATH}/{{token:str}}",
        status_code=200,
        media_type=MediaType.HTML,
        tags=["notices"],
        request_max_body_size=1024,
    )
    async def confirm_notice(request: AnyRequest, token: LinkToken) -> Response[str]:
        """Confirm the notice of a link, once; the server writes `notice.acknowledged`."""
        return await answer(request, token, acknowledge_linked_notice)

    return [show_notice, confirm_notice]


def _page_of(found: LinkedNotice | None) -> Response[str]:
    if found is None:
        return _html(pages.unknown_page(), 404)
    if found.is_lost:
        return _html(pages.lost_page(), 410)
    if found.acknowledged_at is None:
        return _html(pages.question_page(found.title, found.text, is_work=found.is_work))
    return _html(pages.confirmed_page(found.title, found.text, found.acknowledged_at, is_new=found.is_new))


def _html(page: str, status: int = 200, headers: dict[str, str] | None = None) -> Response[str]:
    return Response(page, status_code=status, media_type=MediaType.HTML, headers={**_HEADERS, **(headers or {})})
