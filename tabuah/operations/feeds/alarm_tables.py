"""The tables in which `feeds.toml` once held rules, and the rules of the journal that they say."""

from typing import Annotated

import msgspec
from msgspec import Meta

from tabuah.operations.bulletins.default_rules import default_bulletin_rules
from tabuah.operations.bulletins.rules import BulletinCondition, BulletinRule, Shaking, Warned
from tabuah.operations.feeds.cap_values import CapCertainty, CapSeverity, CapUrgency
from tabuah.operations.levels import AlarmSeverity

RuleName = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{1,60}$")]


class EarthquakeTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[[earthquake_alarm]]`."""

    name: RuleName
    severity: AlarmSeverity
    magnitude: Annotated[float, Meta(ge=0, le=10)] = 0.0
    within_km: Annotated[float, Meta(gt=0, le=20_000)] | None = None
    felt_mmi: Annotated[int, Meta(ge=1, le=12)] | None = None
    source: str = ""

    @property
    def rule(self) -> BulletinRule:
        """The rule that it says."""
        condition = Shaking(magnitude=self.magnitude, within_km=self.within_km, felt_mmi=self.felt_mmi)
        return _rule(self.name, condition, self.severity, self.source)


class WarningTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[[warning_alarm]]`."""

    name: RuleName
    severity: AlarmSeverity
    severities: tuple[CapSeverity, ...] = ()
    urgencies: tuple[CapUrgency, ...] = ()
    certainties: tuple[CapCertainty, ...] = ()
    source: str = ""

    @property
    def rule(self) -> BulletinRule:
        """The rule that it says."""
        condition = Warned(severities=self.severities, urgencies=self.urgencies, certainties=self.certainties)
        return _rule(self.name, condition, self.severity, self.source)


def _rule(rule_id: str, condition: BulletinCondition, severity: AlarmSeverity, source: str) -> BulletinRule:
    """Its name for people is that of the first rule of the same id; else the id without hyphens."""
    first = {rule.id: rule.name for rule in default_bulletin_rules()}
    name = first.get(rule_id, rule_id.replace("-", " ").capitalize())
    return BulletinRule(id=rule_id, name=name, condition=condition, severity=severity, source=source)
