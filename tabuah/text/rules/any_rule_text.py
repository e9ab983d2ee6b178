"""Text for any rule: about series or about bulletins."""

from tabuah.operations.bulletins.rules import BulletinRule
from tabuah.operations.rules.any_rule import AnyRule
from tabuah.text.rules.bulletin_rule_text import describe_bulletin_rule
from tabuah.text.rules.rule_text import describe_rule


def describe_any_rule(rule: AnyRule) -> str:
    """Return the condition of a rule as a sentence."""
    return describe_bulletin_rule(rule) if isinstance(rule, BulletinRule) else describe_rule(rule)
