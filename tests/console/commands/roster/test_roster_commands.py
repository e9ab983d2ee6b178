"""`tabuah roster` on a console's own data, without a server."""

from pathlib import Path

import pytest
from support.command_line import CommandLine

from tabuah.console.commands.exit_codes import ExitCode
from tabuah.resources.localisation import set_language

MONDAY, TUESDAY = "2026-11-30", "2026-12-01"
WEEK, NEXT = "2026-W49", "2026-W50"
CREW_A = ("--crew", "Regu A", "--supervisor", "rina", "--member", "budi")
CREW_B = ("--crew", "Regu B", "--supervisor", "yusuf")


@pytest.fixture
def line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> CommandLine:
    return CommandLine(capsys, tmp_path / "data")


@pytest.fixture
def planned(line: CommandLine) -> CommandLine:
    line.json("roster", "set", MONDAY, *CREW_A)
    line.json("roster", "set", TUESDAY, *CREW_B)
    return line


def crews(line: CommandLine, week: str = WEEK) -> list[str | None]:
    return [shift["crew"] for shift in line.json("roster", "show", "--week", week)["shifts"]]


def test_roster_set_plans_a_day_of_24_hours(planned: CommandLine):
    first = planned.json("roster", "show", "--week", WEEK)["shifts"][0]
    assert (first["starts_at"], first["ends_at"]) == ("2026-11-30T01:00:00Z", "2026-12-01T01:00:00Z")
    assert (first["crew"], first["supervisor"], first["members"]) == ("Regu A", "rina", ["budi"])


def test_roster_set_takes_the_people_of_the_crew_as_planned_last(planned: CommandLine):
    planned.json("roster", "set", "2026-12-03", "--crew", "regu a")
    assert planned.json("roster", "show", "--week", WEEK)["shifts"][3]["members"] == ["budi"]
    code, _out, err = planned("roster", "set", "2026-12-04", "--crew", "Regu C")
    assert code == ExitCode.BAD_INPUT
    assert "Regu C" in err


def test_roster_now_names_the_supervisor_by_the_shift(planned: CommandLine):
    early, late = ("2026-12-01T07:59", "2026-12-01T08:00")
    assert planned.json("roster", "now", "--at", early)["person"] == "rina"
    assert planned.json("roster", "now", "--at", late)["crew"] == "Regu B"
    nobody = planned.json("roster", "now", "--at", "2026-12-05T08:00")
    assert (nobody["basis"], nobody["person"]) == ("nobody", "")
    _code, out, _err = planned("roster", "now", "--at", "2026-12-05T08:00")
    assert "semua penyelia diminta" in out


def test_status_names_the_supervisor_on_duty(line: CommandLine):
    assert line.json("status")["on_duty"]["basis"] == "nobody"
    assert "semua penyelia diminta" in line("status")[1]


def test_roster_swap_exchanges_two_days_and_undo_puts_one_back(planned: CommandLine):
    planned.json("roster", "swap", MONDAY, "--with", TUESDAY, "--reason", "acara keluarga")
    assert crews(planned)[:2] == ["Regu B", "Regu A"]
    assert planned.json("roster", "show", "--week", WEEK)["shifts"][0]["swapped"] == "acara keluarga"
    planned.json("roster", "undo", MONDAY)
    assert crews(planned)[:2] == ["Regu A", "Regu A"]


def test_roster_swap_gives_a_shift_to_another_person(planned: CommandLine):
    planned.json("roster", "swap", MONDAY, "--supervisor", "dewi", "--reason", "sakit")
    first = planned.json("roster", "show", "--week", WEEK)["shifts"][0]
    assert (first["crew"], first["supervisor"], first["members"]) == ("Regu A", "dewi", ["budi"])


@pytest.mark.parametrize("arguments", [("--reason", "x"), ("--with", TUESDAY, "--crew", "Regu B", "--reason", "x")])
def test_roster_swap_needs_one_kind_of_replacement(planned: CommandLine, arguments: tuple[str, ...]):
    assert planned("roster", "swap", MONDAY, *arguments)[0] == ExitCode.BAD_INPUT


def test_roster_copy_plans_the_next_week_and_keeps_its_shifts(planned: CommandLine):
    planned.json("roster", "set", "2026-12-07", *CREW_B)
    told = planned.json("roster", "copy", "--from", WEEK, "--to", NEXT)
    assert told == {"from": WEEK, "to": NEXT, "planned": 1, "kept": 1}
    assert crews(planned, NEXT)[:3] == ["Regu B", "Regu B", None]


def test_roster_clear_empties_a_shift_or_a_week(planned: CommandLine):
    planned.json("roster", "clear", MONDAY)
    assert crews(planned)[:2] == [None, "Regu B"]
    planned.json("roster", "clear", "--week", WEEK)
    assert set(crews(planned)) == {None}
    assert planned("roster", "clear")[0] == ExitCode.BAD_INPUT


def test_roster_shifts_of_other_hours_are_named_by_their_start(line: CommandLine):
    for start, crew in (("8", CREW_A), ("20.00", CREW_B)):
        line.json("roster", "set", MONDAY, "--start", start, "--hours", "12", *crew)
    assert [s["shift"] for s in line.json("roster", "show", "--week", WEEK)["shifts"][:2]] == ["1T08:00", "1T20:00"]
    code, _out, err = line("roster", "clear", MONDAY)
    assert code == ExitCode.BAD_INPUT
    assert "--start 20:00" in err
    line.json("roster", "clear", MONDAY, "--start", "20")
    assert crews(line)[:2] == ["Regu A", None]


@pytest.mark.parametrize(
    "arguments",
    [
        ("show", "--week", "2026-W54"),
        ("set", "2026-13-01", *CREW_A),
        ("set", MONDAY, "--start", "25:00", *CREW_A),
        ("set", MONDAY, "--crew", "x" * 81, "--supervisor", "rina"),
        ("undo", MONDAY),
        ("settle", MONDAY, "--take", "1"),
        ("settle", MONDAY, "--take", "current"),
        ("copy",),
    ],
)
def test_roster_input_that_cannot_be_used_is_refused(line: CommandLine, arguments: tuple[str, ...]):
    code, _out, err = line("roster", *arguments)
    assert code in (ExitCode.BAD_INPUT, ExitCode.REFUSED)
    assert err


def test_roster_is_printed_in_both_languages(planned: CommandLine):
    assert "Regu A" in planned("roster", "show", "--week", WEEK)[1]
    set_language("en")
    assert "Week 49 of 2026" in planned("roster", "show", "--week", WEEK)[1]
