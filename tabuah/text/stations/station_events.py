"""The history of a station from the entries of the journal: each with its author, what it changed, and the reason."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final

import msgspec
from msgspec import UNSET

from tabuah.operations.bounds import clamp
from tabuah.operations.entries import Entry, Verdict
from tabuah.operations.entry_kinds import decode_body
from tabuah.operations.errors import MalformedBody
from tabuah.operations.stations import entry_bodies as bodies
from tabuah.operations.stations.changes import (
    PositionChange,
    RangeChange,
    StationChange,
    StationChanges,
    ThresholdChange,
)
from tabuah.operations.stations.differences import CHANGEABLE
from tabuah.operations.stations.station import StationKind
from tabuah.resources.localisation import _
from tabuah.text.rules.rule_text import station_kind_label
from tabuah.text.stations.registration_text import describe_difference, station_field_label


class StationEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One entry about a station, in words; `is_pending` until the server has confirmed it."""

    id: str
    kind: str
    at: datetime
    by: str
    text: str
    reason: str = ""
    is_pending: bool = False


def station_events(
    entries: Iterable[tuple[Entry, Verdict | None]], changes: StationChanges
) -> tuple[StationEvent, ...]:
    """Return the accepted and the pending entries in words, the newest first; `changes` are those of the station."""
    details: dict[str, list[StationChange]] = {}
    for change in (*changes.thresholds, *changes.ranges, *changes.positions):
        details.setdefault(change.entry, []).append(change)
    found = [
        _event(entry, verdict, details.get(entry.id, []))
        for entry, verdict in entries
        if verdict in (None, Verdict.ACCEPTED)
    ]
    return tuple(reversed(found))


def describe_station_event(event: StationEvent) -> str:
    """Return an event in one line, without its time."""
    author = f"{event.by}: {event.reason}" if event.reason else event.by
    waits = _("not yet confirmed by the server") if event.is_pending else ""
    return " · ".join(part for part in (event.text, author, waits) if part)


def _event(entry: Entry, verdict: Verdict | None, details: Sequence[StationChange]) -> StationEvent:
    try:
        body = clamp(decode_body(entry))
    except MalformedBody:
        body = None
    return StationEvent(
        id=entry.id,
        kind=entry.kind,
        at=entry.happened_at,
        by=getattr(body, "by", "") or entry.actor,
        text=_describe(body, details) or entry.kind,
        reason=getattr(body, "reason", ""),
        is_pending=verdict is None,
    )


def _describe(body: msgspec.Struct | None, details: Sequence[StationChange]) -> str:
    """Return the effect of an entry; empty for a kind that is not known here."""
    match body:
        case bodies.StationRegistered():
            return _("Registered")
        case bodies.StationEdited():
            return _("Edited")
        case bodies.StationChanged():
            return "; ".join(_changed_parts(body, details))
        case bodies.StationRetired():
            return _("Taken out of service")
        case bodies.StationRestored():
            return _("Put back into service")
        case bodies.StationAttachmentAdded():
            file = body.attachment.caption or body.attachment.name
            return _("File added: {file}").format(file=file)
        case bodies.StationAttachmentRemoved():
            return _("File removed")
    return ""


# The fields whose difference a change describes by itself.
_COVERED: Final = {
    ThresholdChange: frozenset({"river"}),
    RangeChange: frozenset({"parameters"}),
    PositionChange: frozenset({"lon_deg", "lat_deg"}),
}


def _changed_parts(body: bodies.StationChanged, details: Sequence[StationChange]) -> Iterator[str]:
    yield from filter(None, map(describe_difference, details))
    covered = frozenset({"lat_deg"}).union(*(_COVERED[type(change)] for change in details))
    for name in CHANGEABLE:
        value = getattr(body, name)
        if value is not UNSET and name not in covered:
            yield _describe_field(name, value)


def _describe_field(name: str, value: object) -> str:
    label = station_field_label("position" if name == "lon_deg" else name)
    if isinstance(value, StationKind):
        return f"{label}: {station_kind_label(value)}"
    return f"{label}: {value or '–'}" if isinstance(value, str) else label
