"""The pace of a line: as much a request as travels in the time that is aimed at, whatever the delay."""

import pytest

from tabuah.storage.sync.pace import Pace


def settle(pace: Pace, *, rate: float, delay_s: float, requests: int = 12) -> int:
    for _ in range(requests):
        pace.took(pace.amount, delay_s + pace.amount / rate)
    return pace.amount


@pytest.mark.parametrize("delay_s", [0.02, 0.6, 2.0])
def test_a_slow_line_gets_what_travels_in_about_a_second(delay_s: float):
    amount = settle(Pace(first=24_000, least=4_000, most=256_000, target_s=1.0), rate=32_000, delay_s=delay_s)
    assert 20_000 <= amount <= 64_000


def test_a_fast_line_gets_the_most_even_when_it_is_far_away():
    for delay_s in (0.001, 0.6):
        pace = Pace(first=24_000, least=4_000, most=256_000, target_s=1.0)
        assert settle(pace, rate=10_000_000, delay_s=delay_s) == 256_000


def test_a_line_that_breaks_gets_less_down_to_the_least_and_recovers():
    pace = Pace(first=24_000, least=4_000, most=256_000, target_s=1.0)
    for _ in range(10):
        pace.broke()
    assert pace.amount == 4_000
    assert settle(pace, rate=10_000_000, delay_s=0.05) == 256_000
