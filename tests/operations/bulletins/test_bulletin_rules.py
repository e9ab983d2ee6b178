"""Bulletin rules: files, text in both languages, decisions and folds."""

from datetime import timedelta

import msgspec
import pytest
from support.bulletin_samples import MOMENT, PLACES, REGION, sample_earthquake
from support.judged_journal import JudgedJournal

from tabuah.operations.alarms.entry_bodies import AlarmRaised
from tabuah.operations.bulletins.alarms import alarm_for_earthquake, is_same_alarm
from tabuah.operations.bulletins.bulletin import KnownEarthquake
from tabuah.operations.bulletins.rule_entry_bodies import BulletinRuleWritten
from tabuah.operations.bulletins.rules import (
    BulletinRule,
    EarthquakeCondition,
    VolcanoCondition,
    WarningCondition,
    active_rules,
    default_bulletin_rules,
)
from tabuah.operations.entries import Draft, Verdict
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.feeds.cap_alert import CapCertainty, CapSeverity, CapUrgency
from tabuah.operations.levels import AlarmSeverity, VolcanoLevel
from tabuah.operations.people.roles import Role
from tabuah.operations.rules.any_rule import subject_of_rule
from tabuah.operations.rules.drafts import activate_rule, retire_rule
from tabuah.operations.rules.rule_file import InvalidRule, read_rule, write_rule
from tabuah.operations.rules.validation import find_bulletin_rule_problems
from tabuah.operations.subject_state import read_state, state_text
from tabuah.resources.localisation import set_language
from tabuah.text.rules.bulletin_rule_text import describe_alarm_end, describe_bulletin_rule

RULES = {rule.id: rule for rule in default_bulletin_rules()}


def rule(condition: EarthquakeCondition | WarningCondition | VolcanoCondition, **changes: object) -> BulletinRule:
    made = BulletinRule(id="a-1", name="n", condition=condition, severity=AlarmSeverity.HIGH, source="s")
    return msgspec.structs.replace(made, **changes)


@pytest.mark.parametrize("written", RULES.values(), ids=RULES)
def test_rule_survives_its_file(written: BulletinRule):
    assert read_rule(write_rule(written)) == written
    assert find_bulletin_rule_problems(written) == ()


@pytest.mark.parametrize(
    "text",
    [
        '{"id": "a-1", "name": "n", "severity": "high", "condition": {"type": "earthquake", "magnitud": 5}}',
        '{"id": "a-1", "name": "n", "severity": "high", "condition": {"type": "earthquake", "magnitude": 11}}',
        '{"id": "a-1", "name": "n", "severity": "high", "x": 1, "condition": {"type": "volcano", "level": "II"}}',
        'id = "a-1"\nname = "n"\nseverity = "high"\ncondition = { type = "earthquake", magnitude = nan }',
        'id = "a-1"\nname = "n"\nseverity = "high"\ncondition = { type = "earthquake", within_km = inf }',
        'id = "a-1"\nname = "n"\nseverity = "high"\ncondition = { type = "volcano", level = "V" }',
        'id = "a-1"\nname = "n"\nseverity = "high"\ncondition = { type = "warning", severities = ["Berat"] }',
    ],
)
def test_rule_file_with_typing_error_is_refused(text: str):
    with pytest.raises(InvalidRule):
        read_rule(text)


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        (EarthquakeCondition(magnitude=6.0, within_km=150), "Gempa bumi M ≥ 6,0 dalam 150 km dari pusat kabupaten"),
        (EarthquakeCondition(felt_mmi=5), "Gempa bumi terasa di sini MMI V atau lebih"),
        (EarthquakeCondition(magnitude=3, felt_mmi=2), "Gempa bumi M ≥ 3,0, terasa di sini MMI II atau lebih"),
        (EarthquakeCondition(), "Gempa bumi tanpa syarat: tidak pernah muncul"),
        (WarningCondition(), "Peringatan cuaca di atas kabupaten: apa pun"),
        (
            WarningCondition(
                severities=(CapSeverity.SEVERE,), urgencies=(CapUrgency.PAST,), certainties=(CapCertainty.OBSERVED,)
            ),
            "Peringatan cuaca di atas kabupaten: keparahan Berat; kemendesakan Sudah lewat; kepastian Teramati",
        ),
        (VolcanoCondition(level=VolcanoLevel.AWAS), "Tingkat gunung api naik ke Level IV (Awas)"),
        (
            VolcanoCondition(level=VolcanoLevel.SIAGA),
            "Tingkat gunung api naik ke Level III (Siaga) atau lebih tinggi",
        ),
    ],
)
def test_rule_text_is_a_sentence(condition: EarthquakeCondition | WarningCondition | VolcanoCondition, told: str):
    assert describe_bulletin_rule(rule(condition)) == told
    assert describe_alarm_end(rule(condition))


def test_rule_text_in_english_is_a_sentence():
    set_language("en")
    condition = EarthquakeCondition(magnitude=6.0, within_km=150, felt_mmi=4)
    told = "Earthquake M ≥ 6.0 within 150 km of the centre of the regency, felt here at MMI IV or more"
    assert describe_bulletin_rule(rule(condition)) == told


@pytest.mark.parametrize(
    ("written", "field"),
    [
        (rule(EarthquakeCondition()), "magnitude"),
        (rule(VolcanoCondition(level=VolcanoLevel.NORMAL)), "level"),
        (rule(EarthquakeCondition(felt_mmi=3), name=" "), "name"),
        (rule(EarthquakeCondition(felt_mmi=3), name="x" * 121), "name"),
        (rule(EarthquakeCondition(felt_mmi=3), source=""), "source"),
    ],
)
def test_rule_problems_are_listed_by_field(written: BulletinRule, field: str):
    assert [fault.field for fault in find_bulletin_rule_problems(written)] == [field]


def test_active_rules_are_sorted_by_severity():
    asked = active_rules([*RULES.values(), rule(EarthquakeCondition(felt_mmi=1), active=False)])
    assert [(r.severity.rank, r.id) for r in asked] == sorted((r.severity.rank, r.id) for r in RULES.values())


def near_alarm(*felt: str) -> AlarmRaised:
    account = sample_earthquake(*felt)
    known = KnownEarthquake(id="bmkg-1", accounts=(account,), first_told_at=MOMENT, told_at=MOMENT)
    alarm = alarm_for_earthquake(known, RULES.values(), region=REGION, own_places=PLACES, now=MOMENT)
    assert alarm is not None
    return alarm


def test_felt_earthquake_raises_only_one_alarm():
    near, also_felt = near_alarm(), near_alarm("Kubung")
    assert is_same_alarm(near, also_felt)
    worse = msgspec.structs.replace(also_felt, rule="gempa-dirasakan-kuat", severity=AlarmSeverity.CRITICAL)
    assert not is_same_alarm(near, worse)
    assert not is_same_alarm(near, msgspec.structs.replace(also_felt, parameter="earthquake/bmkg-2"))


def test_each_raised_volcano_level_is_an_alarm():
    first = msgspec.structs.replace(near_alarm(), parameter="volcano/261160")
    assert is_same_alarm(
        first, msgspec.structs.replace(first, rule="gunung-api-naik")
    )  # raised before levels had rules
    assert not is_same_alarm(first, msgspec.structs.replace(first, onset_at=MOMENT + timedelta(hours=2)))


@pytest.mark.parametrize(
    ("role", "verdict"),
    [
        (Role.SUPERVISOR, Verdict.ACCEPTED),
        (Role.ADMIN, Verdict.ACCEPTED),
        (Role.OPERATOR, Verdict.REJECTED),
        (Role.FIELD, Verdict.REJECTED),
    ],
)
def test_roles_match_those_of_series_rules(role: Role, verdict: Verdict):
    room = JudgedJournal()
    assert room.write(room.author("ani", role), activate_rule(RULES["gempa-dekat"], known=None)).verdict is verdict


def test_every_version_is_folded_and_retired_kept():
    room, first = JudgedJournal(), RULES["gempa-dekat"]
    kalaksa, subject = room.author("kalaksa", Role.SUPERVISOR), subject_of_rule(first)
    room.write(kalaksa, activate_rule(first, known=None))
    changed = msgspec.structs.replace(first, condition=EarthquakeCondition(magnitude=4.5, within_km=80))
    room.write(kalaksa, activate_rule(changed, known=first))
    second = msgspec.structs.replace(changed, version=2)
    assert room.states[subject].value == second
    room.write(kalaksa, retire_rule(second, reason="diganti"))
    assert room.states[subject].value == msgspec.structs.replace(second, active=False)
    assert read_state(state_text(room.states[subject])) == room.states[subject]


def test_entry_of_another_subject_is_rejected():
    room = JudgedJournal()
    kalaksa = room.author("kalaksa", Role.SUPERVISOR)
    body = encode_body(BulletinRuleWritten(rule=RULES["gempa-dekat"]))
    other = Draft(subject="bulletin_rule/gempa-lain", kind="bulletin_rule.written", body=body)
    assert room.write(kalaksa, other).reason == "subject_of_another_name"
    series = Draft(subject="rule/gempa-dekat", kind="bulletin_rule.written", body=body)
    assert room.write(kalaksa, series).reason == "subject_of_another_kind"
    unknown = retire_rule(RULES["gempa-dekat"], reason="x")
    assert room.write(kalaksa, unknown).verdict is not Verdict.ACCEPTED
