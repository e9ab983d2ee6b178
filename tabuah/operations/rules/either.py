"""Rules of either kind, about series or about bulletins, where it does not matter which."""

from typing import Final

from tabuah.operations.bulletins.rule_telling import tell_bulletin_rule
from tabuah.operations.bulletins.rules import BulletinRule
from tabuah.operations.entries import subject_of
from tabuah.operations.rules.rule import Rule
from tabuah.operations.rules.telling import tell_rule

AnyRule = Rule | BulletinRule
SUBJECT_KINDS: Final = ("rule", "bulletin_rule")


def subject_of_rule(rule: AnyRule) -> str:
    """The subject that holds a rule."""
    return subject_of("bulletin_rule" if isinstance(rule, BulletinRule) else "rule", rule.id)


def tell_any_rule(rule: AnyRule) -> str:
    """The condition of a rule as a sentence."""
    return tell_bulletin_rule(rule) if isinstance(rule, BulletinRule) else tell_rule(rule)
