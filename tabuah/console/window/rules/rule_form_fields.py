"""Sections of the rule form, which depend on the kind of condition, the parameter and the parts."""

from collections.abc import Iterable
from typing import Final

from tabuah.console.window.rules.condition_fields import (
    BY_CODE,
    KINDS,
    RADIUS,
    ChoiceField,
    ConditionField,
    ConditionKind,
    NumberUnit,
)
from tabuah.console.window.rules.rule_form_values import Texts, part_count
from tabuah.console.window.shared.levels import LEVEL_OF_ALARM
from tabuah.operations.codes import Hazard
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.readings.measurements import measurement_of, measurements
from tabuah.operations.rules.rule import Combination, PartPlace
from tabuah.operations.stations.station import StationKind
from tabuah.resources.localisation import N_, _
from tabuah.resources.regency import current_regency
from tabuah.text.alarms.titles import severity_label
from tabuah.text.code_labels import code_label
from tabuah.text.readings.measurements import parameter_name
from tabuah.text.rules.rule_text import station_kind_label
from tabuah.widgets.controls.field_sections import FieldSection, SectionField
from tabuah.widgets.values import Choice

_SEVERITIES: Final = (AlarmSeverity.CRITICAL, AlarmSeverity.HIGH, AlarmSeverity.ATTENTION)
_PLACES: Final = {
    PartPlace.HERE: N_("At the station itself"),
    PartPlace.NEAR: N_("At any station near it"),
    PartPlace.UPSTREAM: N_("At a gauge upstream"),
    PartPlace.NAMED: N_("At named stations"),
}


def form_sections_of(texts: Texts, kinds: Iterable[ConditionKind] = ()) -> tuple[FieldSection, ...]:
    """Return all sections for the current contents.

    `kinds` are offered in addition to those of this family.
    """
    kind = BY_CODE.get(texts.get("condition", ""), KINDS[0])
    condition = (_kind_field(texts, "", (*KINDS, *kinds)), *_number_fields(texts, "", kind))
    parts = (_part_section(texts, number) for number in range(1, part_count(kind, texts) + 1))
    return (
        FieldSection(title=_("The rule"), fields=head_fields(texts, (_hazard_field(texts),))),
        FieldSection(title=_("Condition of the alarm"), fields=condition),
        *parts,
        FieldSection(title=_("Applies to"), fields=_reach_fields(texts)),
    )


def section_labels(sections: Iterable[FieldSection]) -> dict[str, str]:
    """Return the labels of the fields in some sections, with a number inside parts."""
    return {
        field.code: f"{section.title}, {field.label}" if section.code else field.label
        for section in sections
        for field in section.fields
    }


def head_fields(texts: Texts, more: Iterable[SectionField] = ()) -> tuple[SectionField, ...]:
    """Return the fields of every rule.

    Name, severity and source of the limit; `more` come before the last.
    """
    severities = (
        Choice(code=s.value, label=severity_label(s), key=str(n), level=LEVEL_OF_ALARM[s])
        for n, s in enumerate(_SEVERITIES, 1)
    )
    return (
        rule_field(texts, "name", _("Name"), wide=True),
        rule_field(texts, "severity", _("Level"), choices=severities, wide=True),
        *more,
        rule_field(texts, "source", _("Source of the limit"), wide=True),
    )


def kind_choices(kinds: Iterable[ConditionKind]) -> tuple[Choice, ...]:
    """Return the kinds of conditions to choose from."""
    return tuple(Choice(code=kind.code, label=_(kind.label)) for kind in kinds)


def _hazard_field(texts: Texts) -> SectionField:
    hazards = (Choice(code=h.value, label=code_label(h)) for h in Hazard if current_regency().hazard(h.value).offered)
    return rule_field(
        texts, "hazard", _("Hazard"), choices=(Choice(code="", label=_("none: the sensor is suspected")), *hazards)
    )


def _kind_field(texts: Texts, prefix: str, kinds: Iterable[ConditionKind]) -> SectionField:
    return rule_field(texts, f"{prefix}condition", _("Kind"), choices=kind_choices(kinds))


def _parameter_field(texts: Texts, prefix: str) -> SectionField:
    choices = [Choice(code=code, label=parameter_name(code)) for code in measurements()]
    if not prefix and texts.get("condition") == "silence":
        choices.insert(0, Choice(code="", label=_("any parameter")))
    return rule_field(texts, f"{prefix}parameter", _("Parameter"), choices=choices)


def _number_fields(texts: Texts, prefix: str, kind: ConditionKind) -> tuple[SectionField, ...]:
    fields = [] if prefix else [_parameter_field(texts, prefix)]
    if kind.type is Combination:
        fields.append(_at_least_field(texts, part_count(kind, texts)))
    return (*fields, *slot_fields(texts, prefix, kind, texts.get(f"{prefix}parameter", "")))


def _at_least_field(texts: Texts, parts: int) -> SectionField:
    some = (Choice(code=str(n), label=_("at least {n}").format(n=n)) for n in range(2, parts))
    choices = (Choice(code="0", label=_("all of them")), *some, Choice(code="1", label=_("any of them")))
    return rule_field(texts, "at_least", _("Number of parts that must be true"), choices=choices)


def _part_section(texts: Texts, number: int) -> FieldSection:
    prefix = f"{number}."
    kind = BY_CODE.get(texts.get(f"{prefix}condition", ""), KINDS[0])
    fields = (
        _parameter_field(texts, prefix),
        _kind_field(texts, prefix, [each for each in KINDS if each.in_parts]),
        *_number_fields(texts, prefix, kind),
        *_place_fields(texts, prefix),
    )
    removable = int(texts.get("parts") or 2) > 2
    return FieldSection(title=_("Part {n}").format(n=number), fields=fields, code=str(number), removable=removable)


def _place_fields(texts: Texts, prefix: str) -> tuple[SectionField, ...]:
    places = (Choice(code=place.value, label=_(words)) for place, words in _PLACES.items())
    where = texts.get(f"{prefix}where", "")
    fields = [rule_field(texts, f"{prefix}where", _("Where"), choices=places)]
    if where == PartPlace.NAMED:
        fields.append(rule_field(texts, f"{prefix}stations", _("Stations"), hint=_("Codes, separated by commas")))
    if where == PartPlace.NEAR:
        fields += [_slot_field(texts, prefix, RADIUS, ""), _station_kind_field(texts, prefix)]
    return tuple(fields)


def _reach_fields(texts: Texts) -> tuple[SectionField, ...]:
    hint = _("Codes, separated by commas; empty means all stations that measure it")
    return (
        _station_kind_field(texts, ""),
        rule_field(texts, "stations", _("Only at these stations"), hint=hint, wide=True),
    )


def _station_kind_field(texts: Texts, prefix: str) -> SectionField:
    kinds = (Choice(code=kind.value, label=station_kind_label(kind)) for kind in StationKind)
    choices = (Choice(code="", label=_("of any kind")), *kinds)
    return rule_field(texts, f"{prefix}kind", _("Kind of station"), choices=choices)


def slot_fields(texts: Texts, prefix: str, kind: ConditionKind, parameter: str = "") -> tuple[SectionField, ...]:
    return tuple(_slot_field(texts, prefix, slot, parameter) for slot in kind.slots)


def _slot_field(texts: Texts, prefix: str, slot: ConditionField, parameter: str) -> SectionField:
    """Return a field; a number has its unit in the label."""
    code, hint = prefix + slot.name, _(slot.hint) if slot.hint else ""
    if isinstance(slot, ChoiceField):
        choices = slot.choices()
        return rule_field(texts, code, _(slot.label), choices=choices, hint=hint, wide=slot.wide, many=slot.many)
    unit = _unit_words(slot.unit, parameter)
    label = f"{_(slot.label)} ({unit})" if unit else _(slot.label)
    return rule_field(texts, code, label, hint=hint, placeholder=slot.fallback or "")


def _unit_words(unit: NumberUnit, parameter: str) -> str:
    if unit is NumberUnit.NATIVE:
        return measurement_of(parameter).unit if parameter else ""
    return {NumberUnit.MINUTES: _("minutes"), NumberUnit.HOURS: _("hours"), NumberUnit.KILOMETRES: "km"}.get(unit, "")


def rule_field(
    texts: Texts,
    code: str,
    label: str,
    *,
    choices: Iterable[Choice] = (),
    hint: str = "",
    wide: bool = False,
    placeholder: str = "",
    many: bool = False,
) -> SectionField:
    """Return a field with its current content."""
    return SectionField(
        code=code,
        label=label,
        value=texts.get(code, ""),
        choices=tuple(choices),
        hint=hint,
        wide=wide,
        placeholder=placeholder,
        many=many,
    )
