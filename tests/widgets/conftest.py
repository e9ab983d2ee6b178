"""Fixtures of the widget tests: one appearance for the session and a settled map."""

import pytest
from PySide6.QtWidgets import QApplication
from support.map_samples import incidents, small_base_map, stations

from tabuah.widgets.map.canvas import MapCanvas
from tabuah.widgets.map.content import MarkerClass
from tabuah.widgets.theme.appearance import Appearance


@pytest.fixture(scope="session")
def themed_app(qapp: QApplication) -> Appearance:
    """Return the appearance, applied once, because an application stylesheet is expensive."""
    appearance = Appearance("dark")
    appearance.apply_to(qapp)
    return appearance


@pytest.fixture
def appearance(themed_app: Appearance) -> Appearance:
    """Return the dark theme at 100 % text size."""
    return themed_app


@pytest.fixture
def canvas(qtbot) -> MapCanvas:
    """Return a settled map of 600 × 600 with two stations and two incidents."""
    made = MapCanvas()
    qtbot.addWidget(made)
    made.resize(600, 600)
    made.show_base_map(small_base_map())
    made.show_stations(stations([(-4000, 0), (4000, 0)], [MarkerClass.NORMAL, MarkerClass.CRITICAL]))
    made.show_incidents(incidents([(0, 4000), (0, -4000)], [MarkerClass.ATTENTION, MarkerClass.CRITICAL]))
    with qtbot.waitSignal(made.settled):
        made.show()
    qtbot.waitUntil(lambda: made.tools.is_ready)
    return made
