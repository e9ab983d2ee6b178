"""The fields of conditions fit their types: attributes, ranges and fallbacks."""

from typing import get_type_hints

import msgspec
import pytest

from tabuah.console.window.rules.bulletin_rule_form import BULLETIN_KINDS
from tabuah.console.window.rules.condition_fields import KINDS, ConditionKind, NumberField
from tabuah.console.window.rules.rule_form_values import attribute_of, parse_number_field
from tabuah.operations.rules.validation import RuleProblem

ALL_KINDS = pytest.mark.parametrize("kind", [*KINDS, *BULLETIN_KINDS], ids=lambda kind: kind.code)


@ALL_KINDS
def test_condition_fields_cover_required_attributes(kind: ConditionKind) -> None:
    described = {attribute_of(slot) for slot in kind.slots} | {"parts"}
    required = {field.name for field in msgspec.structs.fields(kind.type) if field.required}
    assert required <= described <= {"parts", *kind.type.__struct_fields__}
    assert kind.type.__struct_config__.tag == kind.code


@ALL_KINDS
def test_condition_field_ranges_are_valid_in_type(kind: ConditionKind) -> None:
    types = get_type_hints(kind.type, include_extras=True)
    for slot in (each for each in kind.slots if isinstance(each, NumberField)):
        for value in (slot.low * slot.unit.scale, slot.high * slot.unit.scale):
            msgspec.convert(int(value) if slot.whole else value, types[slot.name])


@ALL_KINDS
def test_condition_field_fallbacks_are_valid(kind: ConditionKind) -> None:
    for slot in (each for each in kind.slots if isinstance(each, NumberField) and each.fallback is not None):
        faults: list[RuleProblem] = []
        parse_number_field("", slot, {}, faults)
        assert faults == []
