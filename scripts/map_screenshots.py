"""Screenshots of the shipped map for docs/screenshots: regency, kecamatan and nagari scale, in both themes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from picture_compression import save_small

from tabuah.gis.base_map_file import load_base_map
from tabuah.gis.layers.style_file import shipped_style
from tabuah.gis.reference_systems import to_mercator
from tabuah.resources.localisation import DEFAULT_LANGUAGE, set_language
from tabuah.widgets.map.content import MapContent
from tabuah.widgets.map.rendering.map_image import render_view_image
from tabuah.widgets.map.viewport import Viewport
from tabuah.widgets.theme.appearance import install_fonts
from tabuah.widgets.theme.design_tokens import PALETTES

SIZE_PX: Final = (1200, 750)
_MIDDLE: Final = (100.68, -0.93)
_SCALES_M: Final = {"kecamatan": 50.0, "nagari": 14.0}


def take_maps(folder: Path) -> Iterator[Path]:
    """Take the screenshots; a QApplication must exist."""
    set_language(DEFAULT_LANGUAGE)
    install_fonts()
    base_map, hidden = load_base_map(), shipped_style().hidden_by_default()
    for theme, palette in PALETTES.items():
        content = MapContent(base_map=base_map, palette=palette, hidden=hidden)
        for name, view in _views().items():
            file = folder / f"map-{name}-{theme}.png"
            save_small(render_view_image(content, view), file)
            yield file


def _views() -> dict[str, Viewport]:
    width, height = SIZE_PX
    x_m, y_m = to_mercator(*_MIDDLE)
    whole = Viewport.fitting(load_base_map().bounds_m, width_px=width, height_px=height, margin_px=24)
    close = {
        name: Viewport(centre_x_m=x_m, centre_y_m=y_m, metres_per_px=scale, width_px=width, height_px=height)
        for name, scale in _SCALES_M.items()
    }
    return {"regency": whole, **close}
