"""Pauses between the attempts to send an event: three days, as the Standard Webhooks specification suggests. Pure."""

from typing import Final

_MINUTE, _HOUR = 60.0, 3_600.0
PAUSES_S: Final = (
    5.0,
    5 * _MINUTE,
    30 * _MINUTE,
    2 * _HOUR,
    5 * _HOUR,
    10 * _HOUR,
    14 * _HOUR,
    20 * _HOUR,
    24 * _HOUR,
)


def pause_after_s(attempts: int) -> float | None:
    """Return the pause after a number of failed attempts; None after the last attempt."""
    return PAUSES_S[attempts - 1] if 1 <= attempts <= len(PAUSES_S) else None
