"""Rules of both families, about series and about bulletins: their forms, list and texts."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from tabuah.console.window.rules.bulletin_rule_form import (
    BULLETIN_KINDS,
    bulletin_rule_of,
    bulletin_sections_of,
    is_bulletin_rule,
    texts_of_bulletin_rule,
)
from tabuah.console.window.rules.bulletin_rule_items import bulletin_rule_items, bulletin_rule_view
from tabuah.console.window.rules.condition_fields import KINDS
from tabuah.console.window.rules.rule_form_fields import form_sections_of
from tabuah.console.window.rules.rule_form_values import Texts, parse_rule, rule_texts
from tabuah.console.window.rules.rule_items import rule_items, rule_view
from tabuah.console.window.state.console_snapshot import ConsoleSnapshot
from tabuah.operations.bulletins.rules import BulletinRule
from tabuah.operations.rules.any_rule import AnyRule, subject_of_rule
from tabuah.operations.rules.coverage import rule_coverage
from tabuah.operations.rules.missing_inputs import find_missing_inputs
from tabuah.operations.rules.rule import Rule
from tabuah.operations.rules.validation import RuleProblem, find_bulletin_rule_problems, find_rule_problems
from tabuah.operations.stations.station import Station
from tabuah.text.rules.any_rule_text import bulletin_form_text, rule_form_text
from tabuah.widgets.controls.field_sections import FieldSection
from tabuah.widgets.rules.values import RuleItem, RuleView


def rules_by_subject(snapshot: ConsoleSnapshot) -> Mapping[str, AnyRule]:
    """Return all rules of both families, by subject."""
    rules: tuple[AnyRule, ...] = (*snapshot.rules.values(), *snapshot.bulletin_rules.values())
    return {subject_of_rule(rule): rule for rule in rules}


def any_rule_texts(rule: AnyRule) -> dict[str, str]:
    """Return the form texts of a rule."""
    return texts_of_bulletin_rule(rule) if isinstance(rule, BulletinRule) else rule_texts(rule)


def form_sections(texts: Texts, *, is_new: bool) -> tuple[FieldSection, ...]:
    """Return the sections for the current contents; an existing rule stays in its family."""
    if is_bulletin_rule(texts):
        return bulletin_sections_of(texts, KINDS if is_new else ())
    return form_sections_of(texts, BULLETIN_KINDS if is_new else ())


def parse_any_rule(texts: Texts, *, id: str, version: int) -> AnyRule:  # noqa: A002 - the rule's own word
    """Parse the form texts into a rule.

    Raises:
        InvalidRuleForm: the texts are incomplete or have errors.
    """
    read = bulletin_rule_of if is_bulletin_rule(texts) else parse_rule
    return read(texts, id=id, version=version)


def any_rule_faults(rule: AnyRule, stations: Iterable[Station]) -> tuple[RuleProblem, ...]:
    """Return all faults of a rule."""
    return find_bulletin_rule_problems(rule) if isinstance(rule, BulletinRule) else find_rule_problems(rule, stations)


def any_rule_items(snapshot: ConsoleSnapshot) -> tuple[RuleItem, ...]:
    """Return the list of rules: those about series, then those about bulletins."""
    stations = tuple(snapshot.stations.values())
    reach = {rule.id: rule_coverage(rule, stations) for rule in snapshot.rules.values()}
    series = rule_items(snapshot.rules.values(), reach)
    return (*series, *bulletin_rule_items(snapshot.bulletin_rules.values()))


def any_rule_view(
    rule: AnyRule,
    history: Sequence[str],
    snapshot: ConsoleSnapshot,
    *,
    newest: Mapping[tuple[str, str], datetime],
    now: datetime,
) -> RuleView:
    """Return one rule for reading.

    Args:
        rule: the rule.
        history: the descriptions of its versions.
        snapshot: the console state, with the role of the reader.
        newest: time of the newest reading of each series.
        now: the current time (UTC).
    """
    if isinstance(rule, BulletinRule):
        return bulletin_rule_view(rule, history, role=snapshot.role)
    stations = snapshot.stations
    return rule_view(
        rule,
        rule_coverage(rule, stations.values()),
        history,
        missing_inputs=find_missing_inputs(rule, stations.values(), newest, now=now),
        stations=stations,
        role=snapshot.role,
    )


def any_form_text(
    texts: Texts,
    rule: AnyRule | None,
    faults: Sequence[RuleProblem],
    *,
    labels: Mapping[str, str],
    stations: Mapping[str, Station],
) -> tuple[str, str]:
    """Describe a rule being written: its sentence, and its reach or what is missing.

    Args:
        texts: the contents of the form, which decide the family.
        rule: None while the form is incomplete.
        faults: the errors of the form.
        labels: of the form's fields, by code.
        stations: by code.
    """
    if is_bulletin_rule(texts):
        return bulletin_form_text(rule if isinstance(rule, BulletinRule) else None, faults, labels=labels)
    series = rule if isinstance(rule, Rule) else None
    reach = rule_coverage(series, stations.values()) if series else None
    return rule_form_text(series, reach, faults, labels=labels, stations=stations)
