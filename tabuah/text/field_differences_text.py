"""Differences between two values as lines: old → new by field."""

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from tabuah.operations.field_differences import FieldDifference
from tabuah.operations.import_table import format_plain
from tabuah.resources.localisation import _, current_language

_LONGEST: Final = 60


def describe_differences(differences: Iterable[FieldDifference]) -> list[str]:
    """Return a line for each difference."""
    return [f"{each.path}: {_value(each.before)} → {_value(each.after)}" for each in differences]


def _value(value: Any) -> str:
    if value is None or (isinstance(value, str | list | tuple) and not value):
        return _("none")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int | float):
        number = format_plain(value)
        return number.replace(".", ",") if current_language() == "id" else number
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
