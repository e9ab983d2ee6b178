"""Exported files read back: CSV, XLSX, GeoJSON, GeoPackage, CAP and chat text; atomic writing."""

import csv
import errno
import io
import itertools
import json
import shutil
import subprocess
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import defusedxml.ElementTree as SafeTree
import msgspec
import pyogrio
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.flood_report import AS_OF, PLACE, flood

from tabuah.console.reports import atomic_write
from tabuah.console.reports.atomic_write import write_file
from tabuah.console.reports.cap_message import encode_incident_cap
from tabuah.console.reports.chat_format import MAX_CHARACTERS
from tabuah.console.reports.chat_text import make_chat_text
from tabuah.console.reports.csv_tables import encode_incidents_csv, escape_formula
from tabuah.console.reports.errors import FileNotWritten, InvalidOfficeFile, ReportNotPossible
from tabuah.console.reports.incident_columns import COLUMNS
from tabuah.console.reports.incidents_geojson import encode_incidents_geojson
from tabuah.console.reports.incidents_geopackage import encode_incidents_geopackage
from tabuah.console.reports.incidents_xlsx import encode_incident_xlsx, encode_incidents_xlsx
from tabuah.console.reports.office import read_office
from tabuah.console.reports.printable import clean_text
from tabuah.operations.codes import Status
from tabuah.operations.feeds.cap_parser import parse_cap
from tabuah.operations.import_table import visible_cell
from tabuah.operations.incidents.entry_bodies import Figures
from tabuah.operations.incidents.place import PlaceCertainty
from tabuah.resources.localisation import set_language

AREA = ((100.63, -0.86), (100.64, -0.835), (100.67, -0.84), (100.665, -0.86))
FORMULA = '=HYPERLINK("http://x","y")'


def items():
    event = flood(title=FORMULA)
    event.count(Figures(missing=1), "TRC")
    return (event.item(), event.item(id="2", number="SLK-RINA-0013", place=None), event.item(id="3", area=AREA))


def read_csv(content: bytes, delimiter: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=delimiter))


def test_csv_matches_indonesian_excel():
    content = encode_incidents_csv(items())
    assert content.startswith(b"\xef\xbb\xbf")
    first, second, _third = read_csv(content, ";")
    assert first["Jenis kejadian"] == "Banjir"
    assert first["Bujur (°)"] == "100,650200"
    assert first["Waktu kejadian"] == "2026-11-24 07:42:00"
    assert first["Zona waktu"] == "WIB"
    assert (first["Hilang"], first["Meninggal"]) == ("1", "")
    assert second["Bujur (°)"] == ""


def test_csv_matches_english_format():
    set_language("en")
    first = read_csv(encode_incidents_csv(items()), ",")[0]
    assert first["Longitude (°)"] == "100.650200"
    assert first["Hazard"] == "Flood"


@given(st.text(min_size=1))
def test_escape_formula_leaves_no_formula(text):
    cell = escape_formula(text)
    assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))
    assert cell.removeprefix("'") == clean_text(visible_cell(text)).removeprefix("'")


def test_csv_contains_no_invisible_characters():
    titled = flood().item(title="\u200baman \u202egnapmiS\u202c \x1b[2J\x07")
    assert read_csv(encode_incidents_csv((titled,)), ";")[0]["Judul"] == "aman gnapmiS \ufffd[2J\ufffd"


def test_csv_keeps_formula_as_text():
    assert read_csv(encode_incidents_csv(items()), ";")[0]["Judul"] == f"'{FORMULA}"


def test_workbook_has_real_dates_and_no_formula():
    event = flood(title=FORMULA)
    event.count(Figures(missing=1), "TRC")
    sheets, texts = read_workbook(encode_incident_xlsx(event.item(), event.report().history))
    assert len(sheets) == 3
    assert all("<f>" not in sheet for sheet in sheets)
    assert FORMULA in texts or any("=HYPERLINK(" in sheet for sheet in sheets)
    days = (datetime(2026, 11, 24, 7, 42, tzinfo=UTC) - datetime(1899, 12, 30, tzinfo=UTC)).total_seconds() / 86400
    assert f"<v>{days:.12f}"[:16] in sheets[0]


def test_workbook_of_empty_list_opens():
    sheets, _texts = read_workbook(encode_incidents_xlsx(()))
    assert len(sheets) == 1


def read_workbook(content: bytes) -> tuple[list[str], str]:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        names = sorted(name for name in book.namelist() if name.startswith("xl/worksheets/sheet"))
        for name in names:
            SafeTree.fromstring(book.read(name))
        shared = "xl/sharedStrings.xml"
        return [book.read(name).decode() for name in names], (
            book.read(shared).decode() if shared in book.namelist() else ""
        )


def test_geojson_has_points_areas_codes_and_utc():
    collection = json.loads(encode_incidents_geojson(items()))
    first, second, third, area = collection["features"]
    assert first["geometry"] == {"type": "Point", "coordinates": [100.6502, -0.8513]}
    assert first["properties"]["hazard"] == "flood"
    assert first["properties"]["occurred_at"] == "2026-11-24T00:42:00Z"
    assert first["properties"]["deaths"] is None
    assert second["geometry"] is None
    assert third["id"] == "3"
    (ring,) = area["geometry"]["coordinates"]
    assert ring[0] == ring[-1]
    assert sum(a[0] * b[1] - b[0] * a[1] for a, b in itertools.pairwise(ring)) > 0


def test_geopackage_is_readable_by_ogrinfo(tmp_path):
    if shutil.which("ogrinfo") is None:
        pytest.skip("ogrinfo (gdal-bin) is not installed")
    path = tmp_path / "list.gpkg"
    path.write_bytes(encode_incidents_geopackage(items()))
    told = subprocess.run(["ogrinfo", "-al", path], capture_output=True, text=True, check=True)
    assert told.stderr == ""
    assert "POINT (100.6502 -0.8513)" in told.stdout
    assert "POLYGON ((" in told.stdout
    assert "occurred_at (DateTime) = 2026/11/24 00:42:00+00" in told.stdout
    assert "deaths (Integer64) = (null)" in told.stdout
    assert 'AUTHORITY["EPSG","4326"]' in told.stdout or 'ID["EPSG",4326]' in told.stdout


def test_geopackage_of_empty_list_has_layer(tmp_path):
    path = tmp_path / "empty.gpkg"
    path.write_bytes(encode_incidents_geopackage(()))
    assert pyogrio.read_info(path, layer="incidents")["features"] == 0
    assert {column.name for column in COLUMNS} <= set(pyogrio.read_info(path)["fields"])


def test_cap_message_is_readable_by_own_parser():
    event = flood(exercise=True)
    event.move(Status.VERIFIED)
    alert = parse_cap(encode_incident_cap(event.report()), now=AS_OF)
    info = alert.infos[0]
    assert alert.status == "Exercise"
    assert (info.severity, info.certainty, info.urgency) == ("Severe", "Observed", "Immediate")
    assert info.event == "Banjir"


def test_centre_of_nagari_is_exported_with_radius():
    event = flood(place=msgspec.structs.replace(PLACE, certainty=PlaceCertainty.CONFIRMED))
    root = SafeTree.fromstring(encode_incident_cap(event.report()))
    texts = {element.tag.rpartition("}")[2]: element.text for element in root.iter()}
    assert texts["circle"].endswith(" 3")
    assert "± 3 km" in texts["areaDesc"]
    feature = json.loads(encode_incidents_geojson([event.item()]))["features"][0]
    assert feature["properties"]["position_radius_m"] == 3000
    assert feature["properties"]["place_certainty"] == "confirmed"


def test_cap_message_keeps_standard_element_order():
    root = SafeTree.fromstring(encode_incident_cap(flood().report()))
    names = [child.tag.rpartition("}")[2] for child in root]
    assert names == ["identifier", "sender", "sent", "status", "msgType", "scope", "restriction", "info"]
    info = [child.tag.rpartition("}")[2] for child in root[-1]]
    order = ["language", "category", "event", "urgency", "severity", "certainty", "onset", "senderName", "headline"]
    order += ["description", "parameter", "area"]
    assert [name for name in order if name in info] == list(dict.fromkeys(info))
    assert root[2].text == "2026-11-24T09:40:00+07:00"


@given(st.text(max_size=200))
def test_cap_message_accepts_any_text(text):
    SafeTree.fromstring(encode_incident_cap(flood(description=text).report()))


def test_cap_message_rejects_ended_incident():
    event = flood()
    event.move(Status.FALSE_REPORT)
    with pytest.raises(ReportNotPossible, match="Laporan palsu"):
        encode_incident_cap(event.report())


def test_chat_text_keeps_footer_within_limit():
    event = flood(exercise=True, title="x" * 200, description="y" * 20_000)
    for n in range(30):
        event.note(f"Kebutuhan: {'selimut ' * 40} {n}")
    event.room.make_pending(1)
    text = make_chat_text(event.report())
    assert len(text) <= MAX_CHARACTERS + 1
    assert text.startswith("*LAPORAN AWAL · BANJIR*\n*LATIHAN TANPA NAMA: Latihan, bukan kejadian nyata.*")
    assert "Data per pukul 09.40 WIB, Selasa, 24 November 2026" in text
    assert "BELUM TERSINKRON: 1 entri menunggu." in text


def test_chat_text_has_stated_figures_only():
    event = flood()
    event.count(Figures(displaced_people=86, displaced_households=24, missing=1), "TRC")
    assert "Korban: hilang 1, mengungsi 86 jiwa, mengungsi 24 KK" in make_chat_text(event.report())
    assert "belum ada keterangan" in make_chat_text(flood().report())


def test_write_file_replaces_atomically(tmp_path):
    path = tmp_path / "r.pdf"
    path.write_bytes(b"old")
    write_file(path, b"new")
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_write_file_keeps_old_file_when_full(tmp_path, monkeypatch):
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    path = tmp_path / "r.pdf"
    path.write_bytes(b"old")
    monkeypatch.setattr(atomic_write.os, "fsync", full)
    with pytest.raises(FileNotWritten, match="disk penuh"):
        write_file(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["missing/r.pdf", "folder"])
def test_write_file_reports_unwritable_target(tmp_path, name):
    (tmp_path / "folder").mkdir()
    with pytest.raises(FileNotWritten, match="folder"):
        write_file(tmp_path / name, b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no device that is always full")
def test_write_file_writes_to_device():
    with pytest.raises(FileNotWritten, match="disk penuh"):
        write_file(Path("/dev/full"), b"new")
    assert Path("/dev/full").is_char_device()


def test_letterhead_is_read_from_data(tmp_path):
    (tmp_path / "office.json").write_text('{"signatory_name": "Ir. Contoh, M.Si."}', "utf-8")
    office = read_office(tmp_path)
    assert office.signatory_name == "Ir. Contoh, M.Si."
    assert office.agency == read_office().agency


@pytest.mark.parametrize("text", ["{", "[]", '{"agency": 1}', '{"agencyy": "x"}', '{"cap_sender": "a b"}', "\xff"])
def test_malformed_letterhead_is_rejected(tmp_path, text):
    (tmp_path / "office.json").write_text(text, "latin-1")
    with pytest.raises(InvalidOfficeFile, match=r"office\.json"):
        read_office(tmp_path)
