"""Parser of CAP 1.2 weather warnings from BMKG's nowcast."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Final, TypeVar
from xml.etree.ElementTree import Element

from tabuah.operations.codes import CodeT
from tabuah.operations.feeds import cap_alert
from tabuah.operations.feeds.decoders import read_text, read_xml
from tabuah.operations.feeds.errors import FeedShapeError, FeedUnknown, FeedUnusable, UnusableItem
from tabuah.operations.feeds.kecamatan_names import kecamatan_named_in
from tabuah.operations.feeds.positions import Position, is_in_indonesia, read_bounded, read_lat_lon
from tabuah.operations.feeds.remarks import FeedRemark
from tabuah.operations.feeds.timestamps import read_iso
from tabuah.operations.feeds.xml_elements import children, local_name, namespace_of, required_text, text_of, texts_of

MAX_POINTS: Final = 50_000


def read_areas(info: Element, notes: list[FeedRemark]) -> tuple[cap_alert.CapArea, ...]:
    """Return all areas of an info block; omitted or repaired ones are added to `notes`."""
    return tuple(_area(area, notes) for area in children(info, "area"))


def read_ring(text: str) -> tuple[tuple[Position, ...], bool]:
    """Return one closed ring of CAP text ("lat,lon lat,lon …"), and whether it had to be closed.

    Raises:
        UnusableItem: fewer than three corners, an invalid point, swapped coordinates, or outside
            Indonesia.
    """
    words = text.split()
    if len(words) > MAX_POINTS:
        raise UnusableItem("too_many_points", count=len(words))
    ring = [read_lat_lon(word, "polygon") for word in words]
    if len(set(ring)) < 3:
        raise UnusableItem("too_few_corners")
    _check_in_indonesia(ring)
    if ring[0] == ring[-1]:
        return tuple(ring), False
    return (*ring, ring[0]), True


def _area(area: Element, notes: list[FeedRemark]) -> cap_alert.CapArea:
    description = text_of(area, "areaDesc", notes=notes)
    polygons: list[tuple[Position, ...]] = []
    for number, text in enumerate(texts_of(area, "polygon"), start=1):
        try:
            ring, was_open = read_ring(text)
        except UnusableItem as reason:
            notes.append(
                FeedRemark(
                    "polygon_omitted",
                    number=number,
                    area=description,
                    reason=reason.remark,
                )
            )
            continue
        polygons.append(ring)
        if was_open:
            notes.append(FeedRemark("polygon_closed", number=number, area=description))
    circles = tuple(circle for text in texts_of(area, "circle") if (circle := _circle(text, description, notes)))
    if not polygons and not circles:
        notes.append(FeedRemark("no_outline", area=description or "area"))
    return cap_alert.CapArea(area_desc=description, polygons=tuple(polygons), circles=circles)


def _circle(text: str, description: str, notes: list[FeedRemark]) -> cap_alert.CapCircle | None:
    try:
        words = text.split()
        if len(words) != 2:
            raise UnusableItem("not_a_circle")
        centre = read_lat_lon(words[0], "circle")
        _check_in_indonesia([centre])
        return cap_alert.CapCircle(centre, read_bounded(words[1], "radius", lowest=0, highest=5000))
    except UnusableItem as reason:
        notes.append(FeedRemark("circle_omitted", area=description, reason=reason.remark))
        return None


def _check_in_indonesia(points: list[Position]) -> None:
    for point in points:
        if is_in_indonesia(point):
            continue
        if is_in_indonesia(Position(point.lat_deg, point.lon_deg)):
            raise UnusableItem("coordinates_swapped")
        raise UnusableItem("outside_indonesia", lat=point.lat_deg, lon=point.lon_deg)


CAP_NAMESPACES: Final = ("urn:oasis:names:tc:emergency:cap:1.2", "urn:oasis:names:tc:emergency:cap:1.1")


def parse_cap(data: bytes, *, now: datetime | None = None) -> cap_alert.CapAlert:
    """Parse one CAP message.

    Args:
        data: the received bytes.
        now: the caller's clock (UTC); if given, a message sent more than an hour ahead is rejected.

    Raises:
        FeedError: not a CAP 1.2 message, or a required part is missing.
    """
    return parse_cap_element(read_xml(read_text(data)), now=now)


def parse_cap_element(root: Element, *, now: datetime | None = None) -> cap_alert.CapAlert:
    """Parse the root element of a CAP message.

    Raises:
        FeedError: not a CAP 1.2 message, or a required part is missing.
    """
    if local_name(root) != "alert" or namespace_of(root) not in CAP_NAMESPACES:
        raise FeedUnknown("not_cap")
    try:
        return _alert(root, now)
    except UnusableItem as reason:
        raise FeedShapeError("cap_unusable", reason=reason.remark) from None


def _alert(root: Element, now: datetime | None) -> cap_alert.CapAlert:
    notes: list[FeedRemark] = []
    sent = read_iso(required_text(root, "sent"), "sent", now=now)
    msg_type = _code(root, "msgType", cap_alert.CapMessageType)
    status, scope = _code(root, "status", cap_alert.CapStatus), _code(root, "scope", cap_alert.CapScope)
    infos = _infos(root, sent, notes)
    if not infos and msg_type in (cap_alert.CapMessageType.ALERT, cap_alert.CapMessageType.UPDATE):
        reason = notes[0] if notes else FeedRemark("missing", field="info")
        raise FeedUnusable("cap_without_info", reason=reason)
    return cap_alert.CapAlert(
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


def _infos(root: Element, sent: datetime, notes: list[FeedRemark]) -> tuple[cap_alert.CapInfo, ...]:
    infos = []
    for number, element in enumerate(children(root, "info"), start=1):
        try:
            infos.append(_info(element, sent, notes))
        except UnusableItem as reason:
            notes.append(FeedRemark("info_omitted", number=number, reason=reason.remark))
    return tuple(infos)


def _info(element: Element, sent: datetime, notes: list[FeedRemark]) -> cap_alert.CapInfo:
    event = required_text(element, "event")
    description = text_of(element, "description", notes=notes)
    effective = _moment(element, "effective", notes) or sent
    expires = _moment(element, "expires", notes)
    if expires is not None and expires <= effective:
        notes.append(FeedRemark("expires_before_effect"))
    return cap_alert.CapInfo(
        language=text_of(element, "language", notes=notes) or "en-US",  # CAP default
        event=event,
        urgency=_doubtful_code(element, "urgency", cap_alert.CapUrgency, notes),
        severity=_doubtful_code(element, "severity", cap_alert.CapSeverity, notes),
        certainty=_doubtful_code(element, "certainty", cap_alert.CapCertainty, notes),
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
        raise UnusableItem("not_a_cap_value", field=name, text=text[:40]) from None


def _doubtful_code(element: Element, name: str, codes: type[CodeT], notes: list[FeedRemark]) -> CodeT:
    """Return an optional code; a missing or unknown one becomes "Unknown", with a note."""
    return _or_noted(partial(_code, element, name, codes), notes) or codes("Unknown")


def _moment(element: Element, name: str, notes: list[FeedRemark]) -> datetime | None:
    text = text_of(element, name, notes=notes)
    return _or_noted(partial(read_iso, text, name), notes) if text else None


def _references(text: str, notes: list[FeedRemark]) -> tuple[cap_alert.CapReference, ...]:
    references = (_or_noted(partial(_reference, word), notes) for word in text.split())
    return tuple(reference for reference in references if reference)


def _reference(word: str) -> cap_alert.CapReference:
    parts = word.split(",")
    if len(parts) != 3:
        raise UnusableItem("malformed_reference", text=word[:40])
    return cap_alert.CapReference(parts[0], parts[1], read_iso(parts[2], "references"))


ValueT = TypeVar("ValueT")


def _or_noted(read: Callable[[], ValueT], notes: list[FeedRemark]) -> ValueT | None:
    try:
        return read()
    except UnusableItem as reason:
        notes.append(reason.remark)
        return None
