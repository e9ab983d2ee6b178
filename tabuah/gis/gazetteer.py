"""Gazetteer: search of places by name and lookup of the place at a position, official or estimated."""

from collections.abc import Sequence
from functools import cached_property
from typing import Final

import numpy as np
import shapely

from tabuah.gis.base_map import BaseMap, Feature, MapLayer
from tabuah.gis.coordinates import check_degrees
from tabuah.gis.errors import AmbiguousPlaceError, UnknownPlaceError
from tabuah.gis.geodesy import distances_m
from tabuah.gis.known_areas import KnownAreas, approximate_areas, official_areas
from tabuah.gis.levels_of_detail import unpack_polygons
from tabuah.gis.place_names import likeness, name_key, similar_names
from tabuah.gis.places import Boundary, Certainty, FoundPlace, Kecamatan, Nagari, Place, PlaceKind
from tabuah.gis.reference_systems import from_mercator, to_mercator, to_utm
from tabuah.resources.localisation import _

# Measured against the official boundaries (docs/map-data.md): within 700 m inside the approximate outline one point
# in five belongs to a neighbour; up to 8 km outside one in eight belongs to the regency, beyond that hardly any.
DOUBT_INSIDE_M: Final = 700.0
DOUBT_OUTSIDE_M: Final = 8_000.0
FAR_M: Final = 200_000.0  # from here on distances on the plane of the UTM zone are too long
ALTERNATIVES: Final = 2
_LEAST_SCORE: Final = 0.5


class Gazetteer:
    """Index of place names and areas.

    The shipped map gives approximate areas; official boundaries give official answers where they reach.
    The object is immutable and safe to use from any thread.
    """

    def __init__(self, base_map: BaseMap, official: Sequence[Boundary] = ()) -> None:
        self._layers = {layer.name: layer for layer in base_map.layers}
        kecamatan = [_kecamatan(feature) for feature in self._features("kecamatan_labels")]
        self._kecamatan = {area.code: area for area in kecamatan}
        self._nagari = {f.code: self._as_nagari(f) for f in self._features("nagari")}
        self._codes = list(self._nagari)
        self._points = np.array([to_utm(n.lon_deg, n.lat_deg) for n in self._nagari.values()])
        self._estimated = approximate_areas(self._layers["kecamatan"])
        self._official = official_areas(official, set(self._codes))

    @cached_property
    def all_nagari(self) -> tuple[Nagari, ...]:
        """Return every nagari of the regency in code order."""
        return tuple(self._nagari[code] for code in sorted(self._nagari))

    @cached_property
    def all_kecamatan(self) -> tuple[Kecamatan, ...]:
        """Return every kecamatan of the regency in code order."""
        return tuple(self._kecamatan[code] for code in sorted(self._kecamatan))

    def nagari(self, name_or_code: str) -> Nagari:
        """Return the nagari with this name or code; a duplicate name needs its kecamatan: "Koto Laweh, Lembang Jaya".

        Raises:
            UnknownPlaceError: no nagari has this name; `suggestions` are the most similar names.
            AmbiguousPlaceError: several have it; each suggestion identifies one.
        """
        by_code = self._nagari.get(_dotted(name_or_code))
        if by_code:
            return by_code
        matches = self._named(name_or_code)
        if len(matches) == 1:
            return matches[0]
        if matches:
            raise _ambiguous(name_or_code, matches)
        suggestions = similar_names(name_or_code, {nagari.name for nagari in self.all_nagari})
        message = _("No nagari is called “{name}”. Did you mean {suggestions}?")
        raise UnknownPlaceError(
            message.format(name=name_or_code, suggestions=", ".join(suggestions)), suggestions=suggestions
        )

    def find(self, text: str, *, limit: int = 10) -> tuple[FoundPlace, ...]:
        """Return places whose name starts with `text`, contains it, or differs by a typing error, best first."""
        wanted, _comma, within = text.partition(",")
        by_code = self._nagari.get(_dotted(text))
        if by_code:
            return (_found_nagari(by_code, 1.0),)
        found = [
            place
            for place in (*self._scored_nagari(wanted), *self._scored_others(wanted))
            if place.score >= _LEAST_SCORE and (not within.strip() or likeness(within, place.within) > 0)
        ]
        return tuple(sorted(found, key=lambda p: (-round(p.score, 2), _ORDER[p.kind], p.name, p.code))[:limit])

    def locate(self, lon_deg: float, lat_deg: float) -> Place:
        """Return the place at a position in degrees (EPSG:4326).

        Raises:
            CoordinateError: the numbers are out of range.
        """
        check_degrees(lon_deg, lat_deg)
        east_m, north_m = to_utm(lon_deg, lat_deg)
        if not np.isfinite((east_m, north_m)).all():
            return self._far_away(lon_deg, lat_deg)
        official = self._official.can_place(east_m, north_m)
        place = self._place_by(self._official if official else self._estimated, lon_deg, lat_deg)
        is_far = not place.inside_regency and place.border_margin_m > FAR_M
        return self._far_away(lon_deg, lat_deg) if is_far else place

    def kecamatan_code_at(self, lon_deg: float, lat_deg: float) -> str:
        """Return the code of the kecamatan at a position in degrees (EPSG:4326); empty outside of the regency."""
        east_m, north_m = to_utm(lon_deg, lat_deg)
        if not np.isfinite((east_m, north_m)).all():
            return ""
        areas = self._official if self._official.can_place(east_m, north_m) else self._estimated
        exact = areas.nagari_at(east_m, north_m)
        return exact[:8] if exact else areas.kecamatan_at(east_m, north_m)

    def _place_by(self, areas: KnownAreas, lon_deg: float, lat_deg: float) -> Place:
        east_m, north_m = to_utm(lon_deg, lat_deg)
        exact = areas.nagari_at(east_m, north_m)
        kecamatan = exact[:8] if exact else areas.kecamatan_at(east_m, north_m)
        lake = self._feature_at("lakes", lon_deg, lat_deg)
        inside = bool(kecamatan)
        doubtful = not areas.official and _doubtful(inside, areas.outline_distance_m(east_m, north_m), lake)
        ranked = [] if exact else self._nearest(east_m, north_m, kecamatan)
        first = self._nagari[exact] if exact else ranked[0]
        known_exactly = bool(exact) or (areas.official and not inside)
        return Place(
            nagari=first if inside or doubtful else None,
            inside_regency=inside,
            certainty=Certainty.OFFICIAL if known_exactly else Certainty.APPROXIMATE,
            kecamatan_certainty=Certainty.OFFICIAL if areas.official else Certainty.APPROXIMATE,
            border_margin_m=areas.border_distance_m(east_m, north_m),
            regency_doubtful=doubtful,
            alternatives=tuple(ranked[1 : 1 + ALTERNATIVES]) if inside or doubtful else (),
            neighbour="" if inside else self._feature_at("neighbours", lon_deg, lat_deg),
            lake=lake,
        )

    def _nearest(self, east_m: float, north_m: float, kecamatan: str) -> list[Nagari]:
        """Return the nagari by distance of their points, those of the kecamatan (if known) first."""
        distances = np.hypot(self._points[:, 0] - east_m, self._points[:, 1] - north_m)
        order = np.argsort(distances, kind="stable")
        ranked = [self._nagari[self._codes[number]] for number in order]
        first = next((nagari for nagari in ranked if nagari.kecamatan_code == kecamatan), ranked[0])
        return [first, *(nagari for nagari in ranked[: ALTERNATIVES + 1] if nagari is not first)]

    def _named(self, name: str) -> list[Nagari]:
        wanted, _comma, within = name.partition(",")
        return [
            nagari
            for nagari in self.all_nagari
            if name_key(nagari.name).replace(" ", "") == name_key(wanted).replace(" ", "")
            and (not within.strip() or name_key(within) in (name_key(nagari.kecamatan_name), name_key(nagari.code)))
        ]

    def _scored_nagari(self, text: str) -> list[FoundPlace]:
        return [_found_nagari(nagari, likeness(text, nagari.name)) for nagari in self.all_nagari]

    def _scored_others(self, text: str) -> list[FoundPlace]:
        return [
            _found_feature(kind, feature, likeness(text, feature.name))
            for layer, kind in _SEARCHED.items()
            for feature in self._features(layer)
        ]

    def _features(self, layer: str) -> tuple[Feature, ...]:
        return self._layers[layer].features if layer in self._layers else ()

    def _as_nagari(self, feature: Feature) -> Nagari:
        lon_deg, lat_deg = _rounded(feature)
        kecamatan = self._kecamatan[feature.code[:8]]
        return Nagari(
            code=feature.code,
            name=feature.name,
            kecamatan_code=kecamatan.code,
            kecamatan_name=kecamatan.name,
            lon_deg=lon_deg,
            lat_deg=lat_deg,
        )

    def _feature_at(self, layer: str, lon_deg: float, lat_deg: float) -> str:
        """Return the name of the layer's polygon that contains a position, empty where there is none."""
        names, tree = self._trees[layer]
        hits = tree.query(shapely.Point(*to_mercator(lon_deg, lat_deg)), predicate="intersects")
        return names[int(hits[0])] if len(hits) else ""

    def _far_away(self, lon_deg: float, lat_deg: float) -> Place:
        """Return a place far outside the regency; at this distance the nearest nagari replaces the border."""
        lons, lats = zip(*((nagari.lon_deg, nagari.lat_deg) for nagari in self.all_nagari), strict=True)
        return Place(
            nagari=None,
            inside_regency=False,
            certainty=Certainty.OFFICIAL,
            kecamatan_certainty=Certainty.OFFICIAL,
            border_margin_m=float(distances_m(lon_deg, lat_deg, to_lon_deg=lons, to_lat_deg=lats).min()),
            regency_doubtful=False,
        )

    @cached_property
    def _trees(self) -> dict[str, tuple[list[str], shapely.STRtree]]:
        return {name: _tree(self._layers.get(name)) for name in ("lakes", "neighbours")}


_SEARCHED: Final = {
    "kecamatan_labels": PlaceKind.KECAMATAN,
    "places": PlaceKind.TOWN,
    "lakes": PlaceKind.LAKE,
    "volcanoes": PlaceKind.VOLCANO,
}
_ORDER: Final = {kind: number for number, kind in enumerate(PlaceKind)}


def _tree(layer: MapLayer | None) -> tuple[list[str], shapely.STRtree]:
    if layer is None:
        return [], shapely.STRtree([])
    shapes = unpack_polygons(layer.levels[0], len(layer.features))
    return [feature.name for feature in layer.features], shapely.STRtree(shapes)


def _doubtful(inside: bool, outline_m: float, lake: str) -> bool:
    """Return whether the true border of the regency may lie on the other side; an outside lake is always doubtful."""
    if inside:
        return outline_m <= DOUBT_INSIDE_M
    return outline_m <= (2 * DOUBT_OUTSIDE_M if lake else DOUBT_OUTSIDE_M)


def _dotted(text: str) -> str:
    """Return a code with its dots: "1302032001" becomes "13.02.03.2001"."""
    digits = text.strip()
    if len(digits) == 10 and digits.isdecimal():
        return f"{digits[:2]}.{digits[2:4]}.{digits[4:6]}.{digits[6:]}"
    return digits


def _rounded(feature: Feature) -> tuple[float, float]:
    lon_deg, lat_deg = from_mercator(*feature.label_m)
    return round(lon_deg, 6), round(lat_deg, 6)


def _kecamatan(feature: Feature) -> Kecamatan:
    lon_deg, lat_deg = _rounded(feature)
    return Kecamatan(code=feature.code, name=feature.name, lon_deg=lon_deg, lat_deg=lat_deg)


def _found_nagari(nagari: Nagari, score: float) -> FoundPlace:
    return FoundPlace(
        kind=PlaceKind.NAGARI,
        code=nagari.code,
        name=nagari.name,
        within=nagari.kecamatan_name,
        lon_deg=nagari.lon_deg,
        lat_deg=nagari.lat_deg,
        score=score,
    )


def _found_feature(kind: PlaceKind, feature: Feature, score: float) -> FoundPlace:
    lon_deg, lat_deg = _rounded(feature)
    return FoundPlace(
        kind=kind, code=feature.code, name=feature.name, within="", lon_deg=lon_deg, lat_deg=lat_deg, score=score
    )


def _ambiguous(name: str, matches: Sequence[Nagari]) -> AmbiguousPlaceError:
    suggestions = tuple(f"{nagari.name}, {nagari.kecamatan_name}" for nagari in matches)
    message = _("{count} nagari have the name “{name}”. Specify one of: {suggestions}.")
    return AmbiguousPlaceError(
        message.format(count=len(matches), name=name, suggestions="; ".join(suggestions)), suggestions=suggestions
    )
