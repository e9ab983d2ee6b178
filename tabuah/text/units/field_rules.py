"""Rules of the fields of a unit, for the form and the commands."""

import re
from typing import Final

import msgspec

from tabuah.resources.localisation import N_, _

ID_FIELD: Final = "id"
TRACKER_FIELD: Final = "tracker"
MEMBERS_FIELD: Final = "members"
HOME_NAME_FIELD: Final = "home_name"
_CALL_SIGN: Final = N_("2 to 40 capital letters, digits and hyphens, such as TRC-1")
_RULES: Final = {
    ID_FIELD: _CALL_SIGN,
    TRACKER_FIELD: _CALL_SIGN,
    "name": N_("1 to 120 characters"),
    "opd": N_("1 to 120 characters"),
    "kind": N_("Choose a type of unit."),
    MEMBERS_FIELD: N_("A number of people, 0 to 10000"),
    "contact": N_("At most 400 characters"),
    HOME_NAME_FIELD: N_("At most 200 characters"),
}
_LABELS: Final = {
    ID_FIELD: N_("Call sign"),
    TRACKER_FIELD: N_("GPS tracker code"),
    "name": N_("Full name"),
    "opd": N_("OPD"),
    "kind": N_("Type of unit"),
    MEMBERS_FIELD: N_("Number of members"),
    "contact": N_("Radio channel or office number"),
    HOME_NAME_FIELD: N_("Name of the base"),
}
_PATH: Final = re.compile(r"`\$\.([\w.]+)`")  # msgspec gives the path of the error here


def invalid_field(error: msgspec.ValidationError) -> str:
    """Return the code of the invalid field."""
    path = _PATH.search(str(error))
    code = path[1].replace("home.name", HOME_NAME_FIELD) if path else ID_FIELD
    return code if code in _RULES else ID_FIELD


def field_rule_text(code: str) -> str:
    """Describe what a field must contain."""
    return _(_RULES[code])


def describe_invalid_unit(error: msgspec.ValidationError) -> str:
    """Name the invalid field and its rule: "Full name: 1 to 120 characters"."""
    code = invalid_field(error)
    return f"{_(_LABELS[code])}: {field_rule_text(code)}"
