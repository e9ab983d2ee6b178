"""Reader of CAP 1.2 alerts that are messages: one alert in one language, with bounded, plain values."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice
from typing import Final

from tabuah.operations.bounds import LARGEST_COUNT, clamp
from tabuah.operations.bulletins.feed_conversion import latest_end, rings_of, simplify_rings
from tabuah.operations.feeds.cap_alert import CapAlert, CapCertainty, CapInfo, CapScope, CapSeverity, CapUrgency
from tabuah.operations.feeds.cap_parser import parse_cap
from tabuah.operations.messages.alert import MOST_POINTS, MOST_REFERENCES, AlertWords, MessageAlert
from tabuah.operations.messages.inbound_message import (
    LONGEST_SENDER,
    LONGEST_TEXT,
    InboundMessage,
    plain_line,
    plain_lines,
)
from tabuah.operations.messages.message import MessageChannel

_LANGUAGES: Final = (("id", "in"), ("en",))  # "in" is the old code of Indonesian
_BY_SEVERITY: Final = tuple(CapSeverity)  # from the highest to the unknown one
MOST_READ_RINGS: Final = 3_000  # each circle becomes 180 corners, which takes time
_LONGEST_WORDS: Final = 400
_DIGITS: Final = 5  # of degrees: a metre


def read_alert(document: bytes, now: datetime) -> InboundMessage:
    """Return the message of an alert.

    Args:
        document: the XML text.
        now: time of receipt; an alert that was sent more than an hour later is refused.

    Raises:
        FeedError: it is no CAP alert that can be used; the remark says why.
    """
    return alert_message(parse_cap(document, now=now))


def alert_message(alert: CapAlert) -> InboundMessage:
    """Return the message of a parsed alert, in Indonesian, else in English, else in its first language."""
    infos = infos_in_one_language(alert.infos)
    main = min(infos, key=lambda each: _BY_SEVERITY.index(each.severity), default=None)
    text = plain_lines("\n".join(_lines(infos)))
    names = dict.fromkeys((main.sender_name if main else "", alert.sender))
    return InboundMessage(
        channel=MessageChannel.CAP,
        external_id=alert_id(alert.sender, alert.identifier),
        sender=" · ".join(plain_line(name, LONGEST_SENDER) for name in names if name)[:LONGEST_SENDER],
        text=text[:LONGEST_TEXT],
        sent_at=alert.sent,
        automatic=not (found := _alert(alert, infos, main)).is_work,
        cut=min(LARGEST_COUNT, max(0, len(text) - LONGEST_TEXT) + _left_out(alert)),
        alert=found,
        earlier=tuple(
            alert_id(each.sender, each.identifier)
            for each in alert.references[:MOST_REFERENCES]
            if each.sender == alert.sender  # no sender can update or cancel the alert of another one
        ),
    )


def alert_id(sender: str, identifier: str) -> str:
    """Return sender and identifier in one text; none of them contains a line break.

    The time by which CAP names an alert, too, is left out: some senders write another one in their references.
    """
    return f"{sender}\n{identifier}"


def infos_in_one_language(infos: Sequence[CapInfo]) -> tuple[CapInfo, ...]:
    """Return the parts of an alert in one language: Indonesian, else English, else that of the first part."""
    spoken = {info.language.lower().partition("-")[0] for info in infos}
    first = tuple(info.language.lower().partition("-")[0] for info in infos[:1])
    chosen = next((codes for codes in _LANGUAGES if spoken & set(codes)), first)
    return tuple(info for info in infos if info.language.lower().partition("-")[0] in chosen)


def _alert(alert: CapAlert, infos: Sequence[CapInfo], main: CapInfo | None) -> MessageAlert:
    read = islice(rings_of(alert.infos), MOST_READ_RINGS)
    rings = tuple(dict.fromkeys(_rounded(ring) for ring in read))
    return clamp(
        MessageAlert(
            status=alert.status,
            message=alert.msg_type,
            scope=alert.scope,
            sent=alert.sent,
            effective=min((info.effective for info in infos), default=None),
            expires=latest_end(infos) if infos else None,
            words=_words(alert, infos, main) if alert.scope is CapScope.PUBLIC else None,
            rings=simplify_rings(rings, most_points=MOST_POINTS),
            urgency=main.urgency if main else CapUrgency.UNKNOWN,
            severity=main.severity if main else CapSeverity.UNKNOWN,
            certainty=main.certainty if main else CapCertainty.UNKNOWN,
        )
    )


def _words(alert: CapAlert, infos: Iterable[CapInfo], main: CapInfo | None) -> AlertWords:
    return AlertWords(
        identifier=plain_line(alert.identifier, _LONGEST_WORDS),
        sender=plain_line(alert.sender, _LONGEST_WORDS),
        event=plain_line(main.event, _LONGEST_WORDS) if main else "",
        headline=plain_line(main.headline, _LONGEST_WORDS) if main else "",
        area=plain_line(", ".join(_area_names(infos)), _LONGEST_WORDS),
    )


def _lines(infos: Iterable[CapInfo]) -> Iterable[str]:
    """Return the texts of the parts of an alert, each line once."""
    parts = (
        text
        for info in infos
        for text in (
            info.headline or info.event,
            ", ".join(area.area_desc for area in info.areas if area.area_desc),
            info.description,
            info.instruction,
        )
    )
    return dict.fromkeys(filter(None, parts))


def _area_names(infos: Iterable[CapInfo]) -> Iterable[str]:
    return dict.fromkeys(area.area_desc for info in infos for area in info.areas if area.area_desc)


def _rounded(ring: Iterable[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    return tuple((round(lon, _DIGITS), round(lat, _DIGITS)) for lon, lat in ring)


def _left_out(alert: CapAlert) -> int:
    """Return how many characters of texts were too long to be read."""
    lengths = (note.values.get("length") for note in alert.notes if note.code == "text_too_long")
    return sum(length for length in lengths if isinstance(length, int))
