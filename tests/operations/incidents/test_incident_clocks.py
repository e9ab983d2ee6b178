"""Clocks of the profile: which incidents have them, working days, and when they are overdue."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from support.judged_journal import JudgedJournal
from support.regencies import eastern_regency, regency_in_use

from tabuah.operations.codes import Channel, Hazard, Status
from tabuah.operations.errors import NotPossible
from tabuah.operations.incidents.clocks import ClockRule, is_late, limit_end, next_clock, running_clocks
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.regency.profile_checks import check_profile
from tabuah.operations.tasks.task import TaskKind
from tabuah.operations.tasks.task_clocks import chosen_clocks, task_limits
from tabuah.resources.regency import shipped_regency
from tabuah.resources.regency_profile import MAX_HOLIDAYS, ClockSettings, Holiday
from tabuah.text.incidents.incident_text import response_clock_text

FRIDAY = datetime(2026, 11, 27, 3, 0, tzinfo=UTC)  # 10.00 WIB
DAY = timedelta(days=1)
SHIPPED = {clock.code for clock in shipped_regency().clocks}


def incident_of(hazard: Hazard = Hazard.FLOOD, channel: Channel = Channel.PHONE, **changes: object) -> Incident:
    room = JudgedJournal()
    incident = room.report(room.author("ani"))
    return msgspec.structs.replace(incident, hazard=hazard, channel=channel, reported_at=FRIDAY, **changes)


@contextmanager
def holidays_in_use(*days: date) -> Iterator[None]:
    """Use the shipped profile with these holidays."""
    holidays = tuple(Holiday(date=day, name="Libur") for day in days)
    with regency_in_use(msgspec.structs.replace(shipped_regency(), holidays=holidays)):
        yield


def test_shipped_profile_is_valid_and_names_the_clocks_of_the_room():
    assert check_profile(shipped_regency()) == ()
    assert {"trc_departure", "sp4n_first_answer", "disposition_receipt", "call_back"} <= SHIPPED
    assert [clock.days for clock in chosen_clocks() if clock.code.startswith("sp4n")] == [5, 14, 60]


@pytest.mark.parametrize(
    ("days", "working", "end"),
    [
        (3, True, datetime(2026, 12, 2, 17, tzinfo=UTC)),  # the end of Wednesday, WIB
        (3, False, datetime(2026, 11, 30, 17, tzinfo=UTC)),
        (1, True, datetime(2026, 11, 30, 17, tzinfo=UTC)),
    ],
)
def test_limit_in_days_ends_with_the_local_day(days: int, working: bool, end: datetime):
    assert limit_end(FRIDAY, minutes=None, days=days, working=working) == end


@pytest.mark.parametrize(
    ("days", "end"),
    [
        (3, datetime(2026, 12, 4, 17, tzinfo=UTC)),  # without Monday and Tuesday: the end of Friday
        (1, datetime(2026, 12, 2, 17, tzinfo=UTC)),
    ],
)
def test_limit_in_working_days_leaves_out_holidays(days: int, end: datetime):
    with holidays_in_use(date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 5)):
        assert limit_end(FRIDAY, minutes=None, days=days, working=True) == end
        assert limit_end(FRIDAY, minutes=None, days=days, working=False) == FRIDAY.replace(hour=17) + days * DAY
    assert limit_end(FRIDAY, minutes=None, days=days, working=True) < end


def test_running_limit_moves_with_a_changed_holiday_and_a_limit_of_a_task_does_not():
    complaint = incident_of(Hazard.PUBLIC_SERVICE, Channel.SP4N_LAPOR)
    stored = task_limits(TaskKind.DISPOSITION, FRIDAY, "sp4n_information").due_at
    with holidays_in_use(date(2026, 12, 1)):
        (clock,) = running_clocks(complaint, FRIDAY)
        assert clock.due_at == datetime(2026, 12, 3, 17, tzinfo=UTC)
        assert task_limits(TaskKind.DISPOSITION, FRIDAY, "sp4n_information").due_at == stored + 3 * DAY
    (clock,) = running_clocks(complaint, FRIDAY)
    assert clock.due_at == datetime(2026, 12, 2, 17, tzinfo=UTC)


@given(
    start=st.integers(min_value=0, max_value=60 * 24 * 40),
    now=st.integers(min_value=0, max_value=60 * 24 * 60),
    limit=st.one_of(st.integers(1, 14), st.none()),
    working=st.booleans(),
    holidays=st.sets(st.integers(0, 60), max_size=25),
)
@example(start=0, now=14 * 60, limit=1, working=True, holidays=set())  # a midnight
def test_overdue_moment_agrees_with_the_end_of_the_limit(
    start: int, now: int, limit: int | None, working: bool, holidays: set[int]
):
    rule = ClockRule(
        code="c", waiting=frozenset(), days=limit, minutes=90 if limit is None else None, working=working
    )
    started_at, at = FRIDAY + timedelta(minutes=start), FRIDAY + timedelta(minutes=now)
    with holidays_in_use(*(FRIDAY.date() + each * DAY for each in holidays)):
        assert (started_at < rule.overdue_before(at)) is (rule.due_at(started_at) < at)


def test_limit_ends_with_a_list_of_holidays_that_is_full():
    days = tuple(FRIDAY.date() + each * DAY for each in range(MAX_HOLIDAYS))
    rule = ClockRule(code="c", waiting=frozenset(), days=366, working=True)
    with holidays_in_use(*days):
        end = rule.due_at(FRIDAY)
        assert end > FRIDAY + MAX_HOLIDAYS * DAY
        assert rule.overdue_before(end) <= FRIDAY < rule.overdue_before(end + DAY)


def test_first_answer_to_a_complaint_runs_until_it_is_verified():
    complaint = incident_of(Hazard.PUBLIC_SERVICE, Channel.SP4N_LAPOR)
    (clock,) = running_clocks(complaint, FRIDAY + timedelta(days=1))
    assert (clock.code, clock.is_overdue) == ("sp4n_first_answer", False)
    assert "lagi" in response_clock_text(clock)
    assert is_late(complaint, FRIDAY + timedelta(days=6))
    verified = msgspec.structs.replace(complaint, status=Status.VERIFIED)
    assert running_clocks(verified, FRIDAY) == ()
    assert running_clocks(incident_of(Hazard.PUBLIC_SERVICE), FRIDAY) == ()


def test_quick_response_departs_within_an_hour_of_a_message():
    message = incident_of(Hazard.LANDSLIDE, Channel.WHATSAPP)
    clock = next_clock(message, FRIDAY + timedelta(minutes=61))
    assert clock is not None
    assert (clock.code, clock.is_overdue, response_clock_text(clock)) == ("trc_departure", True, "61 dari 60 mnt")
    left = msgspec.structs.replace(message, status=Status.EN_ROUTE)
    assert next_clock(left, FRIDAY) is None


def test_clock_that_is_due_first_is_next():
    fire = incident_of(Hazard.FIRE)
    later = ClockSettings(code="close", name="Tutup", starts="report", stops="closed", minutes=600)
    with regency_in_use(eastern_regency(hazards=shipped_regency().hazards, clocks=(later,))):
        assert [clock.code for clock in running_clocks(fire, FRIDAY)] == ["arrival", "close"]


def test_task_has_the_limits_of_its_kind_or_of_a_chosen_clock():
    assert task_limits(TaskKind.ACTION, FRIDAY).due_at is None
    disposition = task_limits(TaskKind.DISPOSITION, FRIDAY)
    assert (disposition.receipt_due_at, disposition.due_at) == (FRIDAY + timedelta(minutes=30), None)
    call_back = task_limits(TaskKind.CALL_BACK, FRIDAY)
    assert (call_back.due_at, call_back.clock) == (FRIDAY + timedelta(hours=1), "call_back")
    chosen = task_limits(TaskKind.DISPOSITION, FRIDAY, "sp4n_dispute")
    assert (chosen.clock, chosen.due_at) == ("sp4n_dispute", datetime(2026, 12, 17, 17, tzinfo=UTC))
    with pytest.raises(NotPossible, match="unknown_clock"):
        task_limits(TaskKind.ACTION, FRIDAY, "trc_departure")


@pytest.mark.parametrize(
    "wrong",
    [
        {"stops": "receipt"},
        {"hazards": ("tsunami",)},
        {"channels": ("fax",)},
        {"minutes": None},
        {"days": 2},
    ],
)
def test_wrong_clock_is_found(wrong: dict[str, object]):
    clock = ClockSettings(code="c", name="C", starts="report", stops="closed", minutes=5)
    profile = msgspec.structs.replace(shipped_regency(), clocks=(msgspec.structs.replace(clock, **wrong),))
    (finding,) = check_profile(profile)
    assert finding.key == "clocks.c"
