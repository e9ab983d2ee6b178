"""Whether what an entry creates is named well: incidents and alarms by a UUID, a number by one incident only."""

import re
from collections.abc import Callable
from typing import Final

from tabuah.operations.entries import subject_key, subject_kind

# Gives the subject of the incident that has a number already; empty when there is none.
NumberOwner = Callable[[str], str]

_BY_UUID: Final = frozenset({"incident", "alarm", "maintenance"})
_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def is_well_named(subject: str) -> bool:
    """Whether a new subject may be called so; the other kinds are named by what their body says."""
    return subject_kind(subject) not in _BY_UUID or _UUID.fullmatch(subject_key(subject)) is not None


def no_numbers(_number: str) -> str:
    """Where no incident has a number yet."""
    return ""
