"""The layers of a chart: each paints its visible content at the right place, and nothing else."""

import msgspec
import numpy as np
import pytest
from gallery.samples import NOW, chart
from numpy.testing import assert_allclose
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from tabuah.widgets.charts.axes import RainAxis, TimeAxis, ValueAxis
from tabuah.widgets.charts.background_layers import GapHatching, LevelBands, NamedSpans
from tabuah.widgets.charts.plot_frame import PlotFrame, PlotLayer
from tabuah.widgets.charts.plot_view import Cursor, NowLine, time_range_s, value_range
from tabuah.widgets.charts.rain_bars import RainBars
from tabuah.widgets.charts.series import ChartContent, LevelBand, NamedSeries, NamedSpan, Series
from tabuah.widgets.charts.strokes import draw_horizontal_line, draw_vertical_line
from tabuah.widgets.charts.value_lines import ComparedLines, ForecastFan, ValueLine
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.values import Level

WINDOW = QRect(0, 0, 400, 160)
AREA = QRectF(50, 0, 300, 120)
FRAME = PlotFrame(area=AREA, first_s=0.0, last_s=300.0, low=0.0, high=4.0)  # a second is a pixel
GROUND = QColor("#102030")


def seconds(first: float, last: float, value: float) -> Series:
    times_s = np.arange(first, last, 1.0)
    return Series(times_s=times_s, values=np.full(times_s.size, value), interval_s=1.0)


def content(**parts: object) -> ChartContent:
    return msgspec.structs.replace(ChartContent(title="AWLR", from_s=0.0, to_s=300.0), **parts)


def image_of(
    layer: PlotLayer, shown: ChartContent, appearance: Appearance, *, frame: PlotFrame = FRAME, ratio: int = 1
) -> QImage:
    """Return the image of a layer on a plain background."""
    layer.apply_theme(appearance)
    layer.show_content(shown)
    image = QImage(WINDOW.size() * ratio, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(GROUND)
    painter = QPainter(image)
    try:
        layer.paint(painter, frame)
    finally:
        painter.end()
    return image


def painted(
    layer: PlotLayer, shown: ChartContent, appearance: Appearance, *, frame: PlotFrame = FRAME, ratio: int = 1
):
    """Return where a layer changes the background, as booleans of shape (height, width)."""
    image = image_of(layer, shown, appearance, frame=frame, ratio=ratio)
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.width())
    return pixels != np.uint32(GROUND.rgb())


def columns(marks) -> tuple[int, int]:
    """Return the first and the last column with a mark."""
    (found,) = np.nonzero(marks.any(axis=0))
    return int(found[0]), int(found[-1])


def test_plot_frame_time_inverts_x() -> None:
    assert FRAME.time_at(FRAME.x(77.0)) == pytest.approx(77)
    assert (FRAME.y(0), FRAME.y(4)) == (120, 0)
    assert_allclose(FRAME.points(np.array([0.0, 150, 300]), np.array([0, np.nan, 4])), [[50, 120], [350, 0]])
    assert FRAME.band(-50, 20) == QRectF(50, 0, 20, 120)
    assert FRAME.band(400, 500).width() == 0
    hanging = msgspec.structs.replace(FRAME, low=8.0, high=0.0)
    assert (hanging.y(0), hanging.y(8)) == (0, 120)


def test_visible_points_include_one_beyond_edges() -> None:
    x, _y = FRAME.visible_points(np.arange(-500.0, 900, 100), np.zeros(14))
    assert_allclose(x, [-50, 50, 150, 250, 350], atol=1e-9)
    x, _y = FRAME.visible_points(np.arange(-450.0, 900, 100), np.zeros(14))
    assert_allclose(x, [0, 100, 200, 300, 400], atol=1e-9)


def test_gap_hatching_covers_gaps_only(appearance: Appearance) -> None:
    values = seconds(0, 300, 1.0)
    known = (values.times_s < 100) | (values.times_s > 200)
    values = Series(times_s=values.times_s[known], values=values.values[known], interval_s=1.0)
    for ratio in (1, 2):
        marks = painted(GapHatching(), content(values=values, now_s=300.0), appearance, ratio=ratio)
        first, last = columns(marks)
        assert 50 + 98 <= first / ratio < 50 + 104
        assert 50 + 196 < last / ratio <= 50 + 202
        assert not marks[120 * ratio :].any()
        assert 0.05 < marks[: 120 * ratio, (50 + 110) * ratio : (50 + 190) * ratio].mean() < 0.3


def test_value_line_breaks_at_gap(appearance: Appearance) -> None:
    values = seconds(0, 300, 1.0)
    known = (values.times_s < 100) | (values.times_s > 200)
    values = Series(times_s=values.times_s[known], values=values.values[known], interval_s=1.0)
    marks = painted(ValueLine(), content(values=values), appearance)
    assert columns(marks[:, :200])[1] <= 151
    assert columns(marks[:, 200:])[0] >= 48
    assert marks[85:95].any()
    assert not marks[:80].any()


def test_compared_lines_have_distinct_dashes(appearance: Appearance) -> None:
    others = [NamedSeries(name=str(n), series=seconds(0, 300, n + 0.5)) for n in range(4)]
    marks = painted(ComparedLines(), content(compared=tuple(others)), appearance)
    strokes = []
    for n in range(4):
        y = round(FRAME.y(n + 0.5))
        row = marks[y - 1 : y + 1, 50:350].any(axis=0)
        strokes.append(int(np.count_nonzero(np.diff(row.astype(int)) == 1)))
        assert 0.25 < row.mean() < 0.9
    assert len(set(strokes)) == 4


def test_rain_bars_keep_highest_per_column(appearance: Appearance) -> None:
    rain = Series(times_s=np.array([50.0, 150, 250]), values=np.array([2.0, np.nan, 4.0]), interval_s=20.0)
    bars = RainBars()
    marks = painted(bars, content(rain=rain), appearance)
    assert_allclose(bars.bars(FRAME)[:, 3], [120 * 2 / 4 / 3.2, 120 / 3.2])
    assert marks[0, 100]
    assert not marks[:, 200].any()
    assert not marks[40:].any()
    close = Series(times_s=np.arange(0, 300, 0.1), values=np.tile([1.0, 5.0, 0.0], 1000), interval_s=0.1)
    painted(bars, content(rain=close), appearance)
    found = bars.bars(FRAME)
    assert len(found) <= 302
    assert_allclose(found[1:-1, 3], 120 / 3.2)


def test_rain_axis_is_hidden_without_rain(appearance: Appearance) -> None:
    bars = RainBars()
    dry = Series(times_s=np.array([50.0]), values=np.array([0.0]))
    for shown in (content(), content(rain=dry)):
        assert not painted(bars, shown, appearance).any()
    assert not painted(RainAxis(bars), content(), appearance).any()
    assert painted(RainAxis(bars), content(rain=dry), appearance)[:, 350:].any()


def test_low_rain_axis_keeps_one_label(appearance: Appearance) -> None:
    bars, shown = RainBars(), content(rain=Series(times_s=np.array([50.0]), values=np.array([3.6])))
    bars.show_content(shown)
    assert painted(RainAxis(bars), shown, appearance)[:, 350:].any()


def test_level_bands_are_clipped_to_plot(appearance: Appearance) -> None:
    bands = (
        LevelBand(label="Siaga 2", level=Level.HIGH, low=2.0, high=3.0),
        LevelBand(label="Siaga 1", level=Level.CRITICAL, low=3.0),
        LevelBand(label="Siaga 0", level=Level.CRITICAL, low=9.0),  # far above the visible range
    )
    lower = image_of(LevelBands(), content(bands=bands[:1]), appearance)
    assert image_of(LevelBands(), content(bands=bands), appearance).pixel(200, 45) == lower.pixel(200, 45)
    assert lower.pixel(200, 15) == GROUND.rgb()
    marks = painted(LevelBands(), content(bands=bands), appearance)
    assert columns(marks) == (50, 349)
    assert marks[:61, 50:350].all()
    assert not marks[61:].any()


def test_axis_labels_are_never_cut(appearance: Appearance) -> None:
    day = msgspec.structs.replace(FRAME, first_s=NOW.timestamp(), last_s=NOW.timestamp() + 86_400 / 2)
    marks = painted(TimeAxis(), content(), appearance, frame=day)
    assert columns(marks)[1] <= AREA.right() + 12
    assert not marks[:120].any()
    values = painted(ValueAxis(), content(), appearance)
    assert not values[:5, :50].any()  # the top label would be cut and is omitted
    assert values[:, :50].any()
    assert not values[122:, 50:].any()


@pytest.mark.parametrize(
    "layer", [NamedSpans(), NowLine(), ForecastFan(), Cursor()], ids=lambda each: type(each).__name__
)
def test_layers_skip_invisible_content(layer: PlotLayer, appearance: Appearance) -> None:
    span = NamedSpan(name="pemeliharaan", from_s=500.0, to_s=600.0)
    assert not painted(layer, content(spans=(span,), now_s=500.0), appearance).any()


def test_cursor_marks_its_value(appearance: Appearance) -> None:
    cursor = Cursor()
    cursor.time_s = 150.0
    marks = painted(cursor, content(values=seconds(0, 300, 2.0)), appearance)
    assert marks[58:63, 198:203].all()
    assert columns(marks) == (194, 205)


def test_ranges_cover_whole_chart() -> None:
    shown = chart()
    assert time_range_s(shown) == (shown.from_s, shown.to_s)
    low, high = value_range(shown)
    assert low < np.nanmin(shown.values.values)
    assert high > np.nanmax(shown.values.values)
    assert value_range(msgspec.structs.replace(shown, rain=None))[1] < high  # headroom for rain
    nothing = ChartContent(title="AWLR")
    assert value_range(nothing)[0] < value_range(nothing)[1]
    assert time_range_s(nothing) == (0, 86_400)


def test_axis_has_fewer_labels_for_larger_text(appearance: Appearance) -> None:
    larger = Appearance("dark", text_scale=1.5)
    hours = msgspec.structs.replace(FRAME, first_s=NOW.timestamp(), last_s=NOW.timestamp() + 36_000)
    for scale, frame in ((TimeAxis(), hours), (ValueAxis(), FRAME)):
        along = 0 if isinstance(scale, TimeAxis) else 1
        counts = [words(painted(scale, content(), each, frame=frame), along) for each in (appearance, larger)]
        assert counts[1] < counts[0]


def words(marks, along: int) -> int:
    """Count the groups of marks outside the plot, along a row (0) or a column (1)."""
    beside = marks[122:] if along == 0 else marks[:, :50]
    apart_px = 12 if along == 0 else 2
    (found,) = np.nonzero(beside.any(axis=along))
    return 1 + int(np.count_nonzero(np.diff(found) > apart_px))


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 2.0])
def test_hairlines_have_equal_width(ratio: float) -> None:
    image = QImage(round(200 * ratio), round(200 * ratio), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(GROUND)
    painter = QPainter(image)
    try:
        painter.translate(7, 3)
        for at in (10.0, 20.3, 31.7, 44.45):
            draw_horizontal_line(painter, QRectF(0, 0, 60, 100), at, QColor("white"))
            draw_vertical_line(painter, QRectF(100, 0, 60, 100), 100 + at, QColor("white"))
    finally:
        painter.end()
    white = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.width()) == 0xFFFFFFFF
    down, across = white[:, round(30 * ratio)], white[round(8 * ratio)]
    for line in (down, across):
        edges = np.flatnonzero(np.diff(np.concatenate(([0], line, [0]))))
        assert (edges[1::2] - edges[::2]).tolist() == [max(1, round(ratio))] * 4


def test_noise_does_not_fill_value_range():
    values = Series(times_s=np.arange(10.0), values=np.linspace(0.93, 0.99, 10), interval_s=1.0)
    low, high = value_range(ChartContent(title="", digits=2, values=values))
    assert high - low >= 0.5
    assert low < 0.93
    assert high > 0.99
    level = msgspec.structs.replace(values, values=np.full(10, 0.05))
    assert value_range(ChartContent(title="", digits=2, values=level))[0] == 0.0
