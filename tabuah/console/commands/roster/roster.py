"""`tabuah roster show` and `now`: the duty roster of a week, and who is on duty."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

import click
import msgspec

from tabuah.console.commands.command_classes import Moment, TabuahGroup
from tabuah.console.commands.invocation import Invocation, print_facts, print_table, print_text
from tabuah.console.commands.table_commands import MAX_PROBLEMS_PRINTED, print_more
from tabuah.operations.people.authority import User
from tabuah.operations.roster.drafts import ShiftRef, find_shift
from tabuah.operations.roster.duty import ShiftOfWeek, next_shift, supervisor_on_duty
from tabuah.operations.roster.iso_week import IsoWeek, parse_week, week_of
from tabuah.operations.roster.problems import RosterProblem, problems_of_week
from tabuah.operations.roster.week_roster import RosterShift, WeekRoster
from tabuah.operations.roster.week_shifts import this_week, week_shifts
from tabuah.resources.localisation import N_, _, format_moment
from tabuah.resources.moment_parser import parse_day
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.roster.roster_text import (
    crew_on_duty_text,
    describe_crew,
    describe_on_duty,
    describe_planned,
    describe_problem,
    describe_proposal,
    describe_shift,
    describe_shift_time,
    explain_duty,
    person_name,
    short_day_title,
    swap_text,
    week_title,
)

roster_group = TabuahGroup("roster", help=N_("Plan who is on duty, by week; works offline."))


class Week(click.ParamType[IsoWeek]):
    """A week such as 2026-W49."""

    name = "week"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> IsoWeek:
        if isinstance(value, IsoWeek):
            return value
        try:
            return parse_week(str(value))
        except ValueError:
            self.fail(_("{text} is no week; write a week like 2026-W49").format(text=str(value)[:40]), param, ctx)


class Day(click.ParamType[date]):
    """A day of the roster, in the regency's time zone."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            day = parse_day(str(value), now=datetime.now().astimezone())
            week_of(day)
        except ValueError as error:
            self.fail(str(error), param, ctx)
        return day


class DutyRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Record of `tabuah roster now --json`, and of `tabuah status`."""

    at: datetime
    basis: str
    person: str
    full_name: str
    planned: str
    crew: str
    members: tuple[str, ...]
    starts_at: datetime | None
    ends_at: datetime | None


@roster_group.command("now", help=N_("Show the supervisor on duty and the crew."))
@click.option("--at", type=Moment(), metavar="T", help=N_("At another time (local time)."))
@click.pass_obj
def now_command(call: Invocation, *, at: datetime | None) -> None:
    with call.open_store() as store:
        rosters, users = store.rosters(), store.authority().users
        moment = at or store.now()
    found = supervisor_on_duty(rosters.values(), users, moment)
    following = next_shift(rosters.values(), moment)
    facts = [
        (_("Supervisor on duty"), describe_on_duty(found)),
        (_("Note"), explain_duty(found, users)),
        (_("Crew"), crew_on_duty_text(found, users)),
        (_("Shift"), describe_shift_time(found)),
        (_("Next shift"), _describe_next(following, users)),
    ]
    call.show(duty_record(rosters, users, moment), lambda: print_facts(facts))


def duty_record(rosters: Mapping[str, WeekRoster], users: Mapping[str, User], at: datetime) -> DutyRecord:
    found = supervisor_on_duty(rosters.values(), users, at)
    return DutyRecord(
        at=at,
        basis=found.basis,
        person=found.person,
        full_name=found.full_name,
        planned=found.planned,
        crew=found.crew,
        members=found.members,
        starts_at=found.starts_at,
        ends_at=found.ends_at,
    )


def _describe_next(following: ShiftOfWeek | None, users: Mapping[str, User]) -> str:
    if following is None or following.shift.planned is None:
        return ""
    return f"{format_moment(following.starts_at)} · {describe_planned(following.shift.planned, users)}"


@roster_group.command("show", help=N_("Show the roster of a week, with its problems."))
@click.option("--week", type=Week(), metavar="W", help=N_("The week, such as 2026-W49; default: this week."))
@click.pass_obj
def show_command(call: Invocation, *, week: IsoWeek | None) -> None:
    with call.open_store() as store:
        now, rosters, users = store.now(), store.rosters(), store.authority().users
    chosen = week or this_week(now)
    problems = problems_of_week(rosters, users, chosen, now)
    if call.as_json:
        call.show(week_record(rosters, users, chosen, problems), lambda: None)
        return
    print_text(week_title(chosen))
    headers = [_("Day"), _("Shift"), _("Crew"), _("Supervisor"), _("Members"), _("Note")]
    refs = week_shifts(rosters, chosen)
    print_table(headers, [_cells(ref, find_shift(rosters, ref), users) for ref in refs])
    for problem in problems[:MAX_PROBLEMS_PRINTED]:
        print_text(f"! {_name_of(problem, chosen, refs)}: {describe_problem(problem, users)}")
    print_more(len(problems) - MAX_PROBLEMS_PRINTED)
    print_proposals(rosters, chosen, users)


def print_proposals(rosters: Mapping[str, WeekRoster], week: IsoWeek, users: Mapping[str, User]) -> None:
    """Print contested changes, numbered as `tabuah roster settle` takes them."""
    roster = rosters.get(str(week))
    for shift in roster.all_shifts if roster else ():
        for number, proposal in enumerate(shift.proposals, start=1):
            day = short_day_title(week.day(shift.shift.day))
            print_text(f"  {day} {describe_shift(shift.shift)} [{number}] {describe_proposal(proposal, users)}")


def _cells(ref: ShiftRef, present: RosterShift | None, users: Mapping[str, User]) -> list[str]:
    day, time = short_day_title(ref.week.day(ref.shift.day)), describe_shift(ref.shift)
    planned = present.planned if present else None
    if planned is None:
        return [day, time, _("– not planned –"), "", "", ""]
    members = [person_name(name, users) for name in planned.crew.people[1:]]
    return [
        day,
        " ".join(filter(None, (planned.label, time))),
        planned.crew.name,
        person_name(planned.crew.supervisor, users),
        ", ".join(members),
        " · ".join(filter(None, (planned.note, swap_text(planned)))),
    ]


def _name_of(problem: RosterProblem, week: IsoWeek, refs: Sequence[ShiftRef]) -> str:
    shift = next((ref.shift for ref in refs if ref.shift.key == problem.shift), None)
    day = short_day_title(week.day(int(problem.shift[:1])))
    return f"{day} {describe_shift(shift)}" if shift else day


def week_record(
    rosters: Mapping[str, WeekRoster], users: Mapping[str, User], week: IsoWeek, problems: Sequence[RosterProblem]
) -> dict[str, Any]:
    return {
        "week": str(week),
        "shifts": [_shift_record(ref, find_shift(rosters, ref)) for ref in week_shifts(rosters, week)],
        "problems": [
            {"shift": each.shift, "code": each.code, "person": each.person, "text": describe_problem(each, users)}
            for each in problems
        ],
    }


def _shift_record(ref: ShiftRef, present: RosterShift | None) -> dict[str, Any]:
    planned = present.planned if present else None
    return {
        "shift": ref.shift.key,
        "day": ref.week.day(ref.shift.day).isoformat(),
        "starts_at": ref.shift.starts_at(ref.week),
        "ends_at": ref.shift.ends_at(ref.week),
        "crew": planned.crew.name if planned else None,
        "supervisor": planned.crew.supervisor if planned else None,
        "members": planned.crew.members if planned else (),
        "label": planned.label if planned else "",
        "note": planned.note if planned else "",
        "swapped": planned.reason if planned else "",
        "by": present.by if present else None,
        "proposals": [_proposal_record(each) for each in present.proposals] if present else [],
    }


def _proposal_record(proposal: Any) -> dict[str, Any]:
    planned = proposal.planned
    return {
        "by": proposal.by,
        "at": proposal.at,
        "crew": planned.crew.name if planned else None,
        "supervisor": planned.crew.supervisor if planned else None,
    }


NO_CREW: Final = "–"


def describe_saved(store: ConsoleStore, ref: ShiftRef) -> str:
    """Return a shift as it is now: "Wed 2 Dec, 08.00–08.00 +1: Regu B, Rina Wati, Budi"."""
    users, present = store.authority().users, find_shift(store.rosters(), ref)
    planned = present.planned if present else None
    crew = f"{planned.crew.name}, {describe_crew(planned.crew, users)}" if planned else NO_CREW
    return f"{short_day_title(ref.week.day(ref.shift.day))} {describe_shift(ref.shift)}: {crew}"
