"""The form of a rule about earthquakes, warnings or volcanoes: the fields of its conditions."""

from collections.abc import Iterable
from typing import Final

from tabuah.console.window.rules.condition_fields import ChoiceField, ConditionKind, NumberField, NumberUnit
from tabuah.console.window.rules.rule_form_fields import head_fields, kind_choices, rule_field, slot_fields
from tabuah.console.window.rules.rule_form_values import Texts, build_rule, parse_condition, texts_of_condition
from tabuah.operations.bulletins.rules import BulletinRule, EarthquakeCondition, VolcanoCondition, WarningCondition
from tabuah.operations.feeds.cap_alert import CapCertainty, CapSeverity, CapUrgency
from tabuah.operations.feeds.felt_intensity import ROMAN
from tabuah.operations.levels import VolcanoLevel
from tabuah.operations.rules.validation import RuleProblem
from tabuah.resources.localisation import N_, _
from tabuah.text.bulletins.bulletin_text import CapCode, cap_label, volcano_level_label
from tabuah.widgets.controls.field_sections import FieldSection
from tabuah.widgets.values import Choice

_LOWEST_MMI: Final = 2  # I means not felt


def _felt_choices() -> Iterable[Choice]:
    yield Choice(code="", label=_("no condition"))
    for mmi in range(_LOWEST_MMI, len(ROMAN) + 1):
        yield Choice(code=str(mmi), label=_("MMI {mmi} or more").format(mmi=ROMAN[mmi - 1]))


def _volcano_level_choices() -> Iterable[Choice]:
    raised = (level for level in VolcanoLevel if level is not VolcanoLevel.NORMAL)
    return (Choice(code=level.value, label=volcano_level_label(level)) for level in raised)


def _cap_field(name: str, label: str, codes: Iterable[CapCode]) -> ChoiceField:
    known = tuple(codes)
    return ChoiceField(
        name=name,
        label=label,
        choices=lambda: (Choice(code=code.value, label=cap_label(code)) for code in known),
        read=lambda text: [code for code in text.split(",") if code],
        hint=N_("No selection means any"),
        wide=True,
        many=True,
    )


BULLETIN_KINDS: Final = (
    ConditionKind(
        code="earthquake",
        label=N_("An earthquake is announced"),
        type=EarthquakeCondition,
        slots=(
            NumberField(
                name="magnitude",
                label=N_("Magnitude at least"),
                unit=NumberUnit.NUMBER,
                low=0,
                high=10,
                fallback="",
                hint=N_("Empty means any"),
                zero_is_empty=True,
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
            ChoiceField(
                name="felt_mmi",
                label=N_("Felt here"),
                choices=_felt_choices,
                read=lambda text: int(text) if text else None,
                hint=N_("At a place in the regency"),
            ),
        ),
    ),
    ConditionKind(
        code="warning",
        label=N_("A weather warning is issued"),
        type=WarningCondition,
        slots=(
            _cap_field("severities", N_("Severity"), CapSeverity),
            _cap_field("urgencies", N_("Urgency"), CapUrgency),
            _cap_field("certainties", N_("Certainty"), CapCertainty),
        ),
    ),
    ConditionKind(
        code="volcano",
        label=N_("The level of a volcano is raised"),
        type=VolcanoCondition,
        slots=(
            ChoiceField(
                name="volcano_level",  # "level" is that of a river
                attribute="level",
                label=N_("Level stated by PVMBG"),
                choices=_volcano_level_choices,
                fallback=VolcanoLevel.WASPADA.value,
                hint=N_("That level or higher; a first statement counts from level III on"),
                wide=True,
            ),
        ),
    ),
)
_BY_CODE: Final = {kind.code: kind for kind in BULLETIN_KINDS}
_BY_TYPE: Final = {kind.type: kind for kind in BULLETIN_KINDS}


def is_bulletin_rule(texts: Texts) -> bool:
    """Return whether a form contains a rule about bulletins."""
    return texts.get("condition") in _BY_CODE


def texts_of_bulletin_rule(rule: BulletinRule) -> dict[str, str]:
    """Return the form texts of a rule."""
    named = {"name": rule.name, "source": rule.source, "severity": rule.severity.value}
    return named | texts_of_condition("", _BY_TYPE[type(rule.condition)], rule.condition)


def bulletin_rule_of(texts: Texts, *, id: str, version: int) -> BulletinRule:  # noqa: A002 - the rule's own word
    """Parse the form texts into a rule.

    Raises:
        InvalidRuleForm: the texts have errors.
    """
    faults: list[RuleProblem] = []
    condition = parse_condition("", _BY_CODE[texts["condition"]], texts, faults)
    return build_rule({"id": id, "version": version, "condition": condition}, texts, faults, BulletinRule)


def bulletin_sections_of(texts: Texts, kinds: Iterable[ConditionKind] = ()) -> tuple[FieldSection, ...]:
    """Return all sections for the current contents.

    `kinds` are offered in addition to those of this family.
    """
    choices = kind_choices((*kinds, *BULLETIN_KINDS))
    kind = rule_field(texts, "condition", _("Kind"), choices=choices, wide=True)
    fields = slot_fields(texts, "", _BY_CODE[texts["condition"]])
    return (
        FieldSection(title=_("The rule"), fields=head_fields(texts)),
        FieldSection(title=_("Condition of the alarm"), fields=(kind, *fields)),
    )
