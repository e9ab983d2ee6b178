"""How long work on a station lasts: hours from now, or until eight of the next day in WIB, whatever the hour."""

from datetime import UTC, datetime, timedelta

import pytest

from tabuah.operations.maintenance.spans import WorkLength, work_until

NOON = datetime(2026, 11, 24, 5, 10, 20, tzinfo=UTC)  # 12.10 WIB


@pytest.mark.parametrize(
    ("length", "hours"), [(WorkLength.ONE_HOUR, 1), (WorkLength.TWO_HOURS, 2), (WorkLength.EIGHT_HOURS, 8)]
)
def test_hours_are_counted_from_now(length: WorkLength, hours: int) -> None:
    assert work_until(length, NOON) == NOON + timedelta(hours=hours)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (NOON, datetime(2026, 11, 25, 1, tzinfo=UTC)),
        (datetime(2026, 11, 24, 18, 30, tzinfo=UTC), datetime(2026, 11, 26, 1, tzinfo=UTC)),  # 01.30 WIB of the 25th
        (datetime(2026, 12, 31, 16, 59, tzinfo=UTC), datetime(2027, 1, 1, 1, tzinfo=UTC)),  # 23.59 WIB
    ],
)
def test_tomorrow_is_eight_of_the_next_day_in_wib(now: datetime, until: datetime) -> None:
    assert work_until(WorkLength.TOMORROW, now) == until
