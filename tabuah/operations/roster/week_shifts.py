"""The shifts of a week as people see them: those that are planned, and those of the usual pattern."""

from collections.abc import Mapping
from datetime import datetime

from tabuah.operations.roster.drafts import ShiftRef
from tabuah.operations.roster.iso_week import IsoWeek, week_of
from tabuah.operations.roster.shift_pattern import shifts_of_week
from tabuah.operations.roster.week_roster import WeekRoster
from tabuah.resources.time_zone import in_home_zone


def this_week(now: datetime) -> IsoWeek:
    """Return the present week in the regency's time zone."""
    return week_of(in_home_zone(now).date())


def week_shifts(rosters: Mapping[str, WeekRoster], week: IsoWeek) -> list[ShiftRef]:
    """Return the shifts of a week: those of the roster, and those of the pattern on days that have none."""
    roster = rosters.get(str(week))
    planned = [each.shift for each in roster.planned_shifts] if roster else []
    cleared = [each for each in roster.all_shifts if each.planned is None] if roster else []
    contested = [each.shift for each in cleared if each.proposals]
    days = {shift.day for shift in planned}
    usual = [shift for shift in shifts_of_week() if shift.day not in days]
    shifts = {shift.key: shift for shift in (*usual, *contested, *planned)}
    return [ShiftRef(week, shifts[key]) for key in sorted(shifts)]
