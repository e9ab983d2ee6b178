"""A reason that the journal cannot keep is refused with the command line, before anything is read or written."""

from pathlib import Path

import pytest
from support.command_line import CommandLine

from tabuah.operations.bounds import LONGEST_REASON

COMMANDS = (
    "station edit X --set name=Y",
    "station move X --at 100.6,-0.9",
    "station thresholds X --set siaga_1=3",
    "station import stasiun.csv",
    "station retire X",
    "station restore X",
    "station assign X --gateway none",
    "station detach X 1",
    "station maintain X",
    "unit retire X",
    "unit assign X --gateway none",
    "contact retire X",
    "contact restore X",
    "roster swap X",
    "roster clear X",
    "shift close",
    "alarm shelve X",
    "alarm end X",
    "disruption end X",
    "disruption resume X",
    "shelter close X",
    "held refuse X",
    "server profile .",
)


@pytest.mark.parametrize("command", COMMANDS)
def test_too_long_reason_is_refused_with_the_command_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, command: str
):
    line = CommandLine(capsys, tmp_path / "data")
    code, _out, err = line(*command.split(), "--reason", "x" * (LONGEST_REASON + 1))
    assert (code, "--reason" in err, "401" in err) == (2, True, True), err
    assert not line.data.exists()
