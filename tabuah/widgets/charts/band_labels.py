"""The labels of level bands, placed inside a plot where they cover neither the curve nor each other."""

from collections.abc import Sequence
from typing import Final

import msgspec
import numpy as np
from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from tabuah.widgets.charts.background_layers import SpanNames
from tabuah.widgets.charts.plot_frame import PlotFrame
from tabuah.widgets.charts.rain_bars import RainBars
from tabuah.widgets.charts.series import ChartContent, Floats, LevelBand, sample_evenly
from tabuah.widgets.theme.appearance import Appearance, TextStyle, level_text, with_alpha

_CANDIDATES = 14
_MARGIN_PX = 6.0


class BandLabelRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A label of `size` to be placed with its lower edge just above `y`, not higher than `top`."""

    size: QSizeF
    y: float
    top: float


def place_labels(wishes: Sequence[BandLabelRequest], area: QRectF, obstacles: Floats) -> list[QRectF | None]:
    """Return rectangles for the labels inside `area`, None where there is no room.

    Positions are tried from right to left: first all labels in one column, then each label alone, where the
    position that covers fewest obstacles wins. All in px; `obstacles` has shape (n, 2).
    """
    columns = list(zip(*(_candidates(wish, area) for wish in wishes), strict=False))
    for places_in_column in columns:
        if _is_free(places_in_column, obstacles) and len(places_in_column) == len(wishes):
            return list(places_in_column)
    return _place_one_by_one(wishes, area, obstacles)


def _is_free(rects: Sequence[QRectF], obstacles: Floats) -> bool:
    apart = not any(a.intersects(b) for i, a in enumerate(rects) for b in rects[i + 1 :])
    return apart and not any(_count_covered(rect, obstacles) for rect in rects)


def _place_one_by_one(wishes: Sequence[BandLabelRequest], area: QRectF, obstacles: Floats) -> list[QRectF | None]:
    taken: list[QRectF] = []
    places: list[QRectF | None] = []
    for wish in wishes:
        candidates = [rect for rect in _candidates(wish, area) if not any(rect.intersects(t) for t in taken)]
        best = min(candidates, key=lambda rect: _count_covered(rect, obstacles), default=None)
        places.append(best)
        if best is not None:
            taken.append(best.adjusted(-4, -2, 4, 2))
    return places


def _candidates(wish: BandLabelRequest, area: QRectF) -> list[QRectF]:
    width, height = wish.size.width(), wish.size.height()
    y = min(wish.y, area.bottom()) - height - 2
    if y < area.top() or width > area.width():
        return []
    right, left = area.right() - width - _MARGIN_PX, area.left() + _MARGIN_PX
    step = (right - left) / (_CANDIDATES - 1)
    return [QRectF(right - i * step, y, width, height) for i in range(_CANDIDATES)]


def _count_covered(rect: QRectF, obstacles: Floats) -> int:
    grown = rect.adjusted(-3, -3, 3, 3)
    x, y = obstacles[:, 0], obstacles[:, 1]
    inside = (x >= grown.left()) & (x <= grown.right()) & (y >= grown.top()) & (y <= grown.bottom())
    return int(np.count_nonzero(inside))


_NOW_LINE_POINTS: Final = 41  # on the line at now
_BAR_POINTS: Final = 6
_POINT_DISTANCE_PX: Final = 8.0


def find_label_obstacles(content: ChartContent, frame: PlotFrame, *, bars: Floats, names: Sequence[QRectF]) -> Floats:
    """Return points along lines, rain bars and span names, shape (n, 2).

    Args:
        bars: x, y, width and height of rain bars in px, shape (n, 4).
        names: rectangles of the names of time spans.
    """
    lines = [(content.values.times_s, content.values.values)]
    lines += [(other.series.times_s, other.series.values) for other in content.compared]
    if content.forecast is not None:
        forecast = content.forecast
        lines += [(forecast.times_s, side) for side in (forecast.low, forecast.middle, forecast.high)]
    parts = [frame.points(*sample_evenly(times_s, values)) for times_s, values in lines]
    if content.now_s:
        down = np.linspace(frame.area.top(), frame.area.bottom(), _NOW_LINE_POINTS)
        parts.append(np.column_stack((np.full(_NOW_LINE_POINTS, frame.x(content.now_s)), down)))
    parts.append(_points_on_bars(bars))
    parts += [_points_on_name(rect) for rect in names]
    return np.concatenate(parts)


def _points_on_name(rect: QRectF) -> Floats:
    """Return a grid of points, no further apart than a label is high."""
    x, y = np.meshgrid(_along(rect.left(), rect.right()), _along(rect.top(), rect.bottom()))
    return np.column_stack((x.ravel(), y.ravel()))


def _along(begin: float, end: float) -> Floats:
    return np.linspace(begin, end, 2 + int((end - begin) / _POINT_DISTANCE_PX))


def _points_on_bars(bars: Floats) -> Floats:
    shares = np.linspace(0.0, 1.0, _BAR_POINTS)
    x = np.repeat(bars[:, 0] + bars[:, 2] / 2, _BAR_POINTS)
    return np.column_stack((x, (bars[:, 1, None] + np.outer(bars[:, 3], shares)).ravel()))


_PADDING_PX: Final = (12, 2)
_CORNER_PX: Final = 4


class BandLabels:
    """Labels that are placed when panning pauses, and repainted at their last position."""

    def __init__(self, bars: RainBars, names: SpanNames) -> None:
        self._bars, self._names = bars, names
        self._content = ChartContent(title="")
        self.placed: list[tuple[QRectF, LevelBand]] = []

    def show_content(self, content: ChartContent) -> None:
        """Set the chart; `place` computes the positions."""
        self._content = content
        self.placed = []

    def apply_theme(self, appearance: Appearance) -> None:
        """Set colours and font."""
        self._palette = appearance.palette
        self._font = appearance.font(TextStyle.SMALL_STRONG)
        self._metrics = QFontMetricsF(self._font)

    def place(self, frame: PlotFrame) -> None:
        """Compute the positions for the visible part of the chart."""
        bands = self._content.bands
        wishes = [self._request_label(band, frame) for band in bands]
        names = [name.rect for name in self._names.placed(frame)]
        covered = find_label_obstacles(self._content, frame, bars=self._bars.bars(frame), names=names)
        places = place_labels(wishes, frame.area, covered) if wishes else []
        self.placed = [(rect, band) for rect, band in zip(places, bands, strict=True) if rect is not None]

    def paint(self, painter: QPainter, _frame: PlotFrame) -> None:
        """Paint the labels, each on a background that keeps it readable."""
        painter.setFont(self._font)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for rect, band in self.placed:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(with_alpha(self._palette.panel, 0.82))
            painter.drawRoundedRect(rect, _CORNER_PX, _CORNER_PX)
            painter.setPen(QColor(level_text(self._palette, band.level)))
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, band.label)

    def _request_label(self, band: LevelBand, frame: PlotFrame) -> BandLabelRequest:
        across_px, down_px = _PADDING_PX
        size = QSizeF(self._metrics.horizontalAdvance(band.label) + across_px, self._metrics.height() + down_px)
        top = frame.area.top() if band.high is None else frame.y(band.high)
        return BandLabelRequest(size=size, y=frame.y(band.low), top=top)
