"""A corrected value has a hollow diamond in the plot, a cross at its old value, and a text in the readout."""

import numpy as np
import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from tabuah.widgets.charts.plot_view import PlotView, value_range
from tabuah.widgets.charts.series import ChartContent, CorrectedPoint, Series
from tabuah.widgets.charts.station_chart import StationChart
from tabuah.widgets.controls.labels import Text
from tabuah.widgets.theme.appearance import Appearance

TIMES_S = np.arange(10) * 600.0 + 1_800_000_000.0
TEXT = "dikoreksi dari 2,14 ke 1,20 m oleh ani: angka tertukar"
POINT = CorrectedPoint(time_s=float(TIMES_S[4]), value=1.2, old_value=2.14, text=TEXT)
PLAIN = ChartContent(
    title="AWLR",
    unit="m",
    values=Series(times_s=TIMES_S, values=np.full(10, 1.2)),
    from_s=float(TIMES_S[0]),
    to_s=float(TIMES_S[-1]),
)
CORRECTED = replace(PLAIN, corrected=(POINT,))


@pytest.fixture
def chart(qtbot: QtBot, appearance: Appearance) -> StationChart:
    chart = StationChart(appearance)
    qtbot.addWidget(chart)
    chart.resize(900, 300)
    chart.show()
    return chart


def picture_of(plot: PlotView, content: ChartContent) -> set[tuple[int, int]]:
    """Return the pixels in the colour of the text, with which the diamond is drawn."""
    plot.show_content(content)
    image = plot.grab().toImage()
    area = plot.frame.area.toRect()
    colour = plot._appearance.palette.text
    return {
        (x, y)
        for x in range(area.left(), area.right())
        for y in range(area.top(), area.bottom())
        if image.pixelColor(x, y).name() == colour
    }


def test_plot_marks_old_and_new_value(chart: StationChart) -> None:
    chart.show_content(CORRECTED)
    plot = chart.findChild(PlotView, "chart_plot")
    assert isinstance(plot, PlotView)
    marked, plain = picture_of(plot, CORRECTED), picture_of(plot, PLAIN)
    plot.show_content(CORRECTED)
    x, y = plot.frame.x(POINT.time_s), plot.frame.y(POINT.value)
    near = {(px, py) for px, py in marked - plain if abs(px - x) <= 8 and abs(py - y) <= 8}
    assert len(near) >= 4
    low, high = value_range(CORRECTED)
    assert low <= 1.2 < 2.14 <= high


def test_wild_old_value_does_not_flatten_the_plot() -> None:
    wild = replace(PLAIN, corrected=(replace(POINT, old_value=412.0),))
    assert value_range(wild) == value_range(PLAIN)


def test_readout_and_tooltip_explain_correction(chart: StationChart) -> None:
    chart.show_content(CORRECTED)
    readout = chart.findChild(Text, "chart_readout")
    assert isinstance(readout, Text)
    assert TEXT not in readout.text()
    chart.move_cursor(POINT.time_s + 200)
    assert TEXT in readout.text()
    plot = chart.findChild(PlotView, "chart_plot")
    assert isinstance(plot, PlotView)
    assert plot.toolTip() == TEXT
    chart.move_cursor(float(TIMES_S[7]))
    assert (TEXT in readout.text(), plot.toolTip()) == (False, "")
