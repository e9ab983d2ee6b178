"""Rule files: rules in TOML or JSON, as people write them."""

import json
from typing import Any, Final, TypeVar

import msgspec

from tabuah.operations.bulletins.rules import BulletinRule, EarthquakeCondition, VolcanoCondition, WarningCondition
from tabuah.operations.rules.any_rule import AnyRule
from tabuah.operations.rules.rule import Rule
from tabuah.resources.toml_parser import parse_toml

RuleT = TypeVar("RuleT", Rule, BulletinRule)
_OF_BULLETINS: Final = tuple(
    str(each.__struct_config__.tag) for each in (EarthquakeCondition, WarningCondition, VolcanoCondition)
)


class InvalidRule(ValueError):
    """The text is no valid rule; the message says where and why."""


def read_rule(text: str) -> AnyRule:
    """Parse a rule; an unknown field is rejected, because it is probably a typing error.

    Raises:
        InvalidRule: it is no valid rule.
    """
    try:
        found: dict[str, Any] = json.loads(text) if text.lstrip().startswith("{") else parse_toml(text)
    except (ValueError, RecursionError) as error:
        raise InvalidRule(str(error)) from error
    condition = found.get("condition")
    of_bulletins = isinstance(condition, dict) and condition.get("type") in _OF_BULLETINS
    return _converted(found, BulletinRule) if of_bulletins else _converted(found, Rule)


def _converted(found: dict[str, Any], shape: type[RuleT]) -> RuleT:
    try:
        rule = msgspec.convert(found, shape)
    except (msgspec.ValidationError, RecursionError) as error:
        raise InvalidRule(str(error)) from error
    unknown = _unknown(found, rule) + [f"condition.{name}" for name in _unknown(found["condition"], rule.condition)]
    if unknown:
        raise InvalidRule(f"there is no field `{unknown[0]}`")
    return rule


def write_rule(rule: AnyRule) -> str:
    """Return the rule as editable JSON for `read_rule`."""
    return msgspec.json.format(msgspec.json.encode(rule), indent=2).decode()


def _unknown(found: dict[str, Any], struct: msgspec.Struct) -> list[str]:
    return sorted(found.keys() - {*struct.__struct_fields__, "type"})
