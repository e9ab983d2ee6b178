"""Routes of historical readings: values, hourly or daily summaries, and counts of quarantined readings."""

import asyncio
from datetime import datetime
from typing import Annotated, Final

import msgspec
from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import ResponseSpec
from litestar.params import QueryParameter

from tabuah.operations.readings.roll_up_spans import RollUpSpan
from tabuah.server.compression import json_response
from tabuah.server.errors import Refusal
from tabuah.server.people.access import AccessControl, AnyRequest, guarded_by
from tabuah.server.readings.routes import MAY_READ, parse_moment
from tabuah.server.readings.service import ReadingsService
from tabuah.storage.journal.protocol import (
    CorrectionsReply,
    QuarantineGroup,
    QuarantineListReply,
    QuarantineReply,
    SummariesReply,
    ValuesReply,
)

MOST_VALUES: Final = 5_000
MOST_CORRECTIONS: Final = 1_000
MOST_GROUPS: Final = 1_000
MOST_SPANS: Final = 9_000  # about a year of hours
Name = Annotated[str, QueryParameter(max_length=80)]
From = Annotated[str, QueryParameter(name="from", max_length=60, description="RFC 3339 with a zone")]
To = Annotated[str, QueryParameter(name="to", max_length=60, description="RFC 3339 with a zone, included")]


def past_routes(service: ReadingsService, access: AccessControl) -> list[HTTPRouteHandler]:
    """Build the routes of past, quarantined and corrected readings below `/v1/readings`."""
    may_read = guarded_by(lambda connection: access.user_with(connection, MAY_READ))

    @get("/v1/readings/values", responses={200: ResponseSpec(ValuesReply)}, tags=["readings"], guards=may_read)
    async def values(request: AnyRequest, station: Name, parameter: Name, since: From, until: To) -> Response[bytes]:
        """The oldest 5,000 values of one series between two moments, as they are stored."""
        first, last = _read_span(since, until)
        found = await asyncio.to_thread(
            service.read,
            lambda store: store.oldest_between(station, parameter, first, last, most=MOST_VALUES + 1),
        )
        more = len(found) > MOST_VALUES
        reply = ValuesReply(station=station, parameter=parameter, values=found[:MOST_VALUES], more=more)
        return await _answer(request, reply)

    @get("/v1/readings/summaries", responses={200: ResponseSpec(SummariesReply)}, tags=["readings"], guards=may_read)
    async def summaries(
        request: AnyRequest,
        station: Name,
        parameter: Name,
        since: From,
        until: To,
        span: Annotated[str, QueryParameter(max_length=10, description="minute, hour or day")] = "hour",
    ) -> Response[bytes]:
        """One series in minutes, hours or days of UTC, at most 9,000 of them; spans without a value are left out.

        Minutes are computed from the values, so there are none before `values_from`.
        """
        first, last = _read_span(since, until)
        asked = _span_in(span)
        if (last - first) / asked.length > MOST_SPANS:
            raise Refusal(400, "bad_request", f"more than {MOST_SPANS} spans: ask for less, or for longer ones")
        found, values_from = await asyncio.to_thread(
            service.read,
            lambda store: (store.summaries(station, parameter, first, last, asked.length), store.values_from()),
        )
        reply = SummariesReply(
            station=station, parameter=parameter, span=span, summaries=found, values_from=values_from
        )
        return await _answer(request, reply)

    @get("/v1/readings/aside", tags=["readings"], guards=may_read)
    async def aside(station: Name) -> QuarantineReply:
        """How many readings of a station were quarantined, and why."""
        counts = await asyncio.to_thread(service.read, lambda store: store.quarantine.count(station))
        return QuarantineReply(station=station, counts={doubt.value: n for doubt, n in counts.items()})

    @get("/v1/readings/quarantine", tags=["readings"], guards=may_read)
    async def quarantine(station: Name = "") -> QuarantineListReply:
        """The quarantined readings of a station, or of all, by sender and reason; at most 1,000 groups."""
        found = await asyncio.to_thread(
            service.read, lambda store: store.quarantine.groups(station or None, most=MOST_GROUPS)
        )
        groups = (
            QuarantineGroup(
                station=g.station, source=g.source, reason=g.doubt.value, count=g.readings, received_at=g.received_at
            )
            for g in found
        )
        return QuarantineListReply(groups=tuple(groups))

    @get("/v1/readings/corrections", tags=["readings"], guards=may_read)
    async def corrections(station: Name, parameter: Name, since: From, until: To) -> CorrectionsReply:
        """The corrected readings of one series between two moments, with both values and accounts; at most 1,000."""
        first, last = _read_span(since, until)
        found = await asyncio.to_thread(
            service.read,
            lambda store: store.corrections.between(station, parameter, first, last, most=MOST_CORRECTIONS + 1),
        )
        return CorrectionsReply(corrections=found[:MOST_CORRECTIONS], more=len(found) > MOST_CORRECTIONS)

    return [values, summaries, aside, quarantine, corrections]


async def _answer(request: AnyRequest, reply: msgspec.Struct) -> Response[bytes]:
    """Compress outside the event loop: a week of minutes is half a megabyte, and a posko's connection is slow."""
    return await asyncio.to_thread(json_response, reply, request.headers.get("accept-encoding", ""))


def _span_in(text: str) -> RollUpSpan:
    try:
        return RollUpSpan(text)
    except ValueError as error:
        raise Refusal(400, "bad_request", f"span: expected one of {', '.join(RollUpSpan)}") from error


def _read_span(since: str, until: str) -> tuple[datetime, datetime]:
    asked = {"from": since, "to": until}
    return parse_moment(asked, "from"), parse_moment(asked, "to")
