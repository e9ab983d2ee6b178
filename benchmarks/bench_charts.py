"""Benchmark of charts: a year of minutes read from hourly roll-ups, and frame times while zooming and panning.

    python benchmarks/bench_charts.py [--pyqtgraph]

Prints goals and results, and saves them in `results/charts.json`. With `--pyqtgraph` it measures instead
the same gestures on a plot built from pyqtgraph's items (docs/decisions/0022-chart-painting.md).
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from tabuah.operations.readings.reading import Reading, SeriesPoint
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pyqtgraph as pg
from goals import ResultLine, save_results, show_results
from pyqtgraph.exporters import ImageExporter
from PySide6.QtWidgets import QApplication, QWidget

from tabuah.widgets.charts.plot_view import PlotView, time_range_s, value_range
from tabuah.widgets.charts.series import ChartContent, ForecastSeries, LevelBand, NamedSeries, NamedSpan, Series
from tabuah.widgets.charts.station_chart import StationChart
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.values import Level

BEGIN: Final = datetime(2025, 1, 1, tzinfo=UTC)
YEAR: Final = timedelta(days=365)
GAUGE: Final = "SLK-AWLR-03"
READ_ASKED_MS: Final = 50.0
FRAME_ASKED_MS: Final = 5.0
SIZE_PX: Final = (1600, 320)
_POINTS: Final = 1500
_CHUNK: Final = 50_000
# zoom in by three steps, pan to both sides, zoom out: returns to the start, with values always visible
_GESTURES: Final[tuple[Callable[[PlotView], None], ...]] = (
    *(lambda plot: plot.zoom(1),) * 3,
    *(lambda plot: plot.pan(1), lambda plot: plot.pan(-1)),
    *(lambda plot: plot.pan(-1), lambda plot: plot.pan(1)),
    *(lambda plot: plot.zoom(-1),) * 3,
)


def stages(count: int) -> np.ndarray:
    """Return one stage a minute with occasional floods."""
    minutes = np.arange(count)
    chance = np.random.default_rng(7)
    floods = np.zeros(count)
    for begin in chance.integers(0, count, size=count // 14_400):
        after = np.maximum(minutes - begin, 0)
        floods = np.maximum(floods, np.where(minutes >= begin, 2.5 * (after / 90) * np.exp(1 - after / 90), 0.0))
    return np.round(0.9 + floods + chance.normal(0, 0.006, count), 2)


def fill(store: ReadingsStore) -> None:
    """Write a year of one reading a minute, with roll-ups."""
    values = stages(int(YEAR.total_seconds() // 60))
    for start in range(0, len(values), _CHUNK):
        part = values[start : start + _CHUNK].tolist()
        store.store([Reading(GAUGE, "stage_m", BEGIN + timedelta(minutes=start + i), v) for i, v in enumerate(part)])
    store.roll_up(BEGIN + YEAR + timedelta(hours=2))


def median_ms(work: Callable[[], object], times: int) -> float:
    """Return the median time of several runs, after one warm-up."""
    work()
    taken = []
    for _time in range(times):
        begin = time.perf_counter()
        work()
        taken.append((time.perf_counter() - begin) * 1000)
    return statistics.median(taken)


def content_of(points: tuple[SeriesPoint, ...], interval_s: float) -> ChartContent:
    """Return a full chart: values with a gap, named bands, rain, maintenance, a forecast fan, and the gauge above."""
    times_s = np.array([point.at.timestamp() for point in points])
    values = np.array([point.mean for point in points])
    begin_s, span_s = float(times_s[0]), float(times_s[-1] - times_s[0])
    is_known = np.abs(times_s - begin_s - 0.4 * span_s) > 0.02 * span_s
    own = Series(times_s=times_s[is_known], values=values[is_known], interval_s=interval_s)
    above = Series(times_s=times_s, values=values * 0.7 + 0.1, interval_s=interval_s)
    ahead_s = times_s[-1] + np.linspace(0, span_s / 4, 24)
    middle = np.linspace(values[-1], values[-1] + 1, 24)
    return ChartContent(
        title="AWLR Koto Baru",
        unit="m",
        values=own,
        rain=Series(times_s=times_s[::15], values=np.abs(np.sin(times_s[::15])), interval_s=interval_s * 15),
        bands=(
            LevelBand(label="Siaga 3", level=Level.ATTENTION, low=2.0, high=2.6),
            LevelBand(label="Siaga 2", level=Level.HIGH, low=2.6, high=3.2),
            LevelBand(label="Siaga 1", level=Level.CRITICAL, low=3.2),
        ),
        spans=(NamedSpan(name="pemeliharaan", from_s=begin_s + 0.6 * span_s, to_s=begin_s + 0.7 * span_s),),
        compared=(NamedSeries(name="AWLR Muara Panas", series=above),),
        forecast=ForecastSeries(times_s=ahead_s, middle=middle, low=middle - 0.3, high=middle + 0.3),
        now_s=float(times_s[-1]),
        from_s=begin_s,
        to_s=float(ahead_s[-1]),
    )


def frames_ms(content: ChartContent, rounds: int = 12) -> tuple[list[float], list[float]]:
    """Return time and CPU time of each frame, sorted, while zooming in, panning and zooming out.

    A frame is the change of the visible range and its painting, all on this thread: its CPU time is the
    frame time on an otherwise idle machine.
    """
    chart = StationChart(Appearance("dark"))
    chart.resize(*SIZE_PX)
    chart.show()
    chart.show_content(content)
    plot = chart.findChild(PlotView, "chart_plot")
    gestures = [partial(gesture, plot) for gesture in _GESTURES]
    result = _gesture_ms(gestures * rounds, plot.viewport())
    chart.close()
    return result


def _gesture_ms(gestures: Iterable[Callable[[], object]], painted: QWidget) -> tuple[list[float], list[float]]:
    QApplication.processEvents()
    times_ms, cpu_ms = [], []
    for gesture in gestures:
        began_s, began_cpu_s = time.perf_counter(), time.process_time()
        gesture()
        painted.repaint()
        cpu_ms.append((time.process_time() - began_cpu_s) * 1000)
        times_ms.append((time.perf_counter() - began_s) * 1000)
    return sorted(times_ms), sorted(cpu_ms)


def pyqtgraph_plot(content: ChartContent, parts: Sequence[str]) -> pg.PlotWidget:
    """Return a plot of the same size from pyqtgraph's items, with some of: axes, values, bands, other."""
    plot = pg.PlotWidget(axisItems={"bottom": pg.DateAxisItem()})
    plot.resize(*SIZE_PX)
    plot.setMouseEnabled(y=False)
    if "axes" not in parts:
        plot.hideAxis("left")
        plot.hideAxis("bottom")
    if "bands" in parts:
        for band in content.bands:
            edges = (band.low, 4.0 if band.high is None else band.high)
            plot.addItem(pg.LinearRegionItem(edges, orientation="horizontal", movable=False))
        for span in content.spans:
            plot.addItem(pg.LinearRegionItem((span.from_s, span.to_s), movable=False))
            plot.addItem(pg.TextItem(span.name))
    if "other" in parts and content.forecast is not None and content.rain is not None:
        ahead = content.forecast
        rain = {"x": content.rain.times_s, "height": content.rain.values, "width": content.rain.interval_s}
        plot.addItem(pg.BarGraphItem(**rain))
        low, high = pg.PlotDataItem(ahead.times_s, ahead.low), pg.PlotDataItem(ahead.times_s, ahead.high)
        plot.addItem(pg.FillBetweenItem(low, high, brush="#4488ff44"))
        for other in content.compared:
            plot.plot(other.series.times_s, other.series.values, pen=pg.mkPen("#888888", width=1))
    if "values" in parts:
        plot.plot(content.values.times_s, content.values.values, pen=pg.mkPen("#44aaff", width=2))
    plot.setXRange(*time_range_s(content), padding=0)
    plot.setYRange(*value_range(content), padding=0)
    return plot


def pyqtgraph_ms(content: ChartContent, parts: Sequence[str], rounds: int = 12) -> tuple[float, float]:
    """Return the median CPU time of a frame, and of saving the plot as an image of 1,600 px."""
    plot = pyqtgraph_plot(content, parts)
    plot.show()
    box = plot.getViewBox()
    step_s = (box.viewRange()[0][1] - box.viewRange()[0][0]) / 8
    zoom_in, zoom_out = partial(box.scaleBy, x=1 / 1.4), partial(box.scaleBy, x=1.4)
    pan, back = partial(box.translateBy, x=step_s), partial(box.translateBy, x=-step_s)
    gestures = [*(zoom_in,) * 3, pan, back, back, pan, *(zoom_out,) * 3]
    _times, cpu = _gesture_ms(gestures * rounds, plot.viewport())
    exporter = ImageExporter(plot.plotItem)
    exporter.parameters()["width"] = SIZE_PX[0]
    export_ms = median_ms(lambda: exporter.export(toBytes=True), 9)
    plot.close()
    return cpu[len(cpu) // 2], export_ms


def show_pyqtgraph(contents: dict[str, ChartContent]) -> None:
    """Print the frame and export times of a plot built from pyqtgraph's items, and of our chart."""
    print("| period | painted by | content | a frame, CPU | saved as an image |\n| --- | --- | --- | ---: | ---: |")
    for name, content in contents.items():
        for parts in ((), ("axes",), ("values",), ("axes", "values"), ("axes", "values", "bands", "other")):
            frame_ms, export_ms = pyqtgraph_ms(content, parts)
            shown_parts = ", ".join(parts) or "empty view box"
            print(f"| {name} | pyqtgraph | {shown_parts} | {frame_ms:.1f} ms | {export_ms:.1f} ms |")
        cpu = frames_ms(content)[1]
        chart = StationChart(Appearance("dark"))
        chart.resize(*SIZE_PX)
        chart.show_content(content)
        export_ms = median_ms(lambda chart=chart: chart.grab().toImage(), 9)
        print(f"| {name} | our layers | everything | {cpu[len(cpu) // 2]:.1f} ms | {export_ms:.1f} ms |")
        chart.close()


def main() -> None:
    """Measure, print and save."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pyqtgraph", action="store_true", help="measure a plot built from pyqtgraph's items")
    options = parser.parse_args()
    application = QApplication([])
    with tempfile.TemporaryDirectory() as folder, ReadingsStore(Path(folder) / FILE_NAME) as store:
        fill(store)
        year_ms = median_ms(lambda: store.series(GAUGE, "stage_m", BEGIN, BEGIN + YEAR, points=_POINTS), 9)
        year = store.series(GAUGE, "stage_m", BEGIN, BEGIN + YEAR, points=_POINTS)
        day = store.series(GAUGE, "stage_m", BEGIN, BEGIN + timedelta(days=1), points=_POINTS)
    if options.pyqtgraph:
        show_pyqtgraph({"a year": content_of(year, YEAR.total_seconds() / _POINTS), "a day": content_of(day, 60.0)})
        return
    lines = [_line("a year of minutes, read from its hours", READ_ASKED_MS, year_ms)]
    for name, points, interval_s in (("a year", year, YEAR.total_seconds() / _POINTS), ("a day", day, 60.0)):
        frames, cpu = frames_ms(content_of(points, interval_s))
        for figure, share in (("median", 0.5), ("95 %", 0.95)):
            at = int(len(frames) * share)
            what = f"a frame while zooming and moving, {name}, {figure}"
            lines.append(_line(what, FRAME_ASKED_MS, frames[at]))
            lines.append(_line("  of that CPU time", FRAME_ASKED_MS, cpu[at]))
    show_results(lines)
    save_results("charts", lines, size_px=SIZE_PX)
    application.quit()


def _line(what: str, asked_ms: float, reached_ms: float) -> ResultLine:
    return ResultLine(what, f"≤ {asked_ms:.0f} ms", f"{reached_ms:.1f} ms", reached_ms <= asked_ms)


if __name__ == "__main__":
    main()
