"""Ticks of the chart axes: round times in WIB and label distances."""

import itertools
from datetime import UTC, datetime

import pytest

from tabuah.widgets.charts.axes import (
    choose_time_ticks,
    format_number_tick,
    format_time_tick,
    month_ticks,
    number_step,
    number_ticks,
    time_step_s,
    time_ticks,
)


def unix(hour: int, minute: int = 0) -> float:
    return datetime(2026, 11, 24, hour, minute, tzinfo=UTC).timestamp()


def test_time_ticks_are_round_in_wib() -> None:
    ticks = time_ticks(unix(0), unix(12), 3 * 3600)
    assert [format_time_tick(tick) for tick in ticks] == ["09.00", "12.00", "15.00", "18.00"]


def test_midnight_tick_shows_date() -> None:
    assert format_time_tick(unix(17)) == "25 Nov"


def test_time_labels_are_ninety_pixels_apart() -> None:
    assert time_step_s(86_400, 1200) == 7200
    assert time_step_s(86_400, 300) == 43_200


def day(year: int, month: int, at: int) -> float:
    return datetime(year, month, at, tzinfo=UTC).timestamp()


def test_year_ticks_are_month_starts_in_wib() -> None:
    ticks = choose_time_ticks(day(2025, 11, 10), day(2026, 11, 10), 1200)
    assert [format_time_tick(tick) for tick in ticks][:3] == ["1 Des", "1 Jan 2026", "1 Feb"]
    assert len(ticks) == 12
    assert month_ticks(day(2025, 11, 10), day(2026, 11, 10), 6) == [unix_of_wib(2026, 1), unix_of_wib(2026, 7)]


def unix_of_wib(year: int, month: int) -> float:
    return datetime(year, month, 1, tzinfo=UTC).timestamp() - 7 * 3600


@pytest.mark.parametrize("days", [0.01, 0.3, 1, 3, 10, 40, 120, 365, 800])
@pytest.mark.parametrize("width_px", [300.0, 1200.0])
def test_time_ticks_never_overlap(days: float, width_px: float) -> None:
    first_s = day(2026, 1, 20)
    ticks = choose_time_ticks(first_s, first_s + days * 86_400, width_px)
    px_per_s = width_px / (days * 86_400)
    apart_px = [(later - earlier) * px_per_s for earlier, later in itertools.pairwise(ticks)]
    assert all(each > 80 for each in apart_px)  # a short month is a little narrower


def test_number_tick_has_digits_of_step() -> None:
    assert [format_number_tick(tick, 0.5) for tick in number_ticks(0.4, 1.6, 0.5)] == ["0,5", "1,0", "1,5"]
    assert [format_number_tick(2, step) for step in (1, 20, 0.1, 0.05)] == ["2", "2", "2,0", "2,00"]


@pytest.mark.parametrize(("span", "size", "step"), [(5.0, 130.0, 1.0), (0.9, 130.0, 0.2), (300.0, 130.0, 100.0)])
def test_number_steps_are_one_two_five(span: float, size: float, step: float) -> None:
    assert number_step(span, size) == pytest.approx(step)
