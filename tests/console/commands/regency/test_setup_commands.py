"""`tabuah setup export` and `import`: both values of a change, a full disk, and a computer without a server."""

from pathlib import Path

import pytest
from support.command_line import CommandLine


@pytest.fixture
def line(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    monkeypatch.setenv("TABUAH_PASSWORD", "gunung-talang-77")
    server = CommandLine(capsys, tmp_path / "data")
    server("server", "init")
    server("server", "user", "add", "rina", "--role", "admin", "--opd", "Diskominfo")
    return server


def test_setup_import_shows_both_values(line: CommandLine, tmp_path: Path):
    folder = tmp_path / "setup"
    line("setup", "export", str(folder))
    (folder / "users.csv").write_text("name,role,opd\nrina,admin,BPBD\n", "utf-8")
    code, out, _err = line("setup", "import", str(folder), "--dry-run")
    assert code == 0
    assert "rina:\n  opd: Diskominfo → BPBD\n" in out
    (change,) = line.json("setup", "import", str(folder), "--dry-run")["changes"]
    assert change["differences"] == [{"path": "opd", "before": "Diskominfo", "after": "BPBD"}]
