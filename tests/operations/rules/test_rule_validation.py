"""Rule validation, coverage, activation and retirement."""

import msgspec
import pytest
from support.sensor_samples import gauge, rain_gauge

from tabuah.operations.errors import NotPossible
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.rules.coverage import rule_coverage
from tabuah.operations.rules.default_rules import default_rules
from tabuah.operations.rules.drafts import activate_rule, new_rule_id, retire_rule
from tabuah.operations.rules.entry_bodies import RuleWritten
from tabuah.operations.rules.rule import (
    Accumulation,
    Combination,
    CombinationPart,
    Condition,
    Neighbours,
    NeighbourSums,
    PartPlace,
    RateOfChange,
    Rule,
    Threshold,
)
from tabuah.operations.rules.validation import find_rule_problems
from tabuah.operations.stations.drafts import station_in_exercise
from tabuah.text.rules.rule_problems import describe_rule_problem

STATIONS = (gauge(), rain_gauge())


def rule(condition: Condition, parameter: str = "stage_m", **fields: object) -> Rule:
    known = {"id": "r-1", "name": "r", "source": "s", "severity": AlarmSeverity.HIGH}
    return Rule(**known | {"parameter": parameter, "condition": condition} | fields)


def fields(wrong: Rule) -> list[str]:
    return [fault.field for fault in find_rule_problems(wrong, STATIONS)]


def test_default_rules_have_no_problems():
    assert all(find_rule_problems(each, STATIONS) == () for each in default_rules())


def test_rule_needs_name_source_and_parameter():
    bare = rule(Threshold(limit=1), "", name=" ", source="")
    assert fields(bare) == ["name", "source", "parameter"]


def test_unmeasurable_limit_is_reported():
    assert fields(rule(Threshold(limit=315))) == ["limit"]
    (fault,) = find_rule_problems(rule(Threshold(limit=315)), STATIONS)
    assert (
        describe_rule_problem(fault)
        == "Tidak ada stasiun yang dapat mengukur ini: rentangnya -1,00 m sampai 15,00 m."
    )
    assert fields(rule(Threshold(limit=3), "pga_g")) == []


def test_accumulation_and_neighbours_need_fitting_parameters():
    assert fields(rule(Accumulation(limit=1, window_s=60))) == ["condition"]
    assert fields(rule(Neighbours(limit=1, radius_m=1000), "rain_mm")) == ["parameter"]
    sums = NeighbourSums(floor=20, window_s=10_800, radius_m=1000)
    assert fields(rule(sums, "rain_mm")) == []
    assert fields(rule(sums)) == ["condition"]


def test_unknown_stations_are_reported():
    (fault,) = find_rule_problems(rule(Threshold(limit=1), stations=("SLK-AWLR-03", "SLK-X")), STATIONS)
    assert (fault.field, describe_rule_problem(fault)) == ("stations", "Tidak ada stasiun SLK-X.")


def test_part_problems_have_their_number():
    near = CombinationPart(parameter="rain_mm", condition=Accumulation(limit=1, window_s=60), where=PartPlace.NEAR)
    named = CombinationPart(parameter="rain_mm", condition=Accumulation(limit=1, window_s=60), where=PartPlace.NAMED)
    wrong = CombinationPart(
        parameter="rain_mm", condition=RateOfChange(limit=1, window_s=60), where=PartPlace.UPSTREAM
    )
    both = rule(Combination(parts=(near, named, wrong), within_s=60))
    assert fields(both) == ["1.radius_m", "2.stations", "3.where"]


def test_coverage_lists_watched_and_left_out_stations():
    low = gauge("SLK-AWLR-04")
    without = msgspec.structs.replace(low, river=None)
    by_id = {each.id: each for each in default_rules()}
    reach = rule_coverage(by_id["tma-siaga-1"], (gauge(), without))
    assert (reach.watched, reach.left_out) == (("SLK-AWLR-03",), ("SLK-AWLR-04",))
    alone = rule_coverage(by_id["banjir-dari-hulu"], STATIONS)
    assert (alone.watched, alone.left_out) == ((), ("SLK-AWLR-03",))


def test_activated_version_replaces_any_earlier_one():
    retired = rule(Threshold(limit=1), active=False, version=3)
    draft = activate_rule(retired, known=retired)
    written = msgspec.json.decode(draft.body, type=RuleWritten).rule
    assert (written.version, written.active) == (4, True)


def test_retirement_needs_a_reason():
    with pytest.raises(NotPossible):
        retire_rule(rule(Threshold(limit=1)), reason="  ")


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("Batang Lembang naik cepat", "batang-lembang-naik-cepat"),
        ("  Ñandú ≥ 20 mm! ", "nandu-20-mm"),
        ("雨", "aturan"),
        ("a", "aturan-a"),
        ("x" * 90, "x" * 40),
    ],
)
def test_rule_id_is_made_from_name(name: str, made: str):
    assert new_rule_id(name, ()) == made
    assert new_rule_id(name, (made,)) == f"{made}-2"
    assert new_rule_id(name, (made, f"{made}-2")) == f"{made}-3"
    rule(Threshold(limit=1), id=made)


def test_named_station_of_exercise_is_known():
    drill = station_in_exercise(gauge("SLK-AWLR-09"), "gempa-1")
    assert find_rule_problems(rule(Threshold(limit=1), stations=("SLK-AWLR-09",)), (*STATIONS, drill)) == ()
