"""Decision on earthquake, weather warning and volcano entries."""

import re
from typing import Final

import msgspec

from tabuah.operations.bulletins.entry_bodies import (
    EarthquakeReported,
    VolcanoLevelled,
    WarningIssued,
    WarningWithdrawn,
)
from tabuah.operations.bulletins.volcano import is_volcano_number
from tabuah.operations.bulletins.warning import warning_key

BULLETIN_KINDS: Final = frozenset({"earthquake", "warning", "volcano"})
_EVENT: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")


def check_bulletin_entry(key: str, body: msgspec.Struct, *, is_known: bool) -> str:
    """Return the reason code for rejecting an entry; empty if it is accepted.

    Args:
        key: of the subject.
        body: of the entry.
        is_known: whether the subject exists.
    """
    match body:
        case EarthquakeReported():
            return "" if _EVENT.fullmatch(key) else "subject_malformed"
        case WarningIssued():
            if warning_key(body.identifier) != key:
                return "subject_of_another_name"
            return "already_exists" if is_known else ""
        case WarningWithdrawn():
            return "" if is_known else "unknown_subject"
        case VolcanoLevelled():
            return "" if is_volcano_number(key) else "subject_malformed"
    return "subject_of_another_kind"
