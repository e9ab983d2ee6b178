"""Spans as CSV: sums only for rain, and formulas are escaped."""

from datetime import UTC, datetime

from tabuah.console.readings.span_records import SpanLine, SpansRecord
from tabuah.console.reports.csv_tables import encode_spans_csv
from tabuah.operations.readings.roll_up_spans import RollUpSpan
from tabuah.resources.localisation import set_language

AT = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
LINE = SpanLine(at=AT, low=0.0, high=1.25, mean=0.5, total=30.0, count=60, newest_at=AT, age_s=0.5)


def rows(parameter: str, station: str = "SLK-ARR-01") -> list[str]:
    record = SpansRecord(
        station=station,
        parameter=parameter,
        unit="mm",
        source="local",
        by=RollUpSpan.HOUR,
        values_from=None,
        spans=(LINE,),
    )
    return encode_spans_csv(record).decode("utf-8-sig").splitlines()[1:]


def test_series_csv_has_sum_for_rain_only() -> None:
    (rain,) = rows("rain_mm")
    assert rain == "2026-11-24 14:00:00;WIB;SLK-ARR-01;rain_mm;mm;0;1,25;0,5;30;60;2026-11-24 14:00:00;0,5"
    assert rows("stage_m")[0].split(";")[8] == ""


def test_series_csv_uses_decimal_point_in_english() -> None:
    set_language("en")
    assert rows("rain_mm")[0].split(",")[5:9] == ["0", "1.25", "0.5", "30"]


def test_series_csv_escapes_formulas() -> None:
    assert rows("rain_mm", station="=1+1")[0].split(";")[2] == "'=1+1"
