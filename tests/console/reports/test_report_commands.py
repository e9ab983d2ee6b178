"""`tabuah report` on a real console's data: files, exit codes and errors."""

import json
import re
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage
from support.flood_report import words_of

from tabuah.console.commands.main import run
from tabuah.console.reports.illustrations import draw_illustrations
from tabuah.console.reports.incident_report import ReportKind, make_incident_report
from tabuah.console.reports.report_export import read_map_content
from tabuah.console.reports.report_sources import read_incident_sources
from tabuah.storage.cache.store import ConsoleStore


class Console:
    """A data directory with a command line."""

    def __init__(self, directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.directory, self.capsys = directory, capsys

    def run(self, *arguments: str, code: int = 0) -> str:
        """Run a command and return its output, or its errors where `code` is not 0."""
        self.capsys.readouterr()
        found = run([*arguments, "--data", str(self.directory)])
        told = self.capsys.readouterr()
        assert found == code, (told.out, told.err)
        return told.err if code else told.out

    def report_flood(self) -> str:
        arguments = ("--hazard", "banjir", "--title", "Banjir di Jorong Simpang", "--at", "100.65,-0.85")
        return self.run("incident", "report", *arguments, "--severity", "berat").strip()


@pytest.fixture
def console(tmp_path, capsys, qapp) -> Console:
    return Console(tmp_path / "data", capsys)


def test_incident_report_is_written_with_map(console, tmp_path):
    number = console.report_flood()
    console.run("incident", "figures", number, "--set", "displaced_people=86", "--source", "Wali Nagari")
    told = console.run("report", "incident", number, "--kind", "awal", "-f", "pdf", "-o", str(tmp_path / "a.pdf"))
    pdf = (tmp_path / "a.pdf").read_bytes()
    words = words_of(pdf, tmp_path)
    assert number in told
    assert "Banjir di Jorong Simpang" in words
    assert "Wali Nagari" in words
    assert "Lokasi insiden dan sekitarnya" in words
    assert "geoBoundaries" in words
    assert b"/Subtype/Image" in pdf.replace(b" ", b"")


def test_report_format_follows_file_name(console, tmp_path):
    number = console.report_flood()
    for ending in ("pdf", "xlsx", "csv", "geojson", "gpkg", "cap", "txt"):
        path = tmp_path / f"r.{ending}"
        written = json.loads(console.run("report", "incident", number, "-o", str(path), "--json"))
        assert written["format"] == ending
        assert written["file"] == str(path)
        assert path.stat().st_size > 0


def test_list_report_is_written_and_filtered(console, tmp_path):
    first, second = console.report_flood(), console.report_flood()
    console.run("incident", "move", second, "verified")
    path = tmp_path / "list.geojson"
    console.run("report", "list", "-o", str(path), "--status", "terverifikasi")
    numbers = [feature["properties"]["number"] for feature in json.loads(path.read_text("utf-8"))["features"]]
    assert numbers == [second]
    written = json.loads(console.run("report", "list", "-f", "csv", "-o", str(tmp_path / "l.txt"), "--json"))
    assert written["incidents"] == 2
    assert first in (tmp_path / "l.txt").read_text("utf-8-sig")


def test_text_report_goes_to_standard_output(console):
    number = console.report_flood()
    told = console.run("report", "incident", number, "-f", "txt", "-o", "-")
    assert told.startswith("*LAPORAN AWAL · BANJIR*\n")


def test_daily_report_is_written(console, tmp_path):
    number = console.report_flood()
    console.run("report", "daily", "-o", str(tmp_path / "d.pdf"))
    words = words_of((tmp_path / "d.pdf").read_bytes(), tmp_path)
    assert "LAPORAN HARIAN" in words
    assert number in words  # on one line, however wide its glyphs are
    assert "Banjir: Banjir di Jorong Simpang" in words
    assert re.search(r"NOMOR .*HARIAN/\d{8}/ \d{8}-", words)  # on two lines: one is wider than its box


def test_daily_report_without_incidents_says_so(console, tmp_path):
    console.run("report", "daily", "--date", "2020-01-01", "-o", str(tmp_path / "d.pdf"))
    words = words_of((tmp_path / "d.pdf").read_bytes(), tmp_path)
    assert "Tidak ada insiden yang dilaporkan." in words
    assert "Tidak ada alarm yang mulai pada hari ini." in words


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("incident", "{number}", "--kind", "khusus", "-o", "{folder}/x.gpkg"), "xlsx"),
        (("incident", "{number}", "--kind", "akhir", "-o", "{folder}/x.pdf"), "--kind perkembangan"),
        (("incident", "SLK-NONE-0001", "-o", "{folder}/x.pdf"), "SLK-NONE-0001"),
        (("incident", "{number}", "-o", "{folder}/x.doc"), "-f"),
        (("incident", "{number}", "--since", "2026-01-01", "-o", "{folder}/x.pdf"), "perkembangan"),
        (("list", "-f", "pdf", "-o", "{folder}/x.pdf"), "gpkg"),
        (("daily", "--date", "2999-01-01", "-o", "{folder}/x.pdf"), "belum dimulai"),
        (("daily", "--date", "kemarin", "-o", "{folder}/x.pdf"), "--date"),
        (("daily", "-o", "{folder}/x.csv"), ".pdf"),
    ],
)
def test_impossible_report_is_rejected_with_reason(console, tmp_path, arguments, words):
    number = console.report_flood()
    filled = [argument.format(number=number, folder=tmp_path) for argument in arguments]
    assert words in console.run("report", *filled, code=2)
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_unwritable_target_keeps_existing_file(console, tmp_path):
    number = console.report_flood()
    (tmp_path / "x.csv").mkdir()
    told = console.run("report", "incident", number, "-f", "csv", "-o", str(tmp_path / "none" / "x.csv"), code=2)
    assert "folder itu tidak ada" in told
    assert "tidak berubah" in told


def test_malformed_letterhead_is_reported_by_command(console, tmp_path):
    number = console.report_flood()
    (console.directory / "office.json").write_text("{", "utf-8")
    assert "office.json" in console.run("report", "incident", number, "-o", str(tmp_path / "x.pdf"), code=2)


def test_report_shows_readable_photos_only(console, tmp_path):
    number = console.report_flood()
    photo, broken = tmp_path / "p.png", tmp_path / "b.png"
    picture = QImage(3000, 2000, QImage.Format.Format_RGB32)
    picture.fill(QColor("#336699"))
    picture.setText("Location", "secret")
    picture.save(str(photo))
    picture.fill(QColor("#996633"))
    picture.save(str(broken))
    for path in (photo, broken):
        console.run("incident", "attach", number, str(path))
    store = ConsoleStore(console.directory)
    try:
        report = make_incident_report(read_incident_sources(store, number), ReportKind.INITIAL)
        damaged = store.attachments.files.path_of(report.incident.attachments[1].sha256)
        damaged.write_bytes(damaged.read_bytes()[:-100] + bytes(100))
        pictures = draw_illustrations(report, lambda: read_map_content(store), store.directory)
        assert not damaged.exists()  # quarantined, to be fetched again
    finally:
        store.close()
    assert sorted(pictures.files) == ["map.png", "photo-1.jpg"]
    printed = QImage.fromData(pictures.files["photo-1.jpg"])
    assert (printed.width(), printed.height()) == (1400, 933)
    assert b"secret" not in pictures.files["photo-1.jpg"]


def test_report_map_has_print_resolution_and_incident(console):
    number = console.report_flood()
    store = ConsoleStore(console.directory)
    try:
        report = make_incident_report(read_incident_sources(store, number), ReportKind.INITIAL)
        pictures = draw_illustrations(report, lambda: read_map_content(store), store.directory)
    finally:
        store.close()
    drawn = QImage.fromData(pictures.files[pictures.map_file])
    assert drawn.width() >= 172 / 25.4 * 300
    middle = QColor(drawn.pixel(drawn.width() // 2 - 24, drawn.height() // 2))
    assert middle.red() > 180 > middle.blue()
