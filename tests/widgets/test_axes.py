"""Ticks are round in WIB, and numbers keep their distance."""

from datetime import UTC, datetime

import pytest

from tabuah.widgets.charts.axes import number_step, time_label, time_step_s, time_ticks


def unix(hour: int, minute: int = 0) -> float:
    return datetime(2026, 11, 24, hour, minute, tzinfo=UTC).timestamp()


def test_three_hour_ticks_are_round_in_wib_not_in_utc() -> None:
    ticks = time_ticks(unix(0), unix(12), 3 * 3600)
    assert [time_label(tick) for tick in ticks] == ["09.00", "12.00", "15.00", "18.00"]


def test_midnight_in_wib_names_the_day() -> None:
    assert time_label(unix(17)) == "25 Nov"


def test_labels_keep_ninety_pixels_apart() -> None:
    assert time_step_s(86_400, 1200) == 7200
    assert time_step_s(86_400, 300) == 43_200


@pytest.mark.parametrize(("span", "size", "step"), [(5.0, 130.0, 1.0), (0.9, 130.0, 0.2), (300.0, 130.0, 100.0)])
def test_numbers_step_by_one_two_or_five(span: float, size: float, step: float) -> None:
    assert number_step(span, size) == pytest.approx(step)
