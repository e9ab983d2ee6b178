"""Rules about bulletins are data: written, read, told in both languages, judged and folded like other rules."""

from datetime import timedelta

import msgspec
import pytest
from bulletin_samples import MOMENT, PLACES, REGION, quake
from room import Room

from tabuah.operations.alarms.bodies import AlarmRaised
from tabuah.operations.authority.roles import Role
from tabuah.operations.bodies import encode_body
from tabuah.operations.bulletins.alarming import alarm_of_earthquake, is_same_alarm
from tabuah.operations.bulletins.default_rules import default_bulletin_rules
from tabuah.operations.bulletins.earthquake import KnownEarthquake
from tabuah.operations.bulletins.rule_bodies import BulletinRuleWritten
from tabuah.operations.bulletins.rule_checking import faults_of_bulletin_rule
from tabuah.operations.bulletins.rule_telling import tell_bulletin_rule, tell_over_by_itself
from tabuah.operations.bulletins.rules import BulletinRule, Restless, Shaking, Warned, in_force
from tabuah.operations.entries import Draft, Verdict
from tabuah.operations.feeds.cap_values import CapCertainty, CapSeverity, CapUrgency
from tabuah.operations.levels import AlarmSeverity, VolcanoLevel
from tabuah.operations.rules.either import subject_of_rule
from tabuah.operations.rules.gestures import put_into_force, retire_rule
from tabuah.operations.rules.reading import BadRule, read_rule, write_rule
from tabuah.operations.subjects import read_state, state_text
from tabuah.resources.catalogue import set_language

RULES = {rule.id: rule for rule in default_bulletin_rules()}


def rule(condition: Shaking | Warned | Restless, **changes: object) -> BulletinRule:
    made = BulletinRule(id="a-1", name="n", condition=condition, severity=AlarmSeverity.HIGH, source="s")
    return msgspec.structs.replace(made, **changes)


@pytest.mark.parametrize("written", RULES.values(), ids=RULES)
def test_a_rule_comes_back_from_its_file_as_it_was(written: BulletinRule):
    assert read_rule(write_rule(written)) == written
    assert faults_of_bulletin_rule(written) == ()


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
def test_a_file_with_a_slip_of_the_pen_is_refused(text: str):
    with pytest.raises(BadRule):
        read_rule(text)


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        (Shaking(magnitude=6.0, within_km=150), "Gempa bumi M ≥ 6,0 dalam 150 km dari tengah kabupaten"),
        (Shaking(felt_mmi=5), "Gempa bumi terasa di sini MMI V atau lebih"),
        (Shaking(magnitude=3, felt_mmi=2), "Gempa bumi M ≥ 3,0, terasa di sini MMI II atau lebih"),
        (Shaking(), "Gempa bumi tanpa syarat apa pun: tidak pernah muncul"),
        (Warned(), "Peringatan cuaca di atas kabupaten: apa pun"),
        (
            Warned(
                severities=(CapSeverity.SEVERE,), urgencies=(CapUrgency.PAST,), certainties=(CapCertainty.OBSERVED,)
            ),
            "Peringatan cuaca di atas kabupaten: keparahan Berat; kemendesakan Sudah lewat; kepastian Teramati",
        ),
        (Restless(level=VolcanoLevel.AWAS), "Tingkat gunung api naik ke Level IV (Awas)"),
        (Restless(level=VolcanoLevel.SIAGA), "Tingkat gunung api naik ke Level III (Siaga) atau lebih tinggi"),
    ],
)
def test_a_rule_reads_as_a_sentence(condition: Shaking | Warned | Restless, told: str):
    assert tell_bulletin_rule(rule(condition)) == told
    assert tell_over_by_itself(rule(condition))


def test_a_rule_reads_as_a_sentence_in_english_too():
    set_language("en")
    condition = Shaking(magnitude=6.0, within_km=150, felt_mmi=4)
    told = "Earthquake M ≥ 6.0 within 150 km of the middle of the regency, felt here at MMI IV or more"
    assert tell_bulletin_rule(rule(condition)) == told


@pytest.mark.parametrize(
    ("written", "field"),
    [
        (rule(Shaking()), "magnitude"),
        (rule(Restless(level=VolcanoLevel.NORMAL)), "level"),
        (rule(Shaking(felt_mmi=3), name=" "), "name"),
        (rule(Shaking(felt_mmi=3), name="x" * 121), "name"),
        (rule(Shaking(felt_mmi=3), source=""), "source"),
    ],
)
def test_what_is_wrong_is_told_by_field(written: BulletinRule, field: str):
    assert [fault.field for fault in faults_of_bulletin_rule(written)] == [field]


def test_the_worst_is_asked_first_and_equals_in_the_order_of_their_ids():
    asked = in_force([*RULES.values(), rule(Shaking(felt_mmi=1), active=False)])
    assert [(r.severity.rank, r.id) for r in asked] == sorted((r.severity.rank, r.id) for r in RULES.values())


def near_alarm(*felt: str) -> AlarmRaised:
    account = quake(*felt)
    known = KnownEarthquake(id="bmkg-1", accounts=(account,), first_told_at=MOMENT, told_at=MOMENT)
    alarm = alarm_of_earthquake(known, RULES.values(), region=REGION, own_places=PLACES, now=MOMENT)
    assert alarm is not None
    return alarm


def test_one_earthquake_that_is_also_felt_wakes_nobody_twice():
    near, also_felt = near_alarm(), near_alarm("Kubung")
    assert is_same_alarm(near, also_felt)
    worse = msgspec.structs.replace(also_felt, rule="gempa-dirasakan-kuat", severity=AlarmSeverity.CRITICAL)
    assert not is_same_alarm(near, worse)
    assert not is_same_alarm(near, msgspec.structs.replace(also_felt, parameter="earthquake/bmkg-2"))


def test_each_level_that_a_volcano_is_raised_to_is_an_alarm_of_its_own():
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
def test_those_write_rules_who_write_rules_about_series(role: Role, verdict: Verdict):
    room = Room()
    assert room.write(room.author("ani", role), put_into_force(RULES["gempa-dekat"], known=None)).verdict is verdict


def test_every_version_is_folded_and_a_retired_rule_stays_known():
    room, first = Room(), RULES["gempa-dekat"]
    kalaksa, subject = room.author("kalaksa", Role.SUPERVISOR), subject_of_rule(first)
    room.write(kalaksa, put_into_force(first, known=None))
    changed = msgspec.structs.replace(first, condition=Shaking(magnitude=4.5, within_km=80))
    room.write(kalaksa, put_into_force(changed, known=first))
    second = msgspec.structs.replace(changed, version=2)
    assert room.states[subject].value == second
    room.write(kalaksa, retire_rule(second, reason="diganti"))
    assert room.states[subject].value == msgspec.structs.replace(second, active=False)
    assert read_state(state_text(room.states[subject])) == room.states[subject]


def test_an_entry_of_another_name_or_kind_is_refused():
    room = Room()
    kalaksa = room.author("kalaksa", Role.SUPERVISOR)
    body = encode_body(BulletinRuleWritten(rule=RULES["gempa-dekat"]))
    other = Draft(subject="bulletin_rule/gempa-lain", kind="bulletin_rule.written", body=body)
    assert room.write(kalaksa, other).reason == "subject_of_another_name"
    series = Draft(subject="rule/gempa-dekat", kind="bulletin_rule.written", body=body)
    assert room.write(kalaksa, series).reason == "subject_of_another_kind"
    unknown = retire_rule(RULES["gempa-dekat"], reason="x")
    assert room.write(kalaksa, unknown).verdict is not Verdict.ACCEPTED
