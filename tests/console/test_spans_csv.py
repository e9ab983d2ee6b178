"""Spans as CSV: rain has a sum, a level has none, and what a spreadsheet would run is made harmless."""

from datetime import UTC, datetime

from tabuah.console.reports.spans_csv import spans_as_csv
from tabuah.console.span_records import SpanLine, SpansRecord
from tabuah.operations.stations.spans import Span
from tabuah.resources.catalogue import set_language

AT = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
LINE = SpanLine(at=AT, low=0.0, high=1.25, mean=0.5, total=30.0, count=60, newest_at=AT, age_s=0.5)


def rows(parameter: str, station: str = "SLK-ARR-01") -> list[str]:
    record = SpansRecord(
        station=station,
        parameter=parameter,
        unit="mm",
        source="local",
        by=Span.HOUR,
        values_from=None,
        spans=(LINE,),
    )
    return spans_as_csv(record).decode("utf-8-sig").splitlines()[1:]


def test_rain_has_a_sum_and_a_level_has_none() -> None:
    (rain,) = rows("rain_mm")
    assert rain == "2026-11-24 14:00:00;WIB;SLK-ARR-01;rain_mm;mm;0;1,25;0,5;30;60;2026-11-24 14:00:00;0,5"
    assert rows("stage_m")[0].split(";")[8] == ""


def test_in_english_the_decimal_sign_is_a_point() -> None:
    set_language("en")
    assert rows("rain_mm")[0].split(",")[5:9] == ["0", "1.25", "0.5", "30"]


def test_a_code_that_looks_like_a_formula_is_none() -> None:
    assert rows("rain_mm", station="=1+1")[0].split(";")[2] == "'=1+1"
