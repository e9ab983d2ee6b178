"""Decisions on earthquake, weather warning and volcano entries."""

import re
from typing import Final

import msgspec

from tabuah.operations.bulletins.bulletin import (
    KnownEarthquake,
    KnownWarning,
    Volcano,
    is_volcano_number,
    warning_key,
)
from tabuah.operations.bulletins.entry_bodies import (
    EarthquakeReported,
    VolcanoLevelled,
    WarningIssued,
    WarningWithdrawn,
)
from tabuah.operations.entries import ACCEPT, Decision, Entry, rejected, subject_key
from tabuah.operations.subject_type import DecisionContext

_EVENT: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
_OTHER_KIND: Final = rejected("subject_of_another_kind")  # a bulletin has no conflicts to settle


def decide_earthquake(
    _known: KnownEarthquake | None, entry: Entry, body: msgspec.Struct, _context: DecisionContext
) -> Decision:
    if not isinstance(body, EarthquakeReported):
        return _OTHER_KIND
    return ACCEPT if _EVENT.fullmatch(subject_key(entry.subject)) else rejected("subject_malformed")


def decide_warning(
    known: KnownWarning | None, entry: Entry, body: msgspec.Struct, _context: DecisionContext
) -> Decision:
    match body:
        case WarningIssued():
            if warning_key(body.identifier) != subject_key(entry.subject):
                return rejected("subject_of_another_name")
            return rejected("already_exists") if known else ACCEPT
        case WarningWithdrawn():
            return ACCEPT if known else rejected("unknown_subject")
    return _OTHER_KIND


def decide_volcano(_known: Volcano | None, entry: Entry, body: msgspec.Struct, _context: DecisionContext) -> Decision:
    if not isinstance(body, VolcanoLevelled):
        return _OTHER_KIND
    return ACCEPT if is_volcano_number(subject_key(entry.subject)) else rejected("subject_malformed")
