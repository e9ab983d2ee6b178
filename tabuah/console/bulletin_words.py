"""Earthquakes, warnings and volcanoes line by line, as commands print them and the window shows them."""

from collections.abc import Sequence
from datetime import datetime

from tabuah.gis.places import Certainty
from tabuah.gis.queries.covering import CoveredArea
from tabuah.operations.bulletins.earthquake import KnownEarthquake
from tabuah.operations.bulletins.rule_telling import tell_cap
from tabuah.operations.bulletins.telling import tell_felt, tell_revisions, tell_size, tell_statement, tell_validity
from tabuah.operations.bulletins.viewpoint import SeenEarthquake, SeenWarning
from tabuah.operations.bulletins.volcano import Volcano
from tabuah.operations.bulletins.warning import KnownWarning
from tabuah.operations.feeds.nearness import Relation
from tabuah.resources.catalogue import _
from tabuah.resources.formats import format_moment, format_number

Facts = tuple[tuple[str, str], ...]

_RELATIONS = {
    Relation.INSIDE: "in our regency",
    Relation.NEAR: "near",
    Relation.FAR: "far away: kept, no alarm",
    Relation.UNKNOWN: "its place is not known",
}


def earthquake_facts(quake: KnownEarthquake, seen: SeenEarthquake) -> Facts:
    """All that is known of an earthquake, what matters first; empty values are left out."""
    nagari = ""
    if seen.nagari_km is not None:
        distance = format_number(seen.nagari_km)
        nagari = _("{nagari}, {distance} km").format(nagari=seen.nearest_nagari, distance=distance)
    facts = (
        (_("Magnitude and depth"), tell_size(quake.latest)),
        (_("When"), format_moment(quake.latest.at)),
        (_("Seen from us"), f"{seen.from_capital} · {relation_words(seen)}"),
        (_("Nearest nagari"), nagari),
        (_("Place"), quake.latest.region),
        (_("Felt (MMI)"), tell_felt(quake.felt)),
        (_("Tsunami"), quake.potential),
        (_("Corrected"), tell_revisions(quake)),
        (_("Source"), source_words(quake)),
    )
    return tuple((name, value) for name, value in facts if value)


def relation_words(seen: SeenEarthquake) -> str:
    """Whether it is ours: one that was felt here is never far away."""
    if seen.relation is Relation.FAR and seen.concerns_us:
        return _("far away, felt here")
    return _(_RELATIONS[seen.relation])


def source_words(quake: KnownEarthquake) -> str:
    """Who says so, and by which of its feeds."""
    feeds = ", ".join(account.feed for account in reversed(quake.accounts))
    return f"{quake.latest.source} ({feeds})"


def warning_facts(warning: KnownWarning, seen: SeenWarning, now: datetime) -> Facts:
    """All that is known of a warning, what matters first; empty values are left out."""
    issued = warning.issued
    facts = (
        (_("State"), tell_validity(warning, now)),
        (_("What"), issued.event),
        (_covered_name(_("Kecamatan"), seen.kecamatan), _covered(seen.kecamatan) or ", ".join(issued.kecamatan)),
        (_covered_name(_("Nagari"), seen.nagari), _covered(seen.nagari)),
        (_("Concerns us"), "" if seen.touches else _("no, it is for others: kept, no alarm")),
        (_("Severity"), tell_cap(issued.severity)),
        (_("Urgency"), tell_cap(issued.urgency)),
        (_("Certainty"), tell_cap(issued.certainty)),
        (_("Issued"), format_moment(issued.sent)),
        (_("Text"), issued.description),
        (_("Advice"), issued.instruction),
        (_("Source"), issued.source),
    )
    return tuple((name, value) for name, value in facts if value)


def _covered(areas: Sequence[CoveredArea]) -> str:
    """Areas with the share of each that is covered, where it is known: "Kubung 60 %, Bukit Sundi 3 %"."""
    shares = (
        area.name if area.share is None else f"{area.name} {format_number(area.share * 100)} %" for area in areas
    )
    return ", ".join(shares)


def _covered_name(name: str, areas: Sequence[CoveredArea]) -> str:
    """What the areas are, and whether their borders are only estimates."""
    estimated = any(area.certainty is Certainty.APPROXIMATE for area in areas)
    return _("{name} (estimated)").format(name=name) if estimated else name


def volcano_facts(volcano: Volcano, now: datetime) -> Facts:
    """The level of a volcano with its statements, the newest first."""
    statements = tuple(reversed(volcano.counting))[1:6]
    earlier = "; ".join(f"{s.level.value} ({format_moment(s.stated_at)}, {s.source})" for s in statements)
    facts = (
        (_("Level"), tell_statement(volcano, now)),
        (_("Entered by"), volcano.current.told_by),
        (_("Note"), volcano.current.note),
        (_("Before"), earlier),
    )
    return tuple((name, value) for name, value in facts if value)
