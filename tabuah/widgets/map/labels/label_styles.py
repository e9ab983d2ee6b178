"""Label styles: the style file resolved for a palette and a scale."""

from functools import cache

import msgspec
from msgspec.structs import replace
from PySide6.QtGui import QFont

from tabuah.gis.base_map import MapLayer
from tabuah.gis.layers.map_style import LabelSymbol, LabelVariant, MapStyle
from tabuah.gis.layers.style_file import shipped_style
from tabuah.widgets.map.base_map.layer_styles import colour_of, look_of
from tabuah.widgets.theme.appearance import painted_font
from tabuah.widgets.theme.design_tokens import Palette


class LabelStyle(msgspec.Struct, frozen=True, kw_only=True):
    """Text style of the labels of one layer."""

    size_px: int
    colour: str
    halo: str
    order: int  # lower is placed first
    weight: QFont.Weight = QFont.Weight.Normal
    italic: bool = False
    spacing_px: float = 0.0
    capitals: bool = False
    beside_point: bool = False  # next to its symbol instead of over the place
    gap_px: float = 0.0  # radius of the symbol that the label keeps clear of
    finest_m: float = 0.0  # visible between these ground sizes of a pixel, metres at the equator
    coarsest_m: float = float("inf")
    wrap_px: float = 0.0  # wider labels are set in two lines; 0 for never


def label_style(
    layer: MapLayer,
    palette: Palette,
    style: MapStyle | None = None,
    *,
    metres_per_px: float = float("inf"),
    first: bool = False,
) -> LabelStyle | None:
    """Return the label style of a layer at a scale (of its `first` labels); None if it has no labels."""
    label = look_of(layer, style or shipped_style()).label
    if label is None:
        return None
    usual = _label_style(label, palette)
    close = _changed(usual, label.close, palette) if metres_per_px < label.close_m else usual
    return _changed(close, label.first, palette) if first else close


def _changed(style: LabelStyle, change: LabelVariant | None, palette: Palette) -> LabelStyle:
    if change is None:
        return style
    return replace(
        style,
        size_px=change.size_px or style.size_px,
        colour=style.colour if change.colour is None else colour_of(change.colour, palette),
        weight=style.weight if change.weight is None else _weights()[change.weight],
    )


def _label_style(label: LabelSymbol, palette: Palette) -> LabelStyle:
    return LabelStyle(
        size_px=label.size_px,
        colour=colour_of(label.colour, palette),
        halo=colour_of(label.halo, palette),
        order=label.order,
        weight=_weights()[label.weight],
        italic=label.italic,
        spacing_px=label.spacing_px,
        capitals=label.capitals,
        beside_point=label.beside_point,
        gap_px=label.gap_px,
        finest_m=label.finest_m,
        coarsest_m=float("inf") if label.coarsest_m is None else label.coarsest_m,
        wrap_px=label.wrap_px,
    )


def map_font(style: LabelStyle, scale: float) -> QFont:
    """Return the font of a label, `scale` device pixels to a logical one."""
    font = painted_font(style.size_px * scale, style.weight, spacing_px=style.spacing_px * scale)
    font.setItalic(style.italic)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


@cache
def _weights() -> dict[str, QFont.Weight]:
    weight = QFont.Weight
    return {"normal": weight.Normal, "medium": weight.Medium, "demibold": weight.DemiBold, "bold": weight.Bold}
