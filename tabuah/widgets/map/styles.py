"""How layers look: what the style file says, in the colours of a palette."""

from dataclasses import dataclass, replace
from typing import Final

from tabuah.gis.basemap import LayerKind, MapLayer
from tabuah.gis.layers.classifying import REST
from tabuah.gis.layers.inks import NOTHING, Ink, MixedInk, PlainInk, for_theme
from tabuah.gis.layers.specification import ByValue, LayerSpec, Look, MapStyle, PointSymbol
from tabuah.gis.layers.style_file import shipped_style
from tabuah.widgets.theme.colours import mix
from tabuah.widgets.theme.tokens import Palette


@dataclass(frozen=True, slots=True, kw_only=True)
class SymbolStyle:
    """What stands at a point; the size is its diameter in logical pixels."""

    shape: str
    size_px: float
    colour: str
    halo: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerStyle:
    """How one layer is drawn; widths in logical pixels, colours as #rrggbb, "" for none."""

    fill: str = ""
    fill_opacity: float = 1.0
    fill_order: float = 0
    line: str = ""
    line_width_px: float = 1.0
    line_opacity: float = 1.0
    line_order: float = 50
    dash: tuple[float, ...] = ()
    band_px: float = 0.0  # a soft band along the line, as printed maps mark a territory
    band_opacity: float = 0.0
    inner: bool = False  # only between two areas
    symbol: SymbolStyle | None = None
    symbol_order: float = 500
    opacity: float = 1.0


def look_of(layer: MapLayer, style: MapStyle) -> Look:
    """What the style says of a layer by its name; of an imported one without an entry by its kind."""
    named = style.named(layer.name)
    if named is not None:
        return named
    kinds: dict[LayerKind, Look | None] = {
        LayerKind.POLYGON: style.imported.get("polygons"),
        LayerKind.LINE: style.imported.get("lines"),
        LayerKind.POINT: style.imported.get("points"),
    }
    return kinds[layer.kind] or Look()


def layer_style(layer: MapLayer, palette: Palette, style: MapStyle | None = None) -> LayerStyle:
    """The style of a layer; what is only an estimate is dashed and not filled, whatever the style file says."""
    look = look_of(layer, style or shipped_style())
    drawn = resolved(look, palette)
    return _dashed(drawn) if layer.approximate else drawn


def resolved(look: Look, palette: Palette) -> LayerStyle:
    """A look in the colours of a palette."""
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


def part_style(whole: LayerStyle, look: Look, number: int, palette: Palette) -> LayerStyle:
    """The style of one class of a layer: its colour, and for points its size and shape."""
    if number == REST:
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


def class_colour(by_value: ByValue, number: int, palette: Palette) -> str:
    """The colour of one class of values, "" for none; a ramp is spread over all classes."""
    if by_value.colours:
        return colour_of(by_value.colours[number], palette)
    stops = [colour_of(ink, palette) for ink in by_value.ramp]
    at = number / max(1, len(by_value.breaks)) * (len(stops) - 1)
    left = min(int(at), len(stops) - 2)
    return mix(stops[left], stops[left + 1], at - left)


def colour_of(ink: Ink, palette: Palette) -> str:
    """A colour of the style file as #rrggbb; "" for none."""
    parsed = for_theme(ink, palette.name)
    if isinstance(parsed, MixedInk):
        return mix(_plain_colour(parsed.under, palette), _plain_colour(parsed.over, palette), parsed.share)
    return "" if parsed.name == NOTHING else _plain_colour(parsed, palette)


def grid_ink(palette: Palette) -> str:
    """The colour of the graticule: just above the ground."""
    return mix(palette.outside, palette.muted, 0.16)


DASH: Final = (5.0, 4.0)
_IMPORTED_ORDER: Final = 60.0


def _plain_colour(ink: PlainInk, palette: Palette) -> str:
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
