"""The form of a rule about earthquakes, warnings or volcanoes: its texts, parser and sections."""

from collections.abc import Iterable
from typing import Any, Final

from tabuah.console.window.rules.condition_fields import NumberField, NumberUnit
from tabuah.console.window.rules.rule_form_fields import head_fields, rule_field, slot_field
from tabuah.console.window.rules.rule_form_texts import Texts, build_rule, format_number_input, parse_number_field
from tabuah.operations.bulletins.rules import BulletinRule, EarthquakeCondition, VolcanoCondition, WarningCondition
from tabuah.operations.feeds.cap_alert import CapCertainty, CapSeverity, CapUrgency
from tabuah.operations.feeds.felt_intensity import ROMAN
from tabuah.operations.levels import VolcanoLevel
from tabuah.resources.catalogue import N_, _
from tabuah.text.bulletins.bulletin_text import volcano_level_label
from tabuah.text.rules.bulletin_rule_text import CapCode, cap_label
from tabuah.text.rules.rule_problems import RuleProblem
from tabuah.widgets.rules.values import RuleField, RuleSection
from tabuah.widgets.values import Choice

EARTHQUAKE: Final = "earthquake"
WARNING: Final = "warning"
VOLCANO: Final = "volcano"
VOLCANO_LEVEL: Final = "volcano_level"  # "level" is that of a river
CAP_FIELDS: Final = ("severities", "urgencies", "certainties")
SHAKING_SLOTS: Final = (
    NumberField(
        name="magnitude",
        label=N_("Magnitude at least"),
        unit=NumberUnit.NUMBER,
        low=0,
        high=10,
        fallback="",
        hint=N_("Empty means any"),
    ),
    NumberField(
        name="within_km",
        label=N_("Within (km)"),
        unit=NumberUnit.NUMBER,
        low=1,
        high=20_000,
        fallback="",
        hint=N_("From the centre of the regency; empty means anywhere"),
    ),
)


def texts_of_bulletin_rule(rule: BulletinRule) -> dict[str, str]:
    """Return the form texts of a rule."""
    texts = {"name": rule.name, "source": rule.source, "severity": rule.severity.value}
    match rule.condition:
        case EarthquakeCondition(magnitude=magnitude, within_km=within_km, felt_mmi=felt_mmi):
            return texts | {
                "condition": EARTHQUAKE,
                "magnitude": format_number_input(magnitude) if magnitude else "",
                "within_km": format_number_input(within_km) if within_km is not None else "",
                "felt_mmi": str(felt_mmi or ""),
            }
        case WarningCondition():
            asked = {name: ",".join(getattr(rule.condition, name)) for name in CAP_FIELDS}
            return texts | {"condition": WARNING} | asked
        case VolcanoCondition(level=level):
            return texts | {"condition": VOLCANO, VOLCANO_LEVEL: level.value}


def bulletin_rule_of(texts: Texts, *, id: str, version: int) -> BulletinRule:  # noqa: A002 - the rule's own word
    """Parse the form texts into a rule.

    Raises:
        InvalidRuleForm: the texts have errors.
    """
    faults: list[RuleProblem] = []
    condition = _condition_of(texts, faults)
    return build_rule({"id": id, "version": version, "condition": condition}, texts, faults, BulletinRule)


def _condition_of(texts: Texts, faults: list[RuleProblem]) -> dict[str, Any]:
    kind = texts.get("condition", "")
    found: dict[str, Any] = {"type": kind}
    if kind == VOLCANO:
        return found | {"level": texts.get(VOLCANO_LEVEL) or VolcanoLevel.WASPADA.value}
    if kind == WARNING:
        return found | {name: [code for code in texts.get(name, "").split(",") if code] for name in CAP_FIELDS}
    for slot in SHAKING_SLOTS:
        value = parse_number_field("", slot, texts, faults)
        if value is not None:
            found[slot.name] = value
    if mmi := texts.get("felt_mmi"):
        found["felt_mmi"] = int(mmi)
    return found


_KINDS: Final = {
    EARTHQUAKE: N_("An earthquake is announced"),
    WARNING: N_("A weather warning is issued"),
    VOLCANO: N_("The level of a volcano is raised"),
}
_LOWEST_MMI: Final = 2  # I means not felt


def bulletin_kind_choices() -> tuple[Choice, ...]:
    """Return the kinds of conditions to choose from."""
    return tuple(Choice(code=code, label=_(label)) for code, label in _KINDS.items())


def bulletin_sections_of(texts: Texts, kinds: Iterable[Choice] = ()) -> tuple[RuleSection, ...]:
    """Return all sections for the current contents.

    `kinds` are offered in addition to those of this family.
    """
    kind = rule_field(texts, "condition", _("Kind"), choices=(*kinds, *bulletin_kind_choices()), wide=True)
    return (
        RuleSection(title=_("The rule"), fields=head_fields(texts)),
        RuleSection(title=_("Condition of the alarm"), fields=(kind, *_fields_of(texts))),
    )


def _fields_of(texts: Texts) -> tuple[RuleField, ...]:
    match texts.get("condition"):
        case "warning":
            return (
                _cap_field(texts, "severities", _("Severity"), CapSeverity),
                _cap_field(texts, "urgencies", _("Urgency"), CapUrgency),
                _cap_field(texts, "certainties", _("Certainty"), CapCertainty),
            )
        case "volcano":
            return (_level_field(texts),)
    return (*(slot_field(texts, "", slot, "") for slot in SHAKING_SLOTS), _felt_field(texts))


def _felt_field(texts: Texts) -> RuleField:
    felt = (
        Choice(code=str(mmi), label=_("MMI {mmi} or more").format(mmi=ROMAN[mmi - 1]))
        for mmi in range(_LOWEST_MMI, len(ROMAN) + 1)
    )
    choices = (Choice(code="", label=_("no condition")), *felt)
    return rule_field(texts, "felt_mmi", _("Felt here"), choices=choices, hint=_("At a place in the regency"))


def _cap_field(texts: Texts, name: str, label: str, codes: Iterable[CapCode]) -> RuleField:
    choices = tuple(Choice(code=code.value, label=cap_label(code)) for code in codes)
    return rule_field(texts, name, label, choices=choices, hint=_("No selection means any"), wide=True, many=True)


def _level_field(texts: Texts) -> RuleField:
    raised = (level for level in VolcanoLevel if level is not VolcanoLevel.NORMAL)
    choices = tuple(Choice(code=level.value, label=volcano_level_label(level)) for level in raised)
    hint = _("That level or higher; a first statement counts from level III on")
    return rule_field(texts, VOLCANO_LEVEL, _("Level stated by PVMBG"), choices=choices, hint=hint, wide=True)
