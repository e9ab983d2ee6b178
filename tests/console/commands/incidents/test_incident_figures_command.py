"""`tabuah incident figures`: more kinds of damage, and people by group."""

from pathlib import Path

import pytest
from support.command_line import CommandLine


@pytest.fixture
def line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> CommandLine:
    return CommandLine(capsys, tmp_path / "data")


@pytest.fixture
def number(line: CommandLine) -> str:
    found: str = line.json("incident", "report", "--hazard", "banjir", "--title", "Banjir", "--nagari", "Koto Baru")[
        "number"
    ]
    return found


def test_figures_with_groups_are_shown_with_their_source(line: CommandLine, number: str):
    pairs = (
        "mengungsi=42",
        "mengungsi.laki_laki=20",
        "displaced_people.female=22",
        "lahan_m2=2500",
        "kerugian_rp=5000000",
    )
    line.json("incident", "figures", number, *(f"--set={pair}" for pair in pairs), "--source", "PMI")
    shown = line.json("incident", "show", number)
    assert shown["figures"] == {"displaced_people": 42, "farmland_m2": 2500, "loss_idr": 5_000_000}
    [stated] = shown["groups"]["displaced_people"]
    assert (stated["source"], stated["groups"], stated["agrees"]) == ("PMI", {"male": 20, "female": 22}, True)
    code, out, err = line("incident", "show", number)
    assert code == 0
    assert "0,25 ha" in out
    assert "laki-laki 20, perempuan 22 (PMI" in out
    assert "padahal" not in err


def test_sums_that_do_not_agree_are_kept_and_named(line: CommandLine, number: str):
    pairs = ("deaths=3", "deaths.male=1", "deaths.female=1")
    code, _out, err = line("incident", "figures", number, *(f"--set={pair}" for pair in pairs), "--source", "RSUD")
    assert code == 0
    assert "Meninggal: laki-laki + perempuan = 2 (RSUD), padahal jumlahnya 3" in err
    assert line.json("incident", "show", number)["groups"]["deaths"][0]["agrees"] is False


def test_named_public_facilities_beyond_the_total_are_named(line: CommandLine, number: str):
    pairs = ("public_facilities=4", "schools=2", "bridges=2")
    _code, _out, err = line("incident", "figures", number, *(f"--set={pair}" for pair in pairs), "--source", "BPBD")
    assert "padahal" not in err
    code, _out, err = line("incident", "figures", number, "--set=bridges=3", "--source", "PU")
    assert code == 0
    assert "Fasilitas umum: sekolah + jembatan = 5, padahal jumlahnya 4" in err


@pytest.mark.parametrize(
    "pair", ["houses_minor.male=1", "deaths.men=1", "deaths.male=x", "deaths.male=-1", f"deaths={'9' * 30}"]
)
def test_impossible_groups_are_refused(line: CommandLine, number: str, pair: str):
    code, _out, _err = line("incident", "figures", number, f"--set={pair}", "--source", "PMI")
    assert code == 2
