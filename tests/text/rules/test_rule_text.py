"""The default rules: sources, text in both languages, and trial runs."""

from support.sensor_samples import START, gauge, minutes, rain_gauge

from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.levels import AlarmSeverity, RiverLevel
from tabuah.operations.readings.measurements import measurements
from tabuah.operations.rules.default_rules import default_rules
from tabuah.operations.rules.entry_bodies import RuleWritten
from tabuah.operations.rules.rule import RiverStage, Rule, Silence, Threshold
from tabuah.operations.rules.rule_trial import try_rule
from tabuah.resources.localisation import set_language
from tabuah.text.rules.rule_text import describe_rule, format_duration

RULES = {rule.id: rule for rule in default_rules()}


def test_default_rules_have_sources_and_survive_encoding():
    assert len(RULES) == len(default_rules())
    assert all(rule.source for rule in RULES.values())
    for rule in RULES.values():
        import msgspec

        assert msgspec.json.decode(encode_body(RuleWritten(rule=rule)), type=RuleWritten).rule == rule


def test_default_rules_all_watch_measured_parameters():
    assert all(r.parameter in measurements() or isinstance(r.condition, Silence) for r in RULES.values())


def test_default_rules_contain_all_river_levels():
    levels = {r.condition.level: r.severity for r in RULES.values() if isinstance(r.condition, RiverStage)}
    assert levels == {
        RiverLevel.SIAGA_1: AlarmSeverity.CRITICAL,
        RiverLevel.SIAGA_2: AlarmSeverity.HIGH,
        RiverLevel.SIAGA_3: AlarmSeverity.ATTENTION,
    }


def test_rule_condition_is_a_sentence():
    assert describe_rule(RULES["tma-siaga-3"]) == (
        "Tinggi muka air ≥ ambang Siaga 3 selama 5 menit; reda 0,10 m di bawah ambang"
    )
    assert describe_rule(RULES["hujan-24-jam-lebat"]) == "Hujan 24 jam ≥ 50,0 mm; reda di bawah 40,0 mm"
    assert describe_rule(RULES["gempa-kuat"]) == "Guncangan tanah ≥ 0,091 g; reda di bawah 0,005 g"
    assert describe_rule(RULES["tanpa-data"]).startswith("tanpa data selama 30 menit")
    set_language("en")
    assert describe_rule(RULES["tma-siaga-1"]).startswith("Water level ≥ threshold of Siaga 1 for 2 minutes; clears")


def test_default_rules_have_text_in_both_languages():
    for language in ("id", "en"):
        set_language(language)
        assert all(describe_rule(rule) for rule in RULES.values())


def test_falling_limit_has_its_own_text():
    low = Threshold(limit=11.5, hysteresis=0.5, falling=True)
    rule = Rule(id="aki-lemah", name="", parameter="battery_v", condition=low, severity=AlarmSeverity.ATTENTION)
    assert describe_rule(rule) == "Baterai ≤ 11,5 V; reda di atas 12,0 V"


def test_durations_use_the_largest_unit():
    told = [format_duration(s) for s in (40, 300, 3600, 86_400, 259_200)]
    assert told == ["40 detik", "5 menit", "1 jam", "24 jam", "3 hari"]


def test_trial_gives_raise_times_and_peaks():
    flood = [2.0, 3.3, 3.4, 3.5, 3.0, 2.0]
    stages = [(minutes(i), v) for i, v in enumerate(flood * 2)]
    history = {("SLK-AWLR-03", "stage_m"): stages, ("SLK-ARR-01", "rain_mm"): [(START, 1.0)]}
    trial = try_rule(RULES["tma-siaga-1"], [gauge(), rain_gauge()], history)
    assert (trial.series, trial.readings) == (1, 12)
    assert [(e.onset_at, e.raised_at, e.cleared_at, e.peak) for e in trial.episodes] == [
        (minutes(1), minutes(3), minutes(4), 3.5),
        (minutes(7), minutes(9), minutes(10), 3.5),
    ]


def test_trial_accepts_retired_rules_and_finds_silences():
    times = [(minutes(m), 1.0) for m in (0, 1, 2, 60, 61)]
    trial = try_rule(RULES["tanpa-data"], [gauge()], {("SLK-AWLR-03", "stage_m"): times})
    assert [(e.onset_at, e.cleared_at) for e in trial.episodes] == [(minutes(2), minutes(60))]
