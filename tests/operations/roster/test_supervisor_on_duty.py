"""The supervisor on duty: as planned, or by the rule where the roster names nobody who is able."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from tabuah.operations.import_table import TableRow
from tabuah.operations.people.authority import Deputyship, User
from tabuah.operations.people.roles import Role
from tabuah.operations.roster.duty import DutyBasis, next_shift, supervisor_on_duty
from tabuah.operations.roster.entry_bodies import Crew, ShiftTime
from tabuah.operations.roster.problems import MAX_OF_SHIFT, RosterProblemCode, find_problems
from tabuah.operations.roster.roster_table import MAX_PROBLEMS_OF_ROW, plan_roster_import
from tabuah.operations.roster.week_roster import PlannedCrew, RosterShift, WeekRoster

MONDAY = datetime(2026, 11, 30, 1, tzinfo=UTC)  # 08.00 WIB
NOON = MONDAY + timedelta(hours=4)
DAY = timedelta(days=1)
CREW = Crew(name="Regu B", supervisor="rina", members=("budi",))


def user(name: str, role: Role = Role.SUPERVISOR, **fields) -> User:
    return User(name=name, role=role, opd="BPBD", full_name=name.title(), **fields)


def deputy(name: str, starts_at: datetime, ends_at: datetime, **fields) -> User:
    named = Deputyship(id="d", role=Role.SUPERVISOR, starts_at=starts_at, ends_at=ends_at, by="rina", **fields)
    return user(name, Role.OPERATOR, deputyships={"d": named})


def roster(*crews: tuple[int, Crew], week: str = "2026-W49", minutes: int = 1440) -> WeekRoster:
    shifts = [
        RosterShift(
            shift=ShiftTime(day=day, start="08:00", minutes=minutes),
            planned=PlannedCrew(crew=crew), by="rina", at=MONDAY, versions=(f"e{day}",),
        )
        for day, crew in crews
    ]  # fmt: skip
    return WeekRoster(week=week, shifts={shift.key: shift for shift in shifts})


def by_name(*users: User) -> dict[str, User]:
    return {each.name: each for each in users}


RINA, BUDI, OTHER = user("rina"), user("budi", Role.OPERATOR), user("yusuf")


def on_duty(users: dict[str, User], at: datetime = NOON, planned: WeekRoster | None = None):
    found = supervisor_on_duty([planned or roster((1, CREW))], users, at)
    return found.basis, found.person


@pytest.mark.parametrize(
    ("at", "basis"),
    [
        (MONDAY - timedelta(seconds=1), DutyBasis.NOBODY),
        (MONDAY, DutyBasis.PLANNED),
        (MONDAY + DAY - timedelta(seconds=1), DutyBasis.PLANNED),
        (MONDAY + DAY, DutyBasis.NOBODY),
    ],
)
def test_shift_counts_from_its_first_to_its_last_second(at: datetime, basis: DutyBasis):
    assert on_duty(by_name(RINA, BUDI, OTHER), at)[0] is basis


def test_person_and_crew_are_returned():
    found = supervisor_on_duty([roster((1, CREW))], by_name(RINA, BUDI), NOON)
    assert (found.shown_name, found.crew, found.members) == ("Rina", "Regu B", ("budi",))
    assert (found.starts_at, found.ends_at) == (MONDAY, MONDAY + DAY)


def test_roster_is_believed_while_no_users_are_known():
    assert on_duty({}) == (DutyBasis.PLANNED, "rina")


@pytest.mark.parametrize("unable", [replace(RINA, active=False), replace(RINA, role=Role.VIEWER), None])
def test_locked_or_demoted_user_is_not_on_duty(unable: User | None):
    users = by_name(*filter(None, (unable, BUDI, OTHER)))
    assert on_duty(users) == (DutyBasis.NOBODY, "")


def test_member_who_acts_as_a_supervisor_stands_in():
    users = by_name(replace(RINA, active=False), deputy("budi", MONDAY, MONDAY + DAY), OTHER)
    assert on_duty(users) == (DutyBasis.CREW_MEMBER, "budi")


def test_deputy_named_last_is_on_duty_where_nobody_is_planned():
    first, second = deputy("ani", MONDAY, MONDAY + DAY), deputy("joni", MONDAY + timedelta(hours=1), MONDAY + DAY)
    assert on_duty(by_name(first, second, OTHER), planned=roster()) == (DutyBasis.DEPUTY, "joni")
    assert on_duty(by_name(first, replace(second, active=False)), planned=roster()) == (DutyBasis.DEPUTY, "ani")


def test_deputy_on_the_roster_counts_while_the_time_runs():
    acting = deputy("ani", MONDAY, MONDAY + timedelta(hours=3))
    planned = roster((1, Crew(name="Regu A", supervisor="ani")))
    assert on_duty(by_name(acting), MONDAY, planned) == (DutyBasis.PLANNED, "ani")
    assert on_duty(by_name(acting), NOON, planned) == (DutyBasis.NOBODY, "")


def test_sunday_shift_lasts_into_the_next_week():
    found = supervisor_on_duty([roster((7, CREW))], by_name(RINA), MONDAY + 7 * DAY - timedelta(hours=2))
    assert found.person == "rina"


def test_of_overlapping_shifts_the_later_one_counts():
    late = Crew(name="Regu A", supervisor="yusuf")
    planned = roster((1, CREW), (2, late), minutes=2880)
    assert on_duty(by_name(RINA, BUDI, OTHER), MONDAY + DAY, planned) == (DutyBasis.PLANNED, "yusuf")
    codes = [each.code for each in find_problems(planned, by_name(RINA, BUDI, OTHER), MONDAY)]
    assert codes == [RosterProblemCode.OVERLAP]


def test_next_shift_begins_after_the_moment():
    rosters = [roster((1, CREW)), roster((1, CREW), week="2026-W50")]
    assert next_shift(rosters, NOON).starts_at == MONDAY + 7 * DAY
    assert next_shift(rosters, MONDAY + 30 * DAY) is None


@pytest.mark.parametrize(
    ("users", "codes"),
    [
        ((RINA, BUDI), []),
        ((BUDI,), [("unknown_user", "rina")]),
        ((replace(RINA, active=False), replace(BUDI, active=False)), [("locked", "rina"), ("locked", "budi")]),
        ((replace(RINA, role=Role.OPERATOR), BUDI), [("not_supervisor", "rina")]),
        ((deputy("rina", MONDAY, MONDAY + timedelta(hours=9)), BUDI), [("deputy_partly", "rina")]),
        ((deputy("rina", MONDAY, MONDAY + DAY), BUDI), []),
        ((RINA, user("budi", Role.AUDITOR)), [("not_a_worker", "budi")]),
    ],
)
def test_people_who_cannot_be_on_duty_are_problems(users: tuple[User, ...], codes: list[tuple[str, str]]):
    found = find_problems(roster((1, CREW)), by_name(*users), MONDAY - DAY)
    assert [(each.code, each.person) for each in found] == codes


def test_people_of_past_shifts_are_not_checked():
    assert find_problems(roster((1, CREW)), by_name(BUDI), MONDAY + DAY) == ()


def test_person_planned_twice_at_the_same_time_is_a_problem():
    week_before = roster(
        (7, Crew(name="Regu A", supervisor="yusuf", members=("budi",))), week="2026-W48", minutes=2880
    )
    found = find_problems(roster((1, CREW)), by_name(RINA, BUDI, OTHER), MONDAY, around=[week_before])
    assert [(each.code, each.person, each.other) for each in found] == [
        ("overlap", "", "Regu A"),
        ("on_duty_twice", "budi", "Regu A"),
    ]


def test_problems_of_overlapping_shifts_are_bounded():
    crew = Crew(name="Regu", supervisor="u0", members=tuple(f"u{number}" for number in range(1, 51)))
    starts = [ShiftTime(day=1, start=f"08:{number:02}", minutes=1440) for number in range(50)]
    crews = PlannedCrew(crew=crew)
    planned = [RosterShift(shift=each, planned=crews, by="rina", at=MONDAY, versions=("e",)) for each in starts]
    weeks = [WeekRoster(week=week, shifts={each.shift.key: each for each in planned}) for week in ("2026-W49",) * 2]
    found = find_problems(weeks[0], by_name(RINA), MONDAY, around=[weeks[1]])
    by_shift = Counter(each.shift for each in found)
    assert len(by_shift) == len(planned)
    assert max(by_shift.values()) == 2 * MAX_OF_SHIFT
    assert {each.code for each in found} > {RosterProblemCode.OVERLAP, RosterProblemCode.UNKNOWN_USER}


def test_problems_of_an_imported_row_are_bounded():
    cells = {"date": "x", "crew": "Regu", "supervisor": "rina", "members": "; ".join(f"u{n}" for n in range(5_000))}
    plan = plan_roster_import([TableRow(line=2, cells=cells)], {}, by_name(RINA))
    assert len(plan.refused[0].problems) == MAX_PROBLEMS_OF_ROW
