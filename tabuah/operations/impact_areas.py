"""Impact areas: the area whose people and objects an incident, a warning or an alarm may affect."""

from collections.abc import Mapping
from typing import Final

import msgspec
from shapely.geometry.base import BaseGeometry

from tabuah.gis.queries.coverage import area_of_rings
from tabuah.gis.queries.feature_index import circle_polygon
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.bulletins.bulletin import KnownWarning
from tabuah.operations.entries import subject_key, subject_kind
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.messages.message import Message

INCIDENT_RADIUS_M: Final = 1_000.0  # around an incident without an affected area
ALARM_RADIUS_M: Final = 2_000.0  # around a station: no map of what a level floods is known

Rings = tuple[tuple[tuple[float, float], ...], ...]


class ImpactArea(msgspec.Struct, frozen=True, kw_only=True):
    """Rings of longitude and latitude, or a circle around a position. Equal areas have the same impact."""

    rings: Rings = ()
    centre_deg: tuple[float, float] | None = None
    radius_m: float | None = None

    def shape(self) -> BaseGeometry:
        """Return valid polygons (EPSG:4326)."""
        if self.centre_deg is not None and self.radius_m is not None:
            return circle_polygon(*self.centre_deg, radius_m=self.radius_m)
        return area_of_rings(self.rings)


def incident_impact_area(incident: Incident) -> ImpactArea | None:
    """Return the affected area, else a circle around the place; None without both."""
    if incident.area is not None:
        return ImpactArea(rings=(tuple(incident.area),))
    place = incident.place
    if place is None:
        return None
    return ImpactArea(centre_deg=(place.lon_deg, place.lat_deg), radius_m=place.radius_m or INCIDENT_RADIUS_M)


def warning_impact_area(warning: KnownWarning) -> ImpactArea | None:
    """Return the area of a warning; None if it has none."""
    return ImpactArea(rings=tuple(map(tuple, warning.issued.rings))) if warning.issued.rings else None


def alert_impact_area(message: Message) -> ImpactArea | None:
    """Return the area of the alert of a message; None if it has none, and for other messages."""
    alert = message.alert
    return ImpactArea(rings=alert.rings) if alert is not None and alert.rings else None


def alarm_impact_area(alarm: Alarm, warnings: Mapping[str, KnownWarning]) -> ImpactArea | None:
    """Return the area of the warning of an alarm, or a circle around its station; None for other alarms."""
    if subject_kind(alarm.parameter) == "warning":
        warning = warnings.get(subject_key(alarm.parameter))
        return warning_impact_area(warning) if warning is not None else None
    if not alarm.station or alarm.lon_deg is None or alarm.lat_deg is None:
        return None
    return ImpactArea(centre_deg=(alarm.lon_deg, alarm.lat_deg), radius_m=ALARM_RADIUS_M)
