"""Attribution: sources are always named; on a small map they are one line that expands on hover."""

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, QPointF
from pytestqt.qtbot import QtBot
from support.map_samples import small_base_map

from tabuah.widgets.map.canvas import MapCanvas
from tabuah.widgets.map.content import MapContent
from tabuah.widgets.map.decorations.attribution import AttributionPlate
from tabuah.widgets.map.decorations.map_decorations import MapDecorations
from tabuah.widgets.map.viewport import Viewport

SOURCES = (
    "geoBoundaries, Runfola et al. 2020 (CC BY 3.0 IGO)",
    "GSHHG, Wessel & Smith 1996 (LGPL-3)",
    "GeoNames (CC BY 4.0)",
)


@pytest.fixture
def content() -> MapContent:
    base_map = replace(small_base_map(), attribution=SOURCES, notes=("roads are not imported yet",))
    return MapContent(base_map=base_map, data_age="data 23 dtk lalu · 2 stasiun tanpa data")


def height(content: MapContent, width_px: int, *, opened: bool = False) -> float:
    plate = AttributionPlate().picture(content, view_width_px=width_px, ratio=1.0, opened=opened)
    return plate.deviceIndependentSize().height()


@pytest.mark.untranslated
def test_attribution_on_small_map_is_one_line(qtbot: QtBot, content: MapContent) -> None:
    assert height(content, 700) < 30
    assert height(content, 700, opened=True) > 2 * height(content, 700)
    assert height(content, 1400) == height(content, 1400, opened=True)


@pytest.mark.untranslated
def test_attribution_without_data_still_names_sources(qtbot: QtBot, content: MapContent) -> None:
    plate = AttributionPlate().picture(replace(content, data_age=""), view_width_px=400, ratio=1.0)
    assert plate.width() > 100


@pytest.mark.untranslated
def test_attribution_expands_under_cursor_and_collapses(qtbot: QtBot, content: MapContent) -> None:
    hud, view = MapDecorations(), Viewport.fitting((0, 0, 1e5, 1e5), width_px=700, height_px=500)
    folded = hud.boxes(content, view)[1]
    middle = QPointF((folded[0] + folded[2]) / 2, (folded[1] + folded[3]) / 2)
    hud.open_credits_at(content, view, middle)
    opened = hud.boxes(content, view)[1]
    assert opened[3] - opened[1] > 2 * (folded[3] - folded[1])
    hud.open_credits_at(content, view, QPointF(350, 20))
    assert hud.boxes(content, view)[1] == folded


@pytest.mark.untranslated
def test_attribution_expands_on_mouse_hover(qtbot: QtBot, content: MapContent) -> None:
    canvas = MapCanvas()
    qtbot.addWidget(canvas)
    canvas.resize(700, 500)
    canvas.show_base_map(content.base_map)
    canvas.show()
    before = canvas._decorations.boxes(canvas.content, canvas.view)[1]
    qtbot.mouseMove(canvas, QPoint(int(before[2]) - 5, int(before[3]) - 5))
    qtbot.waitUntil(lambda: canvas._decorations.boxes(canvas.content, canvas.view)[1] != before)
    canvas.close()
