"""Sparklines: gaps are visible, and painting stays fast with many values."""

import subprocess
import sys

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage

from tabuah.widgets.charts import sparkline
from tabuah.widgets.charts.series import Series
from tabuah.widgets.charts.sparkline import Sparkline
from tabuah.widgets.values import Level

DAY = (0.0, 86_400.0)


@pytest.fixture
def spark(qtbot, appearance) -> Sparkline:
    made = Sparkline(appearance)
    qtbot.addWidget(made)
    made.resize(208, 24)  # 200 px for the time axis
    return made


def marks(spark: Sparkline, *, colour: str = ""):
    """Return where anything, or a given colour, is painted, shape (height, width)."""
    image = spark.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)[..., :3].astype(int)
    if not colour:
        return (abs(pixels - pixels[0, 0]) > 24).any(axis=2)
    return (abs(pixels - QColor(colour).getRgb()[2::-1]) < 24).all(axis=2)


def until(last_s: float) -> Series:
    times_s = np.arange(0.0, last_s + 1, 600)
    return Series(times_s=times_s, values=1 + np.sin(times_s / 9000))


def test_sparkline_dashes_time_after_last_value(spark):
    spark.show_series(until(43_200), Level.NO_DATA, "tanpa data", span_s=DAY)
    line = marks(spark)
    assert line[:, 10:100].any(axis=0).all()
    assert not line[:18, 110:].any()
    foot = line[18:22, 110:204].any(axis=0)
    assert 0.3 < foot.mean() < 0.8


def test_sparkline_short_gaps_stay_dashed(spark, appearance):
    times_s = np.arange(0.0, 86_401, 300)
    every_fifth = Series(times_s=times_s, values=5 + np.sin(times_s / 9000), interval_s=60)
    spark.show_series(every_fifth, Level.NORMAL, "jarang", span_s=DAY)
    foot = marks(spark, colour=appearance.palette.no_data)[19:21, 8:196].any(axis=0)
    assert 0.3 < foot.mean() < 0.8


def test_sparkline_without_span_fills_width(spark):
    spark.show_series(until(43_200), Level.NORMAL, "naik")
    assert marks(spark)[:, 10:195].any(axis=0).all()


def test_sparkline_constant_value_is_centred(spark):
    still = Series(times_s=np.arange(0.0, 86_401, 600), values=np.full(145, 1.2))
    spark.show_series(still, Level.NORMAL, "tetap", span_s=DAY)
    rows = np.flatnonzero(marks(spark)[:, :190].any(axis=1))
    assert rows.min() >= 10
    assert rows.max() <= 13


def test_sparkline_dot_has_level_colour(spark, appearance):
    spark.show_series(until(86_400), Level.CRITICAL, "kritis", span_s=DAY)
    columns = np.flatnonzero(marks(spark, colour=appearance.palette.critical).any(axis=0))
    assert columns.min() >= 200
    assert columns.max() - columns.min() + 1 >= 4
    assert columns.max() < 208


@pytest.mark.parametrize("values", [[], [np.nan, np.nan]])
def test_sparkline_without_data_is_dashed(spark, values):
    spark.show_series(Series(times_s=np.arange(float(len(values))), values=np.array(values)), Level.NO_DATA, "kosong")
    found = marks(spark)
    assert set(np.flatnonzero(found.any(axis=1))) in ({11}, {12})
    assert 0.3 < found.any(axis=0)[4:204].mean() < 0.8


def test_sparkline_thins_day_of_seconds(spark, monkeypatch):
    drawn = []
    monkeypatch.setattr(sparkline, "draw_lines", lambda _painter, lines: drawn.append(len(lines)))
    times_s = np.arange(0.0, 86_400)
    noise = np.random.default_rng(2).normal(size=times_s.size)
    spark.show_series(Series(times_s=times_s, values=noise, interval_s=1.0), Level.NORMAL, "x", span_s=DAY)
    spark.grab()
    assert drawn[-1] <= 2 * spark.width()


def test_sparkline_does_not_load_pyqtgraph():
    code = "import sys, tabuah.widgets.charts.sparkline; sys.exit('pyqtgraph' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
