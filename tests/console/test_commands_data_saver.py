"""`tabuah data-saver`, and what `status` says about the line."""

from pathlib import Path

import pytest
from command_lines import Line


@pytest.fixture
def tabuah(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Line:
    return Line(capsys, tmp_path / "data")


def test_it_is_off_until_somebody_switches_it_on(tabuah: Line):
    assert tabuah.json("data-saver") == {"data_saver": False, "stations": []}
    assert tabuah.json("status")["data_saver"] is False
    on = tabuah.json("data-saver", "on", "--station", "SLK-AWLR-01", "--station", "SLK-AWLR-01")
    assert on == {"data_saver": True, "stations": ["SLK-AWLR-01"]}
    assert tabuah.json("status")["data_saver"] is True
    _code, out, _err = tabuah("data-saver")
    assert "SLK-AWLR-01" in out
    assert tabuah.json("data-saver", "off") == {"data_saver": False, "stations": ["SLK-AWLR-01"]}


def test_anything_else_than_on_and_off_is_bad_input(tabuah: Line):
    code, _out, err = tabuah("data-saver", "mungkin")
    assert code == 2
    assert err


def test_status_says_how_much_waits(tabuah: Line):
    assert tabuah.json("status")["pending_bytes"] == 0
    tabuah("incident", "report", "--hazard", "flood", "--title", "Banjir", "--nagari", "Koto Baru")
    waiting = tabuah.json("status")
    assert waiting["pending"] == 1
    assert waiting["pending_bytes"] > 500
    _code, out, _err = tabuah("status")
    assert "kB" in out
