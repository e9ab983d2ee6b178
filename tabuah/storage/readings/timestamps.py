"""Timestamps of the store: whole milliseconds since 1970, UTC."""

from datetime import UTC, datetime, timedelta
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)


def to_ms(at: datetime) -> int:
    """Return the milliseconds since 1970 of an aware datetime."""
    return (at - _EPOCH) // _MILLISECOND


def from_ms(time_ms: int) -> datetime:
    """Return the UTC datetime of a timestamp."""
    return _EPOCH + timedelta(milliseconds=time_ms)
