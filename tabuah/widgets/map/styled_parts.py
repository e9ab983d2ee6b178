"""Layers parted into what is drawn in one look each; parted once and kept, for a part has shapes of its own."""

from dataclasses import replace

from tabuah.gis.basemap import MapLayer
from tabuah.gis.layers.classifying import LayerPart, parts_of
from tabuah.widgets.map.content import MapContent
from tabuah.widgets.map.styles import LayerStyle, layer_style, look_of, part_style


class StyledParts:
    """Keeps the parts of layers; belongs to one thread."""

    def __init__(self) -> None:
        self._parts: dict[int, tuple[MapLayer, object, tuple[LayerPart, ...]]] = {}

    def of(self, layer: MapLayer, content: MapContent) -> list[tuple[MapLayer, LayerStyle]]:
        """What is drawn of a layer, each part with its style."""
        look, palette = look_of(layer, content.style), content.palette
        whole = chosen(layer_style(layer, palette, content.style), layer.name, content)
        known = self._parts.get(id(layer))
        if known is None or known[1] is not look:
            known = (layer, look, parts_of(layer, look))
            self._parts[id(layer)] = known
        return [(part.layer, part_style(whole, look, part.number, palette)) for part in known[2]]

    def forget_unused(self, content: MapContent) -> None:
        """Drop the parts of layers that are no longer on the map."""
        layers = {id(layer) for layer in content.base_layers()}
        self._parts = {key: kept for key, kept in self._parts.items() if key in layers}

    def levels(self) -> set[int]:
        """The identities of all levels of detail that are kept."""
        return {id(level) for _layer, _look, parts in self._parts.values() for p in parts for level in p.layer.levels}


def chosen(style: LayerStyle, name: str, content: MapContent) -> LayerStyle:
    """The style with what a person chose: one that was moved is drawn as a whole at its new place."""
    opacity = style.opacity * content.choices.opacities.get(name, 1.0)
    style = replace(
        style,
        fill_opacity=style.fill_opacity * opacity,
        line_opacity=style.line_opacity * opacity,
        band_opacity=style.band_opacity * opacity,
        opacity=opacity,
    )
    order = content.choices.orders.get(name)
    if order is None:
        return style
    return replace(style, fill_order=order, line_order=order, symbol_order=order)
