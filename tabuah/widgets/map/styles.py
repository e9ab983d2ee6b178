"""How layers and their labels look: fills, lines, symbols and type, from the tokens of a palette."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from PySide6.QtGui import QFont

from tabuah.gis.basemap import LayerKind, MapLayer
from tabuah.widgets.theme.colours import mix
from tabuah.widgets.theme.fonts import FALLBACKS, FAMILY
from tabuah.widgets.theme.tokens import Palette


class Symbol(StrEnum):
    """What stands at a point."""

    NONE = "none"
    DOT = "dot"
    TOWN = "town"
    VOLCANO = "volcano"


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerStyle:
    """How one layer is drawn; widths in logical pixels, colours as #rrggbb, "" for none."""

    fill: str = ""
    fill_opacity: float = 1.0
    fill_order: int = 0
    line: str = ""
    line_width_px: float = 1.0
    line_opacity: float = 1.0
    line_order: int = 50
    dash: tuple[float, ...] = ()
    band_px: float = 0.0  # a soft band along the line, as printed maps mark a territory
    band_opacity: float = 0.0
    symbol: Symbol = Symbol.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelStyle:
    """How the names of one layer are set."""

    size_px: int
    colour: str
    halo: str
    order: int  # lower is placed first
    weight: QFont.Weight = QFont.Weight.Normal
    italic: bool = False
    spacing_px: float = 0.0
    capitals: bool = False
    beside_point: bool = False  # beside its symbol instead of over the place
    gap_px: float = 0.0  # radius of the symbol it keeps clear of
    finest_m: float = 0.0  # written between these ground sizes of a pixel, metres at the equator
    coarsest_m: float = float("inf")


def layer_style(layer: MapLayer, palette: Palette) -> LayerStyle:
    """The style of a layer by its name; unknown (imported) layers get a plain one by kind."""
    style = _named_styles(palette).get(layer.name) or _plain_style(layer, palette)
    return _dashed(style) if layer.approximate else style


def label_style(layer: MapLayer, palette: Palette) -> LabelStyle | None:
    """How the names of a layer are set; None when they are not written."""
    style = _label_styles(palette).get(layer.name)
    if style is None and layer.kind is LayerKind.POINT:
        return LabelStyle(
            size_px=11, colour=palette.label, halo=palette.label_halo, order=60, beside_point=True, gap_px=5
        )
    return style


def map_font(style: LabelStyle, scale: float) -> QFont:
    """The font of a label, `scale` device pixels to a logical one."""
    font = QFont()
    font.setFamilies([FAMILY, *FALLBACKS])
    font.setPixelSize(round(style.size_px * scale))
    font.setWeight(style.weight)
    font.setItalic(style.italic)
    font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, style.spacing_px * scale)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


def water_ink(palette: Palette) -> str:
    """The colour of names of water, readable on water and land."""
    return mix(palette.river, palette.text, 0.45 if palette.name == "dark" else 0.42)


def grid_ink(palette: Palette) -> str:
    """The colour of the graticule: just above the ground."""
    return mix(palette.outside, palette.muted, 0.16)


DASH: Final = (5.0, 4.0)
_AREAS_UP_TO_M: Final = 330.0  # beyond, the regency has one name instead of those of its parts


def _dashed(style: LayerStyle) -> LayerStyle:
    return LayerStyle(
        line=style.line,
        line_width_px=style.line_width_px,
        line_opacity=style.line_opacity,
        line_order=style.line_order,
        dash=DASH,
    )


def _named_styles(palette: Palette) -> dict[str, LayerStyle]:
    shore = mix(palette.water, palette.river, 0.55)
    far_line = mix(palette.outside, palette.muted, 0.34)
    return {
        "land": LayerStyle(fill=palette.outside, line=shore, line_order=20),
        "neighbours": LayerStyle(fill=palette.outside, fill_order=1, line=far_line, line_order=30),
        "regency": LayerStyle(
            fill=palette.land,
            fill_order=2,
            line=palette.boundary,
            line_width_px=1.8,
            line_order=80,
            band_px=9,
            band_opacity=0.13,
        ),
        "kecamatan": LayerStyle(line=palette.boundary_minor, line_width_px=1.1, line_order=45),
        "nagari_areas": LayerStyle(line=palette.boundary_minor, line_width_px=0.6, line_opacity=0.55, line_order=44),
        "rivers": LayerStyle(line=palette.river, line_width_px=1.3, line_order=10),
        "lakes": LayerStyle(fill=palette.water, fill_order=15, line=shore, line_order=16),
        "nagari": LayerStyle(line=palette.boundary_minor, line_opacity=0.6, line_order=44, symbol=Symbol.DOT),
        "kecamatan_labels": LayerStyle(),
        "volcanoes": LayerStyle(symbol=Symbol.VOLCANO),
        "places": LayerStyle(symbol=Symbol.TOWN),
    }


def _plain_style(layer: MapLayer, palette: Palette) -> LayerStyle:
    ink = mix(palette.accent, palette.text, 0.2)
    if layer.kind is LayerKind.POINT:
        return LayerStyle(symbol=Symbol.DOT)
    if layer.kind is LayerKind.LINE:
        return LayerStyle(line=ink, line_width_px=1.4, line_order=60)
    return LayerStyle(fill=ink, fill_opacity=0.08, fill_order=18, line=ink, line_width_px=1.2, line_order=61)


def _label_styles(palette: Palette) -> dict[str, LabelStyle]:
    halo = palette.label_halo
    far_ink = mix(palette.outside, palette.muted, 0.75)
    area = LabelStyle(
        size_px=11,
        colour=palette.label,
        halo=palette.land,
        order=10,
        weight=QFont.Weight.DemiBold,
        spacing_px=1.1,
        capitals=True,
        coarsest_m=_AREAS_UP_TO_M,
    )
    whole = LabelStyle(
        size_px=12,
        colour=palette.accent_text,
        halo=palette.land,
        order=8,
        weight=QFont.Weight.DemiBold,
        finest_m=_AREAS_UP_TO_M,
    )
    return {
        "regency": whole,
        "kecamatan_labels": area,
        "kecamatan": area,
        "volcanoes": LabelStyle(
            size_px=11,
            colour=palette.text,
            halo=halo,
            order=5,
            weight=QFont.Weight.Medium,
            beside_point=True,
            gap_px=9,
        ),
        "lakes": LabelStyle(size_px=12, colour=water_ink(palette), halo=palette.water, order=20, italic=True),
        "places": LabelStyle(
            size_px=11,
            colour=mix(palette.outside, palette.label, 0.82),
            halo=halo,
            order=30,
            weight=QFont.Weight.Medium,
            beside_point=True,
            gap_px=4,
        ),
        "nagari": LabelStyle(
            size_px=11, colour=palette.label, halo=palette.land, order=40, beside_point=True, gap_px=4
        ),
        "rivers": LabelStyle(size_px=11, colour=water_ink(palette), halo=palette.land, order=45, italic=True),
        "neighbours": LabelStyle(
            size_px=11,
            colour=far_ink,
            halo=palette.outside,
            order=50,
            weight=QFont.Weight.Medium,
            spacing_px=2.2,
            capitals=True,
        ),
    }
