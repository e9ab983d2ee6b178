"""Any rule: a rule about series or about bulletins."""

from tabuah.operations.bulletins.rules import BulletinRule
from tabuah.operations.entries import subject_of
from tabuah.operations.rules.rule import Rule

AnyRule = Rule | BulletinRule


def subject_of_rule(rule: AnyRule) -> str:
    return subject_of("bulletin_rule" if isinstance(rule, BulletinRule) else "rule", rule.id)
