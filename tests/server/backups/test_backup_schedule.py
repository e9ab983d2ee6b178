"""When a backup is due, and which are kept."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tabuah.server.backups.schedule import RETRY_AFTER, BackupConfiguration, is_due, kept_backups

NOW = datetime(2026, 12, 1, 3, tzinfo=UTC)
DAILY = BackupConfiguration(directory="/cadangan")


def test_backup_is_due_without_one_and_after_its_interval():
    assert is_due(None, None, DAILY, NOW)
    assert not is_due(NOW - timedelta(hours=23), None, DAILY, NOW)
    assert is_due(NOW - timedelta(hours=24), None, DAILY, NOW)


def test_failed_backup_is_tried_again_an_hour_later():
    assert not is_due(None, NOW, DAILY, NOW + RETRY_AFTER - timedelta(seconds=1))
    assert is_due(None, NOW, DAILY, NOW + RETRY_AFTER)
    assert is_due(None, NOW, DAILY, NOW - timedelta(days=3)), "the clock went back"


def test_kept_backups_are_newest_weekly_and_monthly():
    days = [NOW - timedelta(days=n) for n in range(400)]
    kept = kept_backups(days, BackupConfiguration(keep_newest=3, keep_weeks=4, keep_months=6))
    assert {NOW, NOW - timedelta(days=1), NOW - timedelta(days=2)} <= kept
    assert len(kept) <= 3 + 4 + 6
    assert {moment.month for moment in kept} >= {7, 8, 9, 10, 11, 12}
    assert max(NOW - moment for moment in kept) < timedelta(days=160)


@given(
    st.lists(st.integers(-40_000, 40_000).map(lambda hours: NOW + timedelta(hours=hours)), max_size=40),
    st.integers(2, 9),
    st.integers(0, 9),
)
def test_newest_backups_are_always_kept(moments: list[datetime], newest: int, weeks: int):
    configuration = BackupConfiguration(keep_newest=newest, keep_weeks=weeks, keep_months=0)
    kept = kept_backups(moments, configuration)
    assert set(sorted(moments)[-newest:]) <= kept <= set(moments)
    assert len(kept) <= newest + weeks
