"""Bodies of entries about bulletin rules."""

import msgspec

from tabuah.operations.bounds import LabelText
from tabuah.operations.bulletins.rules import BulletinRule


class BulletinRuleWritten(msgspec.Struct, frozen=True, kw_only=True):
    """A new rule or a new version of a rule."""

    rule: BulletinRule


class BulletinRuleRetired(msgspec.Struct, frozen=True, kw_only=True):
    """The rule no longer raises alarms."""

    reason: LabelText = ""
