"""The form of bulletin rules round-trips in both languages; a new rule may be of either family."""

import pytest

from tabuah.console.window.rules.any_rules import form_sections
from tabuah.console.window.rules.bulletin_rule_form import (
    bulletin_rule_of,
    is_bulletin_rule,
    texts_of_bulletin_rule,
)
from tabuah.console.window.rules.rule_draft import RuleDraft
from tabuah.console.window.rules.rule_form_fields import section_labels
from tabuah.console.window.rules.rule_form_values import InvalidRuleForm
from tabuah.operations.bulletins.rules import (
    BulletinRule,
    EarthquakeCondition,
    WarningCondition,
    default_bulletin_rules,
)
from tabuah.operations.feeds.cap_alert import CapCertainty
from tabuah.operations.rules.any_rule import AnyRule, subject_of_rule
from tabuah.operations.rules.default_rules import default_rules
from tabuah.operations.rules.rule import Rule
from tabuah.resources.localisation import set_language

RULES = {rule.id: rule for rule in default_bulletin_rules()}
BY_SUBJECT: dict[str, AnyRule] = {subject_of_rule(rule): rule for rule in (*default_rules(), *RULES.values())}
HEAD = {"name": "n", "source": "s", "severity": "high"}


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_bulletin_rule_form_round_trips(rule: BulletinRule, language: str) -> None:
    set_language(language)
    texts = texts_of_bulletin_rule(rule)
    assert bulletin_rule_of(texts, id=rule.id, version=rule.version) == rule
    assert texts.keys() == section_labels(form_sections(texts, is_new=False)).keys()


@pytest.mark.parametrize(
    ("texts", "field"),
    [
        ({"magnitude": "11"}, "magnitude"),
        ({"magnitude": "kuat"}, "magnitude"),
        ({"magnitude": "nan"}, "magnitude"),
        ({"within_km": "0"}, "within_km"),
        ({"within_km": "1e9"}, "within_km"),
    ],
)
def test_bulletin_rule_form_reports_faults_by_field(texts: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidRuleForm) as refused:
        bulletin_rule_of(HEAD | {"condition": "earthquake"} | texts, id="r-1", version=1)
    assert [fault.field for fault in refused.value.faults] == [field]


def test_rule_form_keeps_family_of_existing_rule() -> None:
    def kinds(texts: dict[str, str], *, is_new: bool) -> list[str]:
        fields = (field for section in form_sections(texts, is_new=is_new) for field in section.fields)
        return [choice.code for choice in next(f for f in fields if f.code == "condition").choices]

    every = kinds({"condition": "threshold"}, is_new=True)
    assert every == kinds({"condition": "warning"}, is_new=True)
    assert every[-3:] == kinds({"condition": "warning"}, is_new=False) == ["earthquake", "warning", "volcano"]
    assert kinds({"condition": "threshold"}, is_new=False) == every[:-3]


def test_rule_draft_uses_family_chosen_last() -> None:
    draft = RuleDraft()
    draft.update({"name": "Gempa kecil", "source": "s", "condition": "earthquake", "felt_mmi": "4"})
    rule, faults = draft.read(BY_SUBJECT, ())
    assert is_bulletin_rule(draft.texts)
    assert isinstance(rule, BulletinRule)
    assert (rule.id, rule.condition, faults) == ("gempa-kecil", EarthquakeCondition(felt_mmi=4), ())
    draft.update({"condition": "threshold", "limit": "20"})
    assert isinstance(draft.read(BY_SUBJECT, ())[0], Rule)
    draft.update({"condition": "warning", "certainties": "Observed,Likely"})
    rule, _faults = draft.read(BY_SUBJECT, ())
    assert rule is not None
    assert rule.condition == WarningCondition(certainties=(CapCertainty.OBSERVED, CapCertainty.LIKELY))


def test_rule_draft_id_is_free_in_both_families() -> None:
    draft = RuleDraft()
    draft.update({"name": "TMA Siaga 1", "source": "s", "condition": "volcano"})
    rule, _faults = draft.read(BY_SUBJECT, ())
    assert rule is not None
    assert rule.id == "tma-siaga-1-2"
