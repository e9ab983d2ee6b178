"""`tabuah bundle …`: output, and exit codes for invalid files."""

from pathlib import Path

import pytest
from support.command_line import CommandLine

REPORT = ("incident", "report", "--hazard", "banjir", "--title", "Banjir", "--at", "100.62,-0.86")


@pytest.fixture
def posko(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> CommandLine:
    """A laptop without a log-in."""
    return CommandLine(capsys, tmp_path / "posko")


@pytest.fixture
def tamu(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> CommandLine:
    """A second laptop without a log-in."""
    return CommandLine(capsys, tmp_path / "tamu")


def test_bundle_before_log_in_waits_for_enrolment(posko: CommandLine, tamu: CommandLine, tmp_path: Path):
    file = str(tmp_path / "kiriman.tabuah")
    number = posko.json(*REPORT, "--caller", "Pak Rusdi")["number"]
    code, out, err = posko("bundle", "export", file)
    assert (code, "1 entri" in out) == (0, True)
    assert "1 foto dan data pribadi tetap di sini: masuk dan sinkronkan sekali" in err
    code, out, err = tamu("bundle", "import", file)
    assert (code, "1 entri baru" in out) == (0, True)
    assert "menunggu perangkat didaftarkan" in err
    (carried,) = tamu.json("bundle", "list")
    assert (carried["tag"], carried["entries"], carried["state"]) == (number[4:8], 1, "unknown_device")
    assert tamu.json("incident", "list") == []
    assert (tamu.json("status")["carried"], tamu.json("status")["pending"]) == (1, 0)


def test_bundle_export_summarises_content(posko: CommandLine, tmp_path: Path):
    posko(*REPORT)
    file = tmp_path / "kiriman.tabuah"
    written = posko.json("bundle", "export", str(file))
    assert written == {
        "file": str(file),
        "bytes": file.stat().st_size,
        "entries": 1,
        "devices": 1,
        "photos": 0,
        "records": 0,
        "sealed_for": [],
        "left_out": 0,
    }


def test_bundle_export_works_without_entries(posko: CommandLine, tamu: CommandLine, tmp_path: Path):
    file = str(tmp_path / "kosong.tabuah")
    assert posko.json("bundle", "export", file)["entries"] == 0
    assert tamu.json("bundle", "import", file)["new"] == 0


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"<html>404</html>", "halaman web"), (b"PK\x03\x04zip", "arsip ZIP"), (b"TABUAH-BUNDLE/9\n", "versi Tabuah")],
)
def test_bundle_import_exits_2_for_other_file(tamu: CommandLine, tmp_path: Path, content: bytes, told: str):
    file = tmp_path / "kiriman.tabuah"
    file.write_bytes(content)
    code, out, err = tamu("bundle", "import", str(file))
    assert (code, out) == (2, "")
    assert told in err
    assert "idak ada yang diimpor" in err


def test_bundle_import_exits_2_for_truncated_file(posko: CommandLine, tamu: CommandLine, tmp_path: Path):
    posko(*REPORT)
    file = tmp_path / "kiriman.tabuah"
    posko("bundle", "export", str(file))
    file.write_bytes(file.read_bytes()[:-1])
    assert tamu("bundle", "import", str(file))[0] == 2
    assert tamu.json("bundle", "list") == []


def test_bundle_export_never_overwrites_own_data(posko: CommandLine):
    posko(*REPORT)
    code, _out, err = posko("bundle", "export", str(posko.data / "cache.gpkg"))
    assert (code, "termasuk data Tabuah" in err) == (2, True)
    assert len(posko.json("incident", "list")) == 1


def test_bundle_export_reports_missing_folder(posko: CommandLine, tmp_path: Path):
    code, _out, err = posko("bundle", "export", str(tmp_path / "tidak" / "ada.tabuah"))
    assert (code, "tidak dapat ditulis" in err) == (2, True)


def test_bundle_journal_export_requires_server(posko: CommandLine, tmp_path: Path):
    code, _out, err = posko("bundle", "export", str(tmp_path / "x.tabuah"), "--after", "0")
    assert (code, "sinkronkan sekali" in err) == (2, True)


def test_server_bundle_import_keeps_deferred_entries(
    posko: CommandLine, capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    posko(*REPORT)
    file = str(tmp_path / "kiriman.tabuah")
    posko("bundle", "export", file)
    server = CommandLine(capsys, tmp_path / "server")
    server("server", "init")
    for _twice in range(2):
        code, out, err = server("server", "bundle-import", file)
        assert (code, "0 entri diterima" in out) == (0, True)
        assert "menunggu di sini sampai perangkat didaftarkan" in err
    (waiting,) = server.json("server", "bundle-import", file)["waiting"]
    assert (waiting["entries"], waiting["reason"]) == (1, "unknown_device")
