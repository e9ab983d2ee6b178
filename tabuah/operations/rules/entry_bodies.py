"""Bodies of rule entries."""

import msgspec

from tabuah.operations.bounds import LabelText
from tabuah.operations.rules.rule import Rule


class RuleWritten(msgspec.Struct, frozen=True, kw_only=True):
    """A new rule or a new version of a rule."""

    rule: Rule


class RuleRetired(msgspec.Struct, frozen=True, kw_only=True):
    """The rule no longer raises alarms."""

    reason: LabelText = ""
