"""Label candidates: the labels that the layers of a map offer at a scale, most important first."""

from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from tabuah.gis.base_map import Feature, LayerKind, MapLayer
from tabuah.widgets.map.content import LABELS, MapContent
from tabuah.widgets.map.labels.label_styles import LabelStyle, label_style

Place = tuple[float, float]  # EPSG:3857 metres
Places = Mapping[int, Place]  # by the number of the feature
AreaOf = tuple[MapLayer, int]  # a layer of areas and a feature number
_FIRST_RANK = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelCandidate:
    """A label with its place (EPSG:3857 metres) and style."""

    text: str
    note: str
    x_m: float
    y_m: float
    style: LabelStyle
    area: AreaOf | None = field(default=None, compare=False)  # the labelled area, if it is one


def label_candidates(
    content: MapContent, metres_per_px: float, places_in_sight: Callable[[MapLayer], Places] = lambda _layer: {}
) -> list[LabelCandidate]:
    """Return all labels for this scale. The same text in the same style is returned only once.

    Args:
        content: what is on the map.
        metres_per_px: the scale.
        places_in_sight: returns, for a layer of areas, label points that replace points off screen.
    """
    if not content.shows(LABELS):
        return []
    layers = content.layers_at(metres_per_px)
    labelled = {layer.name for layer in layers}
    offers: list[tuple[int, int, LabelCandidate]] = []
    for layer in layers:
        styles = _styles(layer, content, metres_per_px)
        if styles is None or _is_labelled_elsewhere(layer, layers, labelled):
            continue
        codes = _named_by_agencies(layer, layers, content)
        offers += [
            (candidate.style.order, rank, candidate)
            for rank, candidate in _offers(layer, styles, _named_areas(layer, layers), places_in_sight, without=codes)
        ]
    offers.sort(key=lambda offer: offer[:2])
    seen: set[tuple[int, str, int, int]] = set()
    result = []
    for order, _, candidate in offers:
        place = (round(candidate.x_m / 2000), round(candidate.y_m / 2000))
        if (key := (order, candidate.text, *place)) not in seen:
            seen.add(key)
            result.append(candidate)
    return result


def _styles(layer: MapLayer, content: MapContent, metres_per_px: float) -> tuple[LabelStyle, LabelStyle] | None:
    """Return the normal and the foremost label style; None if labels are hidden at this scale."""
    usual = label_style(layer, content.palette, content.style, metres_per_px=metres_per_px)
    first = label_style(layer, content.palette, content.style, metres_per_px=metres_per_px, first=True)
    if usual is None or first is None or not usual.finest_m <= metres_per_px < usual.coarsest_m:
        return None
    return usual, first


def _named_areas(layer: MapLayer, layers: tuple[MapLayer, ...]) -> Mapping[int, AreaOf]:
    """Return the labelled areas by feature number.

    These are the features themselves, or the areas that a layer of label points belongs to.
    """
    if layer.kind is LayerKind.POLYGON:
        return {number: (layer, number) for number in range(len(layer.features))}
    areas = next((other for other in layers if f"{other.name}_labels" == layer.name), None)
    if areas is None or areas.kind is not LayerKind.POLYGON:
        return {}
    by_code = {feature.code: number for number, feature in enumerate(areas.features)}
    return {n: (areas, by_code[each.code]) for n, each in enumerate(layer.features) if each.code in by_code}


def _offers(
    layer: MapLayer,
    styles: tuple[LabelStyle, LabelStyle],
    named: Mapping[int, AreaOf],
    places_in_sight: Callable[[MapLayer], Places],
    *,
    without: AbstractSet[str],
) -> Iterator[tuple[int, LabelCandidate]]:
    """Yield the labels of a layer with their rank, except those of features with a code in `without`."""
    places = places_in_sight(next(iter(named.values()))[0]) if named else {}
    for number, feature in enumerate(layer.features):
        if feature.name and feature.code not in without:
            area = named.get(number)
            place = places.get(area[1]) if area else None
            yield feature.rank, _candidate(feature, styles[feature.rank == _FIRST_RANK], place, area)


def _candidate(feature: Feature, style: LabelStyle, place: Place | None, area: AreaOf | None) -> LabelCandidate:
    x_m, y_m = place or feature.label_m
    return LabelCandidate(
        text=feature.name.upper() if style.capitals else feature.name,
        note=feature.note,
        x_m=x_m,
        y_m=y_m,
        style=style,
        area=area,
    )


def _named_by_agencies(layer: MapLayer, layers: tuple[MapLayer, ...], content: MapContent) -> frozenset[str]:
    """Return codes of base map points that an agency layer shows again with a longer label.

    An example is a volcano with its alert level.
    """
    if layer.kind is not LayerKind.POINT or layer in content.agency_layers:
        return frozenset()
    of_agencies = (other for other in layers if other.kind is LayerKind.POINT and other in content.agency_layers)
    return frozenset(each.code for other in of_agencies for each in other.features if each.code and each.name)


def _is_labelled_elsewhere(layer: MapLayer, layers: tuple[MapLayer, ...], labelled: set[str]) -> bool:
    """Return whether a layer of label points names this approximate area.

    An official area replaces that layer.
    """
    if layer.approximate and f"{layer.name}_labels" in labelled:
        return True
    areas = [other for other in layers if f"{other.name}_labels" == layer.name]
    return any(area.kind is LayerKind.POLYGON and not area.approximate for area in areas)
