"""The roster as the window shows it: the grid of a week, and the selected shift with the reasons of its acts."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import msgspec

from tabuah.operations.people.authority import User
from tabuah.operations.roster.drafts import Rosters, ShiftRef, find_shift
from tabuah.operations.roster.iso_week import DAYS, IsoWeek
from tabuah.operations.roster.problems import RosterProblem, RosterProblemCode, problems_of_week
from tabuah.operations.roster.week_roster import PlannedCrew, RosterShift
from tabuah.operations.roster.week_shifts import week_shifts
from tabuah.resources.localisation import _, format_moment, ngettext
from tabuah.resources.time_zone import in_home_zone
from tabuah.text.roster.roster_text import (
    day_title,
    describe_planned,
    describe_problem,
    describe_proposal,
    describe_shift,
    person_name,
    shift_hours,
    short_day_title,
    swap_text,
    week_title,
)
from tabuah.text.sync.verdict_reasons import REFUSALS
from tabuah.widgets.roster.values import RosterAct, RosterCell, RosterShiftView, RosterWeekView
from tabuah.widgets.values import FactItem, Level

_SHORT_MARKS: Final = {
    RosterProblemCode.CONTESTED: "decide: two plans",
    RosterProblemCode.OVERLAP: "overlaps",
    RosterProblemCode.ON_DUTY_TWICE: "planned twice",
    RosterProblemCode.LOCKED: "account locked",
    RosterProblemCode.UNKNOWN_USER: "no account",
    RosterProblemCode.NOT_SUPERVISOR: "no supervisor",
    RosterProblemCode.DEPUTY_PARTLY: "deputy for a part only",
    RosterProblemCode.NOT_A_WORKER: "role without shifts",
}


def grid_refs(rosters: Rosters, week: IsoWeek) -> tuple[tuple[ShiftRef, ...], ...]:
    """Return the shifts of a week in rows: one row for each start of a shift, one column for each day."""
    known = {ref.shift.key: ref for ref in week_shifts(rosters, week)}
    starts = sorted({ref.shift.start for ref in known.values()})
    return tuple(_row(known, week, start) for start in starts)


def _row(known: Mapping[str, ShiftRef], week: IsoWeek, start: str) -> tuple[ShiftRef, ...]:
    like = next(ref.shift for ref in known.values() if ref.shift.start == start)
    shifts = (msgspec.structs.replace(like, day=day) for day in range(1, DAYS + 1))
    return tuple(known.get(shift.key, ShiftRef(week, shift)) for shift in shifts)


def week_view(
    rosters: Rosters, users: Mapping[str, User], week: IsoWeek, *, now: datetime, refusal: str
) -> RosterWeekView:
    problems = problems_of_week(rosters, users, week, now)
    today = in_home_zone(now).date()
    days = [week.day(number) for number in range(1, DAYS + 1)]
    before, present = rosters.get(str(week.plus(-1))), rosters.get(str(week))
    nothing = _(REFUSALS["nothing_to_copy"]).format(week=str(week.plus(-1)))
    return RosterWeekView(
        title=week_title(week),
        days=tuple(map(short_day_title, days)),
        today=days.index(today) if today in days else -1,
        rows=tuple(
            tuple(_cell(rosters, ref, users, problems, now) for ref in refs) for refs in grid_refs(rosters, week)
        ),
        refusal=refusal,
        copy_reason=refusal or ("" if before and before.planned_shifts else nothing),
        export_reason="" if present and present.planned_shifts else _("No shift of this week is planned."),
    )


def _cell(
    rosters: Rosters, ref: ShiftRef, users: Mapping[str, User], problems: Sequence[RosterProblem], now: datetime
) -> RosterCell:
    present = find_shift(rosters, ref)
    own = [each for each in problems if each.shift == ref.shift.key]
    planned = present.planned if present else None
    time, day = describe_shift(ref.shift), short_day_title(ref.week.day(ref.shift.day))
    if planned is None:
        mark = _mark(own, None)
        spoken = ", ".join(filter(None, (day, time, _("– not planned –"), mark)))
        return RosterCell(
            id=ref.shift.key, time=time, mark=mark, level=Level.HIGH if own else Level.NO_DATA, spoken=spoken
        )
    begins, ends = ref.shift.starts_at(ref.week), ref.shift.ends_at(ref.week)
    level = Level.HIGH if own else Level.NO_DATA if ends <= now else Level.INFORMATION
    supervisor, mark = person_name(planned.crew.supervisor, users), _mark(own, planned)
    return RosterCell(
        id=ref.shift.key,
        time=time,
        crew=planned.crew.name,
        supervisor=supervisor,
        about=planned.label or _members(planned),
        mark=mark,
        level=level,
        is_now=begins <= now < ends,
        spoken=", ".join(filter(None, (day, time, planned.crew.name, supervisor, mark))),
    )


def _members(planned: PlannedCrew) -> str:
    n = len(planned.crew.people) - 1
    return ngettext("and {n} member", "and {n} members", n).format(n=n) if n else ""


def _mark(problems: Sequence[RosterProblem], planned: PlannedCrew | None) -> str:
    if problems:
        return _(_SHORT_MARKS[problems[0].code])
    return swap_text(planned) if planned else ""


def shift_view(
    rosters: Rosters, users: Mapping[str, User], ref: ShiftRef, *, now: datetime, refusal: str
) -> RosterShiftView:
    present = find_shift(rosters, ref)
    problems = [each for each in problems_of_week(rosters, users, ref.week, now) if each.shift == ref.shift.key]
    proposals = [describe_proposal(each, users) for each in present.proposals] if present else []
    day, time = day_title(ref.week.day(ref.shift.day)), describe_shift(ref.shift)
    return RosterShiftView(
        id=f"{ref.week}/{ref.shift.key}",
        heading=f"{day} · {time} ({shift_hours(ref.shift)})",
        facts=_facts(present, users),
        problems=(*(describe_problem(each, users) for each in problems), *(f"→ {each}" for each in proposals)),
        reasons=_reasons(present, refusal),
    )


def _facts(present: RosterShift | None, users: Mapping[str, User]) -> tuple[FactItem, ...]:
    if present is None:
        return (FactItem(label=_("Crew"), value=_("– not planned –")),)
    planned, before = present.planned, present.before
    pairs = [(_("Crew"), planned.crew.name if planned else _("– not planned –"))]
    if planned is not None:
        members = [person_name(name, users) for name in planned.crew.people[1:]]
        pairs += [
            (_("Supervisor"), person_name(planned.crew.supervisor, users)),
            (_("Members"), ", ".join(members)),
            (_("Shift"), planned.label),
            (_("Note"), planned.note),
            (_("Swapped"), planned.reason),
        ]
    changed = _("{name}, {moment}").format(name=person_name(present.by, users), moment=format_moment(present.at))
    pairs += [(_("Planned by"), changed), (_("Before"), describe_planned(before, users) if before else "")]
    return tuple(FactItem(label=label, value=value) for label, value in pairs if value)


def _reasons(present: RosterShift | None, refusal: str) -> dict[RosterAct, str]:
    if refusal:
        return dict.fromkeys(RosterAct, refusal)
    reasons: dict[RosterAct, str] = {}
    if present is None or present.planned is None:
        reasons |= dict.fromkeys((RosterAct.SWAP, RosterAct.CLEAR), _(REFUSALS["shift_not_planned"]))
    if present is None or present.planned == present.before:
        reasons[RosterAct.UNDO] = _(REFUSALS["nothing_to_undo"])
    if present is None or not present.proposals:
        reasons[RosterAct.SETTLE] = _(REFUSALS["no_proposal"])
    return reasons
