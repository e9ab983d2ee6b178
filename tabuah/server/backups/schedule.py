"""The schedule of backups: when one is due, which are kept, and when the newest is too old. Pure."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

import msgspec
from msgspec import Meta

RETRY_AFTER: Final = timedelta(hours=1)


class BackupConfiguration(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The table `[backup]` of `server.toml`."""

    directory: Annotated[str, Meta(max_length=1_000)] = ""
    every_h: Annotated[int, Meta(ge=1, le=24 * 31)] = 24
    keep_newest: Annotated[int, Meta(ge=2, le=1_000)] = 7
    keep_weeks: Annotated[int, Meta(ge=0, le=520)] = 8
    keep_months: Annotated[int, Meta(ge=0, le=120)] = 12
    alarm_after_h: Annotated[int, Meta(ge=2, le=24 * 365)] = 50
    seal_to: Annotated[str, Meta(max_length=1_000)] = ""

    @property
    def every(self) -> timedelta:
        """The time between two backups."""
        return timedelta(hours=self.every_h)

    @property
    def alarm_after(self) -> timedelta:
        """The age of the newest backup from which on an alarm is active."""
        return timedelta(hours=self.alarm_after_h)


NO_BACKUPS: Final = BackupConfiguration()


def is_due(
    newest_at: datetime | None, failed_at: datetime | None, configuration: BackupConfiguration, now: datetime
) -> bool:
    """Return whether to make a backup now; after a failure only an hour later."""
    if failed_at is not None and timedelta() <= now - failed_at < RETRY_AFTER:
        return False
    return newest_at is None or now - newest_at >= configuration.every


def next_backup_at(
    newest_at: datetime | None, failed_at: datetime | None, configuration: BackupConfiguration, now: datetime
) -> datetime:
    """Return when the next backup is due, which is not in the past."""
    due_at = now if newest_at is None else newest_at + configuration.every
    after_failure = now if failed_at is None else failed_at + RETRY_AFTER
    return max(due_at, after_failure, now)


def kept_backups(moments: Iterable[datetime], configuration: BackupConfiguration) -> set[datetime]:
    """Return the times of the backups to keep: the newest ones, and the last of each recent week and month."""
    newest_first = sorted(moments, reverse=True)
    return {
        *newest_first[: configuration.keep_newest],
        *_last_of_each(newest_first, _week, configuration.keep_weeks),
        *_last_of_each(newest_first, _month, configuration.keep_months),
    }


def _last_of_each(
    newest_first: Sequence[datetime], period: Callable[[datetime], tuple[int, int]], count: int
) -> list[datetime]:
    """Return the newest time of each of the last periods that have any."""
    newest: dict[tuple[int, int], datetime] = {}
    for moment in newest_first:
        newest.setdefault(period(moment.astimezone(UTC)), moment)
    return list(newest.values())[:count]


def _week(moment: datetime) -> tuple[int, int]:
    year, week, _day = moment.isocalendar()
    return year, week


def _month(moment: datetime) -> tuple[int, int]:
    return moment.year, moment.month
