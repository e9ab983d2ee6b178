"""`tabuah incident attach`: what is taken, what is refused, and what a photo offers."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from command_lines import Line
from photo_samples import LAT_DEG, LON_DEG, SECRET, photo_file

from tabuah.resources.formats import format_moment


@pytest.fixture
def line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Line:
    return Line(capsys, tmp_path / "data")


@pytest.fixture
def incident(line: Line) -> str:
    report = ("--hazard", "banjir", "--title", "Air naik", "--nagari", "Koto Baru")
    return line.json("incident", "report", *report)["number"]


def shown(line: Line, incident: str) -> dict:
    return line.json("incident", "show", incident)


def test_a_photo_tells_where_it_was_taken_and_keeps_it_to_itself(line: Line, incident: str, tmp_path: Path):
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
    assert shown(line, incident)["place_certainty"] == "confirmed"  # nothing was taken over by itself
    code, out, _err = line("incident", "show", incident)
    assert "IMG_2041.jpg (menunggu dikirim)" in out


def test_its_place_and_time_are_taken_over_when_that_is_said(line: Line, incident: str, tmp_path: Path):
    options = ("--use-photo-position", "--use-photo-time")
    answer = line.json("incident", "attach", incident, str(photo_file(tmp_path)), *options)
    assert (answer["lon_deg"], answer["lat_deg"], answer["taken_at"]) == (LON_DEG, LAT_DEG, "2026-11-24T07:21:05Z")
    told = shown(line, incident)
    assert (told["lon_deg"], told["lat_deg"]) == (LON_DEG, LAT_DEG)
    attached = [event for event in told["timeline"] if event["kind"] == "incident.attached"]
    assert [format_moment(datetime.fromisoformat(event["at"])) for event in attached] == ["24 Nov 2026 14.21 WIB"]


def test_a_photo_without_a_place_cannot_give_one_and_nothing_is_attached(line: Line, incident: str, tmp_path: Path):
    file = photo_file(tmp_path, position=False)
    code, _out, err = line("incident", "attach", incident, str(file), "--use-photo-position")
    assert (code, "tempat pengambilannya" in err) == (2, True)
    assert shown(line, incident)["attachments"] == []
    assert not (line.data / "blobs").exists() or not [f for f in (line.data / "blobs").iterdir() if f.is_file()]


def test_all_pixels_are_kept_on_demand(line: Line, incident: str, tmp_path: Path):
    file = str(photo_file(tmp_path, size=(3000, 2000)))
    small = line.json("incident", "attach", incident, file)
    large = line.json("incident", "attach", incident, file, "--original")
    assert large["size"] > small["size"]
    assert len(shown(line, incident)["attachments"]) == 2


def test_what_is_attached_already_is_not_attached_twice(line: Line, incident: str, tmp_path: Path):
    file = str(photo_file(tmp_path))
    line.json("incident", "attach", incident, file)
    code, _out, err = line("incident", "attach", incident, file)
    assert (code, "sudah terlampir" in err) == (2, True)
    line.json("incident", "attach", incident, file, "--use-photo-position")  # but its place can still be used
    assert len(shown(line, incident)["attachments"]) == 1
    for kept in (line.data / "blobs").iterdir():
        if kept.is_file():
            kept.unlink()
    line.json("incident", "attach", incident, file)  # and it can be brought back
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
def test_what_cannot_be_attached_ends_with_2(
    line: Line, incident: str, tmp_path: Path, name: str, content: bytes, told: str
):
    (tmp_path / name).write_bytes(content)
    code, _out, err = line("incident", "attach", incident, str(tmp_path / name))
    assert (code, told in err) == (2, True), err
    assert shown(line, incident)["attachments"] == []
    assert line.json("status")["pending"] == 1


def test_a_photo_from_tomorrow_gives_no_time(line: Line, incident: str, tmp_path: Path, monkeypatch):
    monkeypatch.setattr("tabuah.storage.cache.store.ConsoleStore.now", lambda _self: datetime(2026, 1, 1, tzinfo=UTC))
    code, _out, err = line("incident", "attach", incident, str(photo_file(tmp_path)), "--use-photo-time")
    assert (code, "masa depan" in err) == (2, True)
