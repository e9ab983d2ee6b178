"""Codes are read in English and Indonesian, and shown in the language that is spoken."""

import pytest

from tabuah.operations.codes import HAZARD_LETTERS, Channel, Hazard, Severity, Status, parse_code
from tabuah.operations.errors import UnknownCode
from tabuah.operations.labels import label_of
from tabuah.operations.levels import SEVERITY_OF_RIVER_LEVEL, AlarmSeverity, LegalStatus, RiverLevel, VolcanoLevel
from tabuah.resources.catalogue import set_language

ALL_CODES = [code for codes in (Hazard, Severity, Status, Channel) for code in codes]


@pytest.mark.parametrize("code", ALL_CODES, ids=str)
def test_every_code_is_read_back_from_its_name_in_both_languages(code):
    for language in ("id", "en"):
        set_language(language)
        assert parse_code(type(code), label_of(code)) is code
    assert parse_code(type(code), code) is code


@pytest.mark.parametrize(
    ("text", "hazard"),
    [("Banjir Bandang", Hazard.FLASH_FLOOD), ("galodo", Hazard.FLASH_FLOOD), ("FLASH-FLOOD", Hazard.FLASH_FLOOD)],
)
def test_hazards_are_read_as_people_write_them(text, hazard):
    assert parse_code(Hazard, text) is hazard


def test_an_unknown_code_says_what_would_be_right():
    with pytest.raises(UnknownCode, match="landslide"):
        parse_code(Hazard, "tsunami kecil")


def test_every_hazard_has_its_own_letter_on_the_map():
    assert set(HAZARD_LETTERS) == set(Hazard)
    assert len(set(HAZARD_LETTERS.values())) == len(Hazard)


def test_the_three_meanings_of_a_level_share_no_value():
    values = [{level.value for level in levels} for levels in (VolcanoLevel, RiverLevel, LegalStatus)]
    assert not values[0] & values[1]
    assert not values[1] & values[2]
    assert VolcanoLevel.SIAGA != RiverLevel.SIAGA_3


def test_siaga_1_is_the_worst_river_stage():
    assert SEVERITY_OF_RIVER_LEVEL[RiverLevel.SIAGA_1] is AlarmSeverity.CRITICAL
    assert AlarmSeverity.CRITICAL.rank < AlarmSeverity.HIGH.rank
