"""`tabuah unit request-help`, `acknowledge-help` and `end-help` on a console's own data, without a server."""

from pathlib import Path

import pytest
from support.command_line import CommandLine


@pytest.fixture
def line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> CommandLine:
    line = CommandLine(capsys, tmp_path / "data")
    line.json("unit", "register", "TRC-1", "--name", "TRC BPBD 1", "--opd", "BPBD", "--kind", "trc")
    line.json("incident", "report", "--hazard", "banjir", "--title", "Banjir", "--at", "100.63,-0.80")
    number = line.json("incident", "list")[0]["number"]
    line.json("incident", "edit", number, "--set", "assignment=TRC-1")
    line.json("unit", "move", "TRC-1", "on_scene")
    return line


def test_request_for_help_is_listed_acknowledged_by_name_and_ended(line: CommandLine):
    told = line.json("unit", "request-help", "trc-1", "--note", "perahu terbalik", "--at", "100.64,-0.81")
    assert (told["help_at"] is not None, told["help_acknowledged_by"], told["lon_deg"]) == (True, None, 100.64)
    assert "MINTA PERTOLONGAN" in line("unit", "list")[1]
    told = line.json("unit", "acknowledge-help", "TRC-1")
    assert told["help_acknowledged_by"]
    shown = line.json("unit", "show", "TRC-1")["help"]
    assert [(each["note"], bool(each["incident"])) for each in shown] == [("perahu terbalik", True)]
    assert f"ditangani {told['help_acknowledged_by']}" in line("unit", "show", "TRC-1")[1]
    assert line("unit", "end-help", "TRC-1", "--reason", "dijemput DMK-1")[0] == 0
    assert line.json("unit", "list")[0]["help_at"] is None
    number = line.json("incident", "list")[0]["number"]
    texts = [event["text"] for event in line.json("incident", "show", number)["timeline"]]
    assert texts[-3:] == [
        "TRC-1: MINTA PERTOLONGAN (perahu terbalik)",
        "TRC-1: permintaan pertolongan ditanggapi",
        "TRC-1: permintaan pertolongan diakhiri (dijemput DMK-1)",
    ]


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        (("request-help", "TRC-9"), "TRC-9"),
        (("acknowledge-help", "TRC-1"), "tidak sedang meminta pertolongan"),
        (("end-help", "TRC-1", "--reason", "aman"), "tidak sedang meminta pertolongan"),
        (("end-help", "TRC-1"), "--reason"),
    ],
)
def test_help_commands_reject_invalid_use(line: CommandLine, wrong: tuple[str, ...], text: str):
    code, _out, err = line("unit", *wrong)
    assert code in (2, 4, 5)
    assert text in err


def test_unit_that_asks_for_help_is_not_retired(line: CommandLine):
    number = line.json("incident", "list")[0]["number"]
    line.json("incident", "edit", number, "--set", "assignment=")
    line.json("unit", "request-help", "TRC-1")
    code, _out, err = line("unit", "retire", "TRC-1", "--reason", "bubar")
    assert code != 0
    assert "TRC-1 meminta pertolongan." in err
