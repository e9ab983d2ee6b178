"""The routes of readings."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Final

from litestar import Request, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import QueryParameter

from tabuah.operations.authority.roles import SENDS_READINGS, Role
from tabuah.server.errors import Refusal
from tabuah.server.mqtt.state import ReadingsLink
from tabuah.server.readings.intake import MAX_BODY_BYTES, read_batch
from tabuah.server.readings.service import ReadingsService
from tabuah.server.sessions.gate import PEOPLE, Gate
from tabuah.storage.journal.protocol import GatewaysReply, LatestReply, ReadingsReply, SeriesReply

AnyRequest = Request[Any, Any, Any]

MAY_READ: Final = PEOPLE | {Role.GATEWAY}
MAX_POINTS: Final = 5_000
Name = Annotated[str, QueryParameter(max_length=80)]
_WHEN: Final = "RFC 3339 with a zone"
_INLINE_BYTES: Final = 128 * 1024  # a larger batch is parsed beside the event loop


def readings_routes(service: ReadingsService, gate: Gate, link: ReadingsLink | None) -> list[HTTPRouteHandler]:
    """`POST` and `GET /v1/readings`, `/v1/readings/latest`, and how the link to a broker is."""

    @post("/v1/readings", status_code=200, tags=["readings"], request_max_body_size=MAX_BODY_BYTES)
    async def take_readings(request: AnyRequest) -> ReadingsReply:
        """Take at most 5,000 readings, a `ReadingBatch`; answered when they are on disk.

        What cannot be taken is set aside with its index and reason; the same reading again changes nothing.
        """
        user = gate.user_with(request, SENDS_READINGS)
        body = await request.body()
        posted = read_batch(body) if len(body) <= _INLINE_BYTES else await asyncio.to_thread(read_batch, body)
        return await asyncio.wrap_future(service.submit(user.name, posted))

    @get("/v1/readings/latest", tags=["readings"], sync_to_thread=False)
    def latest(request: AnyRequest) -> LatestReply:
        """The newest reading of every series."""
        gate.user_with(request, MAY_READ)
        return LatestReply(readings=service.latest())

    @get("/v1/readings", tags=["readings"])
    async def series(
        request: AnyRequest,
        station: Name,
        parameter: Name,
        since: Annotated[str, QueryParameter(name="from", max_length=60, description=_WHEN)],
        until: Annotated[str, QueryParameter(name="to", max_length=60, description=_WHEN)],
        points: Annotated[str, QueryParameter(description=f"1 to {MAX_POINTS}")] = "500",
    ) -> SeriesReply:
        """One series from a moment to another: every reading if they are few, else buckets for a chart."""
        gate.user_with(request, MAY_READ)
        asked = {"from": since, "to": until, "points": points}
        span = read_moment(asked, "from"), read_moment(asked, "to")
        found = await asyncio.to_thread(service.series, station, parameter, *span, points=_points(asked))
        return SeriesReply(station=station, parameter=parameter, points=found)

    @get("/v1/gateways", tags=["readings"], sync_to_thread=False)
    def gateways(request: AnyRequest) -> GatewaysReply:
        """How the link to the broker is and what has come by each kind of message."""
        gate.user_with(request, MAY_READ)
        return GatewaysReply() if link is None else link.health()

    return [take_readings, latest, series, gateways]


def read_moment(asked: Mapping[str, str], name: str) -> datetime:
    """A moment that was asked for.

    Raises:
        Refusal: it is none, or has no zone.
    """
    # A plus sign that was not escaped in the address arrives as a space.
    text = asked[name].replace(" ", "+") if asked[name].count(" ") == 1 and "T" in asked[name] else asked[name]
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refusal(400, "bad_request", f"{name}: {asked[name]!r} is no RFC 3339 time") from error
    if moment.tzinfo is None:
        raise Refusal(400, "bad_request", f"{name}: {asked[name]!r} names no zone; write Z or +07:00 at its end")
    return moment


def _points(asked: Mapping[str, str]) -> int:
    text = asked["points"]
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MAX_POINTS):
        raise Refusal(400, "bad_request", f"points: expected a number from 1 to {MAX_POINTS}")
    return int(text)
