"""Maintenance durations: hours from now, or until 08.00 WIB of the next day."""

from datetime import UTC, datetime, timedelta

import pytest

from tabuah.operations.maintenance.window import MaintenanceDuration, maintenance_ends_at

NOON = datetime(2026, 11, 24, 5, 10, 20, tzinfo=UTC)  # 12.10 WIB


@pytest.mark.parametrize(
    ("length", "hours"),
    [(MaintenanceDuration.ONE_HOUR, 1), (MaintenanceDuration.TWO_HOURS, 2), (MaintenanceDuration.EIGHT_HOURS, 8)],
)
def test_duration_hours_count_from_now(length: MaintenanceDuration, hours: int) -> None:
    assert maintenance_ends_at(length, NOON) == NOON + timedelta(hours=hours)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (NOON, datetime(2026, 11, 25, 1, tzinfo=UTC)),
        (datetime(2026, 11, 24, 18, 30, tzinfo=UTC), datetime(2026, 11, 26, 1, tzinfo=UTC)),  # 01.30 WIB of the 25th
        (datetime(2026, 12, 31, 16, 59, tzinfo=UTC), datetime(2027, 1, 1, 1, tzinfo=UTC)),  # 23.59 WIB
    ],
)
def test_tomorrow_ends_at_eight_wib(now: datetime, until: datetime) -> None:
    assert maintenance_ends_at(MaintenanceDuration.TOMORROW, now) == until
