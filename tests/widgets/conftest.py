"""What the widget tests share: one look for the session and a window to put things into."""

import pytest
from map_samples import incidents, small_basemap, stations
from PySide6.QtWidgets import QApplication

from tabuah.widgets.map.canvas import MapCanvas
from tabuah.widgets.map.markers import MarkerClass
from tabuah.widgets.theme.appearance import Appearance


@pytest.fixture(scope="session")
def dressed_app(qapp: QApplication) -> Appearance:
    """The look, applied once: a stylesheet for the whole application is costly."""
    appearance = Appearance("dark")
    appearance.apply_to(qapp)
    return appearance


@pytest.fixture
def appearance(dressed_app: Appearance) -> Appearance:
    """The dark look at 100 %."""
    return dressed_app


@pytest.fixture
def canvas(qtbot) -> MapCanvas:
    """A settled map of 600 × 600 with two stations and two incidents."""
    made = MapCanvas()
    qtbot.addWidget(made)
    made.resize(600, 600)
    made.show_basemap(small_basemap())
    made.show_stations(stations([(-4000, 0), (4000, 0)], [MarkerClass.NORMAL, MarkerClass.CRITICAL]))
    made.show_incidents(incidents([(0, 4000), (0, -4000)], [MarkerClass.ATTENTION, MarkerClass.CRITICAL]))
    with qtbot.waitSignal(made.settled):
        made.show()
    qtbot.waitUntil(lambda: made.tools.is_ready)
    return made
