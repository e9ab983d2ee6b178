"""`tabuah station attach`, `files` and `detach`: accepted and rejected files, and output."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.command_line import CommandLineConsole
from support.console_stores import add_users
from support.enrolled_console import enrolled_console
from support.photo_samples import SECRET, photo_file
from support.station_file_samples import GAUGE, registration_draft

from tabuah.operations.people.roles import Role
from tabuah.server.journal import ServerJournal
from tabuah.storage.blobs.store import MAX_BLOB_BYTES


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[ServerJournal]:
    with ServerJournal.open(tmp_path / "server") as journal:
        add_users(journal, budi=Role.FIELD, citra=Role.VIEWER)
        journal.append_drafts([registration_draft()])
        yield journal


@pytest.fixture
def console(journal: ServerJournal, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLineConsole:
    return enrolled_console(journal, tmp_path, capsys, "budi")


def sheet_file(folder: Path, name: str = "kalibrasi.pdf") -> str:
    file = folder / name
    file.write_bytes(b"%PDF-1.4 " + name.encode() + b" %%EOF")
    return str(file)


def files_of(console: CommandLineConsole, *options: str) -> list[dict]:
    return console.json("station", "files", GAUGE.code, *options)


def test_station_files_are_attached_together_and_listed(console: CommandLineConsole, tmp_path: Path):
    photo, sheet = str(photo_file(tmp_path)), sheet_file(tmp_path)
    told = console.json("station", "attach", GAUGE.code.lower(), photo, sheet, "--topic", "mounting")
    assert [(file["station"], file["topic"]) for file in told] == [(GAUGE.code, "mounting")] * 2
    newest, first = files_of(console)
    assert (first["name"], first["by"], first["state"], first["removed"]) == (
        *("IMG_2041.jpg", "budi", "waits_upload"),
        None,
    )
    assert (newest["name"], newest["sha256"]) == ("kalibrasi.pdf", told[1]["sha256"])
    kept = [file.read_bytes() for file in (console.directory / "blobs").iterdir() if file.is_file()]
    assert len(kept) == 3, "the photo, its small picture, and the sheet"
    assert not any(SECRET in content for content in kept)


def test_station_files_show_topic_and_author(console: CommandLineConsole, tmp_path: Path):
    assert "kalibrasi.pdf" in console.run(
        "station", "attach", GAUGE.code, sheet_file(tmp_path), "--topic", "calibration", "--caption", "Lembar 2026"
    )
    listed = console.run("station", "files", GAUGE.code)
    assert all(word in listed for word in ("Kalibrasi", "Lembar 2026", "budi", "menunggu dikirim"))
    assert console.json("station", "show", GAUGE.code)["files"] == 1
    assert "Foto dan dokumen" in console.run("station", "show", GAUGE.code)


def test_station_without_files_says_so(console: CommandLineConsole):
    assert "Belum ada" in console.run("station", "files", GAUGE.code)
    assert files_of(console) == []


def test_removed_station_file_is_listed_with_reason(console: CommandLineConsole, tmp_path: Path):
    console.run("station", "attach", GAUGE.code, sheet_file(tmp_path))
    console.run("station", "detach", GAUGE.code, "Kalibrasi.PDF", "--reason", "usang")
    assert files_of(console) == []
    (removed,) = files_of(console, "--all")
    assert (removed["removed"]["by"], removed["removed"]["reason"]) == ("budi", "usang")
    assert "dihapus oleh budi: usang" in console.run("station", "files", GAUGE.code, "--all")
    console.run("station", "attach", GAUGE.code, sheet_file(tmp_path))  # it can be attached again
    assert len(files_of(console)) == 1


def test_station_files_match_by_name_or_hash(console: CommandLineConsole, tmp_path: Path):
    (tmp_path / "lain").mkdir()
    console.run("station", "attach", GAUGE.code, sheet_file(tmp_path))
    other = tmp_path / "lain" / "kalibrasi.pdf"
    other.write_bytes(b"%PDF-1.4 lain %%EOF")
    (told,) = console.json("station", "attach", GAUGE.code, str(other))
    console.run("station", "detach", GAUGE.code, "kalibrasi.pdf", "--reason", "x", code=2)
    assert "Beberapa berkas" in console.errors
    console.run("station", "detach", GAUGE.code, told["sha256"][:4], "--reason", "x", code=2)
    assert (
        console.json("station", "detach", GAUGE.code, told["sha256"][:8], "--reason", "x")["name"] == "kalibrasi.pdf"
    )
    console.run("station", "detach", GAUGE.code, "tidak-ada.pdf", "--reason", "x", code=2)
    console.run("station", "detach", GAUGE.code, "kalibrasi.pdf", "--reason", "  ", code=2)
    assert len(files_of(console)) == 1


def test_unknown_station_accepts_no_file(console: CommandLineConsole, tmp_path: Path):
    for arguments in (("attach", "SLK-X", sheet_file(tmp_path)), ("files", "SLK-X")):
        console.run("station", *arguments, code=2)
        assert "SLK-X" in console.errors
    assert console.json("status")["pending"] == 0


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("foto.jpg", b"MZ\x90\0" + bytes(99), "program"),
        ("foto.jpg", b"\xff\xd8\xff\xe0 rusak", "rusak"),
        ("kosong.pdf", b"", "kosong"),
        ("besar.pdf", None, "50 MB"),
    ],
)
def test_station_attach_is_all_or_nothing(
    console: CommandLineConsole, tmp_path: Path, name: str, content: bytes | None, told: str
):
    bad = tmp_path / name
    bad.write_bytes(content if content is not None else b"%PDF-1.4")
    if content is None:
        with bad.open("rb+") as file:
            file.truncate(MAX_BLOB_BYTES + 1)
    console.run("station", "attach", GAUGE.code, sheet_file(tmp_path), str(bad), code=2)
    assert told in console.errors
    assert files_of(console) == []


def test_station_attach_rejects_attached_file(console: CommandLineConsole, tmp_path: Path):
    console.run("station", "attach", GAUGE.code, sheet_file(tmp_path))
    console.run("station", "attach", GAUGE.code, sheet_file(tmp_path), code=2)
    assert "sudah terlampir" in console.errors


def test_viewer_cannot_attach_station_files(journal, tmp_path, capsys):
    console = enrolled_console(journal, tmp_path, capsys, "citra")
    console.run("station", "attach", GAUGE.code, sheet_file(tmp_path), code=2)
    assert "Peran" in console.errors
    assert files_of(console) == []
