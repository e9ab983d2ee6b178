"""The roster of a week: changes of different shifts merge, and nothing is overwritten silently."""

from datetime import UTC, date, datetime
from itertools import permutations

import msgspec
import pytest
from support.judged_journal import Author, JudgedJournal

from tabuah.operations.entries import Decision, Draft, Verdict
from tabuah.operations.errors import NotPossible
from tabuah.operations.people.roles import Role
from tabuah.operations.policy.policy import STRICT_VERSION
from tabuah.operations.roster.drafts import (
    ShiftRef,
    check_people,
    clear_shift,
    copy_week,
    find_shift,
    known_crews,
    plan_shift,
    settle_shift,
    swap_crew,
    swap_shifts,
    undo_change,
)
from tabuah.operations.roster.entry_bodies import Crew, ShiftTime
from tabuah.operations.roster.iso_week import IsoWeek, parse_week, week_of
from tabuah.operations.roster.shift_pattern import shifts_of_week
from tabuah.operations.roster.week_roster import PlannedCrew, WeekRoster
from tabuah.resources.regency import set_regency, shipped_regency
from tabuah.resources.regency_profile import ShiftSettings

WEEK = IsoWeek(2026, 49)
A, B, C = (Crew(name=f"Regu {name}", supervisor=name.lower(), members=(f"{name.lower()}2",)) for name in "ABC")


def ref(day: int, week: IsoWeek = WEEK) -> ShiftRef:
    return ShiftRef(week, ShiftTime(day=day, start="08:00"))


class Room:
    """A control room with two supervisors, whose views may be older than the journal."""

    def __init__(self) -> None:
        self.journal = JudgedJournal()
        self.rina = self.journal.author("rina", Role.SUPERVISOR)
        self.yusuf = self.journal.author("yusuf", Role.SUPERVISOR)

    @property
    def rosters(self) -> dict[str, WeekRoster]:
        values = [state.value for state in self.journal.states.values()]
        return {value.week: value for value in values if isinstance(value, WeekRoster)}

    def write(self, draft: Draft, by: Author | None = None) -> Decision:
        return self.journal.write(by or self.rina, draft)

    def plan(self, day: int, crew: Crew, by: Author | None = None, view: dict[str, WeekRoster] | None = None) -> str:
        known = self.rosters if view is None else view
        return self.write(plan_shift(known, ref(day), PlannedCrew(crew=crew)), by).verdict

    def crew(self, day: int, week: IsoWeek = WEEK) -> str:
        shift = find_shift(self.rosters, ref(day, week))
        return shift.planned.crew.name if shift and shift.planned else ""


@pytest.fixture
def room() -> Room:
    return Room()


@pytest.mark.parametrize("role", list(Role))
def test_only_supervisors_and_administrators_write_the_roster(role: Role):
    journal = JudgedJournal()
    author = journal.author("ani", role)
    decision = journal.write(author, plan_shift({}, ref(1), PlannedCrew(crew=A)))
    assert (decision.verdict is Verdict.ACCEPTED) is (role in (Role.SUPERVISOR, Role.ADMIN))


def test_servers_before_version_three_reject_the_roster():
    journal = JudgedJournal(decide_version=STRICT_VERSION)
    decision = journal.write(journal.author("rina", Role.SUPERVISOR), plan_shift({}, ref(1), PlannedCrew(crew=A)))
    assert decision.reason == "unknown_kind"


def test_changes_of_different_shifts_merge(room: Room):
    assert room.plan(1, A, view={}) == Verdict.ACCEPTED
    assert room.plan(2, B, room.yusuf, view={}) == Verdict.ACCEPTED
    assert (room.crew(1), room.crew(2)) == ("Regu A", "Regu B")


def test_concurrent_change_of_a_shift_is_kept_as_a_proposal(room: Room):
    room.plan(1, A, view={})
    assert room.plan(1, B, room.yusuf, view={}) == Verdict.CONFLICT
    shift = find_shift(room.rosters, ref(1))
    assert room.crew(1) == "Regu A"
    assert [(each.by, each.planned.crew.name) for each in shift.proposals] == [("yusuf", "Regu B")]


@pytest.mark.parametrize(("take", "crew"), [("current", "Regu A"), ("proposed", "Regu B")])
def test_settlement_ends_the_proposals_that_were_seen(room: Room, take: str, crew: str):
    room.plan(1, A, view={})
    room.plan(1, B, room.yusuf, view={})
    shift = find_shift(room.rosters, ref(1))
    taken = shift.proposals[0] if take == "proposed" else None
    assert room.write(settle_shift(room.rosters, ref(1), taken)).verdict is Verdict.ACCEPTED
    assert room.crew(1) == crew
    assert find_shift(room.rosters, ref(1)).proposals == ()
    with pytest.raises(NotPossible):
        settle_shift(room.rosters, ref(1), None)


def test_settlement_leaves_a_proposal_that_its_author_had_not_seen(room: Room):
    room.plan(1, A, view={})
    room.plan(1, B, room.yusuf, view={})
    view = room.rosters
    room.plan(1, C, room.yusuf, view={})
    room.write(settle_shift(view, ref(1), None))
    assert [each.planned.crew.name for each in find_shift(room.rosters, ref(1)).proposals] == ["Regu C"]


def test_change_on_top_of_an_own_proposal_replaces_it(room: Room):
    room.plan(1, A, view={})
    stale = JudgedJournal()
    yusuf = stale.author("yusuf", Role.SUPERVISOR)
    first = stale.entry(yusuf, plan_shift({}, ref(1), PlannedCrew(crew=B)))
    stale.judge(first)
    view = {"2026-W49": stale.states["roster/2026-W49"].value}
    second = stale.entry(yusuf, plan_shift(view, ref(1), PlannedCrew(crew=C)))
    assert [room.journal.judge(entry).verdict for entry in (first, second)] == [Verdict.CONFLICT] * 2
    assert [each.planned.crew.name for each in find_shift(room.rosters, ref(1)).proposals] == ["Regu C"]


def test_equal_concurrent_plans_are_no_conflict_and_both_can_be_changed(room: Room):
    room.plan(1, A, view={})
    view = room.rosters
    assert room.plan(1, A, room.yusuf, view={}) == Verdict.ACCEPTED
    assert room.plan(1, B, view=view) == Verdict.ACCEPTED


def test_entry_that_arrives_after_its_replacement_changes_nothing(room: Room):
    draft = plan_shift({}, ref(1), PlannedCrew(crew=A))
    late = room.journal.entry(room.yusuf, draft)
    seen = JudgedJournal()
    seen.author("yusuf", Role.SUPERVISOR)
    seen.judge(late)
    view = {"2026-W49": seen.states["roster/2026-W49"].value}
    room.plan(1, B, view=view)
    assert room.journal.judge(late).verdict is Verdict.ACCEPTED
    assert (room.crew(1), find_shift(room.rosters, ref(1)).proposals) == ("Regu B", ())


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_no_order_of_arrival_loses_a_plan(order: tuple[int, ...]):
    room = Room()
    authors = [room.rina, room.yusuf, room.journal.author("dewi", Role.SUPERVISOR)]
    entries = [
        room.journal.entry(author, plan_shift({}, ref(1), PlannedCrew(crew=crew)))
        for author, crew in zip(authors, (A, B, C), strict=True)
    ]
    for place in order:
        room.journal.judge(entries[place])
    shift = find_shift(room.rosters, ref(1))
    assert {room.crew(1), *(each.planned.crew.name for each in shift.proposals)} == {"Regu A", "Regu B", "Regu C"}
    assert room.crew(1) == ("Regu A", "Regu B", "Regu C")[order[0]]


def test_swap_without_the_week_waits_for_it(room: Room):
    other = JudgedJournal()
    rina = other.author("rina", Role.SUPERVISOR)
    planned = other.entry(rina, plan_shift({}, ref(1), PlannedCrew(crew=A)))
    other.judge(planned)
    view = {"2026-W49": other.states["roster/2026-W49"].value}
    swap = room.journal.entry(room.yusuf, swap_crew(view, ref(1), B, reason="sakit"))
    assert room.journal.judge(swap) == Decision(Verdict.HELD, "rests_on_unknown")


def test_swap_keeps_its_reason_and_undo_restores_the_crew(room: Room):
    room.plan(1, A)
    room.write(swap_crew(room.rosters, ref(1), B, reason="  Ibu A   sakit "))
    assert find_shift(room.rosters, ref(1)).planned == PlannedCrew(crew=B, reason="Ibu A sakit")
    room.write(undo_change(room.rosters, ref(1)))
    assert room.crew(1) == "Regu A"


def test_two_shifts_exchange_their_crews(room: Room):
    room.plan(1, A)
    room.plan(3, C)
    for draft in swap_shifts(room.rosters, ref(1), ref(3), reason="acara keluarga"):
        room.write(draft)
    assert (room.crew(1), room.crew(3)) == ("Regu C", "Regu A")


def test_cleared_shift_can_be_restored(room: Room):
    room.plan(1, A)
    room.write(clear_shift(room.rosters, ref(1)))
    assert room.crew(1) == ""
    room.write(undo_change(room.rosters, ref(1)))
    assert room.crew(1) == "Regu A"


def test_copied_week_keeps_planned_shifts_and_drops_swap_reasons(room: Room):
    room.plan(1, A)
    room.plan(2, B)
    room.write(swap_crew(room.rosters, ref(2), C, reason="sakit"))
    target = WEEK.plus(1)
    room.write(plan_shift(room.rosters, ref(1, target), PlannedCrew(crew=B)))
    copied = copy_week(room.rosters, WEEK, target)
    assert ([each.planned.crew.name for each in copied.kept], len(copied.drafts)) == (["Regu B"], 1)
    for draft in copy_week(room.rosters, WEEK, target, replaces=True).drafts:
        assert room.write(draft).verdict is Verdict.ACCEPTED
    assert (room.crew(1, target), room.crew(2, target)) == ("Regu A", "Regu C")
    assert find_shift(room.rosters, ref(2, target)).planned.reason == ""
    assert copy_week(room.rosters, WEEK, target, replaces=True).drafts == ()


@pytest.mark.parametrize(
    "refused",
    [
        lambda rosters: swap_crew(rosters, ref(5), A, reason="x"),
        lambda rosters: swap_crew(rosters, ref(1), A, reason="x"),
        lambda rosters: swap_crew(rosters, ref(1), B, reason=" "),
        lambda rosters: swap_crew(rosters, ref(1), B, reason="x" * 401),
        lambda rosters: plan_shift(rosters, ref(1), PlannedCrew(crew=A)),
        lambda rosters: clear_shift(rosters, ref(5)),
        lambda rosters: undo_change(rosters, ref(5)),
        lambda rosters: copy_week(rosters, WEEK.plus(5), WEEK),
        lambda rosters: copy_week(rosters, WEEK, WEEK),
    ],
)
def test_pointless_changes_are_refused(room: Room, refused):
    room.plan(1, A)
    with pytest.raises(NotPossible):
        refused(room.rosters)


def test_people_without_an_active_account_are_refused(room: Room):
    users = room.journal.authority.users
    check_people(Crew(name="Regu A", supervisor="rina"), users)
    check_people(A, {})  # before the first synchronisation no users are known
    with pytest.raises(NotPossible):
        check_people(A, users)


def test_crew_is_remembered_as_it_was_planned_last(room: Room):
    room.plan(1, A)
    later = Crew(name="Regu A", supervisor="a2")
    room.plan(2, later)
    room.plan(3, B)
    room.write(swap_crew(room.rosters, ref(3), Crew(name="Regu B", supervisor="c"), reason="sakit"))
    assert known_crews(room.rosters.values()) == {"Regu A": later}


@pytest.mark.parametrize("key", ["2026-W54", "2027-W53", "2026-W00", "w49", "2026-49", "1969-W01", "2100-W01"])
def test_week_that_does_not_exist_is_rejected(key: str):
    with pytest.raises(ValueError, match="week"):
        parse_week(key)
    journal = JudgedJournal()
    draft = plan_shift({}, ref(1), PlannedCrew(crew=A))
    entry = journal.entry(journal.author("rina", Role.SUPERVISOR), draft, subject=f"roster/{key}")
    assert journal.judge(entry).verdict is Verdict.REJECTED


def test_last_days_of_a_year_belong_to_their_iso_week():
    assert str(week_of(date(2027, 1, 3))) == "2026-W53"
    assert str(parse_week("2026-W53").plus(1)) == "2027-W01"
    assert parse_week("2026-w49").monday == date(2026, 11, 30)


def test_shift_times_follow_the_zone_of_the_regency():
    wita = ShiftSettings(start="20:00", hours=12, name="Malam")
    set_regency(shipped_regency())
    assert shifts_of_week()[0].starts_at(WEEK) == datetime(2026, 11, 30, 1, tzinfo=UTC)
    set_regency(msgspec.structs.replace(shipped_regency(), time_zone="Asia/Makassar", shifts=(wita,)))
    shift = shifts_of_week()[0]
    assert shift.starts_at(WEEK) == datetime(2026, 11, 30, 12, tzinfo=UTC)
    assert shift.ends_at(WEEK) == datetime(2026, 12, 1, 0, tzinfo=UTC)


def test_first_and_last_week_have_one_neighbour():
    assert parse_week("1970-W01").neighbours() == (IsoWeek(1970, 2),)
    assert parse_week("2099-W53").neighbours() == (IsoWeek(2099, 52),)
    assert WEEK.neighbours() == (IsoWeek(2026, 48), IsoWeek(2026, 50))
