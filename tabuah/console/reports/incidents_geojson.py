"""Incidents as GeoJSON (RFC 7946): points with codes and UTC times, and affected areas as polygons."""

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from tabuah.console.reports.incident_columns import COLUMNS, ListedIncident, read_value
from tabuah.operations.incidents.incident import Incident


def encode_incidents_geojson(items: Sequence[ListedIncident]) -> bytes:
    """Return a feature collection: all incidents as points (or without geometry), then their areas as polygons."""
    features = [_incident_feature(item) for item in items]
    features += [_area_feature(item.incident) for item in items if item.incident.area]
    return msgspec.json.encode({"type": "FeatureCollection", "features": features}) + b"\n"


def _incident_feature(item: ListedIncident) -> dict[str, Any]:
    place = item.incident.place
    values: dict[str, Any] = {column.name: _json_value(read_value(column, item)) for column in COLUMNS}
    values["answers"] = {code: stated.value for code, stated in sorted(item.incident.intake.answers.items())}
    position = [round(place.lon_deg, 6), round(place.lat_deg, 6)] if place else None
    return {
        "type": "Feature",
        "id": item.incident.id,
        "geometry": {"type": "Point", "coordinates": position} if position else None,
        "properties": {"feature": "incident", **values, "position_radius_m": place.radius_m if place else None},
    }


def _area_feature(incident: Incident) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": f"{incident.id}/area",
        "geometry": {"type": "Polygon", "coordinates": [area_ring(incident)]},
        "properties": {
            "feature": "affected_area",
            "number": incident.number,
            "incident": incident.id,
            "exercise": incident.exercise,
            "exercise_id": incident.exercise_id,
        },
    }


def area_ring(incident: Incident) -> list[list[float]]:
    """Return the affected area as a closed, counter-clockwise ring, as RFC 7946 requires for outer rings."""
    ring = [[round(lon, 6), round(lat, 6)] for lon, lat in incident.area or ()]
    if ring and ring[0] != ring[-1]:
        ring.append(ring[0])
    return ring if _is_counter_clockwise(ring) else ring[::-1]


def _is_counter_clockwise(ring: Sequence[Sequence[float]]) -> bool:
    doubled = sum(a[0] * b[1] - b[0] * a[1] for a, b in itertools.pairwise(ring))
    return doubled >= 0


def _json_value(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return value
