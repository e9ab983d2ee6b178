"""A rule as a person writes it, in TOML or JSON, read with the name of what is wrong in it."""

import json
import tomllib
from typing import Any

import msgspec

from tabuah.operations.rules.rule import Rule


class BadRule(ValueError):
    """The text is no rule; the message says where and why."""


def read_rule(text: str) -> Rule:
    """The rule of a text; a field that does not exist is refused, as a slip of the pen would pass unnoticed.

    Raises:
        BadRule: it is no rule.
    """
    try:
        found: dict[str, Any] = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
        rule = msgspec.convert(found, Rule)
    except (json.JSONDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError, RecursionError) as error:
        raise BadRule(str(error)) from error
    unknown = _unknown(found, rule) + [f"condition.{name}" for name in _unknown(found["condition"], rule.condition)]
    if unknown:
        raise BadRule(f"there is no field `{unknown[0]}`")
    return rule


def write_rule(rule: Rule) -> str:
    """The rule as JSON that `read_rule` reads, for people to change."""
    return msgspec.json.format(msgspec.json.encode(rule), indent=2).decode()


def _unknown(found: dict[str, Any], struct: msgspec.Struct) -> list[str]:
    return sorted(found.keys() - {*struct.__struct_fields__, "type"})
