"""Only a station under maintenance has a wrench on the map, in both themes."""

import pytest
from msgspec.structs import replace
from PySide6.QtGui import QColor, QImage
from support.map_samples import stations

from tabuah.widgets.map.content import MapContent, MarkerClass
from tabuah.widgets.map.overlay.overlay_painter import OverlayPainter
from tabuah.widgets.map.viewport import Viewport
from tabuah.widgets.theme.design_tokens import DARK, LIGHT

VIEW = Viewport(centre_x_m=0, centre_y_m=0, metres_per_px=50, width_px=480, height_px=480)
PLACES_M = [(-3000.0, 0.0), (3000.0, 0.0)]
BOTH = stations(PLACES_M, [MarkerClass.NO_DATA, MarkerClass.NO_DATA])


def picture(content: MapContent) -> QImage:
    image = QImage(VIEW.width_px, VIEW.height_px, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    OverlayPainter().paint(image, content, view=VIEW, pixel_ratio=1.0)
    return image


def mark(image: QImage, index: int) -> QImage:
    x_px, y_px = VIEW.to_screen(*PLACES_M[index])
    return image.copy(round(x_px) - 12, round(y_px) - 12, 24, 24)


def is_about(colour: QColor, name: str) -> bool:
    """Return whether a colour is the named one, except for smoothed edges."""
    wanted = QColor(name)
    pairs = zip(colour.getRgb()[:3], wanted.getRgb()[:3], strict=True)
    return all(abs(found - asked) <= 8 for found, asked in pairs)


@pytest.mark.parametrize("palette", [DARK, LIGHT], ids=["dark", "light"])
def test_station_under_maintenance_alone_has_wrench(qapp: object, palette) -> None:
    plain = picture(MapContent(stations=BOTH, palette=palette))
    worked = picture(MapContent(stations=replace(BOTH, worked_on=frozenset({1})), palette=palette))
    assert mark(plain, 0) == mark(worked, 0)
    assert mark(plain, 1) != mark(worked, 1)
    assert is_about(mark(worked, 1).pixelColor(12, 12), palette.text)  # the shaft goes through the middle
    assert is_about(mark(worked, 1).pixelColor(5, 12), palette.panel)
