"""The texts of the form that names a deputy, and the term that they mean."""

from datetime import UTC, datetime, timedelta

import pytest

from tabuah.console.window.people.deputy_form import FieldFault, read_naming, read_term

NOW = datetime(2026, 12, 1, 13, tzinfo=UTC)  # 20.00 WIB
VALUES = {"name": "ani", "role": "supervisor", "start": "", "until": "06.00", "reason": "piket"}


def test_clock_time_before_the_begin_is_on_the_next_day():
    assert read_term(VALUES, NOW) == (NOW, datetime(2026, 12, 1, 23, tzinfo=UTC))


def test_begin_of_another_day_takes_the_end_with_it():
    starts_at, ends_at = read_term({**VALUES, "start": "2026-12-05 18.00"}, NOW)
    assert ends_at - starts_at == timedelta(hours=12)
    naming = read_naming({**VALUES, "start": "2026-12-05 18.00"}, NOW)
    assert naming.starts_at == starts_at


def test_naming_from_now_on_leaves_the_begin_to_the_server():
    assert read_naming(VALUES, NOW).starts_at is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"reason": " "}, "reason"),
        ({"reason": "x" * 401}, "reason"),
        ({"until": "nanti"}, "until"),
        ({"until": "2026-11-30 06.00"}, "until"),
        ({"until": "2026-12-05 06.00"}, "until"),
        ({"start": "besok pagi"}, "start"),
        ({"start": "9999-12-31 23.00"}, "start"),
        ({"start": "2026-11-20 06.00", "until": "2026-11-20 07.00"}, "until"),
    ],
)
def test_impossible_values_are_named_by_field(changes: dict[str, str], field: str):
    with pytest.raises(FieldFault) as fault:
        read_naming({**VALUES, **changes}, NOW)
    assert fault.value.field == field
    assert fault.value.text
