"""`tabuah data-saver`, and the data saver in `status`."""

from pathlib import Path

import pytest
from support.command_line import CommandLine


@pytest.fixture
def tabuah(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return CommandLine(capsys, tmp_path / "data")


def test_data_saver_is_off_by_default(tabuah: CommandLine):
    assert tabuah.json("data-saver") == {"data_saver": False, "stations": []}
    assert tabuah.json("status")["data_saver"] is False
    on = tabuah.json("data-saver", "on", "--station", "SLK-AWLR-01", "--station", "SLK-AWLR-01")
    assert on == {"data_saver": True, "stations": ["SLK-AWLR-01"]}
    assert tabuah.json("status")["data_saver"] is True
    _code, out, _err = tabuah("data-saver")
    assert "SLK-AWLR-01" in out
    assert tabuah.json("data-saver", "off") == {"data_saver": False, "stations": ["SLK-AWLR-01"]}


def test_data_saver_accepts_only_on_and_off(tabuah: CommandLine):
    code, _out, err = tabuah("data-saver", "mungkin")
    assert code == 2
    assert err


def test_status_reports_pending_work(tabuah: CommandLine):
    assert tabuah.json("status")["pending_bytes"] == 0
    tabuah("incident", "report", "--hazard", "flood", "--title", "Banjir", "--nagari", "Koto Baru")
    waiting = tabuah.json("status")
    assert waiting["pending"] == 1
    assert waiting["pending_bytes"] > 500
    _code, out, _err = tabuah("status")
    assert "kB" in out
