"""The weather warning: the fold of its message and its withdrawal."""

import hashlib
import re
from datetime import datetime
from typing import Final

import msgspec

from tabuah.operations.bulletins.entry_bodies import WarningIssued, WarningWithdrawn, Withdrawal
from tabuah.operations.entries import Entry, Verdict
from tabuah.operations.feeds.cap_alert import CapMessageType

_PLAIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,119}")
_WARNS: Final = (CapMessageType.ALERT, CapMessageType.UPDATE)


class KnownWarning(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="warning"):
    """One CAP message.

    A cancellation is stored as a warning too, so that the cancelled one stays cancelled in any order
    of arrival.
    """

    id: str
    issued: WarningIssued
    told_at: datetime
    withdrawn_at: datetime | None = None
    withdrawal: Withdrawal | None = None
    withdrawn_by: str = ""
    exercise: bool = False

    @property
    def effective(self) -> datetime:
        """Return the start of its validity."""
        return self.issued.effective or self.issued.sent

    @property
    def ends_at(self) -> datetime | None:
        """Return when it ends or ended; None without an end."""
        ends = [moment for moment in (self.issued.expires, self.withdrawn_at) if moment is not None]
        return min(ends, default=None)

    def is_over(self, now: datetime) -> bool:
        """Return whether it is no longer valid at `now` (UTC)."""
        ends_at = self.ends_at
        return self.issued.message not in _WARNS or (ends_at is not None and ends_at <= now)

    def is_in_force(self, now: datetime) -> bool:
        """Return whether it is valid at `now` (UTC)."""
        return self.effective <= now and not self.is_over(now)


def warning_key(identifier: str) -> str:
    """Return the subject key: the CAP identifier, or a hash if it has unsafe characters."""
    if _PLAIN.fullmatch(identifier):
        return identifier
    return f"sha256-{hashlib.sha256(identifier.encode()).hexdigest()[:40]}"


def fold_warning(
    known: KnownWarning | None, entry: Entry, body: msgspec.Struct, _verdict: Verdict
) -> KnownWarning | None:
    """Return the warning after an accepted entry."""
    match body:
        case WarningIssued() if known is None:
            return KnownWarning(
                id=warning_key(body.identifier), issued=body, told_at=entry.at, exercise=entry.exercise
            )
        case WarningWithdrawn() if known is not None and known.withdrawn_at is None:
            return msgspec.structs.replace(
                known, withdrawn_at=body.withdrawn_at, withdrawal=body.cause, withdrawn_by=body.by
            )
    return known
