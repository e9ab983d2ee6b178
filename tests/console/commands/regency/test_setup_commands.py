"""`tabuah setup export` and `import`: both values of a change, a full disk, and a computer without a server."""

import errno
from pathlib import Path

import pytest
from support.command_line import CommandLine
from support.notice_settings import MESSAGES_TOML, NOTICES_TOML

from tabuah.server.regency import setup_folder


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


def test_export_on_a_full_disk_leaves_the_earlier_one(
    line: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def fail(_path: Path, _text: str) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    line("setup", "export", str(tmp_path / "setup"))
    earlier = contents(tmp_path / "setup")
    line("server", "user", "add", "budi", "--role", "field", "--opd", "BPBD")
    monkeypatch.setattr(setup_folder, "_write_text", fail)
    for folder in (tmp_path / "new", tmp_path / "setup"):
        code, _out, err = line("setup", "export", str(folder))
        assert code != 0
        assert "disk penuh" in err
        assert err.count("Tidak ada yang diubah") == 1
    assert not (tmp_path / "new").exists()
    assert contents(tmp_path / "setup") == earlier


def test_export_deletes_files_that_the_setup_no_longer_has(line: CommandLine, tmp_path: Path):
    line("setup", "export", str(tmp_path / "setup"))
    first = contents(tmp_path / "setup")
    (tmp_path / "setup" / "stations" / "OLD-1.toml").write_text("", "utf-8")
    (tmp_path / "setup" / "gateways.toml").write_text("", "utf-8")
    (tmp_path / "setup" / "README.md").write_text("ours", "utf-8")
    line("setup", "export", str(tmp_path / "setup"))
    assert contents(tmp_path / "setup") == {**first, "README.md": b"ours"}


@pytest.mark.parametrize("command", ["export", "import"])
def test_setup_on_another_computer_names_the_server(line: CommandLine, tmp_path: Path, command: str):
    line("setup", "export", str(tmp_path / "setup"))
    line.data = tmp_path / "laptop"
    code, _out, err = line("setup", command, str(tmp_path / "setup"))
    assert code != 0
    assert "komputer server" in err
    assert "server init" not in err


def test_broken_settings_are_named_by_an_export(line: CommandLine, tmp_path: Path):
    (line.data / "server.toml").write_text('port = "x"\n', "utf-8")
    code, _out, err = line("setup", "export", str(tmp_path / "setup"))
    assert code == 2
    assert "port" in err
    assert "semua data aman" in err
    assert not (tmp_path / "setup").exists()


def test_setup_names_withheld_secrets_and_missing_files(line: CommandLine, tmp_path: Path):
    folder = tmp_path / "setup"
    (line.data / "notices.toml").write_text(NOTICES_TOML, "utf-8")
    (line.data / "messages.toml").write_text(MESSAGES_TOML, "utf-8")
    code, out, _err = line("setup", "export", str(folder))
    assert code == 0
    assert "tidak diekspor: channel.sms.headers.Authorization." in out
    exported = line.json("setup", "export", str(folder))
    assert exported["withheld"] == ["channel.sms.headers.Authorization"]
    text = (folder / "notices.toml").read_text("utf-8")
    text = text.replace("messages = 10", "messages = 12").replace("{withheld}", "Bearer kunci-baru-4711")
    (folder / "notices.toml").write_text(text, "utf-8")
    record = line.json("setup", "import", str(folder), "--dry-run")
    assert record["missing_files"] == ["imap-password", "smtp-password"]
    code, out, _err = line("setup", "import", str(folder))
    assert code == 0
    assert "limits.messages: 10 → 12\n" in out
    assert "channel.sms.headers.Authorization: berubah" in out
    assert "4711" not in out
    assert "imap-password, smtp-password" in out
    assert "mulai ulang server" in out
    assert "Bearer kunci-baru-4711" in (line.data / "notices.toml").read_text("utf-8")


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
