"""What is wrong with a rule about bulletins before it is put into force, in words and by field."""

from collections.abc import Iterator

from tabuah.operations.bulletins.rules import BulletinRule, Restless, Shaking
from tabuah.operations.levels import VolcanoLevel
from tabuah.operations.rules.checking import LONGEST_NAME, Fault
from tabuah.resources.catalogue import _


def faults_of_bulletin_rule(rule: BulletinRule) -> tuple[Fault, ...]:
    """All that is wrong with a rule; what the types forbid anyway is not looked at again."""
    return tuple(_faults(rule))


def _faults(rule: BulletinRule) -> Iterator[Fault]:
    if not 0 < len(rule.name.strip()) <= LONGEST_NAME:
        yield Fault("name", _("A rule needs a name of at most {n} characters.").format(n=LONGEST_NAME))
    if not rule.source.strip():
        yield Fault("source", _("Say where the number comes from: people will ask."))
    if isinstance(rule.condition, Shaking) and rule.condition.asks_for_nothing:
        yield Fault("magnitude", _("Ask for a magnitude, a distance or how it was felt: else it is never raised."))
    if isinstance(rule.condition, Restless) and rule.condition.level is VolcanoLevel.NORMAL:
        yield Fault("level", _("Level I is normal: choose a level that is worse."))
