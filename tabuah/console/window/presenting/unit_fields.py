"""The fields in which a unit is registered or edited, and what is said where one is not as it should be."""

import re
from typing import Final

import msgspec

from tabuah.operations.labels import label_of
from tabuah.operations.units.codes import UnitKind
from tabuah.operations.units.unit import Unit
from tabuah.resources.catalogue import N_, _
from tabuah.widgets.forms.edit_form import EditField
from tabuah.widgets.values import Choice

ID: Final = "id"
TRACKER: Final = "tracker"
HOME: Final = "home"
HOME_NAME: Final = "home_name"
MEMBERS: Final = "members"
_CALL_SIGN: Final = N_("2 to 40 capital letters, digits and hyphens, such as TRC-1")
_WRONG: Final = {
    ID: _CALL_SIGN,
    TRACKER: _CALL_SIGN,
    "name": N_("1 to 120 characters"),
    "opd": N_("1 to 120 characters"),
    "kind": N_("Choose what it is for."),
    MEMBERS: N_("A number of people, 0 to 10000"),
    "contact": N_("At most 400 characters"),
    HOME_NAME: N_("At most 200 characters"),
}
_PATH: Final = re.compile(r"`\$\.([\w.]+)`")  # where msgspec says that something is wrong


def unit_fields(unit: Unit | None) -> tuple[EditField, ...]:
    """A unit's fields as they stand; empty ones, and the call sign before them, for a new unit."""
    home = unit.home if unit else None
    kinds = tuple(Choice(code=k.value, label=label_of(k), key=str(n)) for n, k in enumerate(UnitKind, start=1))
    call_sign = EditField(code=ID, label=_("Call sign"), value="", hint=wrong_words(ID))
    return (
        *(() if unit else (call_sign,)),
        EditField(code="name", label=_("What it is called in full"), value=unit.name if unit else ""),
        EditField(code="opd", label=_("To which OPD it belongs"), value=unit.opd if unit else ""),
        EditField(code="kind", label=_("What it is for"), value=unit.kind.value if unit else "", choices=kinds),
        EditField(code=MEMBERS, label=_("How many people"), value=str(unit.members) if unit else ""),
        EditField(
            code="contact",
            label=_("Radio channel or office number"),
            value=unit.contact if unit else "",
            hint=_("Every console gets it: no person's own number"),
        ),
        EditField(
            code=TRACKER, label=_("Code under which its GPS sends"), value=unit.tracker if unit else "",
        ),
        EditField(
            code=HOME,
            label=_("Where it stands when nothing happens"),
            value=f"{home.lon_deg:.5f}, {home.lat_deg:.5f}" if home else "",
            hint=_("Degrees, degrees and minutes, or UTM"),
        ),
        EditField(code=HOME_NAME, label=_("What that place is called"), value=home.name if home else ""),
    )  # fmt: skip


def wrong_field(error: msgspec.ValidationError) -> str:
    """The field that cannot be as it is."""
    path = _PATH.search(str(error))
    code = path[1].replace("home.name", HOME_NAME) if path else ID
    return code if code in _WRONG else ID


def wrong_words(code: str) -> str:
    """What a field should hold."""
    return _(_WRONG[code])
