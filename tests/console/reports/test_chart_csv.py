"""A chart as CSV: local time with zone, unit, station and source, in the format of the language."""

import csv
import io
from datetime import UTC, datetime

import msgspec
import numpy as np
from support.sensor_samples import reading_correction
from support.window_fixture import GAUGE

from tabuah.console.reports.csv_tables import ChartedSeries, encode_chart_csv
from tabuah.operations.forecast.methods import Method
from tabuah.operations.forecast.stage_forecast import StageForecast, StagePoint
from tabuah.operations.readings.time_series import TimeSeries
from tabuah.resources.localisation import set_language

AT = datetime(2026, 11, 24, 20, 30, tzinfo=UTC)
STATION = msgspec.structs.replace(GAUGE, owner="=PUPR")
SERIES = ChartedSeries(
    station=STATION,
    parameter="stage_m",
    values=TimeSeries(times_s=np.array([AT.timestamp()]), values=np.array([3.4])),
    kind="terukur",
)
FORECAST = StageForecast(
    station=GAUGE.code,
    issued_at=AT,
    stage_m=3.4,
    method=Method.OWN,
    points=(StagePoint(0, 3.4, 3.4, 3.4), StagePoint(3600, 2.9, 3.1, 3.6)),
    skills=(),
)


def rows(content: bytes, delimiter: str) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=delimiter))


def test_chart_csv_row_has_unit_station_source():
    set_language("id")
    titles, reading = rows(encode_chart_csv([SERIES], None, STATION), ";")
    assert titles[:3] == ["Waktu", "Zona waktu", "Kode stasiun"]
    assert reading == [
        "2026-11-25 03:30:00",
        "WIB",
        "SLK-AWLR-03",
        "AWLR Koto Baru",
        "Tinggi muka air",
        "3,40",
        "m",
        "terukur",
        "'=PUPR",
        "",
    ]


def test_chart_csv_notes_corrected_value():
    set_language("id")
    correction = reading_correction(station=GAUGE.code, at=AT, old_value=4.3, new_value=3.4, reason="angka tertukar")
    series = msgspec.structs.replace(SERIES, corrections=(correction,))
    titles, reading = rows(encode_chart_csv([series], None, STATION), ";")
    assert titles[-1] == "Koreksi"
    assert reading[-1] == "dikoreksi dari 4,30 ke 3,40 m oleh ani: angka tertukar"


def test_chart_csv_has_three_lines_per_lead():
    set_language("en")
    told = rows(encode_chart_csv([], FORECAST, STATION), ",")[1:]
    assert [row[5] for row in told] == ["2.90", "3.10", "3.60"]
    assert {row[0] for row in told} == {"2026-11-25 04:30:00"}
    assert told[1][7] == "forecast of 2026-11-25 03:30, expected"
