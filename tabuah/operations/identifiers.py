"""Incident numbers: each belongs to one incident only."""

from collections.abc import Callable

# Returns the subject of the incident that has a number; empty if none.
NumberOwner = Callable[[str], str]


def no_number_owner(_number: str) -> str:
    return ""
