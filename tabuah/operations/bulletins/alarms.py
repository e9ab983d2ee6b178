"""Alarms from bulletins: earthquakes, weather warnings and volcano levels. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from shapely import union_all
from shapely.geometry import Point, Polygon
from shapely.geometry.base import BaseGeometry

from tabuah.gis.geodesy import distance_m
from tabuah.operations.alarms.alarm import SHAKING, VOLCANO, WEATHER, Alarm
from tabuah.operations.alarms.entry_bodies import AlarmRaised
from tabuah.operations.bulletins.bulletin import Bulletin, KnownEarthquake, KnownWarning, Volcano
from tabuah.operations.bulletins.rules import (
    BulletinRule,
    EarthquakeCondition,
    VolcanoCondition,
    WarningCondition,
    active_rules,
    local_intensity,
)
from tabuah.operations.codes import Hazard
from tabuah.operations.entries import subject_kind, subject_of
from tabuah.operations.feeds.kecamatan_names import matching_names
from tabuah.operations.feeds.proximity import Region
from tabuah.operations.levels import VolcanoLevel

EARTHQUAKE_ALARM_SPAN: Final = timedelta(hours=12)  # how long an earthquake alarm lasts; none is raised later
FIRST_ALARM_LEVEL: Final = VolcanoLevel.SIAGA  # lowest level of a first statement that raises an alarm


def alarm_for_bulletin(
    bulletin: Bulletin, rules: Iterable[BulletinRule], *, region: Region, own_places: Sequence[str], now: datetime
) -> AlarmRaised | None:
    """Return the alarm of a bulletin by the most severe matching rule; None if none matches or it is over."""
    match bulletin:
        case KnownEarthquake():
            return alarm_for_earthquake(bulletin, rules, region=region, own_places=own_places, now=now)
        case KnownWarning():
            return alarm_for_warning(bulletin, rules, region=region, now=now)
        case Volcano():
            return alarm_for_volcano(bulletin, rules)


def alarm_ends_at(bulletin: Bulletin) -> datetime | None:
    """Return when the alarm ends by itself; None if a later statement must end it."""
    match bulletin:
        case KnownEarthquake():
            return bulletin.latest.at + EARTHQUAKE_ALARM_SPAN
        case KnownWarning():
            return bulletin.ends_at
    return None


def is_same_alarm(up: Alarm | AlarmRaised, wanted: AlarmRaised) -> bool:
    """Return whether an active alarm equals the wanted one, so that nothing is raised twice.

    Another rule of the same severity raises no new alarm. The onset is ignored, because the time of
    an earthquake is corrected later; each raise of a volcano level is a new alarm.
    """
    if up.parameter != wanted.parameter or (up.rule != wanted.rule and up.severity is not wanted.severity):
        return False
    return subject_kind(up.parameter) != "volcano" or up.onset_at == wanted.onset_at


def alarm_for_earthquake(
    quake: KnownEarthquake,
    rules: Iterable[BulletinRule],
    *,
    region: Region,
    own_places: Sequence[str],
    now: datetime,
) -> AlarmRaised | None:
    """Return the alarm of an earthquake; None if no rule matches or it is over."""
    latest = quake.latest
    if now - latest.at >= EARTHQUAKE_ALARM_SPAN:
        return None
    distance_km, felt_mmi = distance_to_regency_km(quake, region), local_intensity(quake.felt, own_places)
    rule = _first(
        rule
        for rule in active_rules(rules)
        if isinstance(rule.condition, EarthquakeCondition)
        and rule.condition.is_met(quake, distance_km=distance_km, felt_mmi=felt_mmi)
    )
    if rule is None:
        return None
    subject, here = subject_of("earthquake", quake.id), _where_it_concerns_us([epicentre(quake)], region)
    return AlarmRaised(
        rule=rule.id,
        station="",
        parameter=subject,
        severity=rule.severity,
        onset_at=latest.at,
        value=latest.magnitude,
        title=latest.region,
        hazard=Hazard.EARTHQUAKE,
        lon_deg=here.x,
        lat_deg=here.y,
        cause=f"{SHAKING}/{subject}",
    )


def alarm_for_warning(
    warning: KnownWarning, rules: Iterable[BulletinRule], *, region: Region, now: datetime
) -> AlarmRaised | None:
    """Return the alarm of a warning; None if it is elsewhere, over, or no rule matches."""
    if warning.is_over(now) or not touches_region(warning, region):
        return None
    rule = _first(
        rule
        for rule in active_rules(rules)
        if isinstance(rule.condition, WarningCondition) and rule.condition.is_met(warning.issued)
    )
    if rule is None:
        return None
    subject = subject_of("warning", warning.id)
    here = _where_it_concerns_us(list(map(valid_ring, warning.issued.rings)), region)
    return AlarmRaised(
        rule=rule.id,
        station="",
        parameter=subject,
        severity=rule.severity,
        onset_at=warning.issued.sent,
        title=warning.issued.headline or warning.issued.event,
        hazard=Hazard.EXTREME_WEATHER,
        lon_deg=here.x,
        lat_deg=here.y,
        cause=f"{WEATHER}/{subject}",
    )


def touches_region(warning: KnownWarning, region: Region) -> bool:
    """Return whether a warning's area meets the regency, or its text names one of our kecamatan."""
    if matching_names(warning.issued.kecamatan, region.kecamatan):
        return True
    outline = region.outline
    return outline is not None and any(outline.intersects(valid_ring(ring)) for ring in warning.issued.rings)


def distance_to_regency_km(quake: KnownEarthquake, region: Region) -> float:
    """Return the distance from the centre of the regency in kilometres."""
    latest = quake.latest
    return distance_m(region.lon_deg, region.lat_deg, latest.lon_deg, latest.lat_deg) / 1000


def valid_ring(ring: Sequence[tuple[float, float]]) -> Polygon:
    """Return a ring as a valid polygon; shapely rejects self-intersecting ones."""
    shape = Polygon(ring)
    return shape if shape.is_valid else shape.buffer(0)


def epicentre(quake: KnownEarthquake) -> Point:
    """Return the epicentre, EPSG:4326."""
    return Point(quake.latest.lon_deg, quake.latest.lat_deg)


def _where_it_concerns_us(shapes: Sequence[BaseGeometry], region: Region) -> Point:
    """Return an affected point inside the regency, else its centre, so that an incident lies with us."""
    if region.outline is not None:
        within = union_all([shape.intersection(region.outline) for shape in shapes])
        if not within.is_empty:
            return within.representative_point()
    return Point(region.lon_deg, region.lat_deg)


def alarm_for_volcano(volcano: Volcano, rules: Iterable[BulletinRule]) -> AlarmRaised | None:
    """Return the alarm of a raised level; None if it was lowered or no rule matches.

    The alarm stays active until a statement lowers the level; a repeated level is the same alarm.
    """
    raised_at = level_raised_at(volcano)
    rule = _first(
        rule
        for rule in active_rules(rules)
        if isinstance(rule.condition, VolcanoCondition) and rule.condition.is_met(volcano.level)
    )
    if raised_at is None or rule is None:
        return None
    return AlarmRaised(
        rule=rule.id,
        station="",
        parameter=subject_of("volcano", volcano.id),
        severity=rule.severity,
        onset_at=raised_at,
        value=float(volcano.level.rank),
        title=volcano.name,
        hazard=Hazard.VOLCANO,
        lon_deg=volcano.lon_deg,
        lat_deg=volcano.lat_deg,
        cause=f"{VOLCANO}/{volcano.id}",
    )


def level_raised_at(volcano: Volcano) -> datetime | None:
    """Return when the current level was first stated; None if it was lowered to it or starts low."""
    raised_at = volcano.current.stated_at
    for before in reversed(volcano.effective_statements[:-1]):
        if before.level is not volcano.level:
            return raised_at if before.level.rank < volcano.level.rank else None
        raised_at = before.stated_at
    return raised_at if volcano.level.rank >= FIRST_ALARM_LEVEL.rank else None


def _first(rules: Iterable[BulletinRule]) -> BulletinRule | None:
    return next(iter(rules), None)
