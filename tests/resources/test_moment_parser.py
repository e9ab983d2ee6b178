"""Times as people write them."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabuah.operations.bounds import EARLIEST, LATEST
from tabuah.resources.moment_parser import moment_text, parse_moment

NOW = datetime(2026, 11, 24, 1, 5, 30, tzinfo=UTC)  # 08.05 WIB
TODAY_745 = datetime(2026, 11, 24, 0, 45, tzinfo=UTC)


@pytest.mark.parametrize("text", ["745", "0745", "7.45", "07.45", "07:45", " 07.45 WIB "])
def test_clock_time_is_of_today(text: str):
    assert parse_moment(text, now=NOW) == TODAY_745


@pytest.mark.parametrize("text", ["sekarang", "Sekarang", "now", "kini"])
def test_now_is_the_current_moment(text: str):
    assert parse_moment(text, now=NOW) == NOW


@pytest.mark.parametrize("text", ["kemarin 21.00", "kmrn 2100", "yesterday 21:00", "Kemarin  21.00 WIB"])
def test_yesterday_needs_a_clock_time(text: str):
    assert parse_moment(text, now=NOW) == datetime(2026, 11, 23, 14, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["2026-11-23 21.00", "2026-11-23T21:00", "2026-11-23T14:00Z", "2026-11-23 21:00", "2026-11-23T21:00+07:00"],
)
def test_date_and_time_are_in_wib_without_zone(text: str):
    assert parse_moment(text, now=NOW) == datetime(2026, 11, 23, 14, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["23.11.2026 21:00", "23.11.2026 21.00", "23-11-2026 21.00", "23/11/2026 2100", "23.11.2026 21.00 WIB"]
)
def test_date_with_the_day_first_and_time_are_in_wib(text: str):
    assert parse_moment(text, now=NOW) == datetime(2026, 11, 23, 14, 0, tzinfo=UTC)


@pytest.mark.parametrize("text", ["31.12.2026", "31-12-2026", "2026-12-31"])
def test_date_alone_is_its_begin(text: str):
    assert parse_moment(text, now=NOW) == datetime(2026, 12, 30, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize("text", ["31.02.2026 10.00", "31.12.1969", "01.01.2100 10.00", "31.12.2026 25.00"])
def test_date_with_the_day_first_that_does_not_exist_is_refused(text: str):
    with pytest.raises(ValueError, match="2026-11-24T14:30"):
        parse_moment(text, now=NOW)


@pytest.mark.parametrize("text", ["", "25.00", "7.60", "kemarin", "besok", "kemarin 99", "12345", "🌊", "9" * 500])
def test_other_text_is_refused_with_example(text: str):
    with pytest.raises(ValueError, match="2026-11-24T14:30"):
        parse_moment(text, now=NOW)


@pytest.mark.parametrize("year", [1, 1969, 2100, 9999])
def test_time_that_the_journal_does_not_take_is_refused(year: int):
    with pytest.raises(ValueError, match="2026-11-24T14:30"):
        parse_moment(f"{year:04d}-06-30T12:00", now=NOW)


@pytest.mark.parametrize("text", ["1970-01-01T00:00Z", "2099-12-31T23:59Z"])
def test_first_and_last_time_of_the_journal_are_read(text: str):
    assert EARLIEST <= parse_moment(text, now=NOW) < LATEST


def test_midnight_belongs_to_the_day_in_wib():
    just_after = datetime(2026, 11, 23, 17, 10, tzinfo=UTC)  # 00.10 WIB on the 24th
    assert parse_moment("00.05", now=just_after) == datetime(2026, 11, 23, 17, 5, tzinfo=UTC)
    assert parse_moment("kemarin 23.50", now=just_after) == datetime(2026, 11, 23, 16, 50, tzinfo=UTC)


@given(st.integers(min_value=0, max_value=60 * 24 * 400))
def test_written_moment_is_read_back(minutes: int):
    moment = NOW.replace(second=0) - timedelta(minutes=minutes)
    assert parse_moment(moment_text(moment, now=NOW), now=NOW) == moment


@given(st.text(max_size=40))
def test_any_text_is_a_moment_or_refused(text: str):
    with suppress(ValueError):
        assert parse_moment(text, now=NOW).tzinfo is UTC
