"""The rule form round-trips in both languages, with its parts, and reports faults by field."""

import pytest

from tabuah.console.window.rules.rule_draft import RuleDraft
from tabuah.console.window.rules.rule_form_fields import form_sections_of, section_labels
from tabuah.console.window.rules.rule_form_values import InvalidRuleForm, parse_rule, rule_texts
from tabuah.console.window.shared.number_input import format_number_input, parse_number
from tabuah.operations.rules.any_rule import AnyRule, subject_of_rule
from tabuah.operations.rules.default_rules import default_rules
from tabuah.operations.rules.rule import Combination, PartPlace, Rule
from tabuah.resources.localisation import set_language
from tabuah.text.rules.rule_problems import describe_rule_problem

RULES = {rule.id: rule for rule in default_rules()}
BY_SUBJECT: dict[str, AnyRule] = {subject_of_rule(rule): rule for rule in RULES.values()}
WRITTEN = {"name": "n", "source": "s", "severity": "high"}


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_rule_form_round_trips(rule: Rule, language: str) -> None:
    set_language(language)
    assert parse_rule(rule_texts(rule), id=rule.id, version=rule.version) == rule


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_rule_form_has_field_for_every_text(rule: Rule) -> None:
    shown = section_labels(form_sections_of(rule_texts(rule))).keys()
    assert rule_texts(rule).keys() - shown <= {"parts", *(k for k in rule_texts(rule) if k[0].isdigit())}
    assert len(section_labels(form_sections_of(rule_texts(rule)))) == sum(
        len(section.fields) for section in form_sections_of(rule_texts(rule))
    )


def test_number_input_accepts_comma_and_dot() -> None:
    assert [parse_number(t) for t in ("0,171", "0.171", "1.250,5", " 20 ")] == [0.171, 0.171, 1250.5, 20.0]
    assert [format_number_input(v) for v in (0.171, 20.0, 1e-6)] == ["0,171", "20", "0,000001"]


@pytest.mark.parametrize(
    ("texts", "field"),
    [
        ({"condition": "accumulation", "limit": "", "window_s": "1"}, "limit"),
        ({"condition": "accumulation", "limit": "20", "window_s": "nan"}, "window_s"),
        ({"condition": "accumulation", "limit": "1e309", "window_s": "1"}, "limit"),
        ({"condition": "change", "limit": "0", "window_s": "30"}, "limit"),
        ({"condition": "neighbours", "limit": "5", "radius_m": "10", "nearest": "2,5"}, "nearest"),
        ({"condition": "neighbour_sums", "window_s": "3", "floor": "0", "radius_m": "15"}, "floor"),
        ({"condition": "neighbour_sums", "window_s": "3", "floor": "20", "radius_m": "15", "factor": "1"}, "factor"),
        ({"condition": "silence", "for_s": "-3"}, "for_s"),
        ({"condition": "apa"}, "condition"),
        ({"condition": "combination", "within_s": "30", "1.parameter": "rain_mm"}, "1.condition"),
    ],
)
def test_rule_form_reports_faults_by_field(texts: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidRuleForm) as refused:
        parse_rule(WRITTEN | {"parameter": "rain_mm"} | texts, id="r-1", version=1)
    assert field in [fault.field for fault in refused.value.faults]
    assert all(describe_rule_problem(fault) for fault in refused.value.faults)


def test_rule_draft_adds_and_removes_parts() -> None:
    draft = RuleDraft(rule_texts(RULES["banjir-dari-hulu"]))
    while draft.can_grow:
        draft.add_part()
    assert draft.texts["parts"] == "6"
    for _ in range(4):
        draft.remove_part("3")
    draft.remove_part("1")
    draft.add_part()
    draft.update({"name": "xy", "2.limit": "7", "2.window_s": "3"})
    rule, faults = draft.read(BY_SUBJECT, ())
    assert faults == ()
    assert rule is not None
    assert isinstance(rule.condition, Combination)
    assert [(p.where, p.parameter) for p in rule.condition.parts] == [
        (PartPlace.NEAR, "rain_mm"),
        (PartPlace.HERE, "rain_mm"),
    ]
    assert (rule.id, rule.version) == ("xy", 1)


def test_rule_draft_keeps_texts_of_hidden_fields() -> None:
    draft = RuleDraft(rule_texts(RULES["hujan-1-jam"]), "rule/hujan-1-jam")
    draft.update({"condition": "stuck", "for_s": "60"})
    assert draft.read(BY_SUBJECT, ())[0] is not None
    draft.update({"condition": "accumulation"})
    rule, _faults = draft.read(BY_SUBJECT, ())
    assert rule is not None
    assert rule.condition == RULES["hujan-1-jam"].condition
    assert (rule.id, rule.version) == ("hujan-1-jam", 2)
