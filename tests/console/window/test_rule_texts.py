"""A rule survives its form: as texts in both languages, with its parts, and wrong texts are told by field."""

import pytest

from tabuah.console.window.presenting.rule_fields import labels_of, sections_of
from tabuah.console.window.presenting.rule_texts import NotYet, number_text, read_number, rule_of, texts_of
from tabuah.console.window.rule_draft import RuleDraft
from tabuah.operations.rules.defaults import default_rules
from tabuah.operations.rules.either import AnyRule, subject_of_rule
from tabuah.operations.rules.rule import Combination, PartPlace, Rule
from tabuah.resources.catalogue import set_language

RULES = {rule.id: rule for rule in default_rules()}
BY_SUBJECT: dict[str, AnyRule] = {subject_of_rule(rule): rule for rule in RULES.values()}
WRITTEN = {"name": "n", "source": "s", "severity": "high"}


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_rule_comes_back_from_its_form_as_it_was(rule: Rule, language: str) -> None:
    set_language(language)
    assert rule_of(texts_of(rule), id=rule.id, version=rule.version) == rule


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_every_text_that_counts_has_a_field_of_its_own(rule: Rule) -> None:
    shown = labels_of(texts_of(rule)).keys()
    assert texts_of(rule).keys() - shown <= {"parts", *(k for k in texts_of(rule) if k[0].isdigit())}
    assert len(labels_of(texts_of(rule))) == sum(len(section.fields) for section in sections_of(texts_of(rule)))


def test_numbers_are_read_with_comma_or_dot_and_written_with_a_comma() -> None:
    assert [read_number(t) for t in ("0,171", "0.171", "1.250,5", " 20 ")] == [0.171, 0.171, 1250.5, 20.0]
    assert [number_text(v) for v in (0.171, 20.0, 1e-6)] == ["0,171", "20", "0,000001"]


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
def test_what_is_wrong_is_told_by_field(texts: dict[str, str], field: str) -> None:
    with pytest.raises(NotYet) as refused:
        rule_of(WRITTEN | {"parameter": "rain_mm"} | texts, id="r-1", version=1)
    assert field in [fault.field for fault in refused.value.faults]
    assert all(fault.words for fault in refused.value.faults)


def test_parts_are_added_up_to_six_and_move_up_when_one_is_taken_out() -> None:
    draft = RuleDraft(texts_of(RULES["banjir-dari-hulu"]))
    while draft.can_grow:
        draft.add_part()
    assert draft.texts["parts"] == "6"
    for _ in range(4):
        draft.remove_part("3")
    draft.remove_part("1")
    draft.add_part()
    draft.take({"name": "xy", "2.limit": "7", "2.window_s": "3"})
    rule, faults = draft.read(BY_SUBJECT, ())
    assert faults == ()
    assert rule is not None
    assert isinstance(rule.condition, Combination)
    assert [(p.where, p.parameter) for p in rule.condition.parts] == [
        (PartPlace.NEAR, "rain_mm"),
        (PartPlace.HERE, "rain_mm"),
    ]
    assert (rule.id, rule.version) == ("xy", 1)


def test_what_is_hidden_by_another_kind_is_there_when_the_kind_comes_back() -> None:
    draft = RuleDraft(texts_of(RULES["hujan-1-jam"]), "rule/hujan-1-jam")
    draft.take({"condition": "stuck", "for_s": "60"})
    assert draft.read(BY_SUBJECT, ())[0] is not None
    draft.take({"condition": "accumulation"})
    rule, _faults = draft.read(BY_SUBJECT, ())
    assert rule is not None
    assert rule.condition == RULES["hujan-1-jam"].condition
    assert (rule.id, rule.version) == ("hujan-1-jam", 2)
