"""Labelled facts about earthquakes, weather warnings and volcanoes, for commands and the window."""

from collections.abc import Sequence
from datetime import datetime

from tabuah.gis.places import Certainty
from tabuah.gis.queries.coverage import CoveredArea
from tabuah.operations.bulletins.earthquake import KnownEarthquake
from tabuah.operations.bulletins.local_relevance import EarthquakeRelevance, WarningRelevance
from tabuah.operations.bulletins.volcano import Volcano
from tabuah.operations.bulletins.warning import KnownWarning
from tabuah.operations.feeds.proximity import RegionRelation
from tabuah.resources.localisation import _, format_moment, format_number
from tabuah.text.bulletins.bulletin_text import (
    describe_corrections,
    describe_epicentre,
    describe_felt,
    describe_magnitude,
    describe_statement,
    describe_validity,
)
from tabuah.text.rules.bulletin_rule_text import cap_label

Facts = tuple[tuple[str, str], ...]

_RELATIONS = {
    RegionRelation.INSIDE: "in our regency",
    RegionRelation.NEAR: "near",
    RegionRelation.FAR: "far away: kept, no alarm",
    RegionRelation.UNKNOWN: "its place is not known",
}


def list_earthquake_facts(quake: KnownEarthquake, seen: EarthquakeRelevance) -> Facts:
    """Return the facts of an earthquake, the most important first, without empty values."""
    nagari = ""
    if seen.nagari_km is not None:
        distance = format_number(seen.nagari_km)
        nagari = _("{nagari}, {distance} km").format(nagari=seen.nearest_nagari, distance=distance)
    facts = (
        (_("Magnitude and depth"), describe_magnitude(quake.latest)),
        (_("When"), format_moment(quake.latest.at)),
        (_("Seen from us"), f"{describe_epicentre(seen)} · {describe_earthquake_relation(seen)}"),
        (_("Nearest nagari"), nagari),
        (_("Place"), quake.latest.region),
        (_("Felt (MMI)"), describe_felt(quake.felt)),
        (_("Tsunami"), quake.potential),
        (_("Corrected"), describe_corrections(quake)),
        (_("Source"), describe_earthquake_source(quake)),
    )
    return tuple((name, value) for name, value in facts if value)


def describe_earthquake_relation(seen: EarthquakeRelevance) -> str:
    """Describe the relation to the regency; an earthquake felt here is never "far away"."""
    if seen.relation is RegionRelation.FAR and seen.is_relevant:
        return _("far away, felt here")
    return _(_RELATIONS[seen.relation])


def describe_earthquake_source(quake: KnownEarthquake) -> str:
    """Name the agency and its feeds, the newest account first."""
    feeds = ", ".join(account.feed for account in reversed(quake.accounts))
    return f"{quake.latest.source} ({feeds})"


def list_warning_facts(warning: KnownWarning, seen: WarningRelevance, now: datetime) -> Facts:
    """Return the facts of a warning, the most important first, without empty values."""
    issued = warning.issued
    facts = (
        (_("State"), describe_validity(warning, now)),
        (_("What"), issued.event),
        (_area_heading(_("Kecamatan"), seen.kecamatan), _format_areas(seen.kecamatan) or ", ".join(issued.kecamatan)),
        (_area_heading(_("Nagari"), seen.nagari), _format_areas(seen.nagari)),
        (_("Concerns us"), "" if seen.touches else _("no, it is for others: kept, no alarm")),
        (_("Severity"), cap_label(issued.severity)),
        (_("Urgency"), cap_label(issued.urgency)),
        (_("Certainty"), cap_label(issued.certainty)),
        (_("Issued"), format_moment(issued.sent)),
        (_("Text"), issued.description),
        (_("Advice"), issued.instruction),
        (_("Source"), issued.source),
    )
    return tuple((name, value) for name, value in facts if value)


def _format_areas(areas: Sequence[CoveredArea]) -> str:
    """Format areas with the share that is covered, where known: "Kubung 60 %, Bukit Sundi 3 %"."""
    shares = (
        area.name if area.share is None else f"{area.name} {format_number(area.share * 100)} %" for area in areas
    )
    return ", ".join(shares)


def _area_heading(name: str, areas: Sequence[CoveredArea]) -> str:
    """Return the heading of a list of areas, marked where borders are only estimated."""
    estimated = any(area.certainty is Certainty.APPROXIMATE for area in areas)
    return _("{name} (estimated)").format(name=name) if estimated else name


def list_volcano_facts(volcano: Volcano, now: datetime) -> Facts:
    """Return the current level of a volcano and up to five earlier statements, newest first."""
    statements = tuple(reversed(volcano.effective_statements))[1:6]
    earlier = "; ".join(f"{s.level.value} ({format_moment(s.stated_at)}, {s.source})" for s in statements)
    facts = (
        (_("Level"), describe_statement(volcano, now)),
        (_("Entered by"), volcano.current.told_by),
        (_("Note"), volcano.current.note),
        (_("Before"), earlier),
    )
    return tuple((name, value) for name, value in facts if value)
