"""A rule about bulletins survives its form in both languages, and a new rule may be of either family."""

import pytest

from tabuah.console.window.presenting.bulletin_rule_texts import bulletin_rule_of, texts_of_bulletin_rule
from tabuah.console.window.presenting.rule_families import form_sections, is_about_bulletins
from tabuah.console.window.presenting.rule_fields import labels_in
from tabuah.console.window.presenting.rule_texts import NotYet
from tabuah.console.window.rule_draft import RuleDraft
from tabuah.operations.bulletins.default_rules import default_bulletin_rules
from tabuah.operations.bulletins.rules import BulletinRule, Shaking, Warned
from tabuah.operations.feeds.cap_values import CapCertainty
from tabuah.operations.rules.defaults import default_rules
from tabuah.operations.rules.either import AnyRule, subject_of_rule
from tabuah.operations.rules.rule import Rule
from tabuah.resources.catalogue import set_language

RULES = {rule.id: rule for rule in default_bulletin_rules()}
BY_SUBJECT: dict[str, AnyRule] = {subject_of_rule(rule): rule for rule in (*default_rules(), *RULES.values())}
HEAD = {"name": "n", "source": "s", "severity": "high"}


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_rule_comes_back_from_its_form_as_it_was(rule: BulletinRule, language: str) -> None:
    set_language(language)
    texts = texts_of_bulletin_rule(rule)
    assert bulletin_rule_of(texts, id=rule.id, version=rule.version) == rule
    assert texts.keys() == labels_in(form_sections(texts, is_new=False)).keys()


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
def test_what_is_wrong_is_told_by_field(texts: dict[str, str], field: str) -> None:
    with pytest.raises(NotYet) as refused:
        bulletin_rule_of(HEAD | {"condition": "earthquake"} | texts, id="r-1", version=1)
    assert [fault.field for fault in refused.value.faults] == [field]


def test_a_new_rule_chooses_among_all_kinds_and_one_that_is_there_stays_in_its_family() -> None:
    def kinds(texts: dict[str, str], *, is_new: bool) -> list[str]:
        fields = (field for section in form_sections(texts, is_new=is_new) for field in section.fields)
        return [choice.code for choice in next(f for f in fields if f.code == "condition").choices]

    every = kinds({"condition": "threshold"}, is_new=True)
    assert every == kinds({"condition": "warning"}, is_new=True)
    assert every[-3:] == kinds({"condition": "warning"}, is_new=False) == ["earthquake", "warning", "volcano"]
    assert kinds({"condition": "threshold"}, is_new=False) == every[:-3]


def test_what_is_written_becomes_a_rule_of_the_family_that_is_chosen_last() -> None:
    draft = RuleDraft()
    draft.take({"name": "Gempa kecil", "source": "s", "condition": "earthquake", "felt_mmi": "4"})
    rule, faults = draft.read(BY_SUBJECT, ())
    assert is_about_bulletins(draft.texts)
    assert isinstance(rule, BulletinRule)
    assert (rule.id, rule.condition, faults) == ("gempa-kecil", Shaking(felt_mmi=4), ())
    draft.take({"condition": "threshold", "limit": "20"})
    assert isinstance(draft.read(BY_SUBJECT, ())[0], Rule)
    draft.take({"condition": "warning", "certainties": "Observed,Likely"})
    rule, _faults = draft.read(BY_SUBJECT, ())
    assert rule is not None
    assert rule.condition == Warned(certainties=(CapCertainty.OBSERVED, CapCertainty.LIKELY))


def test_the_id_of_a_new_rule_is_free_in_both_families() -> None:
    draft = RuleDraft()
    draft.take({"name": "TMA Siaga 1", "source": "s", "condition": "volcano"})
    rule, _faults = draft.read(BY_SUBJECT, ())
    assert rule is not None
    assert rule.id == "tma-siaga-1-2"
