"""Each symbol of an exercise has a tag with a text below it, in both themes; real ones have none."""

from collections.abc import Callable

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtGui import QColor, QImage
from support.map_samples import incidents, stations

from tabuah.widgets.map.content import MapContent, MarkerClass, UnitMarkers
from tabuah.widgets.map.overlay.marker_sprites import ExerciseTag, exercise_tag_sprite
from tabuah.widgets.map.overlay.overlay_painter import OverlayPainter
from tabuah.widgets.map.viewport import Viewport
from tabuah.widgets.theme.design_tokens import DARK, LIGHT, Palette

VIEW = Viewport(centre_x_m=0, centre_y_m=0, metres_per_px=50, width_px=480, height_px=480)
PLACES_M = [(-3000.0, 0.0), (3000.0, 0.0)]
SECOND = frozenset({1})


def violet_px(content: MapContent, place_m: tuple[float, float]) -> int:
    """Return the number of pixels in the colour of exercises around a place."""
    image = QImage(VIEW.width_px, VIEW.height_px, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    OverlayPainter().paint(image, content, view=VIEW, pixel_ratio=1.0)
    x_px, y_px = (round(each) for each in VIEW.to_screen(*place_m))
    violet = QColor(content.palette.exercise).rgb()
    around = ((x_px + dx, y_px + dy) for dx in range(-30, 31) for dy in range(-30, 31))
    return sum(image.pixelColor(x, y).rgb() == violet for x, y in around)


def of_stations(palette: Palette) -> MapContent:
    both = stations(PLACES_M, [MarkerClass.NORMAL, MarkerClass.NORMAL])
    return MapContent(stations=replace(both, drills=SECOND), palette=palette)


def of_incidents(palette: Palette) -> MapContent:
    return MapContent(incidents=replace(incidents(PLACES_M, [MarkerClass.HIGH] * 2), drills=SECOND), palette=palette)


def of_units(palette: Palette) -> MapContent:
    both = stations(PLACES_M, [MarkerClass.NORMAL] * 2)
    marks = UnitMarkers(
        ids=("TRC-1", "TRC-2"), lon_deg=both.lon_deg, lat_deg=both.lat_deg, busy=np.zeros(2, bool), drills=SECOND
    )
    return MapContent(units=marks, palette=palette)


@pytest.mark.parametrize("palette", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize("made", [of_stations, of_incidents, of_units])
def test_symbol_of_exercise_alone_has_tag(
    qapp: object, made: Callable[[Palette], MapContent], palette: Palette
) -> None:
    content = made(palette)
    assert violet_px(content, PLACES_M[0]) == 0
    assert violet_px(content, PLACES_M[1]) > 40


@pytest.mark.parametrize("made", [of_stations, of_incidents, of_units])
def test_map_of_one_exercise_has_no_tags(qapp: object, made: Callable[[Palette], MapContent]) -> None:
    content = replace(made(DARK), watermark="LATIHAN Gempa", is_one_exercise=True)
    assert violet_px(content, PLACES_M[1]) == 0


def test_tag_never_hides_neighbour(qapp: object) -> None:
    below_m = (PLACES_M[0][0], PLACES_M[0][1] - 12 * VIEW.metres_per_px)  # where the tag of the first lies
    alone = stations([below_m], [MarkerClass.CRITICAL])
    both = stations([PLACES_M[0], below_m], [MarkerClass.NORMAL, MarkerClass.CRITICAL])

    def middle(content: MapContent) -> QColor:
        image = QImage(VIEW.width_px, VIEW.height_px, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(0)
        OverlayPainter().paint(image, content, view=VIEW, pixel_ratio=1.0)
        return image.pixelColor(*(round(each) for each in VIEW.to_screen(*below_m)))

    tagged = MapContent(stations=replace(both, drills=frozenset({0})))
    assert middle(tagged) == middle(MapContent(stations=alone))


def test_cluster_with_incident_of_exercise_has_tag(qapp: object) -> None:
    near = [(0.0, 0.0), (100.0, 0.0), (0.0, 100.0)]
    real = incidents(near, [MarkerClass.HIGH] * 3)
    assert violet_px(MapContent(incidents=real), near[0]) == 0
    assert violet_px(MapContent(incidents=replace(real, drills=frozenset({2}))), near[0]) > 40


def test_tag_has_text(qapp: object) -> None:
    empty, written = (exercise_tag_sprite(ExerciseTag(text), DARK, 2.0) for text in ("", "LAT"))
    assert written.width() > empty.width()
    ink = QColor(DARK.on_exercise).rgb()
    colours = {written.pixel(x, y) for x in range(written.width()) for y in range(written.height())}
    assert ink in colours
