"""`tabuah station attach`, `files` and `detach`: what is taken, what is refused, what is told."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from command_lines import Console
from consoles import add_users, enrol, open_store, pull
from photo_samples import SECRET, photo_file
from station_files_samples import GAUGE, registration

from tabuah.operations.authority.roles import Role
from tabuah.server.journal import ServerJournal
from tabuah.storage.blobs.store import MAX_BLOB_BYTES


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[ServerJournal]:
    with ServerJournal.open(tmp_path / "server") as journal:
        add_users(journal, budi=Role.FIELD, citra=Role.VIEWER)
        journal.append_own([registration()])
        yield journal


@pytest.fixture
def console(journal: ServerJournal, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Console:
    return console_of(journal, tmp_path, capsys, "budi")


def console_of(journal: ServerJournal, tmp_path: Path, capsys: pytest.CaptureFixture[str], user: str) -> Console:
    with open_store(tmp_path / user) as store:
        enrol(journal, store, user)
        pull(store, journal)
    return Console(tmp_path / user, capsys)


def sheet_file(folder: Path, name: str = "kalibrasi.pdf") -> str:
    file = folder / name
    file.write_bytes(b"%PDF-1.4 " + name.encode() + b" %%EOF")
    return str(file)


def files_of(console: Console, *options: str) -> list[dict]:
    return console.json("station", "files", GAUGE.code, *options)


def test_photos_and_documents_are_attached_together_and_listed(console: Console, tmp_path: Path):
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


def test_people_read_what_it_is_about_and_who_added_it(console: Console, tmp_path: Path):
    assert "kalibrasi.pdf" in console.run(
        "station", "attach", GAUGE.code, sheet_file(tmp_path), "--topic", "calibration", "--caption", "Lembar 2026"
    )
    listed = console.run("station", "files", GAUGE.code)
    assert all(word in listed for word in ("Kalibrasi", "Lembar 2026", "budi", "menunggu dikirim"))
    assert console.json("station", "show", GAUGE.code)["files"] == 1
    assert "Foto dan dokumen" in console.run("station", "show", GAUGE.code)


def test_a_station_without_files_says_so(console: Console):
    assert "Belum ada" in console.run("station", "files", GAUGE.code)
    assert files_of(console) == []


def test_a_removed_file_is_told_on_demand_with_the_reason(console: Console, tmp_path: Path):
    console.run("station", "attach", GAUGE.code, sheet_file(tmp_path))
    console.run("station", "detach", GAUGE.code, "Kalibrasi.PDF", "--reason", "usang")
    assert files_of(console) == []
    (removed,) = files_of(console, "--all")
    assert (removed["removed"]["by"], removed["removed"]["reason"]) == ("budi", "usang")
    assert "dihapus oleh budi: usang" in console.run("station", "files", GAUGE.code, "--all")
    console.run("station", "attach", GAUGE.code, sheet_file(tmp_path))  # and it can be attached again
    assert len(files_of(console)) == 1


def test_a_file_is_named_by_its_name_or_by_its_content(console: Console, tmp_path: Path):
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


def test_an_unknown_station_takes_nothing(console: Console, tmp_path: Path):
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
def test_one_file_that_cannot_be_attached_keeps_all_back(
    console: Console, tmp_path: Path, name: str, content: bytes | None, told: str
):
    bad = tmp_path / name
    bad.write_bytes(content if content is not None else b"%PDF-1.4")
    if content is None:
        with bad.open("rb+") as file:
            file.truncate(MAX_BLOB_BYTES + 1)
    console.run("station", "attach", GAUGE.code, sheet_file(tmp_path), str(bad), code=2)
    assert told in console.errors
    assert files_of(console) == []


def test_what_is_attached_already_is_not_attached_twice(console: Console, tmp_path: Path):
    console.run("station", "attach", GAUGE.code, sheet_file(tmp_path))
    console.run("station", "attach", GAUGE.code, sheet_file(tmp_path), code=2)
    assert "sudah terlampir" in console.errors


def test_a_viewer_attaches_nothing(journal, tmp_path, capsys):
    console = console_of(journal, tmp_path, capsys, "citra")
    console.run("station", "attach", GAUGE.code, sheet_file(tmp_path), code=2)
    assert "Peran" in console.errors
    assert files_of(console) == []
