"""Local relevance of bulletins: distance and direction from Arosuka, nearest nagari, covered areas."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec
import numpy as np

from tabuah.gis.base_map import BaseMap, Feature
from tabuah.gis.geodesy import bearing_deg, distance_m, distances_m
from tabuah.gis.places import PlaceKind
from tabuah.gis.queries.coverage import AdministrativeAreas, CoveredArea, area_of_rings
from tabuah.gis.reference_systems import from_mercator
from tabuah.operations.bulletins.alarms import epicentre, touches_region
from tabuah.operations.bulletins.bulletin import KnownEarthquake, KnownWarning
from tabuah.operations.bulletins.region import own_places, region_of
from tabuah.operations.bulletins.rules import local_intensity
from tabuah.operations.feeds.proximity import NEAR_KM, RegionRelation

CAPITAL: Final = "Arosuka"
_NAGARI_WITHIN_KM: Final = 100.0  # beyond this a nearest nagari is meaningless


class EarthquakeRelevance(msgspec.Struct, frozen=True, kw_only=True):
    """Relevance of an earthquake for the regency; the nearest nagari only if it is close.

    `distance_km` and `bearing_deg` are those of the epicentre, seen from the capital.
    """

    relation: RegionRelation
    distance_km: float
    bearing_deg: float
    nearest_nagari: str
    nagari_km: float | None
    felt_mmi: int | None  # highest intensity at a place of ours

    @property
    def is_relevant(self) -> bool:
        """Return whether it was near or felt here."""
        return self.relation is not RegionRelation.FAR or self.felt_mmi is not None


class WarningRelevance(msgspec.Struct, frozen=True, kw_only=True):
    """Areas of the regency that a warning covers; empty if it is elsewhere."""

    touches: bool
    kecamatan: tuple[CoveredArea, ...]
    nagari: tuple[CoveredArea, ...]


class LocalRelevance:
    """Computes and caches the relevance of bulletins for one map; for one thread."""

    def __init__(self, base_map: BaseMap) -> None:
        layers = {layer.name: layer.features for layer in base_map.layers}
        self.region = region_of(base_map)
        self._own_places = own_places(base_map)
        self._nagari = tuple(feature.name for feature in layers["nagari"])
        self._nagari_deg = np.array([from_mercator(*feature.label_m) for feature in layers["nagari"]])
        self._earthquakes: dict[tuple[str, datetime], EarthquakeRelevance] = {}
        self._warnings: dict[str, WarningRelevance] = {}
        self._capital_deg = _capital_position(layers.get("places", ()), (self.region.lon_deg, self.region.lat_deg))
        self._areas = AdministrativeAreas(base_map)

    def earthquake(self, quake: KnownEarthquake) -> EarthquakeRelevance:
        key = (quake.id, quake.told_at)
        if key not in self._earthquakes:
            self._earthquakes[key] = self._see_earthquake(quake)
        return self._earthquakes[key]

    def warning(self, warning: KnownWarning) -> WarningRelevance:
        """Return the kecamatan and nagari that a warning covers, also after its withdrawal."""
        if warning.id not in self._warnings:
            self._warnings[warning.id] = self._see_warning(warning)
        return self._warnings[warning.id]

    def _see_earthquake(self, quake: KnownEarthquake) -> EarthquakeRelevance:
        at = (quake.latest.lon_deg, quake.latest.lat_deg)
        distance_km = distance_m(*self._capital_deg, *at) / 1000
        name, nagari_km = self._nearest(at)
        near = nagari_km <= _NAGARI_WITHIN_KM
        return EarthquakeRelevance(
            relation=self._relation(quake, distance_km),
            distance_km=distance_km,
            bearing_deg=bearing_deg(*self._capital_deg, *at),
            nearest_nagari=name if near else "",
            nagari_km=nagari_km if near else None,
            felt_mmi=local_intensity(quake.felt, self._own_places),
        )

    def _see_warning(self, warning: KnownWarning) -> WarningRelevance:
        if not touches_region(warning, self.region):
            return WarningRelevance(touches=False, kecamatan=(), nagari=())
        rings = warning.issued.rings
        covered = self._areas.covered_by(area_of_rings(rings)) if rings else ()
        return WarningRelevance(
            touches=True,
            kecamatan=tuple(area for area in covered if area.kind is PlaceKind.KECAMATAN),
            nagari=tuple(area for area in covered if area.kind is PlaceKind.NAGARI),
        )

    def _relation(self, quake: KnownEarthquake, distance_km: float) -> RegionRelation:
        outline = self.region.outline
        if outline is not None and outline.covers(epicentre(quake)):
            return RegionRelation.INSIDE
        return RegionRelation.NEAR if distance_km <= NEAR_KM else RegionRelation.FAR

    def _nearest(self, at_deg: tuple[float, float]) -> tuple[str, float]:
        lons, lats = self._nagari_deg.T
        away_m = distances_m(*at_deg, to_lon_deg=lons, to_lat_deg=lats)
        nearest = int(away_m.argmin())
        return self._nagari[nearest], float(away_m[nearest]) / 1000


def _capital_position(places: Sequence[Feature], middle_deg: tuple[float, float]) -> tuple[float, float]:
    """Return the position of the regency's capital; the centre if the map does not show it."""
    found = next((place for place in places if place.name == CAPITAL), None)
    return from_mercator(*found.label_m) if found else middle_deg
