"""Parser of BMKG's nowcast list (RSS): one notice for each warning, with the address of its CAP message."""

import re
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import msgspec

from tabuah.operations.feeds.decoders import read_text, read_xml
from tabuah.operations.feeds.errors import FeedShapeError, FeedUnknown, FeedUnusable, UnusableItem
from tabuah.operations.feeds.feed_reading import FeedKind, FeedNote, FeedReading
from tabuah.operations.feeds.kecamatan_names import kecamatan_named_in
from tabuah.operations.feeds.remarks import FeedRemark
from tabuah.operations.feeds.timestamps import read_mail_date
from tabuah.operations.feeds.xml_elements import children, local_name, required_text, text_of

_GUID: Final = re.compile(r"2\.49\.0\.1\.360\.0\.(?:[0-9]{4})(?:\.[0-9]{2}){3}\.([0-9]{2})\.([0-9]{1,6})")


class NowcastNotice(msgspec.Struct, frozen=True, kw_only=True):
    """One warning in the list; `link` is "" unless it leads to BMKG over https."""

    guid: str
    title: str
    published_at: datetime
    link: str = ""
    description: str = ""
    category: str = ""
    province_code: str = ""
    kecamatan: tuple[str, ...] = ()


def parse_nowcast_rss(data: bytes, *, now: datetime | None = None, origin: str = "") -> FeedReading[NowcastNotice]:
    """Parse the list; an empty list is valid and means that there is no warning.

    Args:
        data: the received bytes.
        now: the caller's clock (UTC); if given, notices in the future are left out.
        origin: the source address, which links may also lead to.

    Raises:
        FeedError: not RSS, or it has no usable notice.
    """
    return parse_nowcast_element(read_xml(read_text(data)), now=now, origin=origin)


def parse_nowcast_element(
    root: Element, *, now: datetime | None = None, origin: str = ""
) -> FeedReading[NowcastNotice]:
    """Parse the root element of BMKG's list of warnings.

    Raises:
        FeedError: not RSS, or it has no usable notice.
    """
    if local_name(root) != "rss":
        raise FeedUnknown("not_a_nowcast_list")
    channel = next(children(root, "channel"), None)
    if channel is None:
        raise FeedShapeError("nowcast_list_incomplete")
    items: list[NowcastNotice] = []
    set_aside: list[FeedNote] = []
    notes: list[FeedNote] = []
    for index, element in enumerate(children(channel, "item")):
        remarks: list[FeedRemark] = []
        try:
            items.append(_notice(element, remarks, now, origin))
        except UnusableItem as reason:
            set_aside.append(FeedNote(index, reason.remark))
        notes.extend(FeedNote(index, remark) for remark in remarks)
    if set_aside and not items:
        raise FeedUnusable(
            "notices_unusable",
            count=len(set_aside),
            reason=set_aside[0].reason,
        )
    issued_at = _issued_at(channel, notes, now)
    return FeedReading(
        kind=FeedKind.WARNING_LIST,
        items=tuple(items),
        set_aside=tuple(set_aside),
        notes=tuple(notes),
        issued_at=issued_at,
    )


def _notice(element: Element, notes: list[FeedRemark], now: datetime | None, origin: str) -> NowcastNotice:
    guid = required_text(element, "guid")
    description = text_of(element, "description", notes=notes)
    numbered = _GUID.fullmatch(guid)
    if numbered is None:
        notes.append(FeedRemark("unknown_identifier", guid=guid[:60]))
    return NowcastNotice(
        guid=guid,
        title=required_text(element, "title"),
        published_at=read_mail_date(required_text(element, "pubDate"), "pubDate", now=now),
        link=_safe_link(text_of(element, "link", notes=notes), origin, notes),
        description=description,
        category=text_of(element, "category", notes=notes),
        province_code=numbered[1] if numbered else "",
        kecamatan=kecamatan_named_in(description),
    )


def _safe_link(link: str, origin: str, notes: list[FeedRemark]) -> str:
    """Return the link if it is safe to follow: a feed may only lead to BMKG or to its own origin."""
    try:
        parts, own = urlsplit(link), urlsplit(origin)
        host = parts.hostname or ""
        safe = parts.scheme == "https" and (host == "bmkg.go.id" or host.endswith(".bmkg.go.id"))
        safe = safe or (bool(host) and (parts.scheme, parts.netloc) == (own.scheme, own.netloc))
    except ValueError:
        safe = False
    if safe:
        return link
    notes.append(FeedRemark("foreign_link"))
    return ""


def _issued_at(channel: Element, notes: list[FeedNote], now: datetime | None) -> datetime | None:
    remarks: list[FeedRemark] = []
    text = text_of(channel, "lastBuildDate", notes=remarks) or text_of(channel, "pubDate", notes=remarks)
    try:
        return read_mail_date(text, "lastBuildDate", now=now) if text else None
    except UnusableItem as reason:
        notes.append(FeedNote(None, reason.remark))
        return None
