"""BMKG's nowcast list (RSS): one notice for each warning, with the address of its CAP message."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

from tabuah.operations.feeds.elements import children, local_name, required_text, text_of
from tabuah.operations.feeds.errors import FeedShapeError, FeedUnknown, FeedUnusable, UnusableItem
from tabuah.operations.feeds.intake import read_text, read_xml
from tabuah.operations.feeds.kecamatan_names import kecamatan_named_in
from tabuah.operations.feeds.moments import read_mail_date
from tabuah.operations.feeds.reading import FeedKind, FeedReading, Finding
from tabuah.operations.feeds.remarks import Remark

WEST_SUMATRA: Final = "13"
_GUID: Final = re.compile(r"2\.49\.0\.1\.360\.0\.(?:[0-9]{4})(?:\.[0-9]{2}){3}\.([0-9]{2})\.([0-9]{1,6})")


@dataclass(frozen=True, slots=True, kw_only=True)
class NowcastNotice:
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
    """Read the list; a list without a single notice is fine: there is no warning then.

    Args:
        data: the bytes as they came.
        now: the caller's clock (UTC); with it, what lies in the future is set aside.
        origin: the address it came from: links may lead there, too.

    Raises:
        FeedError: it is no RSS, or no single notice of it can be used.
    """
    return nowcast_in(read_xml(read_text(data)), now=now, origin=origin)


def nowcast_in(root: Element, *, now: datetime | None = None, origin: str = "") -> FeedReading[NowcastNotice]:
    """The same for parsed XML.

    Raises:
        FeedError: it is no RSS, or no single notice of it can be used.
    """
    if local_name(root) != "rss":
        raise FeedUnknown("This XML is no BMKG nowcast list.")
    channel = next(children(root, "channel"), None)
    if channel is None:
        raise FeedShapeError('The nowcast list is incomplete: "channel" is missing. Download it again.')
    items: list[NowcastNotice] = []
    set_aside: list[Finding] = []
    notes: list[Finding] = []
    for index, element in enumerate(children(channel, "item")):
        remarks: list[Remark] = []
        try:
            items.append(_notice(element, remarks, now, origin))
        except UnusableItem as reason:
            set_aside.append(Finding(index, reason.remark))
        notes.extend(Finding(index, remark) for remark in remarks)
    if set_aside and not items:
        raise FeedUnusable(
            "None of the {count} notices can be used. The first: {reason}.",
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


def _notice(element: Element, notes: list[Remark], now: datetime | None, origin: str) -> NowcastNotice:
    guid = required_text(element, "guid")
    description = text_of(element, "description", notes=notes)
    numbered = _GUID.fullmatch(guid)
    if numbered is None:
        notes.append(Remark("The identifier {guid} is not BMKG's; the province is unknown", guid=guid[:60]))
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


def _safe_link(link: str, origin: str, notes: list[Remark]) -> str:
    """The link, if a program may follow it: a feed must not send us anywhere but to BMKG or where it came from."""
    try:
        parts, own = urlsplit(link), urlsplit(origin)
        host = parts.hostname or ""
        safe = parts.scheme == "https" and (host == "bmkg.go.id" or host.endswith(".bmkg.go.id"))
        safe = safe or (bool(host) and (parts.scheme, parts.netloc) == (own.scheme, own.netloc))
    except ValueError:
        safe = False
    if safe:
        return link
    notes.append(Remark("The link does not lead to BMKG over https and is left out"))
    return ""


def _issued_at(channel: Element, notes: list[Finding], now: datetime | None) -> datetime | None:
    remarks: list[Remark] = []
    text = text_of(channel, "lastBuildDate", notes=remarks) or text_of(channel, "pubDate", notes=remarks)
    try:
        return read_mail_date(text, "lastBuildDate", now=now) if text else None
    except UnusableItem as reason:
        notes.append(Finding(None, reason.remark))
        return None
