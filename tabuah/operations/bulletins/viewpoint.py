"""Bulletins as seen from the regency: how far and which way from Arosuka, the nearest nagari, what is covered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np

from tabuah.gis.basemap import Basemap, Feature
from tabuah.gis.geodesy import distance_m, distances_m
from tabuah.gis.places import PlaceKind
from tabuah.gis.queries.covering import AdministrativeAreas, CoveredArea, area_of_rings
from tabuah.gis.reference_systems import from_mercator
from tabuah.operations.bulletins.alarming import epicentre, touches_region
from tabuah.operations.bulletins.earthquake import KnownEarthquake
from tabuah.operations.bulletins.region import own_places, region_of
from tabuah.operations.bulletins.rules import felt_here
from tabuah.operations.bulletins.telling import tell_from
from tabuah.operations.bulletins.warning import KnownWarning
from tabuah.operations.feeds.nearness import NEAR_KM, Relation

CAPITAL: Final = "Arosuka"
_NAGARI_WITHIN_KM: Final = 100.0  # further away a nearest nagari says nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenEarthquake:
    """An earthquake as seen from the regency; the nearest nagari only where that says something."""

    relation: Relation
    distance_km: float
    from_capital: str
    nearest_nagari: str
    nagari_km: float | None
    felt_mmi: int | None  # the strongest at a place of ours

    @property
    def concerns_us(self) -> bool:
        """Whether it was near or felt; the others are kept and told as far away."""
        return self.relation is not Relation.FAR or self.felt_mmi is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenWarning:
    """A warning as seen from the regency: what it covers, kecamatan first; nothing where it is for others."""

    touches: bool
    kecamatan: tuple[CoveredArea, ...]
    nagari: tuple[CoveredArea, ...]


class Viewpoint:
    """Made once for a map and a language, asked often, by one thread; the same question is worked out once."""

    def __init__(self, basemap: Basemap) -> None:
        layers = {layer.name: layer.features for layer in basemap.layers}
        self.region = region_of(basemap)
        self._own_places = own_places(basemap)
        self._nagari = tuple(feature.name for feature in layers["nagari"])
        self._nagari_deg = np.array([from_mercator(*feature.label_m) for feature in layers["nagari"]])
        self._earthquakes: dict[tuple[str, datetime], SeenEarthquake] = {}
        self._warnings: dict[str, SeenWarning] = {}
        self._capital = _capital(layers.get("places", ()), (self.region.lon_deg, self.region.lat_deg))
        self._areas = AdministrativeAreas(basemap)

    def earthquake(self, quake: KnownEarthquake) -> SeenEarthquake:
        """How far it was, and which way."""
        key = (quake.id, quake.told_at)
        if key not in self._earthquakes:
            self._earthquakes[key] = self._see_earthquake(quake)
        return self._earthquakes[key]

    def warning(self, warning: KnownWarning) -> SeenWarning:
        """Which kecamatan and nagari it covers; that it was taken back changes nothing of it."""
        if warning.id not in self._warnings:
            self._warnings[warning.id] = self._see_warning(warning)
        return self._warnings[warning.id]

    def _see_earthquake(self, quake: KnownEarthquake) -> SeenEarthquake:
        at = (quake.latest.lon_deg, quake.latest.lat_deg)
        distance_km = distance_m(*self._capital[1], *at) / 1000
        name, nagari_km = self._nearest(at)
        near = nagari_km <= _NAGARI_WITHIN_KM
        return SeenEarthquake(
            relation=self._relation(quake, distance_km),
            distance_km=distance_km,
            from_capital=tell_from(self._capital[0], of_deg=self._capital[1], to_deg=at),
            nearest_nagari=name if near else "",
            nagari_km=nagari_km if near else None,
            felt_mmi=felt_here(quake.felt, self._own_places),
        )

    def _see_warning(self, warning: KnownWarning) -> SeenWarning:
        if not touches_region(warning, self.region):
            return SeenWarning(touches=False, kecamatan=(), nagari=())
        rings = warning.issued.rings
        covered = self._areas.covered_by(area_of_rings(rings)) if rings else ()
        return SeenWarning(
            touches=True,
            kecamatan=tuple(area for area in covered if area.kind is PlaceKind.KECAMATAN),
            nagari=tuple(area for area in covered if area.kind is PlaceKind.NAGARI),
        )

    def _relation(self, quake: KnownEarthquake, distance_km: float) -> Relation:
        outline = self.region.outline
        if outline is not None and outline.covers(epicentre(quake)):
            return Relation.INSIDE
        return Relation.NEAR if distance_km <= NEAR_KM else Relation.FAR

    def _nearest(self, at_deg: tuple[float, float]) -> tuple[str, float]:
        lons, lats = self._nagari_deg.T
        away_m = distances_m(*at_deg, to_lon_deg=lons, to_lat_deg=lats)
        nearest = int(away_m.argmin())
        return self._nagari[nearest], float(away_m[nearest]) / 1000


def _capital(places: Sequence[Feature], middle_deg: tuple[float, float]) -> tuple[str, tuple[float, float]]:
    """The regency's seat and where it lies; the middle of the regency on a map that does not show it."""
    found = next((place for place in places if place.name == CAPITAL), None)
    return (CAPITAL, from_mercator(*found.label_m)) if found else (CAPITAL, middle_deg)
