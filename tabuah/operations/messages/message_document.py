"""Reader of the documents of message gateways: JSON, read by a mapping, or a CAP alert."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from math import isfinite
from typing import Any, Final, NamedTuple

import msgspec

from tabuah.operations.bounds import LARGEST_FILE_BYTES
from tabuah.operations.feeds.errors import FeedError
from tabuah.operations.feeds.remarks import FeedRemark
from tabuah.operations.gateways.mapping import TimeFormat
from tabuah.operations.messages.alert_document import read_alert
from tabuah.operations.messages.html_reader import text_of_html
from tabuah.operations.messages.inbound_message import (
    LONGEST_ADDRESS,
    LONGEST_ID,
    LONGEST_SENDER,
    LONGEST_TEXT,
    InboundMessage,
    plain_line,
    plain_lines,
)
from tabuah.operations.messages.message import (
    MOST_ATTACHMENTS,
    AttachmentKind,
    MessageAttachment,
    MessageChannel,
    MessagePosition,
)
from tabuah.operations.messages.message_mapping import (
    AttachmentMapping,
    AutomaticMark,
    MessageMapping,
    PathText,
    TextPart,
)
from tabuah.operations.messages.reply_address import is_of_program

MAX_DOCUMENT_BYTES: Final = 1024 * 1024
MOST_MESSAGES: Final = 100  # in one document
EARLIEST_SENT: Final = datetime(2000, 1, 1, tzinfo=UTC)
FUTURE: Final = timedelta(minutes=10)  # a sender's clock may be ahead by this
_NO: Final = frozenset(
    {"", "0", "no", "false", "none", "normal", "tidak"}
)  # of fields that mark an automatic message


class UnreadableDocument(ValueError):
    """The document is no JSON or no CAP alert, is too large, or has too many messages; the text is a stable code.

    Attributes:
        remark: why it is no CAP alert that can be used; None for other documents.
    """

    def __init__(self, code: str, remark: FeedRemark | None = None) -> None:
        super().__init__(code)
        self.remark = remark


class Node(NamedTuple):
    """A value of a document, and the object that contains it."""

    value: Any
    parent: Any = None


def read_document(mapping: MessageMapping, document: bytes, now: datetime) -> tuple[InboundMessage | None, ...]:
    """Return the messages of a document in order; None for one that is no object or has nothing to answer.

    Args:
        mapping: where the fields are; that of the channel `cap` has none, and the document is one alert.
        document: the JSON or XML text.
        now: time of receipt, after which nothing can have been sent.

    Raises:
        UnreadableDocument: it is no JSON, no alert, too large, or has too many messages.
    """
    if len(document) > MAX_DOCUMENT_BYTES:
        raise UnreadableDocument("too_large")
    if mapping.channel is MessageChannel.CAP:
        return (_alert(document, now),)
    try:
        root = json.loads(document.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise UnreadableDocument("not_json") from error
    nodes = []
    for node in _items(Node(root), mapping.items.split(".") if mapping.items else []):
        nodes.append(node)
        if len(nodes) > MOST_MESSAGES:
            raise UnreadableDocument("too_many_messages")
    return tuple(_message(mapping, node, now) for node in nodes)


def _alert(document: bytes, now: datetime) -> InboundMessage:
    try:
        return read_alert(document, now)
    except FeedError as error:
        raise UnreadableDocument("not_cap", error.remark) from error


def _items(node: Node, steps: list[str]) -> Iterator[Node]:
    """Yield the values at a path where each list means all of its items; the items of a list have its parent."""
    if isinstance(node.value, list):
        for item in node.value:
            if not isinstance(item, list):  # a list of lists is no list of messages
                yield from _items(Node(item, node.parent), steps)
    elif not steps:
        yield node
    elif isinstance(node.value, dict) and steps[0] in node.value:
        yield from _items(Node(node.value[steps[0]], node.value), steps[1:])


def _message(mapping: MessageMapping, node: Node, now: datetime) -> InboundMessage | None:
    if not isinstance(node.value, dict):
        return None
    text = plain_lines("\n".join(filter(None, (_part(node, each) for each in mapping.text_parts))))
    message = InboundMessage(
        channel=mapping.channel,
        external_id=_joined(node, mapping.id, LONGEST_ID),
        sender=_joined(node, mapping.sender, LONGEST_SENDER, separator=" · "),
        address=plain_line(_word(_find(node, mapping.address)), LONGEST_ADDRESS),
        reply_to=plain_line(_word(_find(node, mapping.reply_to)), LONGEST_ID),
        text=text[:LONGEST_TEXT],
        sent_at=_sent_at(mapping, node, now),
        position=_position(mapping, node),
        attachments=tuple(_attachments(mapping, node))[:MOST_ATTACHMENTS],
        automatic=any(_is_marked(node, mark) for mark in mapping.automatic),
        cut=max(0, len(text) - LONGEST_TEXT),
    )
    if is_of_program(message):
        message = msgspec.structs.replace(message, automatic=True)
    return None if message.is_empty else message


def _part(node: Node, part: TextPart) -> str:
    if part.instead_of and _word(_find(node, part.instead_of)).strip():
        return ""
    found = _word(_find(node, part.path))
    text = text_of_html(found) if part.html else found
    return f"{part.label}: {text}" if part.label and text.strip() else text


def _joined(node: Node, paths: tuple[str, ...], longest: int, *, separator: str = " ") -> str:
    """Return the parts that exist, each once."""
    parts = (plain_line(_word(_find(node, path)), longest) for path in paths)
    return separator.join(dict.fromkeys(filter(None, parts)))[:longest]


def _find(node: Node, path: str) -> Any:
    """Return the value at a path, None if there is none; a list without a number is its only item."""
    if not path:
        return None
    value = node.value
    if path.startswith("^."):
        value, path = node.parent, path[2:]
    for step in path.split("."):
        if isinstance(value, list) and not step.isdigit():
            value = value[0] if len(value) == 1 else None
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdecimal() and len(step) < 6 and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


def _word(value: Any) -> str:
    """Return a text or a number as text; gateways send numbers of telephones and chats as either."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    try:
        return str(value)
    except ValueError:  # an integer of thousands of digits
        return ""


def _is_marked(node: Node, mark: PathText | AutomaticMark) -> bool:
    if isinstance(mark, AutomaticMark):
        found = _word(_find(node, mark.path)).strip().casefold()
        return found in {value.strip().casefold() for value in mark.values}
    return _is_set(_find(node, mark))


def _is_set(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    return _word(value).strip().casefold() not in _NO if isinstance(value, str | int | float) else bool(value)


def _number(value: Any) -> float | None:
    try:
        number = float(_word(value))
    except ValueError:
        return None
    return number if isfinite(number) else None


def _sent_at(mapping: MessageMapping, node: Node, now: datetime) -> datetime | None:
    raw = _word(_find(node, mapping.time)).strip()
    try:
        if mapping.time_format is TimeFormat.ISO:
            moment = datetime.fromisoformat(raw)
            moment = moment if moment.tzinfo is not None else moment.replace(tzinfo=mapping.default_zone)
            moment = moment.astimezone(UTC)
        else:
            divisor = 1000 if mapping.time_format is TimeFormat.MILLISECONDS else 1
            moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=float(raw) / divisor)
    except (ValueError, OverflowError):
        return None
    moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    return min(moment, now) if EARLIEST_SENT <= moment <= now + FUTURE else None


def _position(mapping: MessageMapping, node: Node) -> MessagePosition | None:
    if mapping.geopoint:
        words = _word(_find(node, mapping.geopoint)).split()
        lat_deg, lon_deg = (_number(words[0]), _number(words[1])) if len(words) >= 2 else (None, None)
    else:
        lat_deg, lon_deg = _number(_find(node, mapping.lat)), _number(_find(node, mapping.lon))
    if lat_deg is None or lon_deg is None or not (-90 <= lat_deg <= 90 and -180 <= lon_deg <= 180):
        return None
    is_nowhere = lat_deg == lon_deg == 0  # of programs without a fix
    return None if is_nowhere else MessagePosition(lon_deg=lon_deg, lat_deg=lat_deg)


def _attachments(mapping: MessageMapping, node: Node) -> Iterator[MessageAttachment]:
    for each in mapping.attachments:
        found = _find(node, each.path)
        for item in (found if each.each and isinstance(found, list) else [found] if found else ())[:MOST_ATTACHMENTS]:
            yield _attachment(each, item)


def _attachment(mapping: AttachmentMapping, item: Any) -> MessageAttachment:
    """Return one file; of several sizes of one photo, the largest counts."""
    variants = item if isinstance(item, list) else [item]
    sizes = (_number(_find(Node(variant), mapping.size)) for variant in variants)
    size = max((size for size in sizes if size is not None and size >= 0), default=0)
    kind = mapping.kind or _kind_of(_word(_find(Node(variants[0] if variants else None), mapping.type)))
    return MessageAttachment(kind=kind, size_bytes=int(min(size, LARGEST_FILE_BYTES)))


def _kind_of(media_type: str) -> AttachmentKind:
    by_prefix = {"image": AttachmentKind.PHOTO, "video": AttachmentKind.VIDEO, "audio": AttachmentKind.AUDIO}
    return by_prefix.get(media_type.partition("/")[0].strip().lower(), AttachmentKind.DOCUMENT)
