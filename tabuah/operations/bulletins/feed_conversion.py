"""Conversion of parsed feed items to entry bodies."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

import shapely

from tabuah.gis.queries.feature_index import circle_polygon
from tabuah.operations.bounds import clamp
from tabuah.operations.bulletins.entry_bodies import EarthquakeReported, FeltAt, Ring, WarningIssued
from tabuah.operations.feeds.cap_alert import CapAlert, CapArea, CapInfo
from tabuah.operations.feeds.earthquakes import Earthquake

MAX_RING_POINTS: Final = 4_000  # of one warning; real ones have under a hundred
_TOLERANCES_DEG: Final = (0.0005, 0.002, 0.01, 0.05)
_INDONESIAN: Final = ("id", "in")  # "in" is the old code of the language


def earthquake_account(quake: Earthquake, *, feed: str) -> EarthquakeReported:
    """Return the report of a feed on an earthquake."""
    report = EarthquakeReported(
        feed=feed,
        at=quake.at,
        lon_deg=quake.lon_deg,
        lat_deg=quake.lat_deg,
        magnitude=quake.magnitude,
        depth_km=quake.depth_km,
        region=quake.region,
        potential=quake.potential,
        felt=tuple(FeltAt(felt.place, felt.mmi_low, felt.mmi_high) for felt in quake.felt),
        shakemap=quake.shakemap,
    )
    return clamp(report)  # a feed may send anything, such as a time without end


def warning_message(alert: CapAlert) -> WarningIssued:
    """Return a CAP message with its Indonesian part and the areas of all parts."""
    return clamp(_message(alert))


def _message(alert: CapAlert) -> WarningIssued:
    info = _info_in_indonesian(alert.infos)
    references = tuple(reference.identifier for reference in alert.references)
    rings = simplify_rings(tuple(rings_of(alert.infos)))
    if info is None:
        return WarningIssued(
            identifier=alert.identifier,
            sender=alert.sender,
            sent=alert.sent,
            message=alert.msg_type,
            references=references,
        )
    return WarningIssued(
        identifier=alert.identifier,
        sender=alert.sender,
        sent=alert.sent,
        message=alert.msg_type,
        event=info.event,
        headline=info.headline,
        description=info.description,
        instruction=info.instruction,
        urgency=info.urgency,
        severity=info.severity,
        certainty=info.certainty,
        effective=info.effective,
        expires=latest_end(alert.infos),
        kecamatan=tuple(dict.fromkeys(name for each in alert.infos for name in each.kecamatan)),
        rings=rings,
        references=references,
    )


def _info_in_indonesian(infos: tuple[CapInfo, ...]) -> CapInfo | None:
    spoken = (info for info in infos if info.language.lower().partition("-")[0] in _INDONESIAN)
    return next(spoken, infos[0] if infos else None)


def latest_end(infos: Iterable[CapInfo]) -> datetime | None:
    """Return when all parts have expired; None if one has no end."""
    ends = [info.expires for info in infos]
    known = [moment for moment in ends if moment is not None]
    return max(known) if len(known) == len(ends) else None


def rings_of(infos: Iterable[CapInfo]) -> Iterator[Ring]:
    """Yield the outer rings of all areas; circles become rings."""
    for info in infos:
        for area in info.areas:
            yield from _rings(area)


def _rings(area: CapArea) -> Iterator[Ring]:
    for ring in area.polygons:
        yield tuple((point.lon_deg, point.lat_deg) for point in ring)
    for round_area in area.circles:
        centre = round_area.centre
        shape = circle_polygon(centre.lon_deg, centre.lat_deg, radius_m=max(round_area.radius_km, 0.1) * 1000)
        yield tuple((round(lon, 5), round(lat, 5)) for lon, lat in shape.exterior.coords)


def simplify_rings(rings: tuple[Ring, ...], *, most_points: int = MAX_RING_POINTS) -> tuple[Ring, ...]:
    """Simplify rings as little as needed to keep the entry small."""
    if sum(map(len, rings)) <= most_points:
        return rings
    for tolerance_deg in _TOLERANCES_DEG:
        shapes = [shapely.Polygon(ring).simplify(tolerance_deg) for ring in rings]
        found = tuple(_points(shape.exterior) for shape in shapes if not shape.is_empty)
        if sum(map(len, found)) <= most_points:
            return found
    hull = shapely.MultiPoint([point for ring in rings for point in ring]).convex_hull.simplify(_TOLERANCES_DEG[0])
    return (_points(hull.exterior),)


def _points(ring: shapely.LinearRing) -> Ring:
    return tuple((float(lon), float(lat)) for lon, lat in ring.coords)
