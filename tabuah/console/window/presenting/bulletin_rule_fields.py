"""The form of a rule about earthquakes, warnings or volcanoes, section by section."""

from collections.abc import Iterable
from typing import Final

from tabuah.console.window.presenting.bulletin_rule_texts import (
    EARTHQUAKE,
    SHAKING_SLOTS,
    VOLCANO,
    VOLCANO_LEVEL,
    WARNING,
)
from tabuah.console.window.presenting.rule_fields import head_fields, rule_field, slot_field
from tabuah.console.window.presenting.rule_texts import Texts
from tabuah.operations.bulletins.rule_telling import CapCode, tell_cap
from tabuah.operations.bulletins.telling import tell_volcano_level
from tabuah.operations.feeds.cap_values import CapCertainty, CapSeverity, CapUrgency
from tabuah.operations.feeds.felt import ROMAN
from tabuah.operations.levels import VolcanoLevel
from tabuah.resources.catalogue import N_, _
from tabuah.widgets.rules.values import RuleField, RuleSection
from tabuah.widgets.values import Choice

_KINDS: Final = {
    EARTHQUAKE: N_("An earthquake is announced"),
    WARNING: N_("A weather warning is issued"),
    VOLCANO: N_("The level of a volcano is raised"),
}
_LOWEST_MMI: Final = 2  # I is not felt


def bulletin_kind_choices() -> tuple[Choice, ...]:
    """The kinds of conditions, to be chosen from."""
    return tuple(Choice(code=code, label=_(label)) for code, label in _KINDS.items())


def bulletin_sections_of(texts: Texts, kinds: Iterable[Choice] = ()) -> tuple[RuleSection, ...]:
    """All sections of the form as its texts are now; `kinds` are those that can be chosen beside its own."""
    kind = rule_field(texts, "condition", _("Kind"), choices=(*kinds, *bulletin_kind_choices()), wide=True)
    return (
        RuleSection(title=_("The rule"), fields=head_fields(texts)),
        RuleSection(title=_("What raises the alarm"), fields=(kind, *_fields_of(texts))),
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
    choices = (Choice(code="", label=_("does not matter")), *felt)
    return rule_field(texts, "felt_mmi", _("Felt here"), choices=choices, hint=_("At a place of our regency"))


def _cap_field(texts: Texts, name: str, label: str, codes: Iterable[CapCode]) -> RuleField:
    choices = tuple(Choice(code=code.value, label=tell_cap(code)) for code in codes)
    return rule_field(texts, name, label, choices=choices, hint=_("None ticked means any"), wide=True, many=True)


def _level_field(texts: Texts) -> RuleField:
    raised = (level for level in VolcanoLevel if level is not VolcanoLevel.NORMAL)
    choices = tuple(Choice(code=level.value, label=tell_volcano_level(level)) for level in raised)
    hint = _("That level or higher; a first statement counts from level III on")
    return rule_field(texts, VOLCANO_LEVEL, _("Level that PVMBG states"), choices=choices, hint=hint, wide=True)
