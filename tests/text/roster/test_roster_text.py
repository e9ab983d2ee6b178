"""Texts of the roster: who is on duty and why, and shifts in words."""

from datetime import UTC, datetime

import pytest

from tabuah.operations.people.authority import User
from tabuah.operations.people.roles import Role
from tabuah.operations.roster.duty import DutyBasis, OnDuty
from tabuah.operations.roster.entry_bodies import ShiftTime
from tabuah.operations.roster.problems import RosterProblem, RosterProblemCode
from tabuah.operations.roster.roster_table import COLUMNS, RowProblem, RowProblemCode
from tabuah.resources.localisation import set_language
from tabuah.text.incidents.closure import describe_second_person
from tabuah.text.roster.roster_columns import describe_row_problem, explain_roster_columns, roster_field_label
from tabuah.text.roster.roster_text import (
    crew_on_duty_text,
    describe_on_duty,
    describe_problem,
    describe_shift,
    duty_badge_text,
    explain_duty,
)

USERS = {"rina": User(name="rina", role=Role.SUPERVISOR, opd="BPBD", full_name="Rina Wati")}
START = datetime(2026, 11, 30, 1, tzinfo=UTC)
PLANNED = OnDuty(
    basis=DutyBasis.PLANNED, person="rina", full_name="Rina Wati", planned="rina", crew="Regu B", members=("budi",)
)


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("planned", ["", "rina"])
@pytest.mark.parametrize("basis", list(DutyBasis))
def test_every_rule_is_explained(language: str, basis: DutyBasis, planned: str):
    set_language(language)
    found = OnDuty(basis=basis, person="budi", planned=planned, crew="Regu B" if planned else "")
    assert describe_on_duty(found)
    assert duty_badge_text(found)
    assert bool(explain_duty(found, USERS)) is (basis is not DutyBasis.PLANNED)


def test_supervisor_on_duty_is_named_with_the_crew():
    assert describe_on_duty(PLANNED) == "Rina Wati (Regu B)"
    assert crew_on_duty_text(PLANNED, USERS) == "Regu B: Rina Wati (penyelia), budi"
    assert "Rina Wati (Regu B)" in describe_second_person(PLANNED, own=False)
    assert "pelaksana tugas" in describe_second_person(PLANNED, own=True)


@pytest.mark.parametrize(
    ("start", "minutes", "text"),
    [("08:00", 1440, "08.00–08.00 +1"), ("08:00", 720, "08.00–20.00"), ("20:30", 2880, "20.30–20.30 +2")],
)
def test_shift_is_written_with_the_days_that_it_lasts_longer(start: str, minutes: int, text: str):
    assert describe_shift(ShiftTime(day=1, start=start, minutes=minutes)) == text


@pytest.mark.parametrize("code", list(RosterProblemCode))
def test_every_problem_of_a_week_has_a_sentence(code: RosterProblemCode):
    problem = RosterProblem(week="2026-W49", shift="1T08:00", code=code, person="rina", other="Regu A")
    assert "{" not in describe_problem(problem, USERS)


@pytest.mark.parametrize("code", list(RowProblemCode))
def test_every_problem_of_a_row_has_a_sentence(code: RowProblemCode):
    assert "{" not in describe_row_problem(RowProblem(field="date", code=code, text="x"))


def test_every_column_is_explained_and_labelled():
    assert tuple(name for name, _text in explain_roster_columns()) == COLUMNS
    assert all(map(roster_field_label, COLUMNS))
