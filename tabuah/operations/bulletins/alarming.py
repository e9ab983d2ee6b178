"""Which alarm an earthquake, a warning or a volcano's level is: pure, so that a restart comes to the same."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from shapely import union_all
from shapely.geometry import Point, Polygon
from shapely.geometry.base import BaseGeometry

from tabuah.gis.geodesy import distance_m
from tabuah.operations.alarms.bodies import AlarmRaised
from tabuah.operations.alarms.causes import SHAKING, VOLCANO, WEATHER
from tabuah.operations.bulletins.earthquake import KnownEarthquake
from tabuah.operations.bulletins.rules import EarthquakeRule, WarningRule, felt_here, worst
from tabuah.operations.bulletins.volcano import Volcano
from tabuah.operations.bulletins.warning import KnownWarning
from tabuah.operations.codes import Hazard
from tabuah.operations.entries import subject_of
from tabuah.operations.feeds.kecamatan_names import names_in_common
from tabuah.operations.feeds.nearness import Region
from tabuah.operations.levels import AlarmSeverity, VolcanoLevel

VOLCANO_RULE: Final = "gunung-api-naik"
EARTHQUAKE_IS_NEWS: Final = timedelta(hours=12)  # then its alarm is over; what becomes known later wakes nobody

_OF_VOLCANO: Final = {
    VolcanoLevel.WASPADA: AlarmSeverity.ATTENTION,
    VolcanoLevel.SIAGA: AlarmSeverity.HIGH,
    VolcanoLevel.AWAS: AlarmSeverity.CRITICAL,
}


def alarm_of_earthquake(
    quake: KnownEarthquake,
    rules: Sequence[EarthquakeRule],
    *,
    region: Region,
    own_places: Sequence[str],
    now: datetime,
) -> AlarmRaised | None:
    """The alarm that an earthquake is now; None where no rule means it, or it is over."""
    latest = quake.latest
    if now - latest.at > EARTHQUAKE_IS_NEWS:
        return None
    distance_km = distance_m(region.lon_deg, region.lat_deg, latest.lon_deg, latest.lat_deg) / 1000
    felt_mmi = felt_here(quake.felt, own_places)
    rule = worst(rule for rule in rules if rule.is_met(quake, distance_km=distance_km, felt_mmi=felt_mmi))
    if rule is None:
        return None
    subject, here = subject_of("earthquake", quake.id), _where_it_concerns_us([epicentre(quake)], region)
    return AlarmRaised(
        rule=rule.name,
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
    warning: KnownWarning, rules: Sequence[WarningRule], *, region: Region, now: datetime
) -> AlarmRaised | None:
    """The alarm that a warning is now; None where it does not touch the regency, no rule means it, or it is over."""
    if warning.is_over(now) or not touches_region(warning, region):
        return None
    rule = worst(rule for rule in rules if rule.is_met(warning.issued))
    if rule is None:
        return None
    subject = subject_of("warning", warning.id)
    here = _where_it_concerns_us(list(map(valid_ring, warning.issued.rings)), region)
    return AlarmRaised(
        rule=rule.name,
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


def alarm_of_volcano(volcano: Volcano) -> AlarmRaised | None:
    """The alarm that a raised level is; None where the newest statement lowered it, or raised nothing.

    It stands until a statement lowers the level again; the same level stated anew is the same alarm. The first
    statement of all is an alarm from III on: nobody knows from where it rose.
    """
    onset_at = volcano.current.stated_at
    for before in reversed(volcano.counting[:-1]):
        if before.level is not volcano.level:
            rose = before.level.rank < volcano.level.rank
            return _volcano_alarm(volcano, onset_at=onset_at) if rose else None
        onset_at = before.stated_at
    return _volcano_alarm(volcano, onset_at=onset_at) if volcano.level.rank >= VolcanoLevel.SIAGA.rank else None


def _volcano_alarm(volcano: Volcano, *, onset_at: datetime) -> AlarmRaised:
    subject = subject_of("volcano", volcano.id)
    return AlarmRaised(
        rule=VOLCANO_RULE,
        station="",
        parameter=subject,
        severity=_OF_VOLCANO.get(volcano.level, AlarmSeverity.ATTENTION),
        onset_at=onset_at,
        value=float(volcano.level.rank),
        title=volcano.name,
        hazard=Hazard.VOLCANO,
        lon_deg=volcano.lon_deg,
        lat_deg=volcano.lat_deg,
        cause=f"{VOLCANO}/{volcano.id}",
    )
