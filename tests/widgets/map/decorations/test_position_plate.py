"""The plate of the coordinates: as wide as its text in every place, and never narrower than before."""

import pytest
from PySide6.QtGui import QFontMetricsF
from pytestqt.qtbot import QtBot
from support.map_samples import small_base_map

from tabuah.widgets.map.content import MapContent
from tabuah.widgets.map.decorations.attribution import PAD_PX
from tabuah.widgets.map.decorations.map_decorations import PositionPlate
from tabuah.widgets.map.viewport import Viewport

VIEW = Viewport.fitting((11_150_000.0, -200_000.0, 11_250_000.0, -60_000.0), width_px=800, height_px=600)
# A place in the regency, one with two digits of latitude, one in another zone, and one north of the equator.
PLACES = ((100.65, -0.95), (99.2, -10.987), (119.87654, -10.87654), (100.88888, 10.88888))


@pytest.mark.parametrize("place_deg", PLACES)
@pytest.mark.parametrize("text_scale", [1.0, 1.5])
def test_plate_is_as_wide_as_the_coordinates(qtbot: QtBot, place_deg: tuple[float, float], text_scale: float) -> None:
    plate, content = PositionPlate(), MapContent(base_map=small_base_map(), text_scale=text_scale)
    plate.position_deg = place_deg
    width, _height = plate.size(content, VIEW)
    text = plate._coordinates(place_deg)
    assert width >= QFontMetricsF(plate._font).horizontalAdvance(text) + 2 * PAD_PX


def test_plate_does_not_shrink_while_the_cursor_moves(qtbot: QtBot) -> None:
    plate, content = PositionPlate(), MapContent(base_map=small_base_map())
    widths = []
    for place in (PLACES[0], PLACES[1], PLACES[0]):
        plate.position_deg = place
        widths.append(plate.size(content, VIEW)[0])
    assert widths[0] < widths[1] == widths[2]
