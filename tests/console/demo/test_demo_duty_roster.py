"""The duty roster of the demonstration names a supervisor at every moment of this week and the next."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from support.regencies import eastern_regency, regency_in_use
from support.window_fixture import identity

from tabuah.console.demo.accounts import create_accounts
from tabuah.console.demo.duty_roster import plan_duty
from tabuah.console.demo.duty_shift import write_duty_shift
from tabuah.operations.entries import subject_key
from tabuah.operations.people.authority import User
from tabuah.operations.people.roles import Role
from tabuah.operations.roster.duty import DutyBasis, supervisor_on_duty
from tabuah.operations.roster.entry_bodies import ShiftPlanned
from tabuah.operations.roster.iso_week import IsoWeek
from tabuah.operations.roster.week_roster import PlannedCrew, RosterShift, WeekRoster
from tabuah.operations.roster.week_shifts import this_week
from tabuah.resources.regency_profile import RegencyProfile, ShiftSettings
from tabuah.storage.cache.store import ConsoleStore

WEEK = IsoWeek(2026, 53)  # the next one is of another year
WRITTEN_AT = datetime(2026, 12, 1, tzinfo=UTC)
TWO_SHIFTS = tuple(ShiftSettings(name=f"Piket {start}", start=start, hours=12) for start in ("07:00", "19:00"))


def rosters() -> list[WeekRoster]:
    shifts: dict[str, dict[str, RosterShift]] = {}
    for draft in plan_duty(WEEK, create_accounts()):
        body = msgspec.json.decode(draft.body, type=ShiftPlanned)
        planned = PlannedCrew(crew=body.crew, label=body.label)
        shift = RosterShift(shift=body.shift, by="kalaksa", at=WRITTEN_AT, versions=("v",), planned=planned)
        assert shifts.setdefault(subject_key(draft.subject), {}).setdefault(shift.key, shift) is shift
    return [WeekRoster(week=week, shifts=each) for week, each in shifts.items()]


@pytest.mark.parametrize("profile", [eastern_regency(), eastern_regency(shifts=TWO_SHIFTS, crews=("Satu", "Dua"))])
def test_demo_roster_names_the_supervisor_at_every_hour_of_two_weeks(profile: RegencyProfile):
    accounts = create_accounts()
    users = {each.name: User(name=each.name, role=each.role, opd=each.opd) for each in accounts.all}
    with regency_in_use(profile):
        planned = rosters()
        begin = datetime.combine(WEEK.monday, datetime.min.time(), profile.zone)
        duties = [supervisor_on_duty(planned, users, begin + timedelta(hours=hour)) for hour in range(14 * 24)]
    assert {(duty.basis, duty.person) for duty in duties} == {(DutyBasis.PLANNED, "kalaksa")}
    assert {duty.crew for duty in duties} == set(profile.crews or ("Regu A", "Regu B", "Regu C"))
    assert {duty.members for duty in duties} == {("petugas",), ("posko",)}


def test_demo_shift_is_started_from_the_roster_with_log_and_promise(tmp_path: Path):
    with closing(ConsoleStore(tmp_path / "data")) as store:
        store.remember_identity(identity(Role.SUPERVISOR, "kalaksa"))
        store.save_all(list(plan_duty(this_week(store.now()), create_accounts())))
        shift = write_duty_shift(store, exercise_id="")
        (promise,) = shift.open_promises
        assert shift.week
        assert shift.crew.supervisor == "kalaksa"
        assert [line.at for line in shift.log] == sorted(line.at for line in shift.log)
        assert len(shift.log) == 3
        assert promise.due_at > store.now()
    assert "Batang" in " ".join(line.text for line in shift.log)
