"""`tabuah incident performance`: figures as text, JSON, XLSX, CSV and PDF, in both languages."""

import io
import shutil
import subprocess
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from support.command_line import CommandLine

from tabuah.operations.codes import Channel, Hazard, Severity, Status
from tabuah.operations.exercises.drafts import start_exercise
from tabuah.operations.incidents.drafts import move_incident, report_incident
from tabuah.operations.incidents.entry_bodies import IncidentReported
from tabuah.operations.incidents.place import IncidentPlace, PlaceCertainty
from tabuah.resources.localisation import set_language
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.identifiers import new_uuid

POINT = IncidentPlace(
    lon_deg=100.65, lat_deg=-0.85, nagari="Koto Baru", kecamatan="Kubung", certainty=PlaceCertainty.OFFICIAL
)
STEPS = (Status.VERIFIED, Status.ASSIGNED, Status.EN_ROUTE, Status.ON_SCENE)


class WrongClock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC).replace(microsecond=0)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """Return a console with five fires reached after 6, 12, 18, 24 and 30 minutes, a flood and a drill."""
    clock = WrongClock()
    now = clock.now
    with closing(ConsoleStore(tmp_path / "data", clock=clock)) as store:
        for number in range(1, 6):
            clock.now = now - timedelta(hours=5 * number)
            key = report(store, Hazard.FIRE, "=Kebakaran")
            for step, status in enumerate(STEPS, start=1):
                clock.now = now - timedelta(hours=5 * number) + timedelta(minutes=number * 6 * step / len(STEPS))
                store.save(move_incident(store.incident(key), status))
        clock.now = now - timedelta(hours=1)
        report(store, Hazard.FLOOD, "Banjir")
        started = store.save(start_exercise("Galodo", known=(), suffix="1"))
        report(store, Hazard.FLASH_FLOOD, "Latihan", exercise_id=started.entry.subject.partition("/")[2])
    return CommandLine(capsys, tmp_path / "data")


def report(store: ConsoleStore, hazard: Hazard, title: str, *, exercise_id: str = "") -> str:
    key = new_uuid(store.now())
    body = IncidentReported(
        number=store.next_incident_number(),
        hazard=hazard,
        title=title,
        severity=Severity.SEVERE,
        channel=Channel.PHONE,
        place=POINT,
    )
    store.save(report_incident(body, incident_id=key, exercise=bool(exercise_id), exercise_id=exercise_id))
    return key


def test_json_has_the_ids_behind_every_number(line: CommandLine) -> None:
    found = line.json("incident", "performance", "--by", "hazard")
    listed = {row["id"]: row["hazard"] for row in line.json("incident", "list")}
    assert found["n"] == 6
    assert set(found["ids"]) == set(listed)
    response = next(each for each in found["intervals"] if each["interval"] == "response")
    assert (response["median_s"], len(response["measured"])) == (18 * 60, 5)
    assert response["p90_s"] == pytest.approx(27.6 * 60)
    assert [(group["code"], len(group["ids"])) for group in found["groups"]["hazard"]] == [("fire", 5), ("flood", 1)]
    assert (len(found["arrival"]["met"]), len(found["arrival"]["missed"])) == (2, 3)
    assert [len(place["ids"]) for place in found["recurring"]] == [5]
    assert found["exercise"] is None


def test_exercise_is_measured_apart(line: CommandLine) -> None:
    found = line.json("incident", "performance", "--exercise", "Galodo")
    assert (found["n"], found["exercise"]) == (1, "Galodo")


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ("Report to arrival", "18 min", "n = 5", "Recurring places", "Fire · Koto Baru, Kubung")),
        (
            "id",
            ("Laporan hingga tiba", "18 mnt", "n = 5", "Lokasi berulang", "Kebakaran · Koto Baru, Kubung"),
        ),
    ],
)
def test_text_names_median_and_too_few(line: CommandLine, language: str, expected: tuple[str, ...]) -> None:
    set_language(language)
    code, out, err = line("incident", "performance", "--by", "hazard")
    assert code == 0, err
    for words in expected:
        assert words in out


def test_xlsx_has_a_sheet_for_each_table_and_no_formulas(line: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "kinerja.xlsx"
    assert line("incident", "performance", "--by", "hazard", "-o", str(file))[0] == 0
    book = openpyxl.load_workbook(io.BytesIO(file.read_bytes()))
    assert book.sheetnames[:3] == ["Ringkasan", "Waktu tanggap", "Menurut jenis kejadian"]
    assert book.sheetnames[-1] == "Insiden"
    times = {row[0]: row[1:4] for row in book["Waktu tanggap"].iter_rows(min_row=2, values_only=True)}
    assert times["Laporan hingga tiba"] == (5, 18, pytest.approx(27.6))
    assert times["Laporan hingga ditutup"] == (0, None, None)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    assert len(list(book["Insiden"].iter_rows(min_row=2))) == 6


def test_csv_has_all_tables_and_guards_formulas(line: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "kinerja.csv"
    assert line("incident", "performance", "-o", str(file))[0] == 0
    text = file.read_text(encoding="utf-8-sig")
    assert "Laporan hingga tiba;5;18,0;27,6;30,0" in text
    assert "Menurut nagari" in text
    assert "'=Kebakaran" in text


def test_needs_and_aid_are_measured_with_their_incidents(line: CommandLine, tmp_path: Path) -> None:
    flood = next(row for row in line.json("incident", "list") if row["hazard"] == "flood")
    for kind, quantity in (("dibutuhkan", "100"), ("diterima", "80"), ("disalurkan", "50,5")):
        line.json("aid", "add", kind, "selimut", quantity, "--incident", flood["number"])
    (found,) = line.json("incident", "performance")["aid"]
    assert (found["needed_milli"], found["open_milli"], found["stock_milli"]) == (100_000, 20_000, 29_500)
    assert found["short"] == [flood["id"]]
    _code, out, _err = line("incident", "performance")
    assert "80 (80%)" in out
    file = tmp_path / "kinerja.xlsx"
    assert line("incident", "performance", "-o", str(file))[0] == 0
    book = openpyxl.load_workbook(io.BytesIO(file.read_bytes()))
    (row,) = book["Kebutuhan dan bantuan"].iter_rows(min_row=2, values_only=True)
    assert row[2:] == (100, 80, 80, 20, 29.5, 1)
    report = tmp_path / "kinerja.pdf"
    assert line("incident", "performance", "-o", str(report))[0] == 0
    assert report.read_bytes().startswith(b"%PDF")


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")
def test_pdf_is_a_performance_report_with_letterhead(line: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "kinerja.pdf"
    assert line("incident", "performance", "--period", "year", "-o", str(file))[0] == 0
    command = ["pdftotext", "-layout", str(file), "-"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    for words in ("Laporan kinerja", "PEMERINTAH KABUPATEN SOLOK", "Waktu tanggap", "18 mnt", "Lokasi berulang"):
        assert words.casefold() in text.casefold()


@pytest.mark.parametrize(
    "arguments",
    [
        ("--from", "2026-01-02", "--to", "2026-01-01"),
        ("--period", "month", "--from", "2026-01-01"),
        ("--to", "2026-01-01"),
        ("--by", "colour"),
        ("--recurring", "1"),
        ("-o", "kinerja.docx"),
    ],
)
def test_wrong_options_are_usage_errors(line: CommandLine, arguments: tuple[str, ...]) -> None:
    assert line("incident", "performance", *arguments)[0] == 2


def test_empty_period_says_that_nothing_is_known(line: CommandLine) -> None:
    found = line.json("incident", "performance", "--from", "2020-01-01", "--to", "2020-02-01")
    assert (found["n"], found["arrival_share"]) == (0, None)
    assert all(each["median_s"] is None for each in found["intervals"])
    code, out, _err = line("incident", "performance", "--from", "2020-01-01", "--to", "2020-02-01")
    assert code == 0
    assert "n = 0" in out
