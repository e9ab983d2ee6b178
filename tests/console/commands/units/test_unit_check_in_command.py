"""`tabuah unit check-in` and `withdraw-check-in` on a console's own data, without a server."""

from pathlib import Path

import pytest
from support.command_line import CommandLine


@pytest.fixture
def line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> CommandLine:
    """Return a console with a flood, the crew TRC-1 on its way there, and DMK-1 at its post."""
    line = CommandLine(capsys, tmp_path / "data")
    line.json("unit", "register", "TRC-1", "--name", "TRC BPBD 1", "--opd", "BPBD", "--kind", "trc")
    line.json("unit", "register", "DMK-1", "--name", "Damkar", "--opd", "Damkar", "--kind", "Damkar")
    line.json("incident", "report", "--hazard", "banjir", "--title", "Banjir", "--at", "100.63,-0.80")
    number = line.json("incident", "list")[0]["number"]
    line.json("incident", "edit", number, "--set", "assignment=TRC-1")
    line.json("unit", "move", "TRC-1", "en_route", "--occurred-at", "2026-01-01T00:00")
    return line


def row(line: CommandLine, unit: str = "TRC-1") -> dict[str, object]:
    return next(each for each in line.json("unit", "list") if each["id"] == unit)


def test_check_in_ends_the_overdue_state_and_is_listed(line: CommandLine):
    assert (row(line)["check_in_at"], row(line)["check_in_overdue"]) == (None, True)
    assert [each["id"] for each in line.json("unit", "list", "--overdue")] == ["TRC-1"]
    assert "terlambat lapor" in line("unit", "list")[1]
    told = line.json("unit", "check-in", "trc-1", "--note", "semua aman", "--at", "100.64,-0.81")
    assert (told["check_in_overdue"], told["lon_deg"]) == (False, 100.64)
    assert told["check_in_at"] is not None
    assert line("unit", "list", "--overdue")[1].strip() == "Tidak ada regu yang terlambat lapor."
    (made,) = line.json("unit", "show", "TRC-1")["check_ins"]
    assert (made["note"], bool(made["incident"])) == ("semua aman", True)
    shown = line("unit", "show", "TRC-1")[1]
    assert "semua aman" in shown
    assert "lapor sebelum" in shown


def test_withdrawn_check_in_makes_the_crew_overdue_again(line: CommandLine):
    line.json("unit", "check-in", "TRC-1", "--nagari", "Koto Baru")
    told = line.json("unit", "withdraw-check-in", "TRC-1", "--reason", "regu lain")
    assert (told["check_in_overdue"], told["check_in_at"], told["lon_deg"]) == (True, None, None)
    code, _out, err = line("unit", "withdraw-check-in", "TRC-1", "--reason", "lagi")
    assert code != 0
    assert "TRC-1 tidak punya laporan itu." in err


def test_check_in_of_a_crew_at_its_post_needs_a_time(line: CommandLine):
    code, _out, err = line("unit", "check-in", "DMK-1")
    assert code != 0
    assert "DMK-1 tidak sedang bertugas" in err
    told = line.json("unit", "check-in", "DMK-1", "--occurred-at", "2026-01-01T00:00")
    assert told["check_in_due_at"] is None


@pytest.mark.parametrize(
    "wrong",
    [
        ("check-in", "TRC-9"),
        ("check-in", "TRC-1", "--at", "100.7,-0.9", "--nagari", "Koto Baru"),
        ("check-in", "TRC-1", "--occurred-at", "2099-01-01T00:00"),
        ("withdraw-check-in", "TRC-1"),
        ("list", "--overdue", "--near", "SLK-0001"),
    ],
)
def test_check_in_commands_reject_invalid_use(line: CommandLine, wrong: tuple[str, ...]):
    code, _out, err = line("unit", *wrong)
    assert code in (2, 4, 5)
    assert err
    assert line.json("unit", "show", "TRC-1")["check_ins"] == []
