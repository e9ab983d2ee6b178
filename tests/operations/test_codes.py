"""Codes are parsed in English and Indonesian, and shown in the current language."""

import pytest

from tabuah.operations.codes import HAZARD_LETTERS, CallClass, Channel, Hazard, Severity, Status, parse_code
from tabuah.operations.errors import UnknownCode
from tabuah.operations.levels import SEVERITY_OF_RIVER_LEVEL, AlarmSeverity, RiverLevel, VolcanoLevel
from tabuah.operations.tasks.task import TaskKind
from tabuah.resources.localisation import LANGUAGES, set_language
from tabuah.text.code_labels import code_label

ALL_CODES = [code for codes in (Hazard, Severity, Status, Channel, CallClass, TaskKind) for code in codes]


@pytest.mark.parametrize("code", ALL_CODES, ids=str)
def test_codes_parse_their_names_in_every_language(code):
    for language in LANGUAGES:
        set_language(language)
        assert parse_code(type(code), code_label(code)) is code
    assert parse_code(type(code), code) is code


@pytest.mark.parametrize(
    ("text", "hazard"),
    [("Banjir Bandang", Hazard.FLASH_FLOOD), ("galodo", Hazard.FLASH_FLOOD), ("FLASH-FLOOD", Hazard.FLASH_FLOOD)],
)
def test_hazards_parse_common_spellings(text, hazard):
    assert parse_code(Hazard, text) is hazard


def test_unknown_code_lists_accepted_codes():
    with pytest.raises(UnknownCode, match="landslide"):
        parse_code(Hazard, "tsunami kecil")


def test_hazards_have_unique_map_letters():
    assert set(HAZARD_LETTERS) == set(Hazard)
    assert len(set(HAZARD_LETTERS.values())) == len(Hazard)


def test_level_types_share_no_value():
    assert not {level.value for level in VolcanoLevel} & {level.value for level in RiverLevel}
    assert VolcanoLevel.SIAGA != RiverLevel.SIAGA_3


def test_river_level_siaga_1_is_worst():
    assert SEVERITY_OF_RIVER_LEVEL[RiverLevel.SIAGA_1] is AlarmSeverity.CRITICAL
    assert AlarmSeverity.CRITICAL.rank < AlarmSeverity.HIGH.rank
