"""The declaration of the roster: one subject for each week, written shift by shift."""

from typing import Final

import msgspec

from tabuah.operations.entries import ACCEPT, CONFLICT, Decision, Entry, rejected, subject_key
from tabuah.operations.people.roles import SUPERVISORS, Role
from tabuah.operations.policy.policy import PROVENANCE_VERSION
from tabuah.operations.roster.entry_bodies import ShiftCleared, ShiftPlanned, ShiftSwapped
from tabuah.operations.roster.iso_week import WEEK_KEY, parse_week
from tabuah.operations.roster.week_roster import MAX_PROPOSALS, MAX_SHIFTS, WeekRoster, fold_roster, is_stale
from tabuah.operations.subject_type import DecisionContext, EntryKind, SubjectType

ROSTER_WRITERS: Final = SUPERVISORS | {Role.ADMIN}


def decide_roster(
    roster: WeekRoster | None, entry: Entry, body: msgspec.Struct, context: DecisionContext
) -> Decision:
    """Return the decision on a change of a shift; a stale one is a conflict, and a proposal until it is settled."""
    if context.decide_version < PROVENANCE_VERSION:
        return rejected("unknown_kind")  # as servers decided that did not know it
    if not _is_week(subject_key(entry.subject)):
        return rejected("subject_malformed")
    assert isinstance(body, ShiftPlanned | ShiftSwapped | ShiftCleared)
    if roster is None:
        return ACCEPT if isinstance(body, ShiftPlanned) else rejected("unknown_subject")
    present = roster.shifts.get(body.shift.key)
    if present is None and len(roster.shifts) >= MAX_SHIFTS:
        return rejected("too_many_shifts")
    if not is_stale(present, entry, body):
        return ACCEPT
    return rejected("too_many_proposals") if present and len(present.proposals) >= MAX_PROPOSALS else CONFLICT


def _is_week(key: str) -> bool:
    try:
        return str(parse_week(key)) == key
    except ValueError:
        return False


ROSTER: Final = SubjectType(
    name="roster",
    state=WeekRoster,
    kinds=(
        EntryKind(
            name="roster.shift_planned", body=ShiftPlanned, writers=ROSTER_WRITERS, creates=True, may_be_needed=True
        ),
        EntryKind(name="roster.shift_swapped", body=ShiftSwapped, writers=ROSTER_WRITERS, may_be_needed=True),
        EntryKind(name="roster.shift_cleared", body=ShiftCleared, writers=ROSTER_WRITERS, may_be_needed=True),
    ),
    decide=decide_roster,
    fold=fold_roster,
    key=WEEK_KEY,
)
