"""The differences between two values of a kind, field by field, for a look before an import."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

_ABSENT: Final = object()


class FieldDifference(msgspec.Struct, frozen=True, kw_only=True):
    """A field that differs: its path, such as `river.lag_s`, and both values; None for an absent one."""

    path: str
    before: Any
    after: Any


def field_differences(before: object, after: object, fields: tuple[str, ...]) -> tuple[FieldDifference, ...]:
    """Return the differences in the named fields of two structs, those in nested values by their path."""
    found: list[FieldDifference] = []
    for name in fields:
        plain = [msgspec.to_builtins(getattr(value, name, None), str_keys=True) for value in (before, after)]
        found += _differences(name, plain[0], plain[1])
    return tuple(found)


def table_differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[FieldDifference, ...]:
    """Return the differences of two tables of a settings file, those in nested tables by their path."""
    names = dict.fromkeys((*before, *after))
    found = (_differences(name, before.get(name, _ABSENT), after.get(name, _ABSENT)) for name in names)
    return tuple(each for differences in found for each in differences)


def _differences(path: str, before: Any, after: Any) -> Iterator[FieldDifference]:
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys((*before, *after)):
            yield from _differences(f"{path}.{key}", before.get(key, _ABSENT), after.get(key, _ABSENT))
    elif _are_named(before) and _are_named(after):
        yield from _differences(path, *({each["code"]: each for each in value} for value in (before, after)))
    elif before != after:
        yield FieldDifference(path=path, before=_plain(before), after=_plain(after))


def _are_named(values: Any) -> bool:
    """Return whether this is a list of items with codes, by which they are compared."""
    is_list = isinstance(values, list | tuple)
    return is_list and all(isinstance(value, dict) and "code" in value for value in values)


def _plain(value: Any) -> Any:
    return None if value is _ABSENT else value
