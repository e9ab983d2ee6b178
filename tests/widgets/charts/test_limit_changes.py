"""The marks of changed limits: a dated line, and the old and new value with the reason at the pointer."""

import numpy as np
import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from tabuah.widgets.charts.series import ChartContent, LimitChange, Series
from tabuah.widgets.charts.station_chart import StationChart
from tabuah.widgets.theme.appearance import Appearance

HOUR_S = 3600.0
TIMES_S = np.arange(0.0, 25.0) * HOUR_S
CHANGE = LimitChange(time_s=12 * HOUR_S, label="24 Nov 2026", text="Siaga 1 3,20 m → 3,50 m")
CONTENT = ChartContent(
    title="AWLR Koto Baru",
    values=Series(times_s=TIMES_S, values=np.full(25, 1.5), interval_s=600.0),
    limit_changes=(CHANGE,),
    from_s=0.0,
    to_s=24 * HOUR_S,
)


@pytest.fixture
def chart(qtbot: QtBot) -> StationChart:
    shown = StationChart(Appearance())
    qtbot.addWidget(shown)
    shown.resize(800, 300)
    shown.show_content(CONTENT)
    shown.show()
    return shown


def test_limit_change_is_described_at_its_line_only(chart: StationChart) -> None:
    plot = chart._plot
    assert plot is not None
    chart.move_cursor(CHANGE.time_s + 60)
    assert plot.toolTip() == CHANGE.text
    chart.move_cursor(CHANGE.time_s + 2 * HOUR_S)
    assert plot.toolTip() == ""


def test_limit_change_is_drawn(chart: StationChart) -> None:
    marked = chart.grab().toImage()
    chart.show_content(replace(CONTENT, limit_changes=()))
    assert chart.grab().toImage() != marked
