"""Which form a rule has: that of rules about series, or that of rules about what agencies tell."""

from collections.abc import Iterable, Mapping

from tabuah.console.window.presenting.bulletin_rule_fields import bulletin_kind_choices, bulletin_sections_of
from tabuah.console.window.presenting.bulletin_rule_texts import bulletin_rule_of, texts_of_bulletin_rule
from tabuah.console.window.presenting.rule_fields import kind_choices, sections_of
from tabuah.console.window.presenting.rule_slots import KINDS
from tabuah.console.window.presenting.rule_texts import Texts, rule_of, texts_of
from tabuah.console.window.snapshot import RoomSnapshot
from tabuah.operations.bulletins.rule_checking import faults_of_bulletin_rule
from tabuah.operations.bulletins.rules import BulletinRule
from tabuah.operations.rules.checking import Fault, faults_of
from tabuah.operations.rules.either import AnyRule, subject_of_rule
from tabuah.operations.stations.station import Station
from tabuah.widgets.rules.values import RuleSection


def rules_by_subject(snapshot: RoomSnapshot) -> Mapping[str, AnyRule]:
    """All rules of the room, of both families."""
    rules: tuple[AnyRule, ...] = (*snapshot.rules.values(), *snapshot.bulletin_rules.values())
    return {subject_of_rule(rule): rule for rule in rules}


def is_about_bulletins(texts: Texts) -> bool:
    """Whether what is written in a form is a rule about what agencies tell."""
    return texts.get("condition") in [kind.code for kind in bulletin_kind_choices()]


def texts_of_any(rule: AnyRule) -> dict[str, str]:
    """The texts of a rule's form."""
    return texts_of_bulletin_rule(rule) if isinstance(rule, BulletinRule) else texts_of(rule)


def form_sections(texts: Texts, *, is_new: bool) -> tuple[RuleSection, ...]:
    """The form as its texts are now; a rule that is there already stays in its family."""
    if is_about_bulletins(texts):
        return bulletin_sections_of(texts, kind_choices(KINDS) if is_new else ())
    return sections_of(texts, bulletin_kind_choices() if is_new else ())


def any_rule_of(texts: Texts, *, id: str, version: int) -> AnyRule:  # noqa: A002 - the rule's own word
    """The rule that the texts of a form say.

    Raises:
        NotYet: something is missing or wrong.
    """
    read = bulletin_rule_of if is_about_bulletins(texts) else rule_of
    return read(texts, id=id, version=version)


def faults_of_any(rule: AnyRule, stations: Iterable[Station]) -> tuple[Fault, ...]:
    """All that is wrong with a rule."""
    return faults_of_bulletin_rule(rule) if isinstance(rule, BulletinRule) else faults_of(rule, stations)
