"""Messages of msgspec about values from outside, in the language of the user."""

import re
from typing import Final

from tabuah.resources.localisation import N_, _

_TOML_PLACE: Final = re.compile(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", re.DOTALL)
# Of msgspec; other texts are sentences of the program.
_ENGLISH: Final = re.compile("Expected |Invalid |Object |Input |Integer |String |JSON |Can't |Number ")
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
    toml = _TOML_PLACE.fullmatch(message)
    if toml:
        return _describe_toml(*toml.groups())
    reason, _at, place = message.partition(" - at `")
    field = place.rstrip("`").removeprefix("$").removeprefix(".")
    words = describe_reason(reason)
    return f"{field}: {words}" if field else words


def describe_reason(reason: str) -> str:
    """Return the reason of a message in words, without the field."""
    for pattern, message in _reasons():
        if match := re.match(pattern, reason):
            return message.format(*map(_type_in_words, match.groups()))
    return _("not valid: “{reason}”").format(reason=reason) if _ENGLISH.match(reason) else reason


def _describe_toml(reason: str, line: str | None, column: str | None) -> str:
    """Return an error of TOML with its place in front."""
    where = _("line {line}, column {column}").format(line=line, column=column) if line else _("at its end")
    for pattern, message in _toml_reasons():
        if match := re.fullmatch(pattern, reason):
            return f"{where}: {message.format(*match.groups())}"
    return f"{where}: " + _("no valid TOML: “{reason}”").format(reason=reason)


def _toml_reasons() -> tuple[tuple[str, str], ...]:
    return (
        (r"Expected '=' after a key in a key/value pair", _("expected = behind the name")),
        (r"Expected '(\]+)' at the end of .*", _("expected {0} behind the name of the table")),
        (
            r"Expected newline or end of document .*",
            _("expected the end of the line, found more; is a quote missing?"),
        ),
        (r"Expected \"(.*)\"", _("expected {0}")),
        (r"Invalid value", _("expected a value: a number, true, false, a list, or a text in quotes")),
        (r"Invalid (?:statement|initial character for a key part)", _("expected a name, found another character")),
        (r"Unclosed array", _("expected ] at the end of a list")),
        (r"Unclosed inline table", _("expected a closing brace at the end of a table")),
        (r"Unterminated string", _("expected a quote at the end of a text")),
        (r"Illegal character (.+)", _("found a character that is not allowed: {0}")),
        (r"Unescaped .* in a string", _("found a single \\ in a text; write it twice, or put the text into ' '")),
        (r"Cannot overwrite a value|Duplicate inline table key .*", _("the same name has a value already")),
        (r"Cannot (?:declare|mutate) .*", _("the same table is there already")),
    )


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
