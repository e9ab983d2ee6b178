"""Telephone numbers in the formats of gateways."""

import pytest

from tabuah.operations.notices.phone_numbers import NumberFormat, format_number


@pytest.mark.parametrize("text", ["0812 3456-789", "+62 812 3456 789", "62812 3456 789", "0062812.3456789"])
def test_number_formats_agree_for_all_ways_to_write_it(text: str):
    assert format_number(text, NumberFormat.INTERNATIONAL) == "+628123456789"
    assert format_number(text, NumberFormat.DIGITS) == "628123456789"
    assert format_number(text, NumberFormat.LOCAL) == "08123456789"
    assert format_number(text, NumberFormat.AS_WRITTEN) == text


@pytest.mark.parametrize("text", ["", "112", "0812 ext 3", "1" * 16, "+"])
def test_text_that_is_no_number_is_empty(text: str):
    assert format_number(text, NumberFormat.INTERNATIONAL) == ""


def test_foreign_number_keeps_its_country():
    assert format_number("+60 3 1234 5678", NumberFormat.LOCAL) == "60312345678"
