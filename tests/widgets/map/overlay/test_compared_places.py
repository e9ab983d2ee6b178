"""Compared places: numbered, fitted in the view, and highlighted."""

import pytest
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from tabuah.gis.reference_systems import to_mercator
from tabuah.widgets.map.canvas import MapCanvas
from tabuah.widgets.map.overlay.compared_places import ComparedPlace
from tabuah.widgets.theme.design_tokens import DARK

BASE = ComparedPlace(code="base", key="1", label="Semula", ring_deg=((100.60, -0.80),), tone="muted")
CURRENT = ComparedPlace(code="current", key="2", label="Berlaku", ring_deg=((100.66, -0.84),), tone="accent")
RING = ((100.60, -0.90), (100.70, -0.90), (100.70, -0.80), (100.60, -0.80), (100.60, -0.90))
AREA = ComparedPlace(code="proposed", key="3", label="Usulan", ring_deg=RING, tone="attention")


@pytest.fixture
def canvas(qtbot: QtBot) -> MapCanvas:
    widget = MapCanvas()
    qtbot.addWidget(widget)
    widget.resize(640, 480)
    return widget


def pixel_of(canvas: MapCanvas, lon_deg: float, lat_deg: float) -> tuple[float, float]:
    return canvas.view.to_screen(*to_mercator(lon_deg, lat_deg))


def count_near(image: QImage, at: tuple[float, float], colour: str, reach: int = 16) -> int:
    """Return the number of pixels around a place that almost have a colour."""
    wanted, found = QColor(colour), 0
    for x in range(int(at[0]) - reach, int(at[0]) + reach):
        for y in range(int(at[1]) - reach, int(at[1]) + reach):
            seen = image.pixelColor(x, y) if image.rect().contains(x, y) else QColor("black")
            off = (
                abs(seen.red() - wanted.red()) + abs(seen.green() - wanted.green()) + abs(seen.blue() - wanted.blue())
            )
            found += off < 24
    return found


def test_compared_places_fit_in_view_with_margin(canvas: MapCanvas) -> None:
    canvas.show_compared((BASE, CURRENT, AREA))
    for lon_deg, lat_deg in (*BASE.ring_deg, *CURRENT.ring_deg, *RING):
        x, y = pixel_of(canvas, lon_deg, lat_deg)
        assert 40 < x < 600
        assert 40 < y < 440


def test_compared_places_close_together_limit_zoom(canvas: MapCanvas) -> None:
    near = ComparedPlace(code="current", key="2", label="Berlaku", ring_deg=((100.60001, -0.80001),))
    canvas.show_compared((BASE, near))
    assert canvas.view.metres_per_px > 3


def test_compared_place_colour_and_highlight_are_painted(canvas: MapCanvas) -> None:
    canvas.show_compared((BASE, CURRENT))
    quiet = count_near(canvas.grab_image(), pixel_of(canvas, *CURRENT.ring_deg[0]), DARK.accent)
    canvas.highlight_compared("current")
    strong = count_near(canvas.grab_image(), pixel_of(canvas, *CURRENT.ring_deg[0]), DARK.accent)
    assert 0 < quiet < strong
    assert count_near(canvas.grab_image(), pixel_of(canvas, *BASE.ring_deg[0]), DARK.muted) > 0


def test_compared_area_is_tinted_and_highlighted(canvas: MapCanvas) -> None:
    canvas.show_compared((AREA,))
    middle = pixel_of(canvas, 100.65, -0.85)
    before = canvas.grab_image().pixelColor(int(middle[0]), int(middle[1]))
    canvas.highlight_compared("proposed")
    after = canvas.grab_image().pixelColor(int(middle[0]), int(middle[1]))
    assert after.red() > before.red()


def test_compared_pins_of_one_place_are_separated(canvas: MapCanvas) -> None:
    same = ComparedPlace(code="current", key="2", label="Berlaku", ring_deg=BASE.ring_deg, tone="accent")
    canvas.show_compared((BASE, same))
    image, at = canvas.grab_image(), pixel_of(canvas, *BASE.ring_deg[0])
    assert count_near(image, at, DARK.muted, reach=12) > 100
    assert count_near(image, (at[0], at[1] + 30), DARK.accent, reach=12) > 100


def test_compared_places_clear_leaves_nothing(canvas: MapCanvas) -> None:
    before = canvas.grab_image()
    canvas.show_compared((BASE, CURRENT))
    view = canvas.view
    assert canvas.compared.codes == ("base", "current")
    canvas.show_compared(())
    assert canvas.compared.codes == ()
    assert canvas.view == view, "the person goes on looking where they look"
    assert count_near(canvas.grab_image(), pixel_of(canvas, *CURRENT.ring_deg[0]), DARK.accent) == 0
    assert before.size() == canvas.grab_image().size()
