"""The station chart: gaps, labels, cursor readout, zoom and image export."""

import subprocess
import sys

import msgspec
import numpy as np
import pytest
from gallery.samples import NOW, chart
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from support.approved_charts import full_chart

from tabuah.widgets.charts import value_lines
from tabuah.widgets.charts.background_layers import SpanNames
from tabuah.widgets.charts.band_labels import BandLabelRequest, place_labels
from tabuah.widgets.charts.plot_view import PlotView
from tabuah.widgets.charts.series import ChartContent, NamedSeries, NamedSpan, Series
from tabuah.widgets.charts.sparkline import Sparkline
from tabuah.widgets.charts.station_chart import StationChart, render_chart_image, render_chart_png
from tabuah.widgets.controls.labels import EmptyState, Text
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.values import Level


@pytest.fixture
def station(qtbot: QtBot, appearance: Appearance) -> StationChart:
    widget = StationChart(appearance)
    qtbot.addWidget(widget)
    widget.resize(1200, 260)
    widget.show()
    return widget


def plot_of(station: StationChart) -> PlotView:
    found = station.findChild(PlotView, "chart_plot")
    assert found is not None
    return found


def readout(station: StationChart) -> str:
    return str(station.findChild(Text, "chart_readout").text())


def test_series_breaks_line_at_missing_readings() -> None:
    series = Series(times_s=np.array([0.0, 600, 1200, 4800]), values=np.array([1.0, 2, 3, 4]))
    times, values = series.with_gaps()
    assert np.isnan(values).sum() == 1
    assert times[np.flatnonzero(np.isnan(values))[0]] == 1800


def test_series_gaps_reach_both_ends() -> None:
    series = Series(times_s=np.array([3000.0, 3600, 4200, 9000]), values=np.array([1.0, 2, np.nan, 3]))
    assert series.gaps(0, 12_000) == ((0, 3000), (3600, 9000), (9000, 12_000))
    assert series.gaps(2400, 4200) == ()
    assert Series().gaps(0, 6000) == ((0, 6000),)


def test_named_span_is_in_readout_and_plot(station: StationChart) -> None:
    now_s = NOW.timestamp()
    long, short = (
        NamedSpan(name=name, from_s=now_s - hours * 3600, to_s=now_s - hours * 3600 + length_s)
        for name, hours, length_s in (("pemeliharaan", 6, 10_800.0), ("singkat", 9, 60.0))
    )
    station.show_content(msgspec.structs.replace(chart(), spans=(long, short)))
    station.move_cursor(long.from_s + 600)
    assert readout(station).endswith("· pemeliharaan")
    station.move_cursor(long.to_s + 600)
    assert "pemeliharaan" not in readout(station)
    names, plot = SpanNames(), plot_of(station)
    names.apply_theme(station.appearance)
    names.show_content(msgspec.structs.replace(chart(), spans=(long, short)))
    (place,) = names.placed(plot.frame)
    assert (place.name, place.is_upright) == ("pemeliharaan", False)
    assert plot.frame.area.contains(place.rect)
    plot.zoom(-2)
    (place,) = names.placed(plot.frame)
    assert place.is_upright
    assert plot.frame.area.contains(place.rect)


def test_cursor_reads_nearest_reading() -> None:
    series = Series(times_s=np.array([0.0, 600, 6000]), values=np.array([1.0, 2, 3]))
    assert series.value_near(500) == 2
    assert series.value_near(3000) is None
    assert Series().value_near(0) is None


def test_band_labels_avoid_curve_and_labels() -> None:
    area = QRectF(0, 0, 600, 120)
    wishes = [BandLabelRequest(size=QSizeF(60, 16), y=y, top=0) for y in (40, 60, 80)]
    curve = np.array([(x, 70.0) for x in range(300, 600, 3)])
    places = [place for place in place_labels(wishes, area, curve) if place is not None]
    assert len(places) == 3
    assert not any(a.intersects(b) for i, a in enumerate(places) for b in places[i + 1 :])
    assert not any(place.contains(x, y) for place in places for x, y in curve.tolist())


def test_band_labels_move_aside_when_close() -> None:
    wishes = [BandLabelRequest(size=QSizeF(60, 16), y=y, top=0) for y in (50, 55)]
    one, two = place_labels(wishes, QRectF(0, 0, 600, 120), np.empty((0, 2)))
    assert one is not None
    assert two is not None
    assert not one.intersects(two)


def test_chart_without_station_shows_hint(station: StationChart) -> None:
    assert station.is_strip
    assert "Pilih stasiun" in station.findChild(Text, "chart_readout").text()
    assert not station.findChild(EmptyState).isVisible()


def test_chart_without_data_shows_empty_state(station: StationChart) -> None:
    station.show_content(chart())
    station.show_content(ChartContent(title="ARR Sirukam"))
    assert station.findChild(EmptyState).isVisible()
    assert "Tanpa data" in station.findChild(EmptyState).accessibleName()
    assert readout(station) == ""


def test_readout_shows_last_or_cursor_reading(qtbot: QtBot, station: StationChart) -> None:
    station.show_content(chart())
    assert readout(station).startswith("14.20 WIB")
    assert " m · hujan " in readout(station)
    assert " Siaga " in readout(station)
    with qtbot.waitSignal(station.cursor_moved):
        station.move_cursor(NOW.timestamp() - 10 * 3600)
    assert readout(station).startswith("04.30 WIB")


def test_chart_arrow_keys_move_cursor(qtbot: QtBot, station: StationChart) -> None:
    station.show_content(chart())
    with qtbot.waitSignal(station.cursor_moved) as heard:
        qtbot.keyClick(plot_of(station), Qt.Key.Key_Left)
    assert heard.args == [pytest.approx(NOW.timestamp() - 600)]


def test_band_labels_are_inside_plot(station: StationChart) -> None:
    station.show_content(chart())
    plot = plot_of(station)
    placed = plot.placed_labels
    assert {band.label for _rect, band in placed} == {"Siaga 1", "Siaga 2", "Siaga 3"}
    rects = [rect for rect, _band in placed]
    assert not any(a.intersects(b) for i, a in enumerate(rects) for b in rects[i + 1 :])
    assert all(plot.frame.area.contains(rect) for rect in rects)


def test_band_labels_avoid_span_names(station: StationChart) -> None:
    station.resize(800, 280)
    station.show_content(full_chart())
    station.grab()
    plot, names = plot_of(station), SpanNames()
    names.apply_theme(station.appearance)
    names.show_content(full_chart())
    works = names.placed(plot.frame)
    assert len(works) == 2
    assert len(plot.placed_labels) == 3
    assert not any(work.rect.intersects(rect) for work in works for rect, _band in plot.placed_labels)


def test_sparkline_without_data_draws_no_zeros(qtbot: QtBot, appearance: Appearance) -> None:
    spark = Sparkline(appearance)
    qtbot.addWidget(spark)
    spark.show_series(chart().values, Level.CRITICAL, "naik")
    with_data = spark.grab().toImage()
    spark.show_series(Series(), Level.NO_DATA, "tanpa data")
    assert spark.grab().toImage() != with_data
    assert spark.accessibleName() == "tanpa data"


def test_chart_loads_pyqtgraph_when_shown() -> None:
    code = "import sys, tabuah.widgets.charts.station_chart; sys.exit('pyqtgraph' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_chart_keys_zoom_pan_and_fit(station: StationChart, qtbot: QtBot) -> None:
    station.show_content(chart())
    plot = plot_of(station)

    def span_s() -> tuple[float, float]:
        return plot.frame.first_s, plot.frame.last_s

    whole = span_s()
    qtbot.keyClick(plot, Qt.Key.Key_Plus)
    assert span_s()[1] - span_s()[0] == pytest.approx((whole[1] - whole[0]) / 1.4)
    before = span_s()
    qtbot.keyClick(plot, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert span_s()[0] - before[0] == pytest.approx((before[1] - before[0]) / 4)
    qtbot.keyClick(plot, Qt.Key.Key_Home)
    assert span_s() == pytest.approx(whole)
    for _press in range(60):
        qtbot.keyClick(plot, Qt.Key.Key_Plus)
    assert span_s()[1] - span_s()[0] > 600


def test_cursor_reads_forecast_and_compared_stations(station: StationChart) -> None:
    content = chart()
    others = (NamedSeries(name="AWLR Cupak", series=content.values),)
    station.show_content(msgspec.structs.replace(content, compared=others))
    station.move_cursor(NOW.timestamp() + 3 * 3600)
    assert "rentang 80%" in readout(station)
    station.move_cursor(float(content.values.times_s[-1]))
    assert "– – AWLR Cupak" in readout(station)
    assert "prakiraan" not in readout(station)


def test_chart_image_is_sharp_and_names_source(station: StationChart) -> None:
    station.show_content(chart())
    picture = render_chart_image(station, "Tabuah, sumber: PUPR")
    assert picture.width() == 2 * station.width()
    assert picture.height() > 2 * station.height()
    foot = picture.copy(0, 2 * station.height(), picture.width(), picture.height() - 2 * station.height())
    colours = {foot.pixel(x, y) for x in range(0, foot.width() // 4, 2) for y in range(foot.height())}
    assert len(colours) > 3  # the image contains text
    assert render_chart_png(station, "x").startswith(b"\x89PNG")


def turn_wheel(plot: PlotView, at: QPointF, steps: int) -> None:
    viewport = plot.viewport()
    viewport.grab()  # pyqtgraph needs one paint to know its geometry
    event = QWheelEvent(
        at, viewport.mapToGlobal(at), QPoint(), QPoint(0, 120 * steps), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(viewport, event)


def test_chart_wheel_zooms_around_pointer(station: StationChart, qtbot: QtBot) -> None:
    station.show_content(chart())
    plot = plot_of(station)
    whole = plot.frame
    pointer = QPointF(400, 100)
    turn_wheel(plot, pointer, 1)
    closer = plot.frame
    assert closer.last_s - closer.first_s < 0.9 * (whole.last_s - whole.first_s)
    assert closer.time_at(pointer.x()) == pytest.approx(whole.time_at(pointer.x()), abs=1)
    assert (closer.low, closer.high) == (whole.low, whole.high)
    here, there = QPoint(400, 100), QPoint(300, 100)
    qtbot.mousePress(plot.viewport(), Qt.MouseButton.LeftButton, pos=here)
    for x in range(here.x(), there.x() - 1, -10):
        move(plot, QPoint(x, 100))
    qtbot.mouseRelease(plot.viewport(), Qt.MouseButton.LeftButton, pos=there)
    assert plot.frame.time_at(there.x()) == pytest.approx(closer.time_at(here.x()), abs=120)
    moved = plot.frame
    station.show_content(chart())  # a new reading of the same station keeps the view
    assert plot.frame.first_s == moved.first_s
    station.show_content(msgspec.structs.replace(chart(), title="AWLR Cupak"))
    assert plot.frame.first_s == whole.first_s


def move(plot: PlotView, to: QPoint) -> None:
    plot.viewport().grab()
    at = QPointF(to)
    event = QMouseEvent(
        QEvent.Type.MouseMove, at, plot.viewport().mapToGlobal(at), Qt.MouseButton.NoButton,
        Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(plot.viewport(), event)


def test_chart_wheel_zoom_is_limited(station: StationChart) -> None:
    station.show_content(chart())
    plot = plot_of(station)
    for steps, limit_s in ((1, 600.0), (-1, 800 * 86_400.0)):
        for _turn in range(200):
            turn_wheel(plot, QPointF(400, 100), steps)
        assert plot.frame.last_s - plot.frame.first_s == pytest.approx(limit_s)


def test_pointer_moves_cursor(station: StationChart, qtbot: QtBot) -> None:
    station.show_content(chart())
    plot = plot_of(station)
    x = round(plot.frame.x(NOW.timestamp() - 10 * 3600))
    with qtbot.waitSignal(station.cursor_moved):
        qtbot.mouseMove(plot.viewport(), QPoint(x, 60))
    assert readout(station).startswith(("04.20 WIB", "04.30 WIB", "04.29 WIB", "04.31 WIB"))
    with qtbot.waitSignal(station.cursor_moved) as heard:
        qtbot.mouseMove(plot.viewport(), QPoint(5, 60))
    assert np.isnan(heard.args[0])


def test_rain_axis_takes_width_only_with_rain(station: StationChart) -> None:
    station.show_content(chart())
    with_rain = plot_of(station).frame.area
    station.show_content(msgspec.structs.replace(chart(), rain=None))
    assert plot_of(station).frame.area.right() > with_rain.right()


def test_chart_paint_calls_do_not_grow(station: StationChart, monkeypatch: pytest.MonkeyPatch) -> None:
    painted: list[int] = []
    monkeypatch.setattr(value_lines, "draw_lines", lambda _painter, lines: painted.append(len(lines)))
    now_s = NOW.timestamp()
    times_s = np.linspace(now_s - 20 * 3600, now_s, 100_000)
    values = np.random.default_rng(3).normal(2, 0.3, times_s.size)
    many = Series(times_s=times_s, values=values, interval_s=1.0)
    station.show_content(msgspec.structs.replace(chart(), values=many, compared=(), forecast=None))
    painted.clear()
    station.grab()
    assert len(painted) == 1
    assert painted[0] <= 2 * station.width()


def test_zoomed_chart_follows_rising_values(station: StationChart) -> None:
    station.show_content(chart())
    plot = plot_of(station)
    plot.zoom(2)
    closer = plot.frame
    values = chart().values
    risen = msgspec.structs.replace(values, values=values.values * 3)
    station.show_content(msgspec.structs.replace(chart(), values=risen))
    assert (plot.frame.first_s, plot.frame.last_s) == (closer.first_s, closer.last_s)
    assert plot.frame.high > np.nanmax(risen.values)


def test_value_axis_fits_wide_labels(station: StationChart) -> None:
    station.show_content(chart())
    usual = plot_of(station).frame.area.left()
    values = chart().values
    far = msgspec.structs.replace(values, values=100.65 + values.values / 10_000)
    station.show_content(msgspec.structs.replace(chart(), values=far, bands=(), forecast=None, digits=5))
    plot = plot_of(station)
    assert plot.frame.area.left() > usual
    image = station.grab().toImage()
    margin = {image.pixel(2, y) for y in range(60, station.height() - 40)}
    assert len(margin) == 1  # no label begins at the edge
