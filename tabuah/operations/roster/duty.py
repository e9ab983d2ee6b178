"""The supervisor on duty at a moment, by the roster. Pure.

Where the roster names no able supervisor, the rule of this page applies: first a member of the crew who acts as a
supervisor, then the deputy supervisor who was named last, and else nobody, so that every supervisor is asked.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

import msgspec

from tabuah.operations.people.authority import User
from tabuah.operations.people.roles import Role
from tabuah.operations.roster.entry_bodies import LONGEST_SHIFT_MIN
from tabuah.operations.roster.week_roster import RosterShift, WeekRoster

_REACH: Final = timedelta(minutes=LONGEST_SHIFT_MIN) + timedelta(hours=14)  # of a shift beyond its week, by zone


class DutyBasis(StrEnum):
    """Why a person is the supervisor on duty."""

    PLANNED = "planned"  # as the roster says
    CREW_MEMBER = "crew_member"  # of the crew on duty, whose supervisor is not able
    DEPUTY = "deputy"  # the roster names no able person
    NOBODY = "nobody"  # every supervisor is asked


class OnDuty(msgspec.Struct, frozen=True, kw_only=True):
    """The supervisor on duty at a moment, and the shift.

    Attributes:
        basis: why this person.
        person: the user name; empty if nobody is known.
        full_name: of the person; empty if it is not known.
        planned: the user name on the roster, who may not be able.
        crew: the crew on duty; empty without a shift.
        members: the user names of its other members.
        starts_at, ends_at: of the shift; None without one.
    """

    basis: DutyBasis
    person: str = ""
    full_name: str = ""
    planned: str = ""
    crew: str = ""
    members: tuple[str, ...] = ()
    label: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None

    @property
    def shown_name(self) -> str:
        return self.full_name or self.person


class ShiftOfWeek(NamedTuple):
    """A planned shift with its roster."""

    roster: WeekRoster
    shift: RosterShift

    @property
    def starts_at(self) -> datetime:
        return self.roster.starts_at(self.shift)

    @property
    def ends_at(self) -> datetime:
        return self.roster.ends_at(self.shift)


def supervisor_on_duty(rosters: Iterable[WeekRoster], users: Mapping[str, User], at: datetime) -> OnDuty:
    """Return the supervisor on duty at a moment.

    Args:
        rosters: the rosters of all weeks.
        users: the users by name; where none are known, as before the first synchronisation, the roster is believed.
        at: the moment, UTC.
    """
    current = shift_at(rosters, at)
    if current is None:
        return _deputy_or_nobody(users, at, OnDuty(basis=DutyBasis.NOBODY))
    assert current.shift.planned is not None
    crew = current.shift.planned.crew
    found = OnDuty(
        basis=DutyBasis.PLANNED,
        planned=crew.supervisor,
        crew=crew.name,
        members=crew.members,
        label=current.shift.planned.label,
        starts_at=current.starts_at,
        ends_at=current.ends_at,
    )
    if not users or acts_as_supervisor(users.get(crew.supervisor), at):
        return _with_person(found, users, crew.supervisor, DutyBasis.PLANNED)
    member = next((name for name in crew.members if acts_as_supervisor(users.get(name), at)), "")
    if member:
        return _with_person(found, users, member, DutyBasis.CREW_MEMBER)
    return _deputy_or_nobody(users, at, found)


def shift_at(rosters: Iterable[WeekRoster], at: datetime) -> ShiftOfWeek | None:
    """Return the planned shift at a moment; of several that overlap, the one that began last."""
    found = [each for each in shifts_around(rosters, at) if each.starts_at <= at < each.ends_at]
    return max(found, key=lambda each: (each.starts_at, each.shift.at, each.shift.version), default=None)


def next_shift(rosters: Iterable[WeekRoster], after: datetime) -> ShiftOfWeek | None:
    """Return the planned shift that begins next, at most two weeks after a moment."""
    later = after + timedelta(days=14)
    begins = (each for each in _planned(rosters) if after < each.starts_at <= later)
    return min(begins, key=lambda each: each.starts_at, default=None)


def shifts_around(rosters: Iterable[WeekRoster], at: datetime) -> Iterator[ShiftOfWeek]:
    """Yield the planned shifts of the weeks in which a shift at a moment may have begun."""
    for roster in rosters:
        monday = datetime.combine(roster.iso_week.monday, datetime.min.time(), at.tzinfo)
        if monday - _REACH <= at <= monday + timedelta(days=7) + _REACH:
            yield from _planned((roster,))


def acts_as_supervisor(user: User | None, at: datetime) -> bool:
    """Return whether a user is active and has the role of a supervisor at a moment, also as a deputy."""
    return user is not None and user.active and user.role_at(at) is Role.SUPERVISOR


def _planned(rosters: Iterable[WeekRoster]) -> Iterator[ShiftOfWeek]:
    for roster in rosters:
        for shift in roster.planned_shifts:
            yield ShiftOfWeek(roster, shift)


def _deputy_or_nobody(users: Mapping[str, User], at: datetime, found: OnDuty) -> OnDuty:
    """Return the deputy supervisor whose time began last, else nobody."""
    deputies = [
        (deputyship.starts_at, user.name)
        for user in users.values()
        if (deputyship := user.deputyship_at(at)) is not None and deputyship.role is Role.SUPERVISOR
    ]
    if not deputies:
        return msgspec.structs.replace(found, basis=DutyBasis.NOBODY)
    return _with_person(found, users, max(deputies)[1], DutyBasis.DEPUTY)


def _with_person(found: OnDuty, users: Mapping[str, User], name: str, basis: DutyBasis) -> OnDuty:
    user = users.get(name)
    return msgspec.structs.replace(found, basis=basis, person=name, full_name=user.full_name if user else "")
