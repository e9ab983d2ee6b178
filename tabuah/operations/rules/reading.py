"""A rule as a person writes it, in TOML or JSON, read with the name of what is wrong in it."""

import json
import tomllib
from typing import Any, Final, TypeVar

import msgspec

from tabuah.operations.bulletins.rules import BulletinRule, Restless, Shaking, Warned
from tabuah.operations.rules.either import AnyRule
from tabuah.operations.rules.rule import Rule

RuleT = TypeVar("RuleT", Rule, BulletinRule)
_OF_BULLETINS: Final = tuple(str(each.__struct_config__.tag) for each in (Shaking, Warned, Restless))


class BadRule(ValueError):
    """The text is no rule; the message says where and why."""


def read_rule(text: str) -> AnyRule:
    """The rule of a text; a field that does not exist is refused, as a slip of the pen would pass unnoticed.

    Raises:
        BadRule: it is no rule.
    """
    try:
        found: dict[str, Any] = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except (json.JSONDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadRule(str(error)) from error
    condition = found.get("condition")
    of_bulletins = isinstance(condition, dict) and condition.get("type") in _OF_BULLETINS
    return _converted(found, BulletinRule) if of_bulletins else _converted(found, Rule)


def _converted(found: dict[str, Any], shape: type[RuleT]) -> RuleT:
    try:
        rule = msgspec.convert(found, shape)
    except (msgspec.ValidationError, RecursionError) as error:
        raise BadRule(str(error)) from error
    unknown = _unknown(found, rule) + [f"condition.{name}" for name in _unknown(found["condition"], rule.condition)]
    if unknown:
        raise BadRule(f"there is no field `{unknown[0]}`")
    return rule


def write_rule(rule: AnyRule) -> str:
    """The rule as JSON that `read_rule` reads, for people to change."""
    return msgspec.json.format(msgspec.json.encode(rule), indent=2).decode()


def _unknown(found: dict[str, Any], struct: msgspec.Struct) -> list[str]:
    return sorted(found.keys() - {*struct.__struct_fields__, "type"})
