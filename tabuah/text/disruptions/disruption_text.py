"""Texts of disruptions, from values: labels of fields, period, end, and lists in a sentence."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Final

from tabuah.gis.geodesy import distance_m
from tabuah.operations.disruptions.disruption import Disruption, DisruptionExtent
from tabuah.resources.localisation import _, format_moment, format_number, ngettext
from tabuah.text.code_labels import code_label

MOST_NAMED: Final = 3  # in a sentence
_FIELDS: Final[dict[str, str]] = {
    "name": "Name",
    "kind": "Kind",
    "extent": "Degree",
    "place": "Place",
    "line": "Closed part of the road",
    "began_at": "Since",
    "expected_end": "Expected end",
    "source": "Source",
    "incident": "Incident",
    "note": "Note",
    "ended": "Ended",
}


def disruption_field_label(field: str) -> str:
    """Return the label of a field of a disruption."""
    return _(_FIELDS[field])


def describe_disruption(disruption: Disruption) -> str:
    """Return kind and extent: "Road, partly passable"."""
    return f"{code_label(disruption.kind)}, {describe_extent(disruption)}"


def describe_extent(disruption: Disruption) -> str:
    """Return whether something passes or works: "closed", "partly passable", "down", "partly down"."""
    is_full = disruption.extent is DisruptionExtent.FULL
    if disruption.kind.blocks_traffic:
        return _("closed") if is_full else _("partly passable")
    return _("down") if is_full else _("partly down")


def describe_period(disruption: Disruption, now: datetime) -> str:
    """Return the beginning of a disruption and its end or expected end."""
    since = _("since {at}").format(at=format_moment(disruption.began_at))
    if disruption.ended is not None:
        return f"{since}, {describe_end(disruption)}"
    if disruption.expected_end is None:
        return f"{since}, {_('end not known')}"
    expected = format_moment(disruption.expected_end)
    text = _("should have ended {at}") if disruption.is_overdue(now) else _("expected end {at}")
    return f"{since}, {text.format(at=expected)}"


def describe_line(line: Sequence[tuple[float, float]]) -> str:
    """Return length and number of positions of a line: "2.4 km, 5 positions"; empty without a line."""
    if not line:
        return ""
    length_m = sum(distance_m(*before, *after) for before, after in pairwise(line))
    text = ngettext("{km} km, {n} position", "{km} km, {n} positions", len(line))
    return text.format(km=format_number(length_m / 1_000, digits=1), n=format_number(len(line)))


def describe_end(disruption: Disruption) -> str:
    """Return the user who reported the end, its time and the remark; empty while the disruption is open."""
    ended = disruption.ended
    if ended is None:
        return ""
    return _("ended {at}, reported by {by}: {reason}").format(
        at=format_moment(ended.at), by=ended.by, reason=ended.reason
    )


def count_disruptions(disruptions: Iterable[Disruption]) -> str:
    """Return how many there are of each kind: "Road 2 · Power 1"; empty without any."""
    counts = Counter(each.kind for each in disruptions)
    return " · ".join(f"{code_label(kind)} {format_number(n)}" for kind, n in counts.items())


def describe_blocked(disruptions: Sequence[Disruption], *, by_road: bool) -> str:
    """Return the closed roads and bridges in one sentence, and whether distances avoid them; empty without any."""
    if not disruptions:
        return ""
    named = ", ".join(f"{each.name} ({describe_extent(each)})" for each in disruptions[:MOST_NAMED])
    if len(disruptions) > MOST_NAMED:
        named = f"{named} …"
    if by_road:
        return _("Near the incident: {names}. Distances by road avoid what is closed.").format(names=named)
    return _("Near the incident: {names}. The distances do not avoid them.").format(names=named)
