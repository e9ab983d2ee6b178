"""Drafts of roster entries: plan, swap and clear a shift, settle a contested one, undo a change, copy a week."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import msgspec

from tabuah.operations.entries import Draft, subject_of
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.errors import NotPossible
from tabuah.operations.people.authority import User
from tabuah.operations.roster.entry_bodies import (
    MAX_REASON,
    Crew,
    ShiftCleared,
    ShiftPlanned,
    ShiftSwapped,
    ShiftTime,
    ShiftWritten,
)
from tabuah.operations.roster.iso_week import IsoWeek
from tabuah.operations.roster.week_roster import PlannedCrew, Proposal, RosterShift, WeekRoster

Rosters = Mapping[str, WeekRoster]  # by week


class ShiftRef(NamedTuple):
    """One shift of the roster: its week, and its day and start."""

    week: IsoWeek
    shift: ShiftTime


def find_shift(rosters: Rosters, ref: ShiftRef) -> RosterShift | None:
    """Return a shift as it is planned or was cleared; None if it was never planned."""
    roster = rosters.get(str(ref.week))
    return roster.shifts.get(ref.shift.key) if roster else None


def check_people(crew: Crew, users: Mapping[str, User]) -> None:
    """Refuse users who do not exist or are locked; where no users are known, any name is accepted.

    Raises:
        NotPossible: a person cannot be on duty.
    """
    for name in crew.people if users else ():
        if name not in users:
            raise NotPossible("unknown_person", name=name)
        if not users[name].active:
            raise NotPossible("person_locked", name=name)


def plan_shift(rosters: Rosters, ref: ShiftRef, planned: PlannedCrew) -> Draft:
    """Plan the crew of a shift, in place of another one.

    Raises:
        NotPossible: it is planned like this already.
    """
    present = find_shift(rosters, ref)
    body = ShiftPlanned(shift=ref.shift, crew=planned.crew, label=planned.label, note=planned.note)
    _refuse_same(present, ref.shift, _kept(body))
    return _draft(ref.week, "roster.shift_planned", body, present)


def swap_crew(rosters: Rosters, ref: ShiftRef, crew: Crew, *, reason: str) -> Draft:
    """Let another crew or person take over a planned shift.

    Raises:
        NotPossible: the shift is not planned, the crew is the same, or the reason is missing.
    """
    present = _planned_shift(rosters, ref)
    assert present.planned is not None
    why = check_reason(reason)
    if crew == present.planned.crew:
        raise NotPossible("nothing_changed")
    swapped = ShiftSwapped(
        shift=present.shift, crew=crew, reason=why, label=present.planned.label, note=present.planned.note
    )
    return _draft(ref.week, "roster.shift_swapped", swapped, present)


def swap_shifts(rosters: Rosters, one: ShiftRef, other: ShiftRef, *, reason: str) -> tuple[Draft, Draft]:
    """Exchange the crews of two planned shifts.

    Raises:
        NotPossible: as in `swap_crew`.
    """
    first, second = _planned_shift(rosters, one), _planned_shift(rosters, other)
    assert first.planned is not None
    assert second.planned is not None
    return (
        swap_crew(rosters, one, second.planned.crew, reason=reason),
        swap_crew(rosters, other, first.planned.crew, reason=reason),
    )


def clear_shift(rosters: Rosters, ref: ShiftRef, *, reason: str = "") -> Draft:
    """Remove the crew of a shift.

    Raises:
        NotPossible: nobody is planned.
    """
    present = _planned_shift(rosters, ref)
    body = ShiftCleared(shift=present.shift, reason=reason.strip()[:MAX_REASON])
    return _draft(ref.week, "roster.shift_cleared", body, present)


def undo_change(rosters: Rosters, ref: ShiftRef) -> Draft:
    """Put back the crew before the last change of a shift; without one, nobody.

    Raises:
        NotPossible: the shift was never planned, or is as it was before.
    """
    present = find_shift(rosters, ref)
    if present is None or present.planned == present.before:
        raise NotPossible("nothing_to_undo")
    return _restore(ref.week, present.shift, present.before, present)


def settle_shift(rosters: Rosters, ref: ShiftRef, taken: Proposal | None) -> Draft:
    """Settle a contested shift: a proposal comes into force; None keeps the present crew.

    Raises:
        NotPossible: no proposal waits.
    """
    present = find_shift(rosters, ref)
    if present is None or not present.proposals:
        raise NotPossible("no_proposal")
    shift, planned = (taken.shift, taken.planned) if taken else (present.shift, present.planned)
    return _restore(ref.week, shift, planned, present)


class CopiedWeek(NamedTuple):
    """The entries that copy a week, and the shifts that were left as they are."""

    drafts: tuple[Draft, ...]
    kept: tuple[RosterShift, ...]


def copy_week(rosters: Rosters, source: IsoWeek, target: IsoWeek, *, replaces: bool = False) -> CopiedWeek:
    """Plan a week like another one; shifts that are planned already stay, unless `replaces` is set.

    Swaps are copied as planned crews, without their reason.

    Raises:
        NotPossible: nothing is planned in the source, or the weeks are the same.
    """
    shifts = rosters[str(source)].planned_shifts if str(source) in rosters else ()
    if not shifts or source == target:
        raise NotPossible("nothing_to_copy", week=str(source))
    drafts, kept = [], []
    for each in shifts:
        assert each.planned is not None
        ref = ShiftRef(target, each.shift)
        present = find_shift(rosters, ref)
        plan = msgspec.structs.replace(each.planned, reason="")
        if present is not None and present.planned is not None:
            if not replaces:
                kept.append(present)
                continue
            if present.planned == plan and present.shift == each.shift:
                continue
        drafts.append(plan_shift(rosters, ref, plan))
    return CopiedWeek(tuple(drafts), tuple(kept))


def known_crews(rosters: Iterable[WeekRoster], usual: Iterable[str] = ()) -> dict[str, Crew]:
    """Return each crew by name, as it was planned last; a usual crew that was never planned is not in it."""
    shifts = [(roster.starts_at(shift), shift) for roster in rosters for shift in roster.planned_shifts]
    found: dict[str, Crew] = {}
    for _starts_at, shift in sorted(shifts, key=lambda pair: pair[0]):
        if shift.planned is not None and not shift.planned.reason:
            found[shift.planned.crew.name] = shift.planned.crew
    order = [*usual, *sorted(found)]
    return {name: found[name] for name in dict.fromkeys(order) if name in found}


def check_reason(reason: str) -> str:
    """Return the reason of a swap.

    Raises:
        NotPossible: it is empty or too long.
    """
    text = " ".join(reason.split())
    if not 1 <= len(text) <= MAX_REASON:
        raise NotPossible("swap_reason_length", n=MAX_REASON)
    return text


def _planned_shift(rosters: Rosters, ref: ShiftRef) -> RosterShift:
    present = find_shift(rosters, ref)
    if present is None or present.planned is None:
        raise NotPossible("shift_not_planned")
    return present


def _kept(body: ShiftPlanned) -> PlannedCrew:
    return PlannedCrew(crew=body.crew, label=body.label, note=body.note)


def _refuse_same(present: RosterShift | None, shift: ShiftTime, planned: PlannedCrew) -> None:
    if present is not None and not present.proposals and present.shift == shift and present.planned == planned:
        raise NotPossible("nothing_changed")


def _restore(week: IsoWeek, shift: ShiftTime, planned: PlannedCrew | None, present: RosterShift) -> Draft:
    if planned is None:
        return _draft(week, "roster.shift_cleared", ShiftCleared(shift=shift), present)
    if planned.reason:
        swapped = ShiftSwapped(
            shift=shift, crew=planned.crew, reason=planned.reason, label=planned.label, note=planned.note
        )
        return _draft(week, "roster.shift_swapped", swapped, present)
    body = ShiftPlanned(shift=shift, crew=planned.crew, label=planned.label, note=planned.note)
    return _draft(week, "roster.shift_planned", body, present)


def _draft(week: IsoWeek, kind: str, body: ShiftWritten, present: RosterShift | None) -> Draft:
    """Return a draft whose base names the change in force, and the proposals that its author has seen."""
    base = {}
    if present is not None:
        base[body.shift.key] = present.version
        base |= {f"{body.shift.key}#{number}": each.entry for number, each in enumerate(present.proposals)}
    return Draft(subject=subject_of("roster", str(week)), kind=kind, body=encode_body(body), base=base)
