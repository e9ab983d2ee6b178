"""Parser of gateway messages in JSON, CSV and SenML; unreadable parts are reported, never dropped."""

import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec

from tabuah.operations.gateways.mapping import GatewayMapping, PayloadFormat, TimeFormat, TopicPlaces, ValueMapping
from tabuah.operations.gateways.senml import read_senml
from tabuah.operations.readings.measurements import UnknownUnit, conversion_of
from tabuah.operations.readings.reading import MAX_READINGS_A_BATCH, Doubt, PostedReading, Reading

MAX_PAYLOAD_BYTES: Final = 1024 * 1024
_RAW_LENGTH: Final = 200
_MISSING: Final[Any] = object()


def read_payload(
    mapping: GatewayMapping, places: TopicPlaces, payload: bytes, now: datetime
) -> tuple[PostedReading, ...]:
    """Return the readings of one message, and its unreadable parts.

    Args:
        mapping: the format.
        places: station and parameter of the topic.
        payload: the message; an empty one (a cleared retained topic) has no readings.
        now: time of receipt, for messages without a time and for relative times.
    """
    if not payload:
        return ()
    if len(payload) > MAX_PAYLOAD_BYTES:
        return (_malformed(payload[:_RAW_LENGTH].decode("utf-8", "replace")),)
    try:
        found = tuple(_READERS[mapping.format](mapping, places, payload.decode("utf-8-sig"), now))
    except (ValueError, RecursionError, csv.Error):
        return (_malformed(payload[:_RAW_LENGTH].decode("utf-8", "replace")),)
    if len(found) > MAX_READINGS_A_BATCH:
        return (_malformed(f"{len(found)} readings in one message, {MAX_READINGS_A_BATCH} are allowed"),)
    return found


def _json_readings(mapping: GatewayMapping, places: TopicPlaces, text: str, now: datetime) -> Iterator[PostedReading]:
    document = json.loads(text)
    found = _at(document, mapping.items)
    if found is _MISSING:
        yield _malformed(text[:_RAW_LENGTH])
        return
    for item in found if isinstance(found, list) and not _is_row(mapping) else [found]:
        yield from _readings_of(mapping, places, item, now)


def _is_row(mapping: GatewayMapping) -> bool:
    """Return whether a list is one message with values by index, not a list of messages."""
    return any(path.partition(".")[0].isdigit() for path in (mapping.time, *(v.path for v in mapping.values)))


def _csv_readings(mapping: GatewayMapping, places: TopicPlaces, text: str, now: datetime) -> Iterator[PostedReading]:
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        return
    delimiter = mapping.delimiter or max(";\t|,", key=lines[0].count)
    rows = list(csv.reader(lines, delimiter=delimiter, strict=True))
    named = not _is_row(mapping)
    header = [cell.strip() for cell in rows[0]] if named else []
    for row in rows[1:] if named else rows:
        cells: Any = dict(zip(header, row, strict=False)) if named else row
        yield from _readings_of(mapping, places, cells, now, decimal_comma=delimiter == ";")


def _readings_of(
    mapping: GatewayMapping, places: TopicPlaces, item: Any, now: datetime, *, decimal_comma: bool = False
) -> Iterator[PostedReading]:
    """Yield the readings of one station at one time; values may be missing."""
    given = places.station or _name(_at(item, mapping.station))
    station = mapping.stations.get(given, given)
    at = _moment(_at(item, mapping.time), mapping) if mapping.time else now
    present = [(value, raw) for value in mapping.values if (raw := _at(item, value.path)) is not _MISSING]
    if not present:
        yield _malformed(_shortened_json(item))
    for value, raw in present:
        if raw is None or raw == "":
            continue
        parameter = value.parameter or places.parameter
        number = _number(raw, decimal_comma=decimal_comma)
        if not station or not parameter or at is None:
            yield _malformed(_shortened_json(item))
        elif number is None:
            yield PostedReading(None, Doubt.NOT_A_NUMBER, _shortened_json(item))
        else:
            yield _posted(Reading(station, parameter, at, number, 0), value, item)


def _posted(reading: Reading, value: ValueMapping, item: object) -> PostedReading:
    """Return the reading in its native unit."""
    try:
        native = conversion_of(reading.parameter, value.unit).apply(reading.value * value.scale + value.offset)
        (reading.station + reading.parameter).encode()
    except UnknownUnit:
        return PostedReading(None, Doubt.WRONG_UNIT, _shortened_json(item))
    except UnicodeEncodeError:
        return _malformed(_shortened_json(item))
    return PostedReading(msgspec.structs.replace(reading, value=native))


def _senml_readings(
    mapping: GatewayMapping, places: TopicPlaces, text: str, now: datetime
) -> Iterator[PostedReading]:
    """Parse SenML; names are `station/parameter`, or one of them if the topic has the other."""
    for record in read_senml(text, now):
        fields = [record.name, record.unit, record.value]
        given, _slash, name = record.name.strip("/:").replace(":", "/").rpartition("/")
        given = given or places.station
        value = next((v for v in mapping.values if v.path == name), ValueMapping(path=name, unit=record.unit))
        station, parameter = mapping.stations.get(given, given), value.parameter or name or places.parameter
        if station and parameter:
            yield _posted(Reading(station, parameter, record.at, record.value, 0), value, fields)
        else:
            yield _malformed(_shortened_json(fields))


_READERS: Final = {
    PayloadFormat.JSON: _json_readings,
    PayloadFormat.CSV: _csv_readings,
    PayloadFormat.SENML: _senml_readings,
}


def _at(item: Any, path: str) -> Any:
    """Return the value at a path; `_MISSING` if there is none."""
    for step in path.split(".") if path else ():
        if isinstance(item, dict):
            item = item.get(step, _MISSING)
        elif isinstance(item, list) and step.isdigit() and int(step) < len(item):
            item = item[int(step)]
        else:
            return _MISSING
    return item


def _name(found: object) -> str:
    """Return an identifier; some gateways number their stations."""
    return str(found) if isinstance(found, str | int) else ""


def _number(raw: object, *, decimal_comma: bool) -> float | None:
    if isinstance(raw, bool):
        return float(raw)
    if isinstance(raw, str):
        raw = raw.strip()
        raw = raw.replace(".", "").replace(",", ".") if decimal_comma and "," in raw else raw
    try:
        return float(raw)  # type: ignore[arg-type]  # any JSON value; reported if it is no number
    except (TypeError, ValueError, OverflowError):
        return None


def _moment(raw: object, mapping: GatewayMapping) -> datetime | None:
    """Return the time in UTC; None if it is no time. One without a zone is in that of the mapping."""
    try:
        if mapping.time_format is TimeFormat.ISO:
            moment = datetime.fromisoformat(str(raw).strip())
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=mapping.default_zone)
            return moment.astimezone(UTC)
        divisor = 1000 if mapping.time_format is TimeFormat.MILLISECONDS else 1
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=float(str(raw)) / divisor)
    except (TypeError, ValueError, OverflowError):
        return None


def _malformed(raw: str) -> PostedReading:
    return PostedReading(None, Doubt.MALFORMED, raw)


def _shortened_json(item: object) -> str:
    try:
        return json.dumps(item)[:_RAW_LENGTH]
    except (TypeError, ValueError, RecursionError):
        return "?"
