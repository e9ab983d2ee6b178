"""Layer styles: the style file resolved for a palette, and the parts of classified layers."""

from typing import Final

import msgspec
from msgspec.structs import replace

from tabuah.gis.base_map import LayerKind, MapLayer
from tabuah.gis.layers.classification import UNCLASSIFIED, LayerPart, split_by_class
from tabuah.gis.layers.colours import TRANSPARENT, ColourSpec, MixedColour, PlainColour, colour_for_theme
from tabuah.gis.layers.map_style import GraduatedSymbols, LayerSpec, LayerSymbols, MapStyle, PointSymbol
from tabuah.gis.layers.style_file import shipped_style
from tabuah.widgets.map.content import MapContent
from tabuah.widgets.theme.design_tokens import Palette, mix


class SymbolStyle(msgspec.Struct, frozen=True, kw_only=True):
    """Symbol of a point; the size is its diameter in logical pixels."""

    shape: str
    size_px: float
    colour: str
    halo: str


class LayerStyle(msgspec.Struct, frozen=True, kw_only=True):
    """Style of one layer; widths in logical pixels, colours as #rrggbb, "" for none."""

    fill: str = ""
    fill_opacity: float = 1.0
    fill_order: float = 0
    line: str = ""
    line_width_px: float = 1.0
    line_opacity: float = 1.0
    line_order: float = 50
    dash: tuple[float, ...] = ()
    band_px: float = 0.0  # a soft band along the line, as on printed maps
    band_opacity: float = 0.0
    inner: bool = False  # only borders between two areas
    symbol: SymbolStyle | None = None
    symbol_order: float = 500
    opacity: float = 1.0


def look_of(layer: MapLayer, style: MapStyle) -> LayerSymbols:
    """Return the style file's look of a layer by name, or by kind for an imported layer without an entry."""
    named = style.named(layer.name)
    if named is not None:
        return named
    kinds: dict[LayerKind, LayerSymbols | None] = {
        LayerKind.POLYGON: style.imported.get("polygons"),
        LayerKind.LINE: style.imported.get("lines"),
        LayerKind.POINT: style.imported.get("points"),
    }
    return kinds[layer.kind] or LayerSymbols()


def layer_style(layer: MapLayer, palette: Palette, style: MapStyle | None = None) -> LayerStyle:
    """Return the style of a layer; approximate layers are always dashed and not filled."""
    look = look_of(layer, style or shipped_style())
    drawn = resolve_look(look, palette)
    return _dashed(drawn) if layer.approximate else drawn


def resolve_look(look: LayerSymbols, palette: Palette) -> LayerStyle:
    """Return a look in the colours of a palette."""
    order = look.order if isinstance(look, LayerSpec) else _IMPORTED_ORDER
    drawn = LayerStyle(opacity=look.opacity if isinstance(look, LayerSpec) else 1.0, symbol_order=order)
    if look.fill is not None:
        drawn = replace(
            drawn,
            fill=colour_of(look.fill.colour, palette),
            fill_opacity=look.fill.opacity,
            fill_order=order if look.fill.order is None else look.fill.order,
        )
    if look.line is not None:
        drawn = replace(
            drawn,
            line=colour_of(look.line.colour, palette),
            line_width_px=look.line.width_px,
            line_opacity=look.line.opacity,
            line_order=order if look.line.order is None else look.line.order,
            dash=look.line.dash,
            band_px=look.line.band_px,
            band_opacity=look.line.band_opacity,
            inner=look.line.inner,
        )
    return replace(drawn, symbol=_symbol(look.symbol, palette)) if look.symbol is not None else drawn


def part_style(whole: LayerStyle, look: LayerSymbols, number: int, palette: Palette) -> LayerStyle:
    """Return the style of one class of a layer: its colour, and for points its size and shape."""
    if number == UNCLASSIFIED:
        return whole
    symbol = whole.symbol
    if look.by_value is not None:
        colour = class_colour(look.by_value, number, palette)
        if symbol is not None and look.by_value.sizes_px:
            symbol = replace(symbol, size_px=look.by_value.sizes_px[number])
    else:
        assert look.by_class is not None
        named = list(look.by_class.looks.values())[number]
        colour = colour_of(named.colour, palette)
        if symbol is not None:
            symbol = replace(
                symbol,
                shape=named.shape or symbol.shape,
                size_px=symbol.size_px if named.size_px is None else named.size_px,
            )
    return replace(
        whole,
        fill=colour if whole.fill else "",
        line=whole.line if whole.fill else colour if whole.line else "",
        symbol=replace(symbol, colour=colour) if symbol is not None else None,
    )


def class_colour(by_value: GraduatedSymbols, number: int, palette: Palette) -> str:
    """Return the colour of a class, "" for none; a colour ramp is spread over all classes."""
    if by_value.colours:
        return colour_of(by_value.colours[number], palette)
    stops = [colour_of(ink, palette) for ink in by_value.ramp]
    at = number / max(1, len(by_value.breaks)) * (len(stops) - 1)
    left = min(int(at), len(stops) - 2)
    return mix(stops[left], stops[left + 1], at - left)


def colour_of(ink: ColourSpec, palette: Palette) -> str:
    """Return a colour of the style file as #rrggbb; "" for none."""
    parsed = colour_for_theme(ink, palette.name)
    if isinstance(parsed, MixedColour):
        return mix(_plain_colour(parsed.under, palette), _plain_colour(parsed.over, palette), parsed.share)
    return "" if parsed.name == TRANSPARENT else _plain_colour(parsed, palette)


def grid_ink(palette: Palette) -> str:
    """Return the colour of the graticule, close to the background."""
    return mix(palette.outside, palette.muted, 0.16)


DASH: Final = (5.0, 4.0)
_IMPORTED_ORDER: Final = 60.0


def _plain_colour(ink: PlainColour, palette: Palette) -> str:
    return ink.name if ink.name.startswith("#") else str(getattr(palette, ink.name))


def _symbol(symbol: PointSymbol, palette: Palette) -> SymbolStyle | None:
    if symbol.shape == "none":
        return None
    return SymbolStyle(
        shape=symbol.shape,
        size_px=symbol.size_px,
        colour=colour_of(symbol.colour, palette),
        halo=colour_of(symbol.halo, palette),
    )


def _dashed(style: LayerStyle) -> LayerStyle:
    return replace(style, fill="", band_px=0.0, band_opacity=0.0, dash=DASH)


class StyledParts:
    """Splits layers into parts of one style each and caches them. Use it from one thread only."""

    def __init__(self) -> None:
        self._parts: dict[int, tuple[MapLayer, object, tuple[LayerPart, ...]]] = {}

    def of(self, layer: MapLayer, content: MapContent) -> list[tuple[MapLayer, LayerStyle]]:
        """Return the parts of a layer, each with its style."""
        look, palette = look_of(layer, content.style), content.palette
        whole = apply_layer_choice(layer_style(layer, palette, content.style), layer.name, content)
        known = self._parts.get(id(layer))
        if known is None or known[1] is not look:
            known = (layer, look, split_by_class(layer, look))
            self._parts[id(layer)] = known
        return [(part.layer, part_style(whole, look, part.number, palette)) for part in known[2]]

    def forget_unused(self, content: MapContent) -> None:
        layers = {id(layer) for layer in content.base_layers()}
        self._parts = {key: kept for key, kept in self._parts.items() if key in layers}

    def levels(self) -> set[int]:
        """Return the identities of all cached levels of detail."""
        return {id(level) for _layer, _look, parts in self._parts.values() for p in parts for level in p.layer.levels}


def apply_layer_choice(style: LayerStyle, name: str, content: MapContent) -> LayerStyle:
    """Return the style with the user's changes; a reordered layer is drawn as a whole."""
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
