"""What the entries about rules carry."""

import msgspec

from tabuah.operations.rules.rule import Rule


class RuleWritten(msgspec.Struct, frozen=True, kw_only=True):
    """A rule, new or anew; every version stays in history."""

    rule: Rule


class RuleRetired(msgspec.Struct, frozen=True, kw_only=True):
    """The rule no longer raises."""

    reason: str = ""
