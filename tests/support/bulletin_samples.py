"""Sample earthquakes, weather warnings and volcano levels."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import shapely

from tabuah.operations.bulletins.entry_bodies import EarthquakeReported, FeltAt, VolcanoLevelled, WarningIssued
from tabuah.operations.feeds.cap_alert import CapCertainty, CapMessageType, CapSeverity, CapUrgency
from tabuah.operations.feeds.proximity import Region
from tabuah.operations.levels import VolcanoLevel

MOMENT = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
SQUARE = shapely.box(100.5, -1.2, 101.0, -0.7)
REGION = Region(name="Kabupaten Solok", lon_deg=100.75, lat_deg=-0.95, outline=SQUARE, kecamatan=("Kubung",))
PLACES = ("Solok", "Kabupaten Solok", "Kubung")

_QUAKE = EarthquakeReported(
    feed="autogempa",
    at=MOMENT,
    lon_deg=100.66,
    lat_deg=-0.85,
    magnitude=5.1,
    depth_km=12.0,
    region="Pusat gempa di darat 5 km timur laut Solok",
)
_WARNING = WarningIssued(
    identifier="2.49.0.1.360.0.2026.11.24.07.13.001",
    sender="cuaca.ekstrem@bmkg.go.id",
    sent=MOMENT,
    message=CapMessageType.ALERT,
    event="Hujan Lebat dan Petir",
    headline="Hujan Lebat disertai Petir di Sumatera Barat",
    urgency=CapUrgency.IMMEDIATE,
    severity=CapSeverity.MODERATE,
    certainty=CapCertainty.OBSERVED,
    effective=MOMENT,
    expires=MOMENT + timedelta(hours=2),
    rings=(((100.6, -0.9), (100.8, -0.9), (100.8, -1.0), (100.6, -0.9)),),
)
_LEVEL = VolcanoLevelled(
    name="Gunung Talang",
    level=VolcanoLevel.WASPADA,
    source="PVMBG, MAGMA Indonesia",
    stated_at=MOMENT,
    lon_deg=100.681,
    lat_deg=-0.979,
)


def sample_earthquake(*felt: str, **changes: Any) -> EarthquakeReported:
    """Return an earthquake near Solok; `felt` are places of MMI III to IV."""
    told = tuple(FeltAt(place, 3, 4) for place in felt)
    return msgspec.structs.replace(_QUAKE, felt=told, **changes)


def sample_warning(**changes: Any) -> WarningIssued:
    """Return a two-hour warning over the centre of the regency."""
    return msgspec.structs.replace(_WARNING, **changes)


def sample_volcano_level(told: VolcanoLevel = VolcanoLevel.WASPADA, **changes: Any) -> VolcanoLevelled:
    """Return a level of Gunung Talang."""
    return msgspec.structs.replace(_LEVEL, level=told, **changes)
