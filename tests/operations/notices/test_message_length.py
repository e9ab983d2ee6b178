"""Lengths of messages: parts of an SMS, UTF-16, and texts that are shortened."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabuah.operations.notices.message_length import (
    count_segments,
    is_gsm_text,
    shorten,
    sms_text,
    split_segments,
    utf16_length,
    with_gsm_characters,
)


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("", 0),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),  # two septets each
        ("€" * 81, 2),
        ("ж" * 70, 1),
        ("ж" * 71, 2),
        ("ж" * 135, 3),
        ("🌊" * 35, 1),
        ("🌊" * 36, 2),
    ],
)
def test_sms_segments_follow_the_alphabet(text: str, segments: int):
    assert count_segments(text) == segments


def test_segments_split_no_extension_character():
    parts = split_segments("a" * 152 + "€" * 10)
    assert parts[0] == "a" * 152  # one septet is left, and the euro needs two
    assert "".join(split_segments("🌊" * 100)) == "🌊" * 100
    assert all(utf16_length(part) <= 67 for part in split_segments("🌊" * 100))


def test_typographic_characters_become_gsm_characters():
    text = with_gsm_characters("Kritis: “Batang Lembang” – 3,42 m · 55 µg/m³ … Muaro Paneh ê")
    assert is_gsm_text(text)
    assert text == 'Kritis: "Batang Lembang" - 3,42 m - 55 ug/m3 ... Muaro Paneh e'
    assert not is_gsm_text(with_gsm_characters("水"))


def test_sms_text_keeps_the_first_lines_whole_and_a_link():
    lines = ["LATIHAN – gladi", "", "Kritis: AWLR Batang Lembang", *(f"Baris {n} " + "x" * 60 for n in range(9))]
    text = sms_text("\n".join([*lines, "https://tabuah.example.org/a/123"]), 2)
    assert count_segments(text) == 2
    assert text.startswith("LATIHAN - gladi\nKritis: AWLR Batang Lembang\nBaris 0")
    assert text.endswith(" ...\nhttps://tabuah.example.org/a/123")
    assert sms_text("Pendek", 1) == "Pendek"


def test_link_that_does_not_fit_is_left_out():
    text = sms_text("Kritis: AWLR\nhttps://x/" + "a" * 400, 1)
    assert "Kritis: AWLR" in text
    assert count_segments(text) == 1


@given(st.text(max_size=400), st.integers(1, 3))
def test_sms_text_is_never_longer_than_its_parts(text: str, segments: int):
    assert count_segments(sms_text(text, segments)) <= segments


@given(st.text(max_size=200), st.integers(3, 60))
def test_shortened_text_fits(text: str, longest: int):
    assert utf16_length(shorten(text, lambda each: utf16_length(each) <= longest)) <= longest
