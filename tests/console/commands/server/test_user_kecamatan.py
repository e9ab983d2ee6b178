"""The kecamatan of a user: set, changed and taken away by command; a bad code changes nothing."""

from pathlib import Path

import pytest
from support.command_line import CommandLine


@pytest.fixture
def line(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    monkeypatch.setenv("TABUAH_PASSWORD", "batang-lembang-kubung")
    line = CommandLine(capsys, tmp_path / "server")
    assert line("server", "init")[0] == 0
    return line


def test_kecamatan_of_a_user_is_set_changed_and_taken_away(line: CommandLine):
    add = ("server", "user", "add", "budi", "--role", "field", "--opd", "Damkar", "--kecamatan", "13.02.07")
    assert line.json(*add)["kecamatan"] == "13.02.07"
    for code in ("13.02.09", ""):
        line("server", "user", "edit", "budi", "--kecamatan", code, "--reason", "pindah")
        assert [user["kecamatan"] for user in line.json("server", "user", "list")] == [code]


@pytest.mark.parametrize("code", ["Kubung", "13.02", "13.02.07.2004", "١٣.٠٢.٠٧", "13.02.07\n"])
def test_bad_code_of_a_kecamatan_is_refused(line: CommandLine, code: str):
    add = ("server", "user", "add", "budi", "--role", "field", "--opd", "Damkar", "--kecamatan", code)
    exit_code, _out, err = line(*add)
    assert (exit_code, line.json("server", "user", "list")) == (2, [])
    assert "13.02.07" in err
