"""Text for earthquakes, warnings and volcanoes, and the titles of their alarms."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from tabuah.gis.places import Certainty
from tabuah.gis.queries.coverage import CoveredArea
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.entry_bodies import AlarmRaised
from tabuah.operations.bulletins.bulletin import KnownEarthquake, KnownWarning, Volcano
from tabuah.operations.bulletins.entry_bodies import EarthquakeReported, FeltAt, Withdrawal
from tabuah.operations.bulletins.local_relevance import CAPITAL, EarthquakeRelevance, WarningRelevance
from tabuah.operations.entries import subject_kind
from tabuah.operations.feeds.cap_alert import CapCertainty, CapMessageType, CapSeverity, CapUrgency
from tabuah.operations.feeds.felt_intensity import ROMAN
from tabuah.operations.feeds.proximity import RegionRelation
from tabuah.operations.levels import VolcanoLevel
from tabuah.resources.localisation import N_, _, format_age, format_moment, format_number, format_time
from tabuah.text.facts import Facts, known_facts

AT_PLACE_KM: Final = 1.0

_DIRECTIONS: Final = {
    0: "north",
    1: "north-east",
    2: "east",
    3: "south-east",
    4: "south",
    5: "south-west",
    6: "west",
    7: "north-west",
}
_LEVELS: Final = {
    VolcanoLevel.NORMAL: "I (Normal)",
    VolcanoLevel.WASPADA: "II (Waspada)",
    VolcanoLevel.SIAGA: "III (Siaga)",
    VolcanoLevel.AWAS: "IV (Awas)",
}
_WITHDRAWN: Final = {
    Withdrawal.UPDATED: "replaced by a newer one at {time}",
    Withdrawal.CANCELLED: "cancelled at {time}",
}


def describe_magnitude(account: EarthquakeReported) -> str:
    """Return magnitude and depth: "M 5,1 · kedalaman 12 km"."""
    magnitude, depth = format_number(account.magnitude, digits=1), format_number(account.depth_km)
    return f"M {magnitude} · " + _("{depth} km deep").format(depth=depth)


def describe_felt(felt: Iterable[FeltAt]) -> str:
    """Return the places with their intensity: "III-IV Solok, II Padang"."""
    return ", ".join(_felt_at(each) for each in felt)


def describe_epicentre(seen: EarthquakeRelevance) -> str:
    """Return distance and direction of an epicentre from the capital: "40 km barat laut Arosuka"."""
    if seen.distance_km < AT_PLACE_KM:
        return _("at {place}").format(place=CAPITAL)
    distance, direction = format_number(seen.distance_km), direction_label(seen.bearing_deg)
    return _("{distance} km {direction} of {place}").format(distance=distance, direction=direction, place=CAPITAL)


def direction_label(degrees: float) -> str:
    """Return a bearing as one of eight directions."""
    return _(_DIRECTIONS[round(degrees / 45) % 8])


def volcano_level_label(level: VolcanoLevel) -> str:
    """Return a level as PVMBG writes it in every language: "Level III (Siaga)"."""
    return f"Level {_LEVELS[level]}"


def describe_statement(volcano: Volcano, now: datetime) -> str:
    """Return the level, its source and the age of the statement."""
    current = volcano.current
    text = _("{level} · {source} · stated {moment}, {age} ago")
    return text.format(
        level=volcano_level_label(current.level),
        source=current.source,
        moment=format_moment(current.stated_at),
        age=format_age(now - current.stated_at),
    )


def describe_statement_time(volcano: Volcano) -> str:
    return _("stated {moment}").format(moment=format_moment(volcano.current.stated_at))


def describe_statement_age(volcano: Volcano, now: datetime) -> str:
    return _("{age} ago").format(age=format_age(now - volcano.current.stated_at))


def mark_exercise(exercise: bool, text: str) -> str:
    """Prefix a simulated bulletin with a mark."""
    return f"{_('EXERCISE')} · {text}" if exercise else text


def describe_warning_relation(seen: WarningRelevance) -> str:
    return _("over the regency") if seen.touches else _("for others")


def describe_warning_state(warning: KnownWarning, seen: WarningRelevance, now: datetime) -> str:
    """Return the relation to the regency while the warning is in force."""
    return _("ended") if warning.is_over(now) else describe_warning_relation(seen)


def describe_warning_with_end(warning: KnownWarning) -> str:
    """Return the event of a warning and when it ends: "Hujan Lebat hingga 18.30 WIB"."""
    until = _("until {time}").format(time=format_time(warning.ends_at)) if warning.ends_at else ""
    return " ".join(part for part in (warning.issued.event or warning.issued.headline, until) if part)


def describe_earlier_level(volcano: Volcano | None) -> str:
    """Return the level that a new statement replaces."""
    if volcano is None:
        return _("Nothing was stated before.")
    moment = format_moment(volcano.current.stated_at)
    return _("Before: level {level}, {moment}").format(level=volcano.level.value, moment=moment)


def describe_validity(warning: KnownWarning, now: datetime) -> str:
    if warning.issued.message is CapMessageType.CANCEL:
        return _("a cancellation")
    if warning.withdrawal is not None and warning.withdrawn_at is not None and warning.is_over(now):
        return _(_WITHDRAWN[warning.withdrawal]).format(time=format_time(warning.withdrawn_at))
    if warning.is_over(now):
        return _("over since {moment}").format(moment=format_moment(warning.ends_at or warning.issued.sent))
    if warning.effective > now:
        return _("from {moment}").format(moment=format_moment(warning.effective))
    if warning.ends_at is None:
        return _("in force, end not stated")
    return _("in force until {moment}").format(moment=format_moment(warning.ends_at))


def describe_corrections(quake: KnownEarthquake) -> str:
    """Return the source and time of the last correction; empty without one."""
    if not quake.revisions:
        return ""
    return _("corrected by {source} at {time}").format(source=quake.latest.source, time=format_time(quake.told_at))


def _felt_at(felt: FeltAt) -> str:
    if felt.mmi_low is None or felt.mmi_high is None:
        return felt.place
    low, high = ROMAN[felt.mmi_low - 1], ROMAN[felt.mmi_high - 1]
    return f"{low if low == high else f'{low}-{high}'} {felt.place}"


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
    return known_facts(facts)


def describe_earthquake_relation(seen: EarthquakeRelevance) -> str:
    """Describe the relation to the regency; an earthquake felt here is never "far away"."""
    if seen.relation is RegionRelation.FAR and seen.is_relevant:
        return _("far away, felt here")
    return _(_RELATIONS[seen.relation])


def describe_earthquake_source(quake: KnownEarthquake) -> str:
    """Name the agency and its feeds, the newest account first."""
    feeds = ", ".join(account.feed for account in reversed(quake.accounts))
    return f"{quake.latest.source} ({feeds})"


def list_warning_facts(warning: KnownWarning, seen: WarningRelevance, now: datetime, *, impact: Facts = ()) -> Facts:
    """Return the facts of a warning, the most important first, without empty values."""
    issued = warning.issued
    facts = (
        (_("State"), describe_validity(warning, now)),
        (_("What"), issued.event),
        (_area_heading(_("Kecamatan"), seen.kecamatan), _format_areas(seen.kecamatan) or ", ".join(issued.kecamatan)),
        (_area_heading(_("Nagari"), seen.nagari), _format_areas(seen.nagari)),
        *impact,
        (_("Concerns us"), "" if seen.touches else _("no, it is for others: kept, no alarm")),
        (_("Severity"), cap_label(issued.severity)),
        (_("Urgency"), cap_label(issued.urgency)),
        (_("Certainty"), cap_label(issued.certainty)),
        (_("Issued"), format_moment(issued.sent)),
        (_("Text"), issued.description),
        (_("Advice"), issued.instruction),
        (_("Source"), issued.source),
    )
    return known_facts(facts)


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
    return known_facts(facts)


CapCode = CapSeverity | CapUrgency | CapCertainty


_SEVERITIES: Final = {
    CapSeverity.EXTREME: N_("Extreme"),
    CapSeverity.SEVERE: N_("Severe"),
    CapSeverity.MODERATE: N_("Moderate"),
    CapSeverity.MINOR: N_("Minor"),
    CapSeverity.UNKNOWN: N_("Unknown"),
}


_URGENCIES: Final = {
    CapUrgency.IMMEDIATE: N_("Immediate"),
    CapUrgency.EXPECTED: N_("Expected within the hour"),
    CapUrgency.FUTURE: N_("Future"),
    CapUrgency.PAST: N_("Past"),
    CapUrgency.UNKNOWN: N_("Unknown"),
}


_CERTAINTIES: Final = {
    CapCertainty.OBSERVED: N_("Observed"),
    CapCertainty.LIKELY: N_("Likely"),
    CapCertainty.POSSIBLE: N_("Possible"),
    CapCertainty.UNLIKELY: N_("Unlikely"),
    CapCertainty.UNKNOWN: N_("Unknown"),
}


def cap_label(code: CapCode) -> str:
    """Return the name of a CAP code."""
    match code:
        case CapSeverity():
            return _(_SEVERITIES[code])
        case CapUrgency():
            return _(_URGENCIES[code])
        case CapCertainty():
            return _(_CERTAINTIES[code])


def bulletin_title(alarm: Alarm | AlarmRaised) -> str:
    """Return a one-line title: "Gempa M 5,1 · Pusat gempa di darat 12 km barat laut Solok"."""
    match subject_kind(alarm.parameter):
        case "earthquake":
            magnitude = "?" if alarm.value is None else format_number(alarm.value, digits=1)
            text = _("Earthquake M {magnitude} at {time}")
            return _joined(text.format(magnitude=magnitude, time=format_time(alarm.onset_at)), alarm.title)
        case "volcano":
            text = _("{volcano} raised to {level}")
            return text.format(volcano=alarm.title, level=volcano_level_label(_level_of(alarm)))
        case _:
            return _joined(_("Weather warning"), alarm.title)


def _level_of(alarm: Alarm | AlarmRaised) -> VolcanoLevel:
    rank = round(alarm.value) if alarm.value is not None else 1
    return list(VolcanoLevel)[min(max(rank, 1), len(VolcanoLevel)) - 1]


def _joined(what: str, more: str) -> str:
    return f"{what} · {more}" if more else what
