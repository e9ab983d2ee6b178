"""Lines are thinned to what a screen can show without losing a peak, broken at gaps, and dashed along their way."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from PySide6.QtCore import QLineF
from PySide6.QtGui import QColor, QImage, QPainter

from tabuah.widgets.charts.strokes import dashed, draw_lines, pieces, thin

WIDTH_PX = 50


@given(st.lists(st.floats(-100, 100) | st.just(float("nan")), min_size=1, max_size=600))
def test_thinning_keeps_the_lowest_and_the_highest_of_every_column_and_every_gap(values):
    y = np.array(values)
    x = np.linspace(0, WIDTH_PX, len(y))
    few_x, few_y = thin(x, y)
    assert (np.diff(few_x) >= 0).all()
    assert np.isnan(few_y).any() == np.isnan(y).any()
    for column in range(WIDTH_PX + 1):
        all_of_it, kept = y[np.floor(x) == column], few_y[np.floor(few_x) == column]
        if np.isfinite(all_of_it).any():
            assert (np.nanmin(kept), np.nanmax(kept)) == (np.nanmin(all_of_it), np.nanmax(all_of_it))


def test_a_hundred_thousand_values_are_painted_as_two_for_each_column():
    x = np.linspace(0, 1500, 100_000)
    few_x, few_y = thin(x, np.random.default_rng(1).normal(size=x.size))
    assert len(few_x) == len(few_y) == 2 * 1501


def test_few_values_stay_as_they_are():
    x, y = np.array([0.0, 10, 20]), np.array([1.0, 5, 2])
    assert thin(x, y) == (x, y)


def test_a_line_is_broken_at_a_gap_and_a_value_between_two_gaps_is_a_dot():
    x, y = np.arange(6.0), np.array([1.0, 2, np.nan, 3, np.nan, np.nan])
    assert_allclose(pieces(x, y), [[0, 1, 1, 2], [2.5, 3, 3.5, 3]])


@pytest.mark.parametrize("count", [0, 1])
def test_no_values_and_one_are_no_trouble(count):
    x = np.arange(float(count))
    assert len(pieces(*thin(x, x))) == count
    assert len(dashed(np.empty((0, 4)), (4, 2))) == 0


def test_dashes_go_on_round_a_corner():
    lines = np.array([[0.0, 0, 5, 0], [5, 0, 5, 7]])
    found = dashed(lines, (4.0, 2.0))
    assert_allclose(found, [[0, 0, 4, 0], [5, 1, 5, 5]])


def test_dashes_stay_where_they_are_while_a_line_moves_out_of_sight():
    whole = np.array([[0.0, 0, 30, 0], [30, 0, 60, 0]])
    rest = dashed(np.array([[25.0, 0, 30, 0], [30, 0, 60, 0]]), (4.0, 2.0), begin_px=25.0)
    expected = dashed(whole, (4.0, 2.0))
    assert_allclose(rest, np.concatenate(([[25, 0, 28, 0]], expected[expected[:, 0] >= 30])))


def test_dashes_draw_their_share_of_a_line():
    x = np.linspace(0, 600, 301)
    lines = pieces(x, 40 * np.sin(x / 50))
    assert length_px(dashed(lines, (6.0, 3.0))) == pytest.approx(length_px(lines) * 2 / 3, rel=0.01)


def test_a_line_that_goes_up_and_down_all_the_time_is_not_cut_into_countless_dashes():
    x = np.linspace(0, 1500, 3000)
    lines = pieces(x, np.where(np.arange(3000) % 2, 0.0, 300.0))
    assert len(dashed(lines, (2.8, 4.2))) < 6000


def length_px(lines):
    return float(np.hypot(lines[:, 2] - lines[:, 0], lines[:, 3] - lines[:, 1]).sum())


def test_lines_are_painted_as_qt_would_paint_them_one_by_one(qapp):
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
