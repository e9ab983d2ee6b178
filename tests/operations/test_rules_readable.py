"""The default rules make sense, can be read aloud, and can be tried on the past."""

from sensors import START, gauge, minutes, rain_gauge

from tabuah.operations.bodies import encode_body
from tabuah.operations.levels import AlarmSeverity, RiverLevel
from tabuah.operations.rules.bodies import RuleWritten
from tabuah.operations.rules.defaults import default_rules
from tabuah.operations.rules.rule import RiverStage, Rule, Silence, Threshold
from tabuah.operations.rules.telling import tell_duration, tell_rule
from tabuah.operations.rules.trial import try_rule
from tabuah.operations.stations.units import MEASUREMENTS
from tabuah.resources.catalogue import set_language

RULES = {rule.id: rule for rule in default_rules()}


def test_the_default_rules_have_names_of_their_own_sources_and_survive_the_journal():
    assert len(RULES) == len(default_rules())
    assert all(rule.source for rule in RULES.values())
    for rule in RULES.values():
        import msgspec

        assert msgspec.json.decode(encode_body(RuleWritten(rule=rule)), type=RuleWritten).rule == rule


def test_every_default_rule_watches_something_that_is_measured():
    assert all(r.parameter in MEASUREMENTS or isinstance(r.condition, Silence) for r in RULES.values())


def test_the_river_levels_are_all_there_and_siaga_1_is_the_worst():
    levels = {r.condition.level: r.severity for r in RULES.values() if isinstance(r.condition, RiverStage)}
    assert levels == {
        RiverLevel.SIAGA_1: AlarmSeverity.CRITICAL,
        RiverLevel.SIAGA_2: AlarmSeverity.HIGH,
        RiverLevel.SIAGA_3: AlarmSeverity.ATTENTION,
    }


def test_a_rule_reads_as_a_sentence():
    assert tell_rule(RULES["tma-siaga-3"]) == (
        "Tinggi muka air ≥ ambang Siaga 3 selama 5 menit; reda 0,10 m di bawah ambang"
    )
    assert tell_rule(RULES["hujan-24-jam-lebat"]) == "Hujan 24 jam ≥ 50,0 mm; reda di bawah 40,0 mm"
    assert tell_rule(RULES["gempa-kuat"]) == "Guncangan tanah ≥ 0,091 g; reda di bawah 0,005 g"
    assert tell_rule(RULES["tanpa-data"]).startswith("tanpa data selama 30 menit")
    set_language("en")
    assert tell_rule(RULES["tma-siaga-1"]).startswith("Water level ≥ threshold of Siaga 1 for 2 minutes; over at")


def test_every_default_rule_can_be_told_in_both_languages():
    for language in ("id", "en"):
        set_language(language)
        assert all(tell_rule(rule) for rule in RULES.values())


def test_a_falling_limit_is_told_as_one():
    low = Threshold(limit=11.5, hysteresis=0.5, falling=True)
    rule = Rule(id="aki-lemah", name="", parameter="battery_v", condition=low, severity=AlarmSeverity.ATTENTION)
    assert tell_rule(rule) == "Baterai ≤ 11,5 V; reda di atas 12,0 V"


def test_durations_are_told_in_the_largest_unit_that_fits():
    told = [tell_duration(s) for s in (40, 300, 3600, 86_400, 259_200)]
    assert told == ["40 detik", "5 menit", "1 jam", "24 jam", "3 hari"]


def test_a_trial_says_when_a_rule_would_have_fired_and_how_bad_it_was():
    flood = [2.0, 3.3, 3.4, 3.5, 3.0, 2.0]
    stages = [(minutes(i), v) for i, v in enumerate(flood * 2)]
    history = {("SLK-AWLR-03", "stage_m"): stages, ("SLK-ARR-01", "rain_mm"): [(START, 1.0)]}
    trial = try_rule(RULES["tma-siaga-1"], [gauge(), rain_gauge()], history)
    assert (trial.series, trial.readings) == (1, 12)
    assert [(e.onset_at, e.raised_at, e.cleared_at, e.peak) for e in trial.episodes] == [
        (minutes(1), minutes(3), minutes(4), 3.5),
        (minutes(7), minutes(9), minutes(10), 3.5),
    ]


def test_a_trial_tries_a_retired_rule_too_and_finds_silences():
    times = [(minutes(m), 1.0) for m in (0, 1, 2, 60, 61)]
    trial = try_rule(RULES["tanpa-data"], [gauge()], {("SLK-AWLR-03", "stage_m"): times})
    assert [(e.onset_at, e.cleared_at) for e in trial.episodes] == [(minutes(2), minutes(60))]
