"""The form texts of a rule and their parser.

Numbers with a decimal comma, times in minutes, faults by field.
"""

import re
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any, Final, TypeVar

import msgspec

from tabuah.console.window.rules.condition_fields import (
    BY_CODE,
    BY_TYPE,
    RADIUS,
    YES,
    ChoiceField,
    ConditionField,
    ConditionKind,
    NumberField,
)
from tabuah.console.window.shared.number_input import DIGITS, format_number_input, parse_number
from tabuah.operations.rules.rule import Combination, CombinationPart, PartPlace, Rule
from tabuah.operations.rules.validation import RuleProblem
from tabuah.resources.localisation import format_number

Texts = Mapping[str, str]
RuleT = TypeVar("RuleT")
MAX_PARTS: Final = 6
_CODES: Final = re.compile(r"[\s,;]+")


class InvalidRuleForm(ValueError):
    """The texts are not a valid rule; `faults` gives the reason for each field."""

    def __init__(self, faults: tuple[RuleProblem, ...]) -> None:
        super().__init__("; ".join(f"{fault.field}: {fault.code}" for fault in faults))
        self.faults = faults


def rule_texts(rule: Rule) -> dict[str, str]:
    """Return the form texts of a rule."""
    texts = {
        "name": rule.name,
        "source": rule.source,
        "severity": rule.severity.value,
        "hazard": rule.hazard.value if rule.hazard else "",
        "parameter": rule.parameter,
        "kind": rule.kind.value if rule.kind else "",
        "stations": ", ".join(rule.stations),
    }
    texts |= texts_of_condition("", BY_TYPE[type(rule.condition)], rule.condition)
    if isinstance(rule.condition, Combination):
        texts |= {"parts": str(len(rule.condition.parts)), "at_least": str(rule.condition.at_least)}
        for number, part in enumerate(rule.condition.parts, 1):
            texts |= _texts_of_part(f"{number}.", part)
    return texts


def parse_rule(texts: Texts, *, id: str, version: int) -> Rule:  # noqa: A002 - the rule's own word
    """Parse the form texts into a rule.

    Raises:
        InvalidRuleForm: the texts are incomplete or have errors.
    """
    faults: list[RuleProblem] = []
    condition = _condition_of("", texts, faults)
    found = {
        "id": id,
        "version": version,
        "parameter": texts.get("parameter", ""),
        "stations": split_codes(texts.get("stations", "")),
        "hazard": texts.get("hazard") or None,
        "kind": texts.get("kind") or None,
        "condition": condition,
    }
    return build_rule(found, texts, faults, Rule)


def build_rule(found: dict[str, Any], texts: Texts, faults: Sequence[RuleProblem], rule_type: type[RuleT]) -> RuleT:
    """Build a rule from the parsed fields and its name, source and severity.

    Raises:
        InvalidRuleForm: there are faults, or the values are not a valid rule.
    """
    if faults:
        raise InvalidRuleForm(tuple(faults))
    named = {
        "name": texts.get("name", "").strip(),
        "source": texts.get("source", "").strip(),
        "severity": texts.get("severity", ""),
    }
    try:
        return msgspec.convert(named | found, rule_type)
    except msgspec.ValidationError as error:
        raise InvalidRuleForm((RuleProblem("condition", "invalid", {"error": str(error)}),)) from error


def split_codes(text: str) -> list[str]:
    """Return the station codes in a text, separated by commas or spaces."""
    return [code.upper() for code in _CODES.split(text) if code]


def texts_of_condition(prefix: str, kind: ConditionKind, condition: object) -> dict[str, str]:
    """Return the form texts of a condition."""
    texts = {f"{prefix}condition": kind.code}
    for slot in kind.slots:
        texts[prefix + slot.name] = _text_of(slot, getattr(condition, attribute_of(slot)))
    return texts


def attribute_of(slot: ConditionField) -> str:
    """Return the name of a field's attribute in the condition."""
    return (slot.attribute if isinstance(slot, ChoiceField) else "") or slot.name


def _text_of(slot: ConditionField, value: Any) -> str:
    if isinstance(slot, NumberField):
        is_empty = value is None or (slot.zero_is_empty and not value)
        return "" if is_empty else format_number_input(value / slot.unit.scale)
    if isinstance(value, bool):
        return YES if value else ""
    if isinstance(value, Enum):
        return str(value.value)
    return ",".join(value) if slot.many else str(value or "")


def _texts_of_part(prefix: str, part: CombinationPart) -> dict[str, str]:
    return {
        **texts_of_condition(prefix, BY_TYPE[type(part.condition)], part.condition),
        f"{prefix}parameter": part.parameter,
        f"{prefix}where": part.where.value,
        f"{prefix}stations": ", ".join(part.stations),
        f"{prefix}kind": part.kind.value if part.kind else "",
        f"{prefix}radius_m": format_number_input(part.radius_m / RADIUS.unit.scale) if part.radius_m else "",
    }


def _condition_of(prefix: str, texts: Texts, faults: list[RuleProblem]) -> dict[str, Any]:
    kind = BY_CODE.get(texts.get(f"{prefix}condition", ""))
    if kind is None:
        faults.append(RuleProblem(f"{prefix}condition", "no_condition"))
        return {}
    found = parse_condition(prefix, kind, texts, faults)
    if kind.type is Combination:
        found |= _combination_of(texts, faults)
    return found


def parse_condition(prefix: str, kind: ConditionKind, texts: Texts, faults: list[RuleProblem]) -> dict[str, Any]:
    """Return the attributes of a condition and its tag; errors are added to `faults`."""
    found: dict[str, Any] = {"type": kind.code}
    for slot in kind.slots:
        if isinstance(slot, ChoiceField):
            value = slot.read(texts.get(prefix + slot.name) or slot.fallback)
        else:
            value = parse_number_field(prefix, slot, texts, faults)
        if value is not None:
            found[attribute_of(slot)] = value
    return found


def _combination_of(texts: Texts, faults: list[RuleProblem]) -> dict[str, Any]:
    numbers = range(1, min(int(texts.get("parts") or 2), MAX_PARTS) + 1)
    return {
        "parts": [_part_of(f"{number}.", texts, faults) for number in numbers],
        "at_least": min(int(texts.get("at_least") or 0), len(numbers)),
    }


def _part_of(prefix: str, texts: Texts, faults: list[RuleProblem]) -> dict[str, Any]:
    where = texts.get(f"{prefix}where") or PartPlace.HERE.value
    found: dict[str, Any] = {
        "parameter": texts.get(f"{prefix}parameter", ""),
        "condition": _condition_of(prefix, texts, faults),
        "where": where,
    }
    if not found["parameter"]:
        faults.append(RuleProblem(f"{prefix}parameter", "no_parameter"))
    if where == PartPlace.NAMED:
        found["stations"] = split_codes(texts.get(f"{prefix}stations", ""))
    if where == PartPlace.NEAR:
        found["kind"] = texts.get(f"{prefix}kind") or None
        found["radius_m"] = parse_number_field(prefix, RADIUS, texts, faults) or 0.0
    return found


def parse_number_field(prefix: str, slot: NumberField, texts: Texts, faults: list[RuleProblem]) -> float | int | None:
    """Return the value of a number field; None, with a fault added, if there is none."""
    text = texts.get(prefix + slot.name, "").strip() or slot.fallback
    if text is None:
        faults.append(RuleProblem(prefix + slot.name, "required"))
        return None
    if not text:
        return None
    try:
        value = parse_number(text)
    except ValueError:
        faults.append(RuleProblem(prefix + slot.name, "not_a_number", {"example": format_number_input(2.5)}))
        return None
    if not slot.low <= value <= slot.high or (slot.whole and value != int(value)):
        faults.append(RuleProblem(prefix + slot.name, "outside_range", _range_of(slot)))
        return None
    return int(value) if slot.whole else round(value * slot.unit.scale, DIGITS)


def _range_of(slot: NumberField) -> dict[str, str | float]:
    digits = 0 if slot.whole or slot.low == int(slot.low) else 3
    return {"low": format_number(slot.low, digits=digits), "high": format_number(slot.high)}


def part_count(kind: ConditionKind, texts: Texts) -> int:
    """Return the number of parts; 0 if the kind is not a combination."""
    return min(int(texts.get("parts") or 2), MAX_PARTS) if kind.type is Combination else 0
