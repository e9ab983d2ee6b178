"""`tabuah roster import`, `export` and `template`: shifts in CSV and XLSX files."""

from pathlib import Path

import pytest
from support.command_line import CommandLine

from tabuah.console.commands.exit_codes import ExitCode
from tabuah.operations.import_table import TableRow
from tabuah.operations.people.authority import User
from tabuah.operations.people.roles import Role
from tabuah.operations.roster.roster_table import plan_roster_import

HEAD = "tanggal;mulai;lama jam;regu;penyelia;anggota;catatan"


@pytest.fixture
def line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> CommandLine:
    return CommandLine(capsys, tmp_path / "data")


def write(path: Path, *rows: str) -> str:
    path.write_text("\n".join((HEAD, *rows)), "utf-8")
    return str(path)


def test_roster_import_plans_the_shifts_of_a_file_once(line: CommandLine, tmp_path: Path):
    file = write(
        tmp_path / "piket.csv",
        "2026-12-07;08:00;24;Regu A;rina;budi | sari;siaga banjir",
        "08-12-2026;;;Regu B;yusuf;;",
        "09/12/2026;7.30;12,5;Regu C;dewi;;",
    )
    dry = line.json("roster", "import", file, "--dry-run")
    assert (dry["new"], dry["written"], line.json("roster", "show", "--week", "2026-W50")["shifts"][0]["crew"]) == (
        *(3, False),
        None,
    )
    assert line.json("roster", "import", file)["written"]
    shifts = line.json("roster", "show", "--week", "2026-W50")["shifts"]
    assert [(s["shift"], s["crew"], s["members"], s["note"]) for s in shifts[:3]] == [
        ("1T08:00", "Regu A", ["budi", "sari"], "siaga banjir"),
        ("2T08:00", "Regu B", [], ""),
        ("3T07:30", "Regu C", [], ""),
    ]
    assert shifts[2]["ends_at"] == "2026-12-09T13:00:00Z"
    assert line.json("roster", "import", file)["unchanged"] == 3


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_exported_roster_is_unchanged_when_it_is_imported(line: CommandLine, tmp_path: Path, suffix: str):
    line.json("roster", "set", "2026-12-07", "--crew", "=Regu A", "--supervisor", "rina", "--note", "a;b, c")
    line.json("roster", "set", "2026-12-14", "--crew", "Regu B", "--supervisor", "yusuf", "--member", "budi")
    file = tmp_path / f"piket{suffix}"
    assert line.json("roster", "export", str(file))["shifts"] == 2
    assert line.json("roster", "import", str(file))["unchanged"] == 2
    assert line.json("roster", "export", str(file), "--week", "2026-W50")["shifts"] == 1


def test_roster_import_refuses_bad_lines_by_line_and_saves_nothing(line: CommandLine, tmp_path: Path):
    file = write(
        tmp_path / "piket.csv",
        "2026-13-07;08:00;24;Regu A;rina;;",
        "2026-12-07;25:00;24;Regu A;rina;;",
        "2026-12-07;08:00;49;Regu A;rina;;",
        "2026-12-07;08:00;24;;rina;;",
        f"2026-12-07;08:00;24;{'x' * 81};rina, yusuf;;",
        "2026-12-09;08:00;24;Regu A;rina;;",
        "2026-12-09;08:00;24;Regu B;yusuf;;",
    )
    code, out, _err = line("roster", "import", file, "--json")
    assert code == ExitCode.BAD_INPUT
    for word in ("date_unreadable", "start_unreadable", "hours_unreadable", "missing", "too_long", "one_supervisor"):
        assert word in out
    assert "repeated" in out
    assert line("roster", "import", file)[0] == ExitCode.BAD_INPUT
    assert {s["crew"] for s in line.json("roster", "show", "--week", "2026-W50")["shifts"]} == {None}
    assert line.json("roster", "import", file, "--valid-only")["written"]
    assert line.json("roster", "show", "--week", "2026-W50")["shifts"][2]["crew"] == "Regu A"


def test_roster_import_finds_people_by_full_name_and_refuses_unknown_and_locked():
    users = {
        "rina": User(name="rina", role=Role.SUPERVISOR, opd="BPBD", full_name="Rina Wati"),
        "budi": User(name="budi", role=Role.OPERATOR, opd="BPBD", active=False),
    }
    cells = {"date": "2026-12-07", "crew": "Regu A", "supervisor": "RINA  wati", "members": "budi | joni"}
    row = plan_roster_import([TableRow(line=2, cells=cells)], {}, users).rows[0]
    assert row.planned.crew.supervisor == "rina"
    assert [(each.code, each.text) for each in row.problems] == [("locked", "budi"), ("unknown_user", "joni")]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_roster_template_is_explained_and_empty(line: CommandLine, tmp_path: Path, suffix: str):
    file = tmp_path / f"templat{suffix}"
    line.json("roster", "template", str(file))
    assert line.json("roster", "import", str(file))["rows"] == []


def test_roster_import_names_missing_columns(line: CommandLine, tmp_path: Path):
    file = tmp_path / "piket.csv"
    file.write_text("tanggal;regu\n2026-12-07;Regu A", "utf-8")
    code, _out, err = line("roster", "import", str(file))
    assert code == ExitCode.BAD_INPUT
    assert "supervisor" in err
    assert "tabuah roster template" in err
