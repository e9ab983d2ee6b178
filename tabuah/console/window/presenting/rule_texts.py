"""A rule as the texts of its form, and back: numbers with a decimal comma, times in minutes, and what is wrong."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeVar

import msgspec

from tabuah.console.window.presenting.rule_slots import BY_CODE, BY_TYPE, RADIUS, Kind, Slot
from tabuah.operations.rules.checking import Fault
from tabuah.operations.rules.rule import Combination, Condition, Part, PartPlace, Rule
from tabuah.resources.catalogue import _, current_language
from tabuah.resources.formats import format_number

Texts = Mapping[str, str]
RuleT = TypeVar("RuleT")
MOST_PARTS: Final = 6
YES: Final = "yes"
_CODES: Final = re.compile(r"[\s,;]+")
_DIGITS: Final = 6


class NotYet(ValueError):
    """The texts are no rule yet; `faults` say why, field by field."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("; ".join(fault.words for fault in faults))
        self.faults = faults


def texts_of(rule: Rule) -> dict[str, str]:
    """The texts of a rule's form."""
    texts = {
        "name": rule.name,
        "source": rule.source,
        "severity": rule.severity.value,
        "hazard": rule.hazard.value if rule.hazard else "",
        "parameter": rule.parameter,
        "kind": rule.kind.value if rule.kind else "",
        "stations": ", ".join(rule.stations),
    }
    texts |= _texts_of_condition("", rule.condition)
    if isinstance(rule.condition, Combination):
        texts |= {"parts": str(len(rule.condition.parts)), "at_least": str(rule.condition.at_least)}
        for number, part in enumerate(rule.condition.parts, 1):
            texts |= _texts_of_part(f"{number}.", part)
    return texts


def rule_of(texts: Texts, *, id: str, version: int) -> Rule:  # noqa: A002 - the rule's own word
    """The rule that the texts of a form say.

    Raises:
        NotYet: something is missing or wrong.
    """
    faults: list[Fault] = []
    condition = _condition_of("", texts, faults)
    found = {
        "id": id,
        "version": version,
        "parameter": texts.get("parameter", ""),
        "stations": codes_in(texts.get("stations", "")),
        "hazard": texts.get("hazard") or None,
        "kind": texts.get("kind") or None,
        "condition": condition,
    }
    return made_of(found, texts, faults, Rule)


def made_of(found: dict[str, Any], texts: Texts, faults: Sequence[Fault], rule_type: type[RuleT]) -> RuleT:
    """A rule of what was found in the texts, with its name, source and severity, which every rule has.

    Raises:
        NotYet: there are faults, or it is no rule.
    """
    if faults:
        raise NotYet(tuple(faults))
    named = {
        "name": texts.get("name", "").strip(),
        "source": texts.get("source", "").strip(),
        "severity": texts.get("severity", ""),
    }
    try:
        return msgspec.convert(named | found, rule_type)
    except msgspec.ValidationError as error:
        raise NotYet((Fault("condition", str(error)),)) from error


def codes_in(text: str) -> list[str]:
    """The codes of stations in a text, separated by commas or blanks."""
    return [code.upper() for code in _CODES.split(text) if code]


def number_text(value: float) -> str:
    """A number as a person types it: no grouping, no needless zeros, a decimal comma in Indonesian."""
    text = f"{value:.{_DIGITS}f}".rstrip("0").rstrip(".")
    return text.replace(".", ",") if current_language() == "id" else text


def read_number(text: str) -> float:
    """The number of a text: with a comma it is the decimal one and dots group, else a dot is.

    Raises:
        ValueError: it is none.
    """
    plain = text.strip().replace(" ", "")
    return float(plain.replace(".", "").replace(",", ".") if "," in plain else plain)


def _texts_of_condition(prefix: str, condition: Condition) -> dict[str, str]:
    kind = BY_TYPE[type(condition)]
    texts = {f"{prefix}condition": kind.code}
    for slot in kind.slots:
        value = getattr(condition, slot.name)
        texts[prefix + slot.name] = "" if value is None else number_text(value / slot.unit.scale)
    if kind.can_fall:
        texts[f"{prefix}falling"] = YES if getattr(condition, "falling", False) else ""
    if kind.can_exceed:
        texts[f"{prefix}too_much"] = YES if getattr(condition, "too_much", False) else ""
    if kind.has_level:
        texts[f"{prefix}level"] = str(getattr(condition, "level", ""))
    return texts


def _texts_of_part(prefix: str, part: Part) -> dict[str, str]:
    return {
        **_texts_of_condition(prefix, part.condition),
        f"{prefix}parameter": part.parameter,
        f"{prefix}where": part.where.value,
        f"{prefix}stations": ", ".join(part.stations),
        f"{prefix}kind": part.kind.value if part.kind else "",
        f"{prefix}radius_m": number_text(part.radius_m / RADIUS.unit.scale) if part.radius_m else "",
    }


def _condition_of(prefix: str, texts: Texts, faults: list[Fault]) -> dict[str, Any]:
    kind = BY_CODE.get(texts.get(f"{prefix}condition", ""))
    if kind is None:
        faults.append(Fault(f"{prefix}condition", _("Choose what raises the alarm.")))
        return {}
    found: dict[str, Any] = {"type": kind.code}
    for slot in kind.slots:
        value = value_of(prefix, slot, texts, faults)
        if value is not None:
            found[slot.name] = value
    if kind.can_fall:
        found["falling"] = texts.get(f"{prefix}falling") == YES
    if kind.can_exceed:
        found["too_much"] = texts.get(f"{prefix}too_much") == YES
    if kind.has_level:
        found["level"] = texts.get(f"{prefix}level") or "siaga_1"
    if kind.type is Combination:
        found |= _combination_of(texts, faults)
    return found


def _combination_of(texts: Texts, faults: list[Fault]) -> dict[str, Any]:
    numbers = range(1, min(int(texts.get("parts") or 2), MOST_PARTS) + 1)
    return {
        "parts": [_part_of(f"{number}.", texts, faults) for number in numbers],
        "at_least": min(int(texts.get("at_least") or 0), len(numbers)),
    }


def _part_of(prefix: str, texts: Texts, faults: list[Fault]) -> dict[str, Any]:
    where = texts.get(f"{prefix}where") or PartPlace.HERE.value
    found: dict[str, Any] = {
        "parameter": texts.get(f"{prefix}parameter", ""),
        "condition": _condition_of(prefix, texts, faults),
        "where": where,
    }
    if not found["parameter"]:
        faults.append(Fault(f"{prefix}parameter", _("Choose what is measured.")))
    if where == PartPlace.NAMED:
        found["stations"] = codes_in(texts.get(f"{prefix}stations", ""))
    if where == PartPlace.NEAR:
        found["kind"] = texts.get(f"{prefix}kind") or None
        found["radius_m"] = value_of(prefix, RADIUS, texts, faults) or 0.0
    return found


def value_of(prefix: str, slot: Slot, texts: Texts, faults: list[Fault]) -> float | int | None:
    """The number of a slot; None, and the fault noted, where there is none."""
    text = texts.get(prefix + slot.name, "").strip() or slot.fallback
    if text is None:
        faults.append(Fault(prefix + slot.name, _("Fill this in.")))
        return None
    if not text:
        return None
    try:
        value = read_number(text)
    except ValueError:
        faults.append(
            Fault(prefix + slot.name, _("Write a number, such as {example}.").format(example=number_text(2.5)))
        )
        return None
    if not slot.low <= value <= slot.high or (slot.whole and value != int(value)):
        faults.append(Fault(prefix + slot.name, _range_words(slot)))
        return None
    return int(value) if slot.whole else round(value * slot.unit.scale, _DIGITS)


def _range_words(slot: Slot) -> str:
    digits = 0 if slot.whole or slot.low == int(slot.low) else 3
    low, high = format_number(slot.low, digits=digits), format_number(slot.high)
    return _("A number from {low} to {high}.").format(low=low, high=high)


def parts_of(kind: Kind, texts: Texts) -> int:
    """How many parts a form has; none where it is no combination."""
    return min(int(texts.get("parts") or 2), MOST_PARTS) if kind.type is Combination else 0
