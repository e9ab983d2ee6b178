"""Periods of the performance figures, in the time zone of the regency."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabuah.operations.incidents.periods import PeriodKind, own_period, period_until
from tabuah.resources.time_zone import home_zone

NOW = datetime(2026, 3, 10, 7, 0, tzinfo=UTC)  # 14.00 WIB


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=home_zone())  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("kind", "since", "before_since", "before_until"),
    [
        (PeriodKind.TODAY, local(2026, 3, 10), local(2026, 3, 9), local(2026, 3, 9, 14)),
        (PeriodKind.DAYS_7, local(2026, 3, 4), local(2026, 2, 25), local(2026, 3, 3, 14)),
        (PeriodKind.DAYS_30, local(2026, 2, 9), local(2026, 1, 10), local(2026, 2, 8, 14)),
        (PeriodKind.MONTH, local(2026, 3, 1), local(2026, 2, 1), local(2026, 2, 10, 14)),
        (PeriodKind.YEAR, local(2026, 1, 1), local(2025, 1, 1), local(2025, 3, 10, 14)),
    ],
)
def test_period_begins_at_local_midnight(
    kind: PeriodKind, since: datetime, before_since: datetime, before_until: datetime
) -> None:
    period = period_until(kind, NOW)
    assert (period.since, period.until) == (since, NOW)
    assert (period.before_since, period.before_until) == (before_since, before_until)


def test_long_month_is_compared_with_the_whole_shorter_one() -> None:
    period = period_until(PeriodKind.MONTH, datetime(2026, 3, 31, 7, 0, tzinfo=UTC))
    assert (period.before_since, period.before_until) == (local(2026, 2, 1), local(2026, 3, 1))


def test_today_after_local_midnight_is_the_local_day() -> None:
    period = period_until(PeriodKind.TODAY, datetime(2026, 3, 9, 17, 30, tzinfo=UTC))  # 00.30 WIB on the 10th
    assert period.since == local(2026, 3, 10)


def test_own_period_ends_now_at_the_latest() -> None:
    period = own_period(NOW - timedelta(days=2), NOW + timedelta(days=5), now=NOW)
    assert period.until == NOW
    assert period.before_since == NOW - timedelta(days=4)
    assert period.has(NOW - timedelta(days=2))
    assert not period.has(NOW)
    assert period.has_before(NOW - timedelta(days=2, seconds=1))


MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(MOMENTS, st.sampled_from([kind for kind in PeriodKind if kind is not PeriodKind.OWN]))
def test_period_before_ends_where_the_period_begins_at_the_latest(now: datetime, kind: PeriodKind) -> None:
    period = period_until(kind, now)
    assert period.before_since < period.before_until <= period.since <= period.until or now == period.since
    assert period.before_until - period.before_since <= period.until - period.since
