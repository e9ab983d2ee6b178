"""CAP 1.2 weather warnings as BMKG's nowcast publishes them."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Final, TypeVar
from xml.etree.ElementTree import Element

from tabuah.operations.feeds.cap_areas import read_areas
from tabuah.operations.feeds.cap_values import (
    CapAlert,
    CapCertainty,
    CapInfo,
    CapMessageType,
    CapReference,
    CapScope,
    CapSeverity,
    CapStatus,
    CapUrgency,
)
from tabuah.operations.feeds.elements import (
    children,
    local_name,
    namespace_of,
    required_text,
    text_of,
)
from tabuah.operations.feeds.errors import FeedShapeError, FeedUnknown, FeedUnusable, UnusableItem
from tabuah.operations.feeds.intake import read_text, read_xml
from tabuah.operations.feeds.kecamatan_names import kecamatan_named_in
from tabuah.operations.feeds.moments import read_iso
from tabuah.operations.feeds.remarks import Remark

CAP_NAMESPACES: Final = ("urn:oasis:names:tc:emergency:cap:1.2", "urn:oasis:names:tc:emergency:cap:1.1")

CodeT = TypeVar("CodeT", bound=StrEnum)


def parse_cap(data: bytes, *, now: datetime | None = None) -> CapAlert:
    """Read one CAP message.

    Args:
        data: the bytes as they came.
        now: the caller's clock (UTC); with it, a message sent more than an hour ahead is refused.

    Raises:
        FeedError: it is no CAP 1.2 message, or lacks what makes one.
    """
    return cap_in(read_xml(read_text(data)), now=now)


def cap_in(root: Element, *, now: datetime | None = None) -> CapAlert:
    """The same for parsed XML.

    Raises:
        FeedError: it is no CAP 1.2 message, or lacks what makes one.
    """
    if local_name(root) != "alert" or namespace_of(root) not in CAP_NAMESPACES:
        raise FeedUnknown("This XML is no CAP 1.2 warning.")
    try:
        return _alert(root, now)
    except UnusableItem as reason:
        raise FeedShapeError("The CAP warning cannot be used: {reason}.", reason=reason.remark) from None


def _alert(root: Element, now: datetime | None) -> CapAlert:
    notes: list[Remark] = []
    sent = read_iso(required_text(root, "sent"), "sent", now=now)
    msg_type = _code(root, "msgType", CapMessageType)
    status, scope = _code(root, "status", CapStatus), _code(root, "scope", CapScope)
    infos = _infos(root, sent, notes)
    if not infos and msg_type in (CapMessageType.ALERT, CapMessageType.UPDATE):
        reason = notes[0] if notes else Remark("{field} is missing", field="info")
        raise FeedUnusable("The CAP warning says nothing that can be used: {reason}.", reason=reason)
    return CapAlert(
        identifier=required_text(root, "identifier"),
        sender=required_text(root, "sender"),
        sent=sent,
        status=status,
        msg_type=msg_type,
        scope=scope,
        references=_references(text_of(root, "references", notes=notes), notes),
        infos=infos,
        notes=tuple(notes),
    )


def _infos(root: Element, sent: datetime, notes: list[Remark]) -> tuple[CapInfo, ...]:
    infos = []
    for number, element in enumerate(children(root, "info"), start=1):
        try:
            infos.append(_info(element, sent, notes))
        except UnusableItem as reason:
            notes.append(Remark("Info {number} is left out: {reason}", number=number, reason=reason.remark))
    return tuple(infos)


def _info(element: Element, sent: datetime, notes: list[Remark]) -> CapInfo:
    event = required_text(element, "event")
    description = text_of(element, "description", notes=notes)
    effective = _moment(element, "effective", notes) or sent
    expires = _moment(element, "expires", notes)
    if expires is not None and expires <= effective:
        notes.append(Remark("It expires before it takes effect"))
    return CapInfo(
        language=text_of(element, "language", notes=notes) or "en-US",  # CAP's own default
        event=event,
        urgency=_doubtful_code(element, "urgency", CapUrgency, notes),
        severity=_doubtful_code(element, "severity", CapSeverity, notes),
        certainty=_doubtful_code(element, "certainty", CapCertainty, notes),
        effective=effective,
        onset=_moment(element, "onset", notes),
        expires=expires,
        sender_name=text_of(element, "senderName", notes=notes),
        headline=text_of(element, "headline", notes=notes),
        description=description,
        instruction=text_of(element, "instruction", notes=notes),
        kecamatan=kecamatan_named_in(description),
        areas=read_areas(element, notes),
    )


def _code(element: Element, name: str, codes: type[CodeT]) -> CodeT:
    text = required_text(element, name)
    try:
        return codes(text)
    except ValueError:
        raise UnusableItem("{field} is {text}, which CAP does not know", field=name, text=text[:40]) from None


def _doubtful_code(element: Element, name: str, codes: type[CodeT], notes: list[Remark]) -> CodeT:
    """A code that may be missing or strange: then "Unknown", with a note."""
    return _or_noted(partial(_code, element, name, codes), notes) or codes("Unknown")


def _moment(element: Element, name: str, notes: list[Remark]) -> datetime | None:
    text = text_of(element, name, notes=notes)
    return _or_noted(partial(read_iso, text, name), notes) if text else None


def _references(text: str, notes: list[Remark]) -> tuple[CapReference, ...]:
    references = (_or_noted(partial(_reference, word), notes) for word in text.split())
    return tuple(reference for reference in references if reference)


def _reference(word: str) -> CapReference:
    parts = word.split(",")
    if len(parts) != 3:
        raise UnusableItem("a reference is not sender,identifier,sent: {text}", text=word[:40])
    return CapReference(parts[0], parts[1], read_iso(parts[2], "references"))


ValueT = TypeVar("ValueT")


def _or_noted(read: Callable[[], ValueT], notes: list[Remark]) -> ValueT | None:
    try:
        return read()
    except UnusableItem as reason:
        notes.append(reason.remark)
        return None
