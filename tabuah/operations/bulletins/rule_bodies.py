"""What the entries about rules of earthquakes, warnings and volcanoes carry."""

import msgspec

from tabuah.operations.bulletins.rules import BulletinRule


class BulletinRuleWritten(msgspec.Struct, frozen=True, kw_only=True):
    """A rule, new or anew; every version stays in history."""

    rule: BulletinRule


class BulletinRuleRetired(msgspec.Struct, frozen=True, kw_only=True):
    """The rule no longer raises."""

    reason: str = ""
