"""Reading a posted batch: one reading that is none does not spoil the others."""

import json
from typing import Any, Final

import msgspec

from tabuah.operations.stations.posted import PostedReading
from tabuah.operations.stations.quality import Doubt
from tabuah.operations.stations.readings import MAX_READINGS_A_BATCH, Reading, ReadingBatch
from tabuah.operations.stations.typing_in import MAX_SOURCE_LENGTH
from tabuah.server.errors import Refusal

MAX_BODY_BYTES: Final = 10 * 1024 * 1024
_RAW_LENGTH: Final = 200

_FAST: Final = msgspec.json.Decoder(ReadingBatch)


def read_batch(body: bytes) -> tuple[PostedReading, ...]:
    """The readings of a request, by their index in it.

    Raises:
        Refusal: it is no batch at all, or too large.
    """
    if len(body) > MAX_BODY_BYTES:
        raise Refusal(413, "too_large", f"a batch of readings may have {MAX_BODY_BYTES} bytes")
    try:
        batch = _FAST.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return tuple(_read_one(item) for item in _items_of(body))
    if not batch.sources:
        return tuple(PostedReading(reading) for reading in batch.readings)
    if len(batch.sources) != len(batch.readings):
        raise Refusal(400, "malformed_readings", "there must be as many sources as readings, or none")
    pairs = zip(batch.readings, batch.sources, strict=True)
    return tuple(PostedReading(reading, source=_short(source)) for reading, source in pairs)


def _short(source: str) -> str:
    return source.strip()[:MAX_SOURCE_LENGTH].encode("utf-8", "replace").decode()


def _items_of(body: bytes) -> list[Any]:
    """The elements as they are; the standard parser also knows NaN and Infinity, which some gateways write."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Refusal(400, "malformed_readings", f"this is no JSON: {error}") from error
    items = found.get("readings") if isinstance(found, dict) else None
    if not isinstance(items, list):
        raise Refusal(400, "malformed_readings", 'expected {"readings": [[station, parameter, time, value], …]}')
    if len(items) > MAX_READINGS_A_BATCH:
        raise Refusal(
            413, "too_large", f"a batch may have {MAX_READINGS_A_BATCH} readings, this one has {len(items)}"
        )
    return items


def _read_one(item: Any) -> PostedReading:
    try:
        reading = msgspec.convert(item, Reading)
        (reading.station + reading.parameter).encode()
    except (msgspec.ValidationError, UnicodeEncodeError, OverflowError, RecursionError):
        return PostedReading(None, _doubt_of(item), _told(item))
    return PostedReading(reading)


def _doubt_of(item: Any) -> Doubt:
    """A value that is no number is told as such; anything else is malformed."""
    is_row = isinstance(item, list) and len(item) >= 4
    is_number = is_row and isinstance(item[3], int | float) and not isinstance(item[3], bool)
    return Doubt.NOT_A_NUMBER if is_row and not is_number else Doubt.MALFORMED


def _told(item: Any) -> str:
    try:
        return json.dumps(item)[:_RAW_LENGTH]
    except (ValueError, RecursionError):
        return "?"
