"""The duty roster of the demonstration, from the last day of the past week to the end of the next one."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from tabuah.console.demo.accounts import EXERCISE_ID
from tabuah.console.demo.duty_shift import write_duty_shift
from tabuah.operations.entries import Draft
from tabuah.operations.roster.drafts import ShiftRef, plan_shift
from tabuah.operations.roster.entry_bodies import Crew
from tabuah.operations.roster.iso_week import DAYS, IsoWeek
from tabuah.operations.roster.shift_pattern import usual_crews, usual_shifts
from tabuah.operations.roster.week_roster import PlannedCrew
from tabuah.operations.roster.week_shifts import this_week
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.sync.session import ConsoleSession, log_in
from tabuah.storage.sync.sync_pass import run_sync_pass

if TYPE_CHECKING:
    from tabuah.console.demo.accounts import DemoAccounts


def write_duty_roster(folder: Path, *, url: str, accounts: "DemoAccounts") -> int:
    """Plan the shifts and start the present one as the supervisor, on a console of its own, and sync.

    Returns:
        Number of planned shifts.

    Raises:
        SyncError: the server does not accept them.
    """
    store = ConsoleStore(folder)
    try:
        log_in(store, url=url, user=accounts.supervisor.name, password=accounts.supervisor.password)
        planned = list(plan_duty(this_week(store.now()), accounts))
        session = ConsoleSession(store)
        with session.client:
            run_sync_pass(store, session)
            store.save_all(planned)
            write_duty_shift(store, exercise_id=EXERCISE_ID)
            run_sync_pass(store, session)
        return len(planned)
    finally:
        store.close()


def plan_duty(week: IsoWeek, accounts: "DemoAccounts") -> Iterator[Draft]:
    """Yield the shifts of a week and the next one, after those of the Sunday before, which end on Monday morning.

    The usual crews take turns. The only supervisor of the demonstration leads them all.
    """
    names = usual_crews()
    members = (accounts.operator.name, accounts.field.name)
    two_weeks = ((each, day) for each in (week, week.plus(1)) for day in range(1, DAYS + 1))
    days = chain([(week.plus(-1), DAYS)], two_weeks)
    shifts = ((each, usual, day) for each, day in days for usual in usual_shifts())
    for number, (each, usual, day) in enumerate(shifts):
        crew = Crew(
            name=names[number % len(names)],
            supervisor=accounts.supervisor.name,
            members=(members[number % len(members)],),
        )
        yield plan_shift({}, ShiftRef(each, usual.on(day)), PlannedCrew(crew=crew, label=usual.label))
