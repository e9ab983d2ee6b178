"""A rule about earthquakes, warnings or volcanoes as the texts of its form, and back."""

from typing import Any, Final

from tabuah.console.window.presenting.rule_slots import Slot, Unit
from tabuah.console.window.presenting.rule_texts import Texts, made_of, number_text, value_of
from tabuah.operations.bulletins.rules import BulletinRule, Restless, Shaking, Warned
from tabuah.operations.levels import VolcanoLevel
from tabuah.operations.rules.checking import Fault
from tabuah.resources.catalogue import N_

EARTHQUAKE: Final = "earthquake"
WARNING: Final = "warning"
VOLCANO: Final = "volcano"
VOLCANO_LEVEL: Final = "volcano_level"  # "level" is that of a river
CAP_FIELDS: Final = ("severities", "urgencies", "certainties")
SHAKING_SLOTS: Final = (
    Slot(
        name="magnitude",
        label=N_("Magnitude at least"),
        unit=Unit.NUMBER,
        low=0,
        high=10,
        fallback="",
        hint=N_("Empty means any"),
    ),
    Slot(
        name="within_km",
        label=N_("Within (km)"),
        unit=Unit.NUMBER,
        low=1,
        high=20_000,
        fallback="",
        hint=N_("Of the middle of the regency; empty means anywhere"),
    ),
)


def texts_of_bulletin_rule(rule: BulletinRule) -> dict[str, str]:
    """The texts of a rule's form."""
    texts = {"name": rule.name, "source": rule.source, "severity": rule.severity.value}
    match rule.condition:
        case Shaking(magnitude=magnitude, within_km=within_km, felt_mmi=felt_mmi):
            return texts | {
                "condition": EARTHQUAKE,
                "magnitude": number_text(magnitude) if magnitude else "",
                "within_km": number_text(within_km) if within_km is not None else "",
                "felt_mmi": str(felt_mmi or ""),
            }
        case Warned():
            asked = {name: ",".join(getattr(rule.condition, name)) for name in CAP_FIELDS}
            return texts | {"condition": WARNING} | asked
        case Restless(level=level):
            return texts | {"condition": VOLCANO, VOLCANO_LEVEL: level.value}


def bulletin_rule_of(texts: Texts, *, id: str, version: int) -> BulletinRule:  # noqa: A002 - the rule's own word
    """The rule that the texts of a form say.

    Raises:
        NotYet: something is wrong.
    """
    faults: list[Fault] = []
    condition = _condition_of(texts, faults)
    return made_of({"id": id, "version": version, "condition": condition}, texts, faults, BulletinRule)


def _condition_of(texts: Texts, faults: list[Fault]) -> dict[str, Any]:
    kind = texts.get("condition", "")
    found: dict[str, Any] = {"type": kind}
    if kind == VOLCANO:
        return found | {"level": texts.get(VOLCANO_LEVEL) or VolcanoLevel.WASPADA.value}
    if kind == WARNING:
        return found | {name: [code for code in texts.get(name, "").split(",") if code] for name in CAP_FIELDS}
    for slot in SHAKING_SLOTS:
        value = value_of("", slot, texts, faults)
        if value is not None:
            found[slot.name] = value
    if mmi := texts.get("felt_mmi"):
        found["felt_mmi"] = int(mmi)
    return found
