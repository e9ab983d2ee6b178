"""The roster of a week: its shifts, contested changes, and the fold of its entries.

Two supervisors may change the same shift without knowing of each other. The change that the server orders first is in
force, and the other is kept as a proposal until a person settles it. Changes of different shifts merge.
"""

from datetime import datetime
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from tabuah.operations.bounds import IdText, LabelText, StoredMoment, bounded
from tabuah.operations.entries import Entry, Verdict, subject_key
from tabuah.operations.roster.entry_bodies import (
    Crew,
    ShiftCleared,
    ShiftPlanned,
    ShiftSwapped,
    ShiftTime,
    ShiftWritten,
)
from tabuah.operations.roster.iso_week import IsoWeek, parse_week

MAX_SHIFTS: Final = 100  # of a week
MAX_PROPOSALS: Final = 20  # of a shift
_KEPT_VERSIONS: Final = 8


class PlannedCrew(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The crew of a shift; `reason` is that of a swap."""

    crew: Crew
    label: LabelText = ""
    note: LabelText = ""
    reason: LabelText = ""


class Proposal(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A change of a shift that did not know the change in force; without `planned` it clears the shift."""

    entry: IdText
    by: IdText
    at: StoredMoment
    shift: ShiftTime
    planned: PlannedCrew | None = None


class RosterShift(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One shift of a week.

    Attributes:
        shift: its time.
        planned: its crew; None after it was cleared.
        by, at: author and time of the change in force.
        versions: the entries that wrote the present value; a later change names one of them as its base.
        based_on: the entry that the change in force replaced.
        before: the crew before the last change, with which it is undone; None if there was none.
        proposals: changes that wait for a settlement.
    """

    shift: ShiftTime
    by: IdText
    at: StoredMoment
    versions: Annotated[tuple[IdText, ...], bounded(max_length=_KEPT_VERSIONS)]
    planned: PlannedCrew | None = None
    based_on: IdText = ""
    before: PlannedCrew | None = None
    proposals: Annotated[tuple[Proposal, ...], bounded(max_length=MAX_PROPOSALS)] = ()

    @property
    def key(self) -> str:
        return self.shift.key

    @property
    def version(self) -> str:
        """The entry that a change of this shift names as its base."""
        return self.versions[-1] if self.versions else ""


class WeekRoster(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="roster"):
    """The roster of one week; `shifts` has them by key, cleared ones included."""

    week: Annotated[str, Meta(max_length=8)]
    shifts: Annotated[dict[IdText, RosterShift], bounded(max_length=MAX_SHIFTS)] = {}

    @property
    def iso_week(self) -> IsoWeek:
        return parse_week(self.week)

    @property
    def planned_shifts(self) -> tuple[RosterShift, ...]:
        """The shifts with a crew, in order of time."""
        return tuple(each for each in self.all_shifts if each.planned is not None)

    @property
    def all_shifts(self) -> tuple[RosterShift, ...]:
        """All shifts in order of time, also those that were cleared."""
        return tuple(self.shifts[key] for key in sorted(self.shifts))

    def starts_at(self, shift: RosterShift) -> datetime:
        return shift.shift.starts_at(self.iso_week)

    def ends_at(self, shift: RosterShift) -> datetime:
        return shift.shift.ends_at(self.iso_week)


def planned_by(body: ShiftWritten) -> PlannedCrew | None:
    """Return the crew that a body plans; None if it clears the shift."""
    match body:
        case ShiftPlanned():
            return PlannedCrew(crew=body.crew, label=body.label, note=body.note)
        case ShiftSwapped():
            return PlannedCrew(crew=body.crew, label=body.label, note=body.note, reason=body.reason)
    return None


def is_stale(present: RosterShift | None, entry: Entry, body: ShiftWritten) -> bool:
    """Return whether an entry changes a shift to another value without knowing the one in force."""
    if present is None or entry.base.get(present.key, "") in present.versions:
        return False
    return not (_is_same(present, body) or entry.id == present.based_on)


def fold_roster(
    roster: WeekRoster | None, entry: Entry, body: msgspec.Struct, _verdict: Verdict
) -> WeekRoster | None:
    """Return the roster after an entry with the verdict accepted or conflict."""
    if not isinstance(body, ShiftPlanned | ShiftSwapped | ShiftCleared):
        return roster
    roster = roster or WeekRoster(week=subject_key(entry.subject))
    present = roster.shifts.get(body.shift.key)
    if is_stale(present, entry, body):
        assert present is not None
        shift = _propose(present, entry, body)
    elif present is not None and entry.id == present.based_on:
        return roster  # it arrived after the change that replaced it
    else:
        shift = _write(present, entry, body)
    return msgspec.structs.replace(roster, shifts={**roster.shifts, shift.key: shift})


def _is_same(present: RosterShift, body: ShiftWritten) -> bool:
    return present.planned == planned_by(body) and present.shift == body.shift


def _write(present: RosterShift | None, entry: Entry, body: ShiftWritten) -> RosterShift:
    settled = _settled_by(entry, body.shift.key)
    left = tuple(each for each in present.proposals if each.entry not in settled) if present else ()
    if present is not None and _is_same(present, body):
        versions = (*present.versions, entry.id)[-_KEPT_VERSIONS:]
        return msgspec.structs.replace(present, versions=versions, proposals=left)
    return RosterShift(
        shift=body.shift,
        planned=planned_by(body),
        by=entry.actor,
        at=entry.happened_at,
        versions=(entry.id,),
        based_on=entry.base.get(body.shift.key, ""),
        before=present.planned if present else None,
        proposals=left,
    )


def _propose(present: RosterShift, entry: Entry, body: ShiftWritten) -> RosterShift:
    """Keep a stale change as a proposal; it replaces the proposals that its author had seen."""
    seen = {entry.base.get(body.shift.key, ""), *_settled_by(entry, body.shift.key)}
    proposal = Proposal(
        entry=entry.id, by=entry.actor, at=entry.happened_at, shift=body.shift, planned=planned_by(body)
    )
    others = (each for each in present.proposals if each.entry not in seen)
    return msgspec.structs.replace(present, proposals=(*others, proposal)[-MAX_PROPOSALS:])


def _settled_by(entry: Entry, key: str) -> frozenset[str]:
    """Return the proposals that an author had seen: the further values of the base."""
    return frozenset(value for name, value in entry.base.items() if name != key)
