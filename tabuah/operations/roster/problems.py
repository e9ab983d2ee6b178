"""Problems of a roster: people who cannot be on duty, overlaps, and changes that wait for a settlement."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import chain, islice
from typing import Final

import msgspec

from tabuah.operations.people.authority import User
from tabuah.operations.people.roles import WORKERS
from tabuah.operations.roster.duty import ShiftOfWeek, acts_as_supervisor
from tabuah.operations.roster.entry_bodies import Crew
from tabuah.operations.roster.iso_week import IsoWeek
from tabuah.operations.roster.week_roster import WeekRoster

MAX_OF_SHIFT: Final = 10  # problems of its people, and as many of its overlaps: who corrects these sees the others


class RosterProblemCode(StrEnum):
    """Kind of a problem; `text.roster` has the sentences."""

    UNKNOWN_USER = "unknown_user"
    LOCKED = "locked"
    NOT_SUPERVISOR = "not_supervisor"
    DEPUTY_PARTLY = "deputy_partly"
    NOT_A_WORKER = "not_a_worker"
    OVERLAP = "overlap"
    ON_DUTY_TWICE = "on_duty_twice"
    CONTESTED = "contested"


class RosterProblem(msgspec.Struct, frozen=True, kw_only=True):
    """A problem of one shift; `other` is the author of a proposal, or the crew of the other shift."""

    week: str
    shift: str
    code: RosterProblemCode
    person: str = ""
    other: str = ""


def find_problems(
    roster: WeekRoster, users: Mapping[str, User], now: datetime, *, around: Iterable[WeekRoster] = ()
) -> tuple[RosterProblem, ...]:
    """Return the problems of the shifts of a week that are not over, and all contested changes.

    Args:
        roster: the roster of the week.
        users: the users by name; empty where none are known.
        now: people of shifts that are over are not checked: they may have left since.
        around: the rosters of the weeks before and after, whose shifts may overlap.
    """
    own = [ShiftOfWeek(roster, shift) for shift in roster.planned_shifts]
    others = [ShiftOfWeek(other, s) for other in around if other.week != roster.week for s in other.planned_shifts]
    current = [each for each in own if each.ends_at > now]
    return (
        *_contested(roster),
        *(problem for each in current for problem in islice(_problems_of_people(each, users, now), MAX_OF_SHIFT)),
        *_overlaps(current, others),
    )


def problems_of_week(
    rosters: Mapping[str, WeekRoster], users: Mapping[str, User], week: IsoWeek, now: datetime
) -> tuple[RosterProblem, ...]:
    """Return the problems of a week, whose shifts may overlap those of the weeks around it."""
    roster = rosters.get(str(week))
    around = [rosters[key] for each in week.neighbours() if (key := str(each)) in rosters]
    return find_problems(roster, users, now, around=around) if roster else ()


def find_crew_problems(
    crew: Crew, users: Mapping[str, User], starts_at: datetime, ends_at: datetime
) -> Iterator[tuple[RosterProblemCode, str]]:
    """Yield the problems of the people of a crew during a shift, each with the user name."""
    if not users:
        return
    supervisor = users.get(crew.supervisor)
    if supervisor is None:
        yield RosterProblemCode.UNKNOWN_USER, crew.supervisor
    elif not supervisor.active:
        yield RosterProblemCode.LOCKED, crew.supervisor
    elif problem := _problem_of_role(supervisor, starts_at, ends_at):
        yield problem, crew.supervisor
    for name in crew.people[1:]:
        member = users.get(name)
        if member is None:
            yield RosterProblemCode.UNKNOWN_USER, name
        elif not member.active:
            yield RosterProblemCode.LOCKED, name
        elif member.role not in WORKERS and member.role_at(starts_at) not in WORKERS:
            yield RosterProblemCode.NOT_A_WORKER, name


def _problem_of_role(user: User, starts_at: datetime, ends_at: datetime) -> RosterProblemCode | None:
    """Return the problem of a supervisor's role; a deputy must have it from the first minute to the last."""
    edges = {starts_at, ends_at - timedelta(seconds=1)}
    ends = (each.ends_at for each in user.known_deputyships.values())
    edges |= {moment for moment in ends if starts_at <= moment < ends_at}
    able = [acts_as_supervisor(user, moment) for moment in edges]
    if all(able):
        return None
    return RosterProblemCode.DEPUTY_PARTLY if any(able) else RosterProblemCode.NOT_SUPERVISOR


def _problems_of_people(each: ShiftOfWeek, users: Mapping[str, User], now: datetime) -> Iterator[RosterProblem]:
    assert each.shift.planned is not None
    begins = max(each.starts_at, min(now, each.ends_at - timedelta(seconds=1)))
    for code, person in find_crew_problems(each.shift.planned.crew, users, begins, each.ends_at):
        yield RosterProblem(week=each.roster.week, shift=each.shift.key, code=code, person=person)


def _contested(roster: WeekRoster) -> Iterator[RosterProblem]:
    for shift in roster.all_shifts:
        for proposal in shift.proposals:
            yield RosterProblem(
                week=roster.week, shift=shift.key, code=RosterProblemCode.CONTESTED, other=proposal.by
            )


def _overlaps(own: Sequence[ShiftOfWeek], others: Sequence[ShiftOfWeek]) -> Iterator[RosterProblem]:
    for number, one in enumerate(own, start=1):
        found = (
            problem
            for other in chain(own[number:], others)
            if one.starts_at < other.ends_at and other.starts_at < one.ends_at
            for problem in _overlap_of(one, other)
        )
        yield from islice(found, MAX_OF_SHIFT)


def _overlap_of(one: ShiftOfWeek, other: ShiftOfWeek) -> Iterator[RosterProblem]:
    assert one.shift.planned is not None
    assert other.shift.planned is not None
    week, key, name = one.roster.week, one.shift.key, other.shift.planned.crew.name
    yield RosterProblem(week=week, shift=key, code=RosterProblemCode.OVERLAP, other=name)
    elsewhere = set(other.shift.planned.crew.people)
    for person in one.shift.planned.crew.people:
        if person in elsewhere:
            yield RosterProblem(week=week, shift=key, code=RosterProblemCode.ON_DUTY_TWICE, person=person, other=name)
