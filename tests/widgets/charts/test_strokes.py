"""Strokes: lines are thinned without losing peaks, broken at gaps, and dashed along their length."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from PySide6.QtCore import QLineF
from PySide6.QtGui import QColor, QImage, QPainter

from tabuah.widgets.charts.strokes import dash_segments, draw_lines, polyline_segments, thin_min_max

WIDTH_PX = 50


@given(st.lists(st.floats(-100, 100) | st.just(float("nan")), min_size=1, max_size=600))
def test_thinning_keeps_extremes_and_gaps(values):
    y = np.array(values)
    x = np.linspace(0, WIDTH_PX, len(y))
    few_x, few_y = thin_min_max(x, y)
    assert (np.diff(few_x) >= 0).all()
    assert np.isnan(few_y).any() == np.isnan(y).any()
    for column in range(WIDTH_PX + 1):
        all_of_it, kept = y[np.floor(x) == column], few_y[np.floor(few_x) == column]
        if np.isfinite(all_of_it).any():
            assert (np.nanmin(kept), np.nanmax(kept)) == (np.nanmin(all_of_it), np.nanmax(all_of_it))


def test_thinning_leaves_two_values_per_column():
    x = np.linspace(0, 1500, 100_000)
    few_x, few_y = thin_min_max(x, np.random.default_rng(1).normal(size=x.size))
    assert len(few_x) == len(few_y) == 2 * 1501


def test_thinning_keeps_few_values():
    x, y = np.array([0.0, 10, 20]), np.array([1.0, 5, 2])
    assert thin_min_max(x, y) == (x, y)


def test_line_segments_break_at_gaps():
    x, y = np.arange(6.0), np.array([1.0, 2, np.nan, 3, np.nan, np.nan])
    assert_allclose(polyline_segments(x, y), [[0, 1, 1, 2], [2.5, 3, 3.5, 3]])


@pytest.mark.parametrize("count", [0, 1])
def test_strokes_accept_empty_and_single_values(count):
    x = np.arange(float(count))
    assert len(polyline_segments(*thin_min_max(x, x))) == count
    assert len(dash_segments(np.empty((0, 4)), (4, 2))) == 0


def test_dashes_continue_around_corner():
    lines = np.array([[0.0, 0, 5, 0], [5, 0, 5, 7]])
    found = dash_segments(lines, (4.0, 2.0))
    assert_allclose(found, [[0, 0, 4, 0], [5, 1, 5, 5]])


def test_dashes_keep_position_while_panning():
    whole = np.array([[0.0, 0, 30, 0], [30, 0, 60, 0]])
    rest = dash_segments(np.array([[25.0, 0, 30, 0], [30, 0, 60, 0]]), (4.0, 2.0), begin_px=25.0)
    expected = dash_segments(whole, (4.0, 2.0))
    assert_allclose(rest, np.concatenate(([[25, 0, 28, 0]], expected[expected[:, 0] >= 30])))


def test_dashes_cover_their_share():
    x = np.linspace(0, 600, 301)
    lines = polyline_segments(x, 40 * np.sin(x / 50))
    assert length_px(dash_segments(lines, (6.0, 3.0))) == pytest.approx(length_px(lines) * 2 / 3, rel=0.01)


def test_dash_count_is_limited():
    x = np.linspace(0, 1500, 3000)
    lines = polyline_segments(x, np.where(np.arange(3000) % 2, 0.0, 300.0))
    assert len(dash_segments(lines, (2.8, 4.2))) < 6000


def length_px(lines):
    return float(np.hypot(lines[:, 2] - lines[:, 0], lines[:, 3] - lines[:, 1]).sum())


def test_draw_lines_matches_qt(qapp):
    lines = np.array([[1.0, 1, 30, 20], [30, 20, 38, 3]])

    def painted(paint):
        image = QImage(40, 24, QImage.Format.Format_RGB32)
        image.fill(0)
        painter = QPainter(image)
        try:
            painter.setPen(QColor("white"))
            paint(painter)
        finally:
            painter.end()
        return image

    whole = painted(lambda painter: draw_lines(painter, lines))
    assert whole == painted(lambda painter: [painter.drawLine(QLineF(*line)) for line in lines.tolist()])
    assert whole != painted(lambda painter: draw_lines(painter, lines[:1]))
    assert painted(lambda painter: draw_lines(painter, lines[:0])) == painted(lambda _painter: None)
    every_second = np.repeat(lines, 2, axis=0)[::2]  # not contiguous
    assert painted(lambda painter: draw_lines(painter, every_second)) == whole


DAY_S = 86_400


@pytest.mark.parametrize("width_px", [300, 1920, 5120])
def test_thinning_keeps_single_second_peak(width_px: int) -> None:
    times_s = np.arange(DAY_S, dtype=np.float64)
    values = np.sin(times_s / 977)
    values[[31_417, 70_001]] = 9.0, -9.0
    x, y = thin_min_max(times_s * width_px / DAY_S, values)
    assert len(x) == len(y) <= 2 * (width_px + 1)
    assert (y.max(), y.min()) == (9.0, -9.0)
    assert x[y.argmax()] == pytest.approx(31_417 * width_px / DAY_S, abs=1)
