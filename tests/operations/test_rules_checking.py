"""What is wrong with a rule is told in words and by field before it is in force."""

import msgspec
import pytest
from sensors import gauge, rain_gauge

from tabuah.operations.errors import NotPossible
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.rules.bodies import RuleWritten
from tabuah.operations.rules.checking import faults_of
from tabuah.operations.rules.defaults import default_rules
from tabuah.operations.rules.gestures import id_for, put_into_force, retire_rule
from tabuah.operations.rules.reach import reach_of
from tabuah.operations.rules.rule import (
    Accumulation,
    Change,
    Combination,
    Condition,
    Neighbours,
    NeighbourSums,
    Part,
    PartPlace,
    Rule,
    Threshold,
)

STATIONS = (gauge(), rain_gauge())


def rule(condition: Condition, parameter: str = "stage_m", **fields: object) -> Rule:
    known = {"id": "r-1", "name": "r", "source": "s", "severity": AlarmSeverity.HIGH}
    return Rule(**known | {"parameter": parameter, "condition": condition} | fields)


def fields(wrong: Rule) -> list[str]:
    return [fault.field for fault in faults_of(wrong, STATIONS)]


def test_the_default_rules_are_sound():
    assert all(faults_of(each, STATIONS) == () for each in default_rules())


def test_a_rule_needs_a_name_a_source_and_something_that_is_measured():
    bare = rule(Threshold(limit=1), "", name=" ", source="")
    assert fields(bare) == ["name", "source", "parameter"]


def test_a_limit_that_no_station_can_measure_is_a_slip_of_the_pen():
    assert fields(rule(Threshold(limit=315))) == ["limit"]
    (fault,) = faults_of(rule(Threshold(limit=315)), STATIONS)
    assert fault.words == "Tidak ada stasiun yang dapat mengukur ini: rentangnya -1,00 m sampai 15,00 m."
    assert fields(rule(Threshold(limit=3), "pga_g")) == []


def test_only_amounts_add_up_and_neighbours_say_nothing_about_single_ones():
    assert fields(rule(Accumulation(limit=1, window_s=60))) == ["condition"]
    assert fields(rule(Neighbours(limit=1, radius_m=1000), "rain_mm")) == ["parameter"]
    sums = NeighbourSums(floor=20, window_s=10_800, radius_m=1000)
    assert fields(rule(sums, "rain_mm")) == []
    assert fields(rule(sums)) == ["condition"]


def test_stations_that_do_not_exist_are_named():
    (fault,) = faults_of(rule(Threshold(limit=1), stations=("SLK-AWLR-03", "SLK-X")), STATIONS)
    assert (fault.field, fault.words) == ("stations", "Tidak ada stasiun SLK-X.")


def test_parts_are_blamed_by_their_number():
    near = Part(parameter="rain_mm", condition=Accumulation(limit=1, window_s=60), where=PartPlace.NEAR)
    named = Part(parameter="rain_mm", condition=Accumulation(limit=1, window_s=60), where=PartPlace.NAMED)
    wrong = Part(parameter="rain_mm", condition=Change(limit=1, window_s=60), where=PartPlace.UPSTREAM)
    both = rule(Combination(parts=(near, named, wrong), within_s=60))
    assert fields(both) == ["1.radius_m", "2.stations", "3.where"]


def test_where_a_rule_stands_and_where_it_cannot():
    low = gauge("SLK-AWLR-04")
    without = msgspec.structs.replace(low, river=None)
    by_id = {each.id: each for each in default_rules()}
    reach = reach_of(by_id["tma-siaga-1"], (gauge(), without))
    assert (reach.watched, reach.left_out) == (("SLK-AWLR-03",), ("SLK-AWLR-04",))
    alone = reach_of(by_id["banjir-dari-hulu"], STATIONS)
    assert (alone.watched, alone.left_out) == ((), ("SLK-AWLR-03",))


def test_the_next_version_is_in_force_whatever_the_one_before_was():
    retired = rule(Threshold(limit=1), active=False, version=3)
    draft = put_into_force(retired, known=retired)
    written = msgspec.json.decode(draft.body, type=RuleWritten).rule
    assert (written.version, written.active) == (4, True)


def test_retiring_needs_a_reason():
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
def test_an_id_is_made_from_the_name(name: str, made: str):
    assert id_for(name, ()) == made
    assert id_for(name, (made,)) == f"{made}-2"
    assert id_for(name, (made, f"{made}-2")) == f"{made}-3"
    rule(Threshold(limit=1), id=made)
