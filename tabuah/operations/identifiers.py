"""Checks of new ids: a UUID for incidents, alarms and maintenance; each number for one incident only."""

import re
from collections.abc import Callable
from typing import Final

from tabuah.operations.entries import subject_key, subject_kind

# Returns the subject of the incident that has a number; empty if none.
NumberOwner = Callable[[str], str]

_BY_UUID: Final = frozenset({"incident", "alarm", "maintenance"})
_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def has_valid_id(subject: str) -> bool:
    """Return whether the key of a new subject is valid; other kinds take their key from the body."""
    return subject_kind(subject) not in _BY_UUID or _UUID.fullmatch(subject_key(subject)) is not None


def no_number_owner(_number: str) -> str:
    return ""
