"""Exports of stored texts with control characters: every file is written, can be read, and shows them."""

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import numpy as np
import pytest
from support.contact_samples import sample_contact, sample_places
from support.flood_report import flood
from support.window_fixture import GAUGE

from tabuah.console.commands.roster.roster_files import ROSTER_TABLE
from tabuah.console.contacts.contact_files import write_contact_table
from tabuah.console.readings.span_records import SpansRecord
from tabuah.console.reports.csv_tables import (
    ChartedSeries,
    encode_chart_csv,
    encode_incidents_csv,
    encode_spans_csv,
)
from tabuah.console.reports.incidents_geojson import encode_incidents_geojson
from tabuah.console.reports.incidents_geopackage import encode_incidents_geopackage
from tabuah.console.reports.incidents_xlsx import encode_incidents_xlsx
from tabuah.console.stations.table_file import write_table
from tabuah.console.table_files import write_rows
from tabuah.operations.import_table import visible_cell
from tabuah.operations.readings.roll_up_spans import RollUpSpan
from tabuah.operations.readings.time_series import TimeSeries
from tabuah.operations.roster.roster_table import COLUMNS as ROSTER_COLUMNS

NAME = "Pos\x00Hulu\x1b[31m\x0b\x85\uffff"
SHOWN = "Pos\ufffdHulu"
STATION = msgspec.structs.replace(GAUGE, name=NAME, owner=NAME)
VALUES = TimeSeries(times_s=np.array([datetime(2026, 11, 24, tzinfo=UTC).timestamp()]), values=np.array([3.4]))


def spans() -> bytes:
    return encode_spans_csv(
        SpansRecord(
            station=NAME,
            parameter="rain_mm",
            unit=NAME,
            source="local",
            by=RollUpSpan.HOUR,
            values_from=None,
            spans=(),
        )
    )


def chart() -> bytes:
    series = ChartedSeries(station=STATION, parameter="stage_m", values=VALUES, kind=NAME)
    return encode_chart_csv([series], None, STATION)


def written(write: Callable[[Path], None], suffix: str) -> Callable[[Path], bytes]:
    def content(folder: Path) -> bytes:
        write(folder / f"tabel.{suffix}")
        return (folder / f"tabel.{suffix}").read_bytes()

    return content


def write_contacts(path: Path) -> None:
    write_contact_table(path, [(sample_contact(name=NAME), None)], sample_places())


def write_roster(path: Path) -> None:
    write_rows(path, ROSTER_TABLE, [list(ROSTER_COLUMNS), [NAME] * len(ROSTER_COLUMNS)])


EXPORTS: dict[str, Callable[[Path], bytes]] = {
    "stations.csv": written(lambda path: write_table(path, [STATION]), "csv"),
    "stations.xlsx": written(lambda path: write_table(path, [STATION]), "xlsx"),
    "contacts.csv": written(write_contacts, "csv"),
    "contacts.xlsx": written(write_contacts, "xlsx"),
    "roster.csv": written(write_roster, "csv"),
    "roster.xlsx": written(write_roster, "xlsx"),
    "incidents.csv": lambda _folder: encode_incidents_csv([flood().item(title=NAME)]),
    "incidents.xlsx": lambda _folder: encode_incidents_xlsx([flood().item(title=NAME)]),
    "chart.csv": lambda _folder: chart(),
}


@pytest.mark.parametrize("name", EXPORTS)
def test_export_shows_control_characters_as_replacements(name: str, tmp_path: Path):
    content = EXPORTS[name](tmp_path)
    text = _workbook_text(content) if name.endswith("xlsx") else content.decode("utf-8-sig")
    assert SHOWN in text
    assert visible_cell(text) == text.replace("\r\n", "\n")
    if name.endswith("csv"):
        assert len({len(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=";")}) == 1


def test_visible_cell_replaces_what_utf8_and_xml_cannot_hold():
    assert visible_cell("a\ud800b\ufffec\x00d\r\ne\tf") == "a\ufffdb\ufffdc\ufffdd\ne\tf"


def test_export_of_spans_with_control_characters_is_written():
    assert spans().startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("encode", [encode_incidents_geojson, encode_incidents_geopackage])
def test_map_export_with_control_characters_is_written(encode: Callable[..., bytes]):
    assert encode([flood().item(title=NAME)])


def _workbook_text(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        names = [name for name in packed.namelist() if "sheet1.xml" in name or "sharedStrings" in name]
        return "".join(packed.read(name).decode("utf-8") for name in names)
