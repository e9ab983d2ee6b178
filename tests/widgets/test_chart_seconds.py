"""A day of a series of 1 Hz is drawn with every peak, by no more points than a screen can show."""

import numpy as np
import pytest

from tabuah.widgets.charts.strokes import thin

DAY_S = 86_400


@pytest.mark.parametrize("width_px", [300, 1920, 5120])
def test_one_second_that_stands_out_of_a_day_is_drawn_at_any_width(width_px: int) -> None:
    times_s = np.arange(DAY_S, dtype=np.float64)
    values = np.sin(times_s / 977)
    values[[31_417, 70_001]] = 9.0, -9.0
    x, y = thin(times_s * width_px / DAY_S, values)
    assert len(x) == len(y) <= 2 * (width_px + 1)
    assert (y.max(), y.min()) == (9.0, -9.0)
    assert x[y.argmax()] == pytest.approx(31_417 * width_px / DAY_S, abs=1)
