"""Which names the layers of a map offer at a scale, the most important first."""

from dataclasses import dataclass

from tabuah.gis.basemap import Feature, LayerKind, MapLayer
from tabuah.widgets.map.content import LABELS, MapContent
from tabuah.widgets.map.styles import LabelStyle, label_style


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelCandidate:
    """One name with its place (EPSG:3857 metres) and its look."""

    text: str
    note: str
    x_m: float
    y_m: float
    style: LabelStyle


def label_candidates(content: MapContent, metres_per_px: float) -> list[LabelCandidate]:
    """All names that may be written at this scale; the same name in the same style only once."""
    if not content.shows(LABELS):
        return []
    layers = content.layers_at(metres_per_px)
    labelled = {layer.name for layer in layers}
    offers: list[tuple[int, int, LabelCandidate]] = []
    for layer in layers:
        style = label_style(layer, content.palette, content.style)
        if style is None or not style.finest_m <= metres_per_px < style.coarsest_m:
            continue
        if _is_labelled_elsewhere(layer, layers, labelled):
            continue
        offers += [(style.order, each.rank, _candidate(each, style)) for each in layer.features if each.name]
    offers.sort(key=lambda offer: offer[:2])
    seen: set[tuple[int, str, int, int]] = set()
    result = []
    for order, _, candidate in offers:
        place = (round(candidate.x_m / 2000), round(candidate.y_m / 2000))
        if (key := (order, candidate.text, *place)) not in seen:
            seen.add(key)
            result.append(candidate)
    return result


def _candidate(feature: Feature, style: LabelStyle) -> LabelCandidate:
    return LabelCandidate(
        text=feature.name.upper() if style.capitals else feature.name,
        note=feature.note,
        x_m=feature.label_m[0],
        y_m=feature.label_m[1],
        style=style,
    )


def _is_labelled_elsewhere(layer: MapLayer, layers: tuple[MapLayer, ...], labelled: set[str]) -> bool:
    """An approximate area leaves its name to the layer of labels, which an official one makes superfluous."""
    if layer.approximate and f"{layer.name}_labels" in labelled:
        return True
    areas = [other for other in layers if f"{other.name}_labels" == layer.name]
    return any(area.kind is LayerKind.POLYGON and not area.approximate for area in areas)
