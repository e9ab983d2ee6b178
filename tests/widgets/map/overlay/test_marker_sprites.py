"""Marker sprites: how a mark shows that its position is not exact."""

import pytest
from pytestqt.qtbot import QtBot

from tabuah.widgets.map.content import MarkerClass
from tabuah.widgets.map.overlay.marker_sprites import IncidentLook, incident_sprite
from tabuah.widgets.theme.design_tokens import LIGHT


@pytest.mark.parametrize("closed", [False, True])
def test_inexact_incident_has_dashed_ring(qtbot: QtBot, closed: bool) -> None:
    look = IncidentLook(letter="B", marker_class=MarkerClass.HIGH, closed=closed, pending=False, inexact=True)
    image = incident_sprite(look, LIGHT, 1.0)
    middle = image.height() // 2
    ring = [image.pixelColor(middle + dx, middle + dy) for dx, dy in ((19, 0), (-19, 0), (0, 19), (0, -19))]
    assert image.width() == 44
    assert any(colour.alpha() > 0 for colour in ring)
