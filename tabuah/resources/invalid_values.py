"""Messages of msgspec about values from outside, in the language of the user."""

import re
from typing import Final

from tabuah.resources.localisation import N_, _

_TYPES: Final = {
    "int": N_("a whole number"),
    "float": N_("a number"),
    "str": N_("a text"),
    "bool": N_("true or false"),
    "array": N_("a list"),
    "object": N_("a table"),
    "null": N_("nothing"),
}


def describe_invalid_value(message: str) -> str:
    """Return a message with the field in front: “role: “bupati” is not a valid value”."""
    reason, _at, place = message.partition(" - at `")
    field = place.rstrip("`").removeprefix("$").removeprefix(".")
    words = describe_reason(reason)
    return f"{field}: {words}" if field else words


def describe_reason(reason: str) -> str:
    """Return the reason of a message in words, without the field."""
    for pattern, message in _reasons():
        if match := re.match(pattern, reason):
            return message.format(*map(_type_in_words, match.groups()))
    return reason


def _type_in_words(text: str) -> str:
    names = text.split(" | ")
    return " / ".join(_(_TYPES[name]) for name in names) if all(name in _TYPES for name in names) else text


def _reasons() -> tuple[tuple[str, str], ...]:
    return (
        (r"Object contains unknown field `(.+)`", _("“{0}” is unknown here; check the spelling")),
        (r"Object missing required field `(.+)`", _("“{0}” is missing")),
        (r"Invalid enum value '?([^']+)'?$", _("“{0}” is not a valid value")),
        (r"Expected `[^`]+` of length <= (\d+)", _("its length must be at most {0}")),
        (r"Expected `[^`]+` of length >= (\d+)", _("its length must be at least {0}")),
        (r"Expected `[^`]+` matching regex", _("it has a form that is not allowed here")),
        (r"Expected `[^`]+` <= (-?[\d.]+)", _("it must be at most {0}")),
        (r"Expected `[^`]+` >= (-?[\d.]+)", _("it must be at least {0}")),
        (r"Expected `[^`]+` > (-?[\d.]+)", _("it must be more than {0}")),
        (r"Expected `(.+)`, got `(.+)`", _("expected {0}, got {1}")),
    )
