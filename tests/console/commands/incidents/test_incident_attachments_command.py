"""`tabuah incident attach`: accepted and rejected files, and photo metadata."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.command_line import CommandLine
from support.photo_samples import LAT_DEG, LON_DEG, SECRET, photo_file

from tabuah.resources.localisation import format_moment


@pytest.fixture
def line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> CommandLine:
    return CommandLine(capsys, tmp_path / "data")


@pytest.fixture
def incident(line: CommandLine) -> str:
    report = ("--hazard", "banjir", "--title", "Air naik", "--nagari", "Koto Baru")
    return line.json("incident", "report", *report)["number"]


def shown(line: CommandLine, incident: str) -> dict:
    return line.json("incident", "show", incident)


def test_attach_shows_but_never_stores_photo_position(line: CommandLine, incident: str, tmp_path: Path):
    code, out, _err = line("incident", "attach", incident, str(photo_file(tmp_path, size=(3000, 2000))))
    assert code == 0
    assert "Foto diambil" in out
    assert "24 Nov 2026 14.21 WIB" in out
    assert "--use-photo-position" in out
    (attached,) = shown(line, incident)["attachments"]
    assert (attached["state"], attached["moved"], attached["reason"]) == ("waits_upload", 0, "")
    kept = [file.read_bytes() for file in (line.data / "blobs").iterdir() if file.is_file()]
    assert sorted(map(len, kept)) == [attached["thumbnail_size"], attached["size"]]
    assert not any(SECRET in content for content in kept)
    assert shown(line, incident)["place_certainty"] == "confirmed"  # nothing was used automatically
    code, out, _err = line("incident", "show", incident)
    assert "IMG_2041.jpg (menunggu dikirim)" in out


def test_attach_uses_photo_metadata_on_request(line: CommandLine, incident: str, tmp_path: Path):
    options = ("--use-photo-position", "--use-photo-time")
    answer = line.json("incident", "attach", incident, str(photo_file(tmp_path)), *options)
    assert (answer["lon_deg"], answer["lat_deg"], answer["taken_at"]) == (LON_DEG, LAT_DEG, "2026-11-24T07:21:05Z")
    told = shown(line, incident)
    assert (told["lon_deg"], told["lat_deg"]) == (LON_DEG, LAT_DEG)
    attached = [event for event in told["timeline"] if event["kind"] == "incident.attached"]
    assert [format_moment(datetime.fromisoformat(event["at"])) for event in attached] == ["24 Nov 2026 14.21 WIB"]


def test_attach_rejects_missing_photo_position(line: CommandLine, incident: str, tmp_path: Path):
    file = photo_file(tmp_path, position=False)
    code, _out, err = line("incident", "attach", incident, str(file), "--use-photo-position")
    assert (code, "foto tidak memuat posisi" in err) == (2, True)
    assert shown(line, incident)["attachments"] == []
    assert not (line.data / "blobs").exists() or not [f for f in (line.data / "blobs").iterdir() if f.is_file()]


def test_attach_original_keeps_full_resolution(line: CommandLine, incident: str, tmp_path: Path):
    file = str(photo_file(tmp_path, size=(3000, 2000)))
    small = line.json("incident", "attach", incident, file)
    large = line.json("incident", "attach", incident, file, "--original")
    assert large["size"] > small["size"]
    assert len(shown(line, incident)["attachments"]) == 2


def test_attach_skips_attached_file(line: CommandLine, incident: str, tmp_path: Path):
    file = str(photo_file(tmp_path))
    line.json("incident", "attach", incident, file)
    code, _out, err = line("incident", "attach", incident, file)
    assert (code, "sudah terlampir" in err) == (2, True)
    line.json("incident", "attach", incident, file, "--use-photo-position")  # its position can still be used
    assert len(shown(line, incident)["attachments"]) == 1
    for kept in (line.data / "blobs").iterdir():
        if kept.is_file():
            kept.unlink()
    line.json("incident", "attach", incident, file)  # the file can be restored
    assert shown(line, incident)["attachments"][-1]["state"] == "waits_upload"


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("foto.jpg", b"MZ\x90\0" + bytes(99), "program"),
        ("foto.jpg", b"\xff\xd8\xff\xe0 rusak", "rusak"),
        ("lama.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "makro"),
        ("kosong.pdf", b"", "kosong"),
        ("data.bin", bytes(range(255, 0, -1)), "tidak dapat dilampirkan"),
    ],
)
def test_attach_exits_2_for_invalid_file(
    line: CommandLine, incident: str, tmp_path: Path, name: str, content: bytes, told: str
):
    (tmp_path / name).write_bytes(content)
    code, _out, err = line("incident", "attach", incident, str(tmp_path / name))
    assert (code, told in err) == (2, True), err
    assert shown(line, incident)["attachments"] == []
    assert line.json("status")["pending"] == 1


def test_attach_rejects_future_photo_time(line: CommandLine, incident: str, tmp_path: Path, monkeypatch):
    monkeypatch.setattr("tabuah.storage.cache.store.ConsoleStore.now", lambda _self: datetime(2026, 1, 1, tzinfo=UTC))
    code, _out, err = line("incident", "attach", incident, str(photo_file(tmp_path)), "--use-photo-time")
    assert (code, "masa depan" in err) == (2, True)
