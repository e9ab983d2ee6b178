"""Which alarm an earthquake, a warning or a volcano's level is: pure, so that a restart comes to the same."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from shapely import union_all
from shapely.geometry import Point, Polygon
from shapely.geometry.base import BaseGeometry

from tabuah.gis.geodesy import distance_m
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.bodies import AlarmRaised
from tabuah.operations.alarms.causes import SHAKING, VOLCANO, WEATHER
from tabuah.operations.bulletins.earthquake import KnownEarthquake
from tabuah.operations.bulletins.folding import Bulletin
from tabuah.operations.bulletins.rules import BulletinRule, Restless, Shaking, Warned, felt_here, in_force
from tabuah.operations.bulletins.volcano import Volcano
from tabuah.operations.bulletins.warning import KnownWarning
from tabuah.operations.codes import Hazard
from tabuah.operations.entries import subject_kind, subject_of
from tabuah.operations.feeds.kecamatan_names import names_in_common
from tabuah.operations.feeds.nearness import Region
from tabuah.operations.levels import VolcanoLevel

EARTHQUAKE_IS_NEWS: Final = timedelta(hours=12)  # then its alarm is over; what becomes known later wakes nobody
FIRST_TOLD_FROM: Final = VolcanoLevel.SIAGA  # what a first statement must say: nobody knows from where it rose


def alarm_of(
    bulletin: Bulletin, rules: Iterable[BulletinRule], *, region: Region, own_places: Sequence[str], now: datetime
) -> AlarmRaised | None:
    """The alarm that a bulletin is now by the worst rule that means it; None where none does, or it is over."""
    match bulletin:
        case KnownEarthquake():
            return alarm_of_earthquake(bulletin, rules, region=region, own_places=own_places, now=now)
        case KnownWarning():
            return alarm_of_warning(bulletin, rules, region=region, now=now)
        case Volcano():
            return alarm_of_volcano(bulletin, rules)


def over_at(bulletin: Bulletin) -> datetime | None:
    """When its alarm is over by itself; None where somebody has to say so."""
    match bulletin:
        case KnownEarthquake():
            return bulletin.latest.at + EARTHQUAKE_IS_NEWS
        case KnownWarning():
            return bulletin.ends_at
    return None


def is_same_alarm(up: Alarm | AlarmRaised, wanted: AlarmRaised) -> bool:
    """Whether an alarm that is up is the one that should be: nobody is woken twice by one thing.

    Another rule of the same severity raises nothing anew. The onset is no part of it, as the time of an earthquake is
    corrected and stays as it was raised; but each statement that raises a volcano's level is news.
    """
    if up.parameter != wanted.parameter or (up.rule != wanted.rule and up.severity is not wanted.severity):
        return False
    return subject_kind(up.parameter) != "volcano" or up.onset_at == wanted.onset_at


def alarm_of_earthquake(
    quake: KnownEarthquake,
    rules: Iterable[BulletinRule],
    *,
    region: Region,
    own_places: Sequence[str],
    now: datetime,
) -> AlarmRaised | None:
    """The alarm that an earthquake is now; None where no rule means it, or it is over."""
    latest = quake.latest
    if now - latest.at >= EARTHQUAKE_IS_NEWS:
        return None
    distance_km, felt_mmi = away_km(quake, region), felt_here(quake.felt, own_places)
    rule = _first(
        rule
        for rule in in_force(rules)
        if isinstance(rule.condition, Shaking)
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


def alarm_of_warning(
    warning: KnownWarning, rules: Iterable[BulletinRule], *, region: Region, now: datetime
) -> AlarmRaised | None:
    """The alarm that a warning is now; None where it does not touch the regency, no rule means it, or it is over."""
    if warning.is_over(now) or not touches_region(warning, region):
        return None
    rule = _first(
        rule
        for rule in in_force(rules)
        if isinstance(rule.condition, Warned) and rule.condition.is_met(warning.issued)
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
    """Whether a warning's area reaches into the regency, or its text names one of our kecamatan."""
    if names_in_common(warning.issued.kecamatan, region.kecamatan):
        return True
    outline = region.outline
    return outline is not None and any(outline.intersects(valid_ring(ring)) for ring in warning.issued.rings)


def away_km(quake: KnownEarthquake, region: Region) -> float:
    """How far from the middle of the regency an earthquake was."""
    latest = quake.latest
    return distance_m(region.lon_deg, region.lat_deg, latest.lon_deg, latest.lat_deg) / 1000


def valid_ring(ring: Sequence[tuple[float, float]]) -> Polygon:
    """A ring as an area that can be compared: one that crosses itself would be refused."""
    shape = Polygon(ring)
    return shape if shape.is_valid else shape.buffer(0)


def epicentre(quake: KnownEarthquake) -> Point:
    """Where it was, EPSG:4326."""
    return Point(quake.latest.lon_deg, quake.latest.lat_deg)


def _where_it_concerns_us(shapes: Sequence[BaseGeometry], region: Region) -> Point:
    """A point of ours that it reaches, else the middle of the regency: an incident made of it lies with us."""
    if region.outline is not None:
        within = union_all([shape.intersection(region.outline) for shape in shapes])
        if not within.is_empty:
            return within.representative_point()
    return Point(region.lon_deg, region.lat_deg)


def alarm_of_volcano(volcano: Volcano, rules: Iterable[BulletinRule]) -> AlarmRaised | None:
    """The alarm that a raised level is; None where the newest statement lowered it, or no rule means it.

    It stands until a statement lowers the level again; the same level stated anew is the same alarm.
    """
    raised_at = level_raised_at(volcano)
    rule = _first(
        rule
        for rule in in_force(rules)
        if isinstance(rule.condition, Restless) and rule.condition.is_met(volcano.level)
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
    """When the level that holds was stated first; None where it was lowered to it, or is a first one that is low."""
    raised_at = volcano.current.stated_at
    for before in reversed(volcano.counting[:-1]):
        if before.level is not volcano.level:
            return raised_at if before.level.rank < volcano.level.rank else None
        raised_at = before.stated_at
    return raised_at if volcano.level.rank >= FIRST_TOLD_FROM.rank else None


def _first(rules: Iterable[BulletinRule]) -> BulletinRule | None:
    return next(iter(rules), None)
