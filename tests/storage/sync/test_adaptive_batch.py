"""Adaptive batches: as much per request as travels in the target time, whatever the latency."""

import pytest

from tabuah.storage.sync.adaptive_batch import AdaptiveBatch


def settle(batch: AdaptiveBatch, *, rate: float, delay_s: float, requests: int = 12) -> int:
    for _ in range(requests):
        batch.record_success(batch.amount, delay_s + batch.amount / rate)
    return batch.amount


@pytest.mark.parametrize("delay_s", [0.02, 0.6, 2.0])
def test_batch_fits_slow_connection(delay_s: float):
    amount = settle(
        AdaptiveBatch(first=24_000, least=4_000, most=256_000, target_s=1.0), rate=32_000, delay_s=delay_s
    )
    assert 20_000 <= amount <= 64_000


def test_batch_is_largest_despite_latency():
    for delay_s in (0.001, 0.6):
        batch = AdaptiveBatch(first=24_000, least=4_000, most=256_000, target_s=1.0)
        assert settle(batch, rate=10_000_000, delay_s=delay_s) == 256_000


def test_batch_shrinks_on_failure_and_recovers():
    batch = AdaptiveBatch(first=24_000, least=4_000, most=256_000, target_s=1.0)
    for _ in range(10):
        batch.record_failure()
    assert batch.amount == 4_000
    assert settle(batch, rate=10_000_000, delay_s=0.05) == 256_000
