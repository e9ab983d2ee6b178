"""Whether an entry about an earthquake, a warning or a volcano fits its subject."""

import re
from typing import Final

import msgspec

from tabuah.operations.bulletins.bodies import EarthquakeReported, VolcanoLevelled, WarningIssued, WarningWithdrawn
from tabuah.operations.bulletins.volcano import is_volcano_number
from tabuah.operations.bulletins.warning import warning_key

KINDS: Final = frozenset({"earthquake", "warning", "volcano"})
_EVENT: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")


def refusal_of_bulletin(key: str, body: msgspec.Struct, *, is_known: bool) -> str:
    """The stable code of why an entry cannot be; empty where it can.

    Args:
        key: of the subject.
        body: of the entry.
        is_known: whether the subject has been told of before.
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
