"""Replacement of a device's key, as recorded for the user."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

SHOWN_FOR: Final = timedelta(days=14)


class KeyReplacementCause(StrEnum):
    """Why a console continues under a new key."""

    FORK = "fork"  # another copy of its data wrote in its name: cloned, or put back by copying files
    LOST_KEY = "lost_key"  # the key of this data is not on this computer
    REPAIRED = "repaired"  # its data were damaged, and the end of its chain cannot be proved
    REVOKED = "revoked"  # its device was revoked, and its user goes on with it
    TAG_TAKEN = "tag_taken"  # another device has the same four-letter tag
    RESTORED = "restored"  # its data were restored from a backup, which may lack its last entries


class KeyReplacement(msgspec.Struct, frozen=True, kw_only=True):
    """One replacement: `entries` were reissued; `numbers` maps earlier to new incident numbers."""

    at: datetime
    cause: KeyReplacementCause
    former: str
    device: str
    entries: int
    numbers: dict[str, str]


def is_recent_renewal(renewal: KeyReplacement | None, now: datetime) -> bool:
    return renewal is not None and now - renewal.at <= SHOWN_FOR
