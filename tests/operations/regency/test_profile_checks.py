"""Tests of the checks of a profile: each problem names its key and value."""

from datetime import date

import msgspec
import pytest
from support.regencies import eastern_regency

from tabuah.operations.regency.profile_checks import ProfileProblem, check_map, check_profile
from tabuah.resources.hazard_questions import HazardQuestion, QuestionKind
from tabuah.resources.regency import shipped_regency
from tabuah.resources.regency_profile import HazardSettings, Holiday, Opd
from tabuah.text.regency.profile_problems import describe_finding

HAZARDS = shipped_regency().hazards
HOLIDAY = Holiday(date=date(2026, 12, 25), name="Natal")
BOMB = '<!DOCTYPE a [<!ENTITY b "cc">]><svg>&b;</svg>'
TWICE = HazardQuestion(code="rising", text="Naik?", kind=QuestionKind.YES_NO)
CHOICE = HazardQuestion(code="hit", text="Apa?", kind=QuestionKind.CHOICE, choices=("Rumah", "rumah"))
REVERSED = HazardQuestion(code="age", text="Umur?", kind=QuestionKind.NUMBER, unit="tahun", at_least=9.0, at_most=1.0)
OTHER_KIND = HazardQuestion(code="road_cut", text="Jalan?")
QUESTIONS = "hazards.flood.questions"


def asking(*questions: HazardQuestion) -> tuple[HazardSettings, ...]:
    """Return the shipped hazards with other questions about floods, and none that these contradict elsewhere."""
    kept = tuple(
        each if each.code in ("flash_flood", "flood") else msgspec.structs.replace(each, questions=())
        for each in HAZARDS
    )
    return tuple(
        msgspec.structs.replace(each, questions=questions) if each.code == "flood" else each for each in kept
    )


@pytest.mark.parametrize(
    ("changes", "key", "problem", "value"),
    [
        ({"time_zone": "Asia/Makasar"}, "time_zone", ProfileProblem.UNKNOWN_TIME_ZONE, "Asia/Makasar"),
        ({"time_zone": "Asia/Jakarta"}, "time_zone", ProfileProblem.TIME_ZONE_FAR, "120.50"),
        ({"languages": ("id", "min")}, "languages", ProfileProblem.UNKNOWN_LANGUAGE, "min"),
        ({"bps_code": "1303"}, "bps_code", ProfileProblem.CODES_DIFFER, "1303"),
        ({"bounds_deg": (121.0, -9.0, 120.0, -8.0)}, "bounds_deg", ProfileProblem.BOUNDS_ORDER, "121.0, -9.0"),
        ({"bounds_deg": (90.0, -9.0, 120.0, -8.0)}, "bounds_deg", ProfileProblem.BOUNDS_SIZE, "90.0, -9.0"),
        ({"hazards": HAZARDS[1:]}, "hazards", ProfileProblem.MISSING_CODE, "flood"),
        ({"hazards": (*HAZARDS, HazardSettings(code="tsunami"))}, "hazards", ProfileProblem.UNKNOWN_CODE, "tsunami"),
        ({"hazards": (*HAZARDS, HAZARDS[0])}, "hazards", ProfileProblem.LISTED_TWICE, "flood"),
        ({"hazards": asking(TWICE, TWICE)}, QUESTIONS, ProfileProblem.LISTED_TWICE, "rising"),
        ({"hazards": asking(CHOICE)}, QUESTIONS, ProfileProblem.FEW_CHOICES, "hit"),
        ({"hazards": asking(REVERSED)}, QUESTIONS, ProfileProblem.LIMITS_ORDER, "age"),
        ({"hazards": asking(OTHER_KIND)}, "hazards.flash_flood.questions", ProfileProblem.KIND_DIFFERS, "road_cut"),
        ({"map": ""}, "map", ProfileProblem.MISSING_MAP, ""),
        ({"opds": (Opd(name="BPBD"), Opd(name="bpbd"))}, "opds", ProfileProblem.LISTED_TWICE, "bpbd"),
        ({"holidays": (HOLIDAY, HOLIDAY)}, "holidays", ProfileProblem.LISTED_TWICE, "2026-12-25"),
        ({"crest_svg": "<html/>"}, "letterhead.crest", ProfileProblem.NO_SVG, ""),
        ({"crest_svg": BOMB}, "letterhead.crest", ProfileProblem.NO_SVG, ""),
    ],
)
def test_profile_check_finds_problem(changes: dict, key: str, problem: ProfileProblem, value: str):
    (found,) = check_profile(eastern_regency(**changes))
    assert (found.key, found.problem) == (key, problem)
    assert found.value.startswith(value)
    assert describe_finding(found).startswith(f"{key}: ")


def test_profile_check_accepts_both_regencies():
    assert check_profile(shipped_regency()) == check_profile(eastern_regency()) == ()


def test_profile_check_wants_one_offered_hazard():
    hidden = tuple(msgspec.structs.replace(each, offered=False) for each in HAZARDS)
    (found,) = check_profile(eastern_regency(hazards=hidden))
    assert found.problem is ProfileProblem.NOTHING_OFFERED


def test_map_check_compares_bounds_and_code():
    inside = (120.1, -9.3, 120.9, -8.3)
    assert check_map(eastern_regency(), inside, "53.99") == ()
    assert check_map(eastern_regency(), inside, "13.02")[0].problem is ProfileProblem.MAP_OF_ANOTHER
    assert check_map(eastern_regency(), (119.0, -9.3, 120.9, -8.3), "")[0].problem is ProfileProblem.MAP_OUTSIDE
