"""`tabuah keys`."""

from pathlib import Path

import pytest
from support.command_line import CommandLine

from tabuah.console.commands.exit_codes import ExitCode
from tabuah.console.window.shell.actions import BY_ID


@pytest.fixture
def line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return CommandLine(capsys, tmp_path / "data")


def test_keys_lists_the_table_of_actions(line: CommandLine):
    records = {record["id"]: record for record in line.json("keys")}
    assert set(records) == set(BY_ID)
    assert records["help"]["keys"] == ["F1"]
    assert "Ctrl+Shift+S" in line("keys")[1]


def test_keys_pdf_is_written_without_a_console(line: CommandLine, tmp_path: Path):
    file = tmp_path / "keys.pdf"
    assert line.json("keys", "--pdf", str(file)) == {"file": str(file)}
    assert file.read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("name", ["none/keys.pdf", "."])
def test_keys_pdf_that_cannot_be_written_is_bad_input(line: CommandLine, tmp_path: Path, name: str):
    code, _out, err = line("keys", "--pdf", str(tmp_path / name))
    assert code != ExitCode.DONE
    assert err
