"""Decoders from received bytes to text, JSON or XML, with clear errors for other responses."""

import json
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from tabuah.operations.feeds.errors import (
    FeedForbidden,
    FeedIsWebPage,
    FeedMalformed,
    FeedNotText,
    FeedTooLarge,
    FeedTruncated,
    UnusableItem,
)

MAX_BYTES: Final = 10_000_000  # the largest real feed is under 200 kB
MAX_TAGS: Final = 200_000  # an element takes a hundred times its text in memory
_ENDED_EARLY: Final = (3, 5, 6, 20)  # expat: no element found, unclosed token, partial character, unclosed CDATA


def read_text(data: bytes) -> str:
    """Decode UTF-8 text and remove a byte order mark.

    Raises:
        FeedError: too large, empty, compressed, not UTF-8, or a web page.
    """
    if len(data) > MAX_BYTES:
        raise FeedTooLarge("too_many_bytes", bytes=len(data))
    if data[:2] == b"\x1f\x8b":
        raise FeedNotText("compressed")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FeedNotText(
            "not_utf8",
            position=error.start,
        ) from None
    text = text.strip()
    if not text:
        raise FeedTruncated("empty")
    if text[:200].lower().startswith(("<!doctype html", "<html")):
        raise FeedIsWebPage("web_page")
    return text


def read_json(text: str) -> object:
    """Parse JSON; NaN and Infinity pass as floats and are rejected with their field.

    Raises:
        FeedError: truncated or not JSON.
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        if error.pos >= len(text) or error.msg.startswith("Unterminated string"):
            raise FeedTruncated("incomplete") from None
        raise FeedMalformed(
            "not_json",
            line=error.lineno,
            column=error.colno,
        ) from None
    except (RecursionError, ValueError):
        raise FeedMalformed("nested_too_deeply") from None


def read_xml(text: str) -> Element:
    """Parse XML without document types, entities or external references.

    Raises:
        FeedError: truncated, not XML, or with forbidden declarations.
    """
    if text.count("<") > MAX_TAGS:
        raise FeedTooLarge("too_many_tags", tags=MAX_TAGS)
    try:
        root: Element = fromstring(text, forbid_dtd=True)
    except DefusedXmlException:
        raise FeedForbidden("forbidden_declarations") from None
    except ParseError as error:
        if error.code in _ENDED_EARLY:
            raise FeedTruncated("incomplete") from None
        line, column = error.position
        raise FeedMalformed(
            "not_xml",
            line=line,
            column=column + 1,
        ) from None
    return root


def clean_text(value: object, field: str, *, limit: int = 500) -> str:
    """Return one line of text without control characters and surrogates; "" for nothing.

    Raises:
        UnusableItem: not text or too long.
    """
    if value is None:
        return ""
    if not isinstance(value, str):
        raise UnusableItem("not_text", field=field)
    if len(value) > limit:
        raise UnusableItem("text_too_long", field=field, length=len(value))
    printable = "".join(c if c.isprintable() or c.isspace() else "\ufffd" for c in value)
    return " ".join(printable.split())
