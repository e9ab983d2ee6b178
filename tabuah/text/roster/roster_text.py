"""Text about the duty roster: the supervisor on duty, shifts, and problems of a week."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from babel.dates import format_date

from tabuah.operations.people.authority import User
from tabuah.operations.roster.duty import DutyBasis, OnDuty
from tabuah.operations.roster.entry_bodies import Crew, ShiftTime
from tabuah.operations.roster.iso_week import DAYS, IsoWeek
from tabuah.operations.roster.problems import RosterProblem, RosterProblemCode
from tabuah.operations.roster.week_roster import PlannedCrew, Proposal
from tabuah.resources.localisation import _, current_language, format_day, format_moment, format_number

_PROBLEMS: Final[dict[RosterProblemCode, str]] = {
    RosterProblemCode.UNKNOWN_USER: "{person} has no account. Plan another person.",
    RosterProblemCode.LOCKED: "{person} is locked. Plan another person, or swap the shift.",
    RosterProblemCode.NOT_SUPERVISOR: (
        "{person} is no supervisor in this shift. Plan another person, or name {person} as a deputy for this time."
    ),
    RosterProblemCode.DEPUTY_PARTLY: (
        "{person} is a deputy supervisor for a part of this shift only. Extend the time, or plan another person."
    ),
    RosterProblemCode.NOT_A_WORKER: "The role of {person} has no shifts. Plan another person.",
    RosterProblemCode.OVERLAP: "It overlaps a shift of {other}; the one that begins later counts.",
    RosterProblemCode.ON_DUTY_TWICE: "{person} is planned at the same time in {other}.",
    RosterProblemCode.CONTESTED: "{other} planned it differently at the same time. Decide which one counts.",
}


def person_name(name: str, users: Mapping[str, User]) -> str:
    """Return the full name of a user, else the user name."""
    user = users.get(name)
    return user.full_name if user and user.full_name else name


def describe_on_duty(found: OnDuty) -> str:
    """Return the supervisor on duty: "Rina Wati (Regu B)"; where nobody is known, the rule that applies."""
    match found.basis:
        case DutyBasis.NOBODY if found.crew:
            return _("no one in {crew}; every supervisor is asked").format(crew=found.crew)
        case DutyBasis.NOBODY:
            return _("no one; every supervisor is asked")
        case DutyBasis.DEPUTY:
            return _("{name} (acting deputy)").format(name=found.shown_name)
    return f"{found.shown_name} ({found.crew})"


def explain_duty(found: OnDuty, users: Mapping[str, User]) -> str:
    """Return why this person is on duty, where it is not simply the one that the roster names; else empty."""
    planned = person_name(found.planned, users)
    match found.basis:
        case DutyBasis.PLANNED:
            return ""
        case DutyBasis.CREW_MEMBER:
            return _("{planned} is planned but not able; {name} of the same crew acts as a supervisor.").format(
                planned=planned, name=found.shown_name
            )
        case DutyBasis.DEPUTY if planned:
            return _("{planned} is planned but not able; the deputy named last is on duty.").format(planned=planned)
        case DutyBasis.DEPUTY:
            return _("The roster has no crew for this time; the deputy named last is on duty.")
        case _ if planned:
            return _("{planned} is planned but not able. Swap the shift, or name a deputy.").format(planned=planned)
    return _("The roster has no crew for this time. Plan the week.")


def describe_shift_time(found: OnDuty) -> str:
    """Return from when until when the present shift lasts; empty without one."""
    if found.starts_at is None or found.ends_at is None:
        return ""
    return _("{start} to {end}").format(start=format_moment(found.starts_at), end=format_moment(found.ends_at))


def crew_on_duty_text(found: OnDuty, users: Mapping[str, User]) -> str:
    """Return the crew with all its people: "Regu B: Rina Wati (supervisor), Budi, Sari"; empty without a shift."""
    if not found.crew:
        return ""
    names = [_("{name} (supervisor)").format(name=person_name(found.planned, users))]
    names += [person_name(name, users) for name in found.members if name != found.planned]
    return f"{found.crew}: {', '.join(names)}"


def duty_badge_text(found: OnDuty) -> str:
    """Return the crew for the top of the window; without one the person on duty."""
    return found.crew or found.shown_name or _("No one planned")


def describe_crew(crew: Crew, users: Mapping[str, User]) -> str:
    """Return the supervisor of a crew, then its members."""
    return ", ".join(person_name(name, users) for name in crew.people)


def describe_proposal(proposal: Proposal, users: Mapping[str, User]) -> str:
    """Return a contested change: who wanted which crew, and when."""
    wanted = describe_planned(proposal.planned, users) if proposal.planned else _("no crew")
    return _("{name}, {moment}: {crew}").format(
        name=person_name(proposal.by, users), moment=format_moment(proposal.at), crew=wanted
    )


def describe_planned(planned: PlannedCrew, users: Mapping[str, User]) -> str:
    """Return a crew with its supervisor: "Regu B · Rina Wati"."""
    return f"{planned.crew.name} · {person_name(planned.crew.supervisor, users)}"


def swap_text(planned: PlannedCrew) -> str:
    """Return the reason of a swap; empty for a shift as it was planned."""
    return _("swapped: {reason}").format(reason=planned.reason) if planned.reason else ""


def describe_problem(problem: RosterProblem, users: Mapping[str, User]) -> str:
    """Return a problem with its next step."""
    other = problem.other if problem.code is not RosterProblemCode.CONTESTED else person_name(problem.other, users)
    return _(_PROBLEMS[problem.code]).format(person=person_name(problem.person, users), other=other)


def describe_person_problem(code: RosterProblemCode, person: str, users: Mapping[str, User]) -> str:
    return _(_PROBLEMS[code]).format(person=person_name(person, users), other="")


def describe_shift(shift: ShiftTime) -> str:
    """Return start and end of a shift in local time: "08.00–20.00", with "+1" for each day that it ends later."""
    start = timedelta(hours=int(shift.start[:2]), minutes=int(shift.start[3:]))
    days, rest = divmod(start + timedelta(minutes=shift.minutes), timedelta(days=1))
    end = int(rest.total_seconds()) // 60
    later = f" +{days}" if days else ""
    return f"{shift.start.replace(':', '.')}–{end // 60:02}.{end % 60:02}{later}"


def shift_hours(shift: ShiftTime) -> str:
    hours = shift.minutes / 60
    return _("{n} h").format(n=format_number(hours, digits=0 if shift.minutes % 60 == 0 else 1))


def week_title(week: IsoWeek) -> str:
    """Return a week with its days: "Week 49 of 2026: Mon 30 Nov to Sun 6 Dec"."""
    return _("Week {number} of {year}: {first} to {last}").format(
        number=week.week, year=week.year, first=short_day_title(week.monday), last=short_day_title(week.day(DAYS))
    )


def day_title(day: date) -> str:
    return format_day(day)


def short_day_title(day: date) -> str:
    """Return a day with its weekday, short: "Wed 2 Dec"."""
    return format_date(day, format="EEE d MMM", locale=current_language())
