"""A line about a call: its parts in both languages, and every other word in the note."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabuah.operations.codes import Hazard
from tabuah.operations.incidents.call_line import MAX_LINE, CallLine, read_call_line
from tabuah.operations.incidents.call_line_places import NamedPlace

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)  # 15.00 WIB
PLACES = (
    NamedPlace("Cupak", "Gunung Talang"),
    NamedPlace("Koto Baru", "Kubung"),
    NamedPlace("Koto Laweh", "Lembang Jaya"),
    NamedPlace("Koto Laweh", "Danau Kembar"),
    NamedPlace("Muaro Paneh", "Bukit Sundi"),
    NamedPlace("Sulit Air", "X Koto Diatas"),
)


def read(text: str) -> CallLine:
    return read_call_line(text, places=PLACES, hazards=tuple(Hazard), hamlet="Jorong", now=NOW)


def test_line_fills_all_fields() -> None:
    text = (
        "kebakaran di Cupak jorong Simpang dekat masjid, Bu Nurlela 0811 1002, 14.05, 3 orang terjebak, api ke dapur"
    )
    assert read(text) == CallLine(
        hazard=Hazard.FIRE,
        place_text="Cupak",
        jorong="Simpang",
        landmark="dekat masjid",
        caller_name="Bu Nurlela",
        caller_number="0811 1002",
        occurred_text="14.05",
        people_at_risk="3",
        note="3 orang terjebak, api ke dapur",
    )


def test_line_in_english_fills_all_fields() -> None:
    text = (
        "flood in Koto Baru near the bridge, Mrs Yanti 0812 345 678, 20 minutes ago, 4 people trapped, water rising"
    )
    assert read(text) == CallLine(
        hazard=Hazard.FLOOD,
        place_text="Koto Baru",
        landmark="near the bridge",
        caller_name="Mrs Yanti",
        caller_number="0812 345 678",
        occurred_text="14.40",
        people_at_risk="4",
        note="4 people trapped, water rising",
    )


def test_line_without_commas_is_read() -> None:
    read_line = read("banjir koto baru 14.05 jembatan hanyut")
    assert read_line == CallLine(
        hazard=Hazard.FLOOD, place_text="Koto Baru", occurred_text="14.05", note="jembatan hanyut"
    )


@pytest.mark.parametrize(
    ("text", "hazard", "note"),
    [
        ("galodo cupak", Hazard.FLASH_FLOOD, ""),
        ("banjir bandang cupak", Hazard.FLASH_FLOOD, ""),
        ("BANJIR cupak", Hazard.FLOOD, ""),
        ("korban banjir butuh air", Hazard.FLOOD, "korban banjir butuh air"),
        ("pohon tumbang cupak", Hazard.EXTREME_WEATHER, "pohon tumbang"),
        ("tabrakan cupak", Hazard.ACCIDENT, "tabrakan"),
        ("longsor akibat gempa", Hazard.LANDSLIDE, "akibat gempa"),
        ("tidak ada banjir, longsor", Hazard.LANDSLIDE, "tidak ada banjir"),
        ("kebanjiran", None, "kebanjiran"),
    ],
)
def test_hazard_of_line(text: str, hazard: Hazard | None, note: str) -> None:
    found = read(text)
    assert (found.hazard, found.note) == (hazard, note)


def test_hazard_that_is_not_offered_stays_in_note() -> None:
    found = read_call_line("banjir cupak", places=PLACES, hazards=(Hazard.FIRE,), hamlet="Jorong", now=NOW)
    assert (found.hazard, found.note) == (None, "banjir")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("di nagari Muara Panas", "Muaro Paneh"),
        ("suliik aie", ""),
        ("Sulit Aie", "Sulit Air"),
        ("koto laweh", "Koto Laweh"),
        ("koto laweh lembang jaya", "Koto Laweh, Lembang Jaya"),
        ("Koto Laweh, Kec. Danau Kembar, x", "Koto Laweh, Danau Kembar"),
        ("air dari cupak ke koto baru", "Koto Baru"),
        ("jorong koto baru", ""),
        ("cupakan", ""),
        ("-0.91234, 100.65432", "-0.91234, 100.65432"),
        ("https://maps.google.com/?q=-0.9,100.6", "https://maps.google.com/?q=-0.9,100.6"),
    ],
)
def test_place_of_line(text: str, place: str) -> None:
    assert read(text).place_text == place


@pytest.mark.parametrize(
    ("text", "jorong", "landmark"),
    [
        ("cupak jorong simpang tigo dekat surau", "simpang tigo", "dekat surau"),
        ("cupak jorong simpang, air naik", "simpang", ""),
        ("cupak jorong simpang air naik cepat sekali", "simpang", ""),
        ("cupak seberang SPBU", "", "seberang SPBU"),
        ("air sudah dekat rumah", "", ""),
    ],
)
def test_jorong_and_landmark_of_line(text: str, jorong: str, landmark: str) -> None:
    found = read(text)
    assert (found.jorong, found.landmark) == (jorong, landmark)


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("tadi 10 menit", "14.50"),
        ("10 menit yang lalu", "14.50"),
        ("setengah jam lalu", "14.30"),
        ("an hour ago", "14.00"),
        ("kemarin 23.10", "yesterday 23.10"),
        ("yesterday at 7:05", "yesterday 07.05"),
        ("jam 2 siang", "14.00"),
        ("jam 11 siang", "11.00"),
        ("pukul 745", "07.45"),
        ("23.50", "23.50"),
        ("99999 menit lalu", ""),
        ("tinggi 3.42 m", ""),
        ("Rp 1.300.000", ""),
        ("jam 3 orang datang", ""),
        ("25.10", ""),
        ("-0.55", ""),
    ],
)
def test_time_of_line(text: str, time: str) -> None:
    assert read(text).occurred_text == time


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("3 orang terjebak", "3"),
        ("dua warga hanyut dan satu anak hilang", "3"),
        ("5 people are trapped", "5"),
        ("3 orang luka", ""),
        ("3 rumah hanyut", ""),
        ("999999 orang terjebak", ""),
    ],
)
def test_people_at_risk_of_line_stay_in_note(text: str, people: str) -> None:
    found = read(text)
    assert (found.people_at_risk, found.note) == (people, text)


@pytest.mark.parametrize(
    ("text", "name", "number"),
    [
        ("Pak Budi Santoso 081234567890", "Pak Budi Santoso", "081234567890"),
        ("banjir cupak, Nurlela 0811-1002", "Nurlela", "0811-1002"),
        ("banjir cupak 0812 345", "", "0812 345"),
        ("+62 812 3456 789", "", "+62 812 3456 789"),
        ("pelapor Yanti, banjir", "Yanti", ""),
        ("caller: John Smith", "John Smith", ""),
        ("banjir, bu yanti", "bu yanti", ""),
        ("rumah pak budi terbakar habis", "", ""),
        ("kode 13.02.08.2001", "", ""),
    ],
)
def test_caller_of_line(text: str, name: str, number: str) -> None:
    found = read(text)
    assert (found.caller_name, found.caller_number) == (name, number)


def test_second_caller_stays_in_note() -> None:
    found = read("Bu Yanti 0812 345, Pak Budi 0813 456")
    assert (found.caller_name, found.note) == ("Bu Yanti", "Pak Budi 0813 456")


def test_long_text_is_a_note_as_a_whole() -> None:
    text = "banjir cupak " * MAX_LINE
    assert read(text) == CallLine(note=text.strip())


@pytest.mark.parametrize("text", ["\x1f\x1f,\x1f", "\u202e🌊🌊", "(" * 2_000, "0" * 2_000, "bu " * 660, "a1." * 600])
def test_hostile_line_keeps_its_words(text: str) -> None:
    found = read(text)
    assert found.hazard is None
    assert "".join(found.note.split()) == "".join(text.replace("\x1f", "").strip(" ,").split())


WORDS = ("banjir", "cupak", "14.05", "bu", "yanti", "0812 345", "3 orang terjebak", "jorong", "dekat", "masjid", "🌊")


@given(st.lists(st.sampled_from((*WORDS, ",", "air", "di", "koto laweh", "tadi 5 menit")), max_size=14))
def test_no_word_of_a_line_is_lost(words: list[str]) -> None:
    text = " ".join(words)
    found = read(text)
    shown = " ".join(
        (
            found.place_text,
            "jorong" if found.jorong else "",
            found.jorong,
            found.landmark,
            found.caller_name,
            found.caller_number,
            found.note,
            "banjir" if found.hazard else "",
            "tadi 5 menit 14.05" if found.occurred_text else "",
        )
    )
    shown = shown.replace(",", " ").casefold()
    assert all(word in shown.split() for word in text.replace(",", " ").casefold().split() if word != "di")
