"""Routes of readings: posting batches, querying the latest values and series, and the health of gateways."""

import asyncio
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Final, NamedTuple

import msgspec
from litestar import get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import QueryParameter

from tabuah.operations.bounds import clamp_moment
from tabuah.operations.people.roles import MAY_SEND_READINGS, Role
from tabuah.operations.readings.authorship import ReadingAuthor
from tabuah.operations.readings.reading import (
    MAX_READINGS_A_BATCH,
    MAX_SOURCE_LENGTH,
    Doubt,
    PostedReading,
    Reading,
    ReadingBatch,
)
from tabuah.resources.time_zone import home_zone
from tabuah.server.errors import Refusal
from tabuah.server.mqtt.status import MqttSource
from tabuah.server.people.access import PEOPLE, AccessControl, AnyRequest, check_approved, guarded_by
from tabuah.server.readings.service import ReadingsService
from tabuah.storage.journal.protocol import GatewaysReply, LatestReply, ReadingsReply, SeriesReply

MAX_BODY_BYTES: Final = 10 * 1024 * 1024
_RAW_LENGTH: Final = 200

_FAST: Final = msgspec.json.Decoder(ReadingBatch)


class ParsedBatch(NamedTuple):
    """The readings of a request, and why old ones are sent now."""

    posted: tuple[PostedReading, ...]
    reason: str = ""


def parse_batch(body: bytes) -> ParsedBatch:
    """Decode the readings of a request; an invalid one does not affect the others.

    Raises:
        Refusal: it is not a batch, or it is too large.
    """
    if len(body) > MAX_BODY_BYTES:
        raise Refusal(413, "too_large", f"a batch of readings may have {MAX_BODY_BYTES} bytes")
    try:
        batch = _FAST.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _read_each(body)
    reason = _short(batch.reason)
    if not batch.sources and not batch.reasons:
        return ParsedBatch(tuple(PostedReading(reading) for reading in batch.readings), reason)
    nothing = ("",) * len(batch.readings)
    sources, reasons = batch.sources or nothing, batch.reasons or nothing
    if not len(sources) == len(reasons) == len(batch.readings):
        message = "there must be as many sources and reasons as readings, or none"
        raise Refusal(400, "malformed_readings", message)
    posted = tuple(
        PostedReading(reading, source=_short(source), reason=_short(why))
        for reading, source, why in zip(batch.readings, sources, reasons, strict=True)
    )
    return ParsedBatch(posted, reason)


def _short(source: str) -> str:
    return source.strip()[:MAX_SOURCE_LENGTH].encode("utf-8", "replace").decode()


def _read_each(body: bytes) -> ParsedBatch:
    """Decode item by item. The standard parser also accepts NaN and Infinity, which some gateways send."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Refusal(400, "malformed_readings", f"invalid JSON: {error}") from error
    items = found.get("readings") if isinstance(found, dict) else None
    if not isinstance(items, list):
        raise Refusal(400, "malformed_readings", 'expected {"readings": [[station, parameter, time, value], …]}')
    if len(items) > MAX_READINGS_A_BATCH:
        raise Refusal(
            413, "too_large", f"a batch may have {MAX_READINGS_A_BATCH} readings, this one has {len(items)}"
        )
    reason = found.get("reason")
    posted = tuple(_read_one(item) for item in items)
    return ParsedBatch(posted, _short(reason) if isinstance(reason, str) else "")


def _read_one(item: Any) -> PostedReading:
    try:
        reading = msgspec.convert(item, Reading)
        (reading.station + reading.parameter).encode()
    except (msgspec.ValidationError, UnicodeEncodeError, OverflowError, RecursionError):
        return PostedReading(None, _doubt_of(item), _as_text(item))
    return PostedReading(reading)


def _doubt_of(item: Any) -> Doubt:
    """Return NOT_A_NUMBER for a value that is not a number, otherwise MALFORMED."""
    is_row = isinstance(item, list) and len(item) >= 4
    is_number = is_row and isinstance(item[3], int | float) and not isinstance(item[3], bool)
    return Doubt.NOT_A_NUMBER if is_row and not is_number else Doubt.MALFORMED


def _as_text(item: Any) -> str:
    try:
        return json.dumps(item)[:_RAW_LENGTH]
    except (ValueError, RecursionError):
        return "?"


MAY_READ: Final = PEOPLE | {Role.GATEWAY}
MAX_POINTS: Final = 5_000
Name = Annotated[str, QueryParameter(max_length=80)]
_WHEN: Final = "RFC 3339 with a zone"
_INLINE_BYTES: Final = 128 * 1024  # a larger batch is parsed outside the event loop


def readings_routes(
    service: ReadingsService, access: AccessControl, link: MqttSource | None
) -> list[HTTPRouteHandler]:
    """Build the routes `POST` and `GET /v1/readings`, `/v1/readings/latest`, and those below `/v1/gateways`."""
    may_read = guarded_by(lambda connection: access.user_with(connection, MAY_READ))

    @post("/v1/readings", status_code=200, tags=["readings"], request_max_body_size=MAX_BODY_BYTES)
    async def take_readings(request: AnyRequest) -> ReadingsReply:
        """Post at most 5,000 readings, a `ReadingBatch`; the response follows when they are on disk.

        Invalid readings are quarantined and returned with index and reason. A repeated reading changes
        nothing.
        """
        caller = access.caller_with(request, MAY_SEND_READINGS)
        check_approved(caller)
        user, body = caller.user, await request.body()
        batch = parse_batch(body) if len(body) <= _INLINE_BYTES else await asyncio.to_thread(parse_batch, body)
        author = ReadingAuthor(account=user.name, role=user.role, reason=batch.reason)
        return await asyncio.wrap_future(service.submit(author, batch.posted))

    @get("/v1/readings/latest", tags=["readings"], guards=may_read, sync_to_thread=False)
    def latest() -> LatestReply:
        """The newest reading of every series."""
        return LatestReply(readings=service.latest())

    @get("/v1/readings", tags=["readings"], guards=may_read)
    async def series(
        station: Name,
        parameter: Name,
        since: Annotated[str, QueryParameter(name="from", max_length=60, description=_WHEN)],
        until: Annotated[str, QueryParameter(name="to", max_length=60, description=_WHEN)],
        points: Annotated[str, QueryParameter(description=f"1 to {MAX_POINTS}")] = "500",
    ) -> SeriesReply:
        """One series between two moments: every reading if they are few, otherwise buckets for a chart."""
        asked = {"from": since, "to": until, "points": points}
        span = parse_moment(asked, "from"), parse_moment(asked, "to")
        found = await asyncio.to_thread(service.series, station, parameter, *span, points=_points(asked))
        return SeriesReply(station=station, parameter=parameter, points=found)

    @get("/v1/gateways", tags=["readings"], guards=may_read, sync_to_thread=False)
    def gateways() -> GatewaysReply:
        """The health of the MQTT connection, and counts for each gateway mapping."""
        return GatewaysReply() if link is None else link.health()

    return [take_readings, latest, series, gateways]


def parse_moment(asked: Mapping[str, str], name: str) -> datetime:
    """Parse a moment from the query, clamped to the bounds: no data lie outside, and queries add to it.

    Raises:
        Refusal: it is no RFC 3339 time, or has no zone.
    """
    # An unescaped plus sign in a query arrives as a space.
    text = asked[name].replace(" ", "+") if asked[name].count(" ") == 1 and "T" in asked[name] else asked[name]
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refusal(400, "bad_request", f"{name}: {asked[name]!r} is not an RFC 3339 time") from error
    if moment.tzinfo is None:
        offset = datetime(2026, 1, 1, tzinfo=home_zone()).isoformat()[-6:]
        raise Refusal(400, "bad_request", f"{name}: {asked[name]!r} has no time zone; append Z or {offset}")
    return clamp_moment(moment)


def _points(asked: Mapping[str, str]) -> int:
    text = asked["points"]
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MAX_POINTS):
        raise Refusal(400, "bad_request", f"points: expected a number from 1 to {MAX_POINTS}")
    return int(text)
