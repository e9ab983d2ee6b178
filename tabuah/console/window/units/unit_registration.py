"""Registration and edits of units, as with `tabuah unit register` and `edit`."""

from typing import Any, Final

import msgspec
from PySide6.QtCore import QObject

from tabuah.console.window.shared.panels import SidePage
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.gis.coordinates import parse_position
from tabuah.gis.errors import CoordinateError
from tabuah.operations.entries import Draft
from tabuah.operations.errors import NotPossible
from tabuah.operations.exercises.scope import code_in_exercise, plain_code
from tabuah.operations.units.drafts import edit_unit, register_unit, unit_in_exercise
from tabuah.operations.units.entry_bodies import UnitEdited, UnitRegistered
from tabuah.operations.units.tracker import check_tracker_free
from tabuah.operations.units.unit import Post, Unit, UnitKind
from tabuah.resources.localisation import _
from tabuah.resources.regency import current_regency
from tabuah.text.code_labels import code_label
from tabuah.text.sync.verdict_reasons import describe_not_possible
from tabuah.text.units.field_rules import (
    HOME_NAME_FIELD,
    ID_FIELD,
    MEMBERS_FIELD,
    TRACKER_FIELD,
    field_rule_text,
    invalid_field,
)
from tabuah.widgets.controls.edit_form import EditField, EditForm
from tabuah.widgets.values import Choice

_NEW: Final = ""


class UnitRegistration(QObject):
    """The unit form. Errors are shown at their field, and nothing is saved then."""

    def __init__(self, context: WindowContext, form: EditForm) -> None:
        super().__init__(form)
        self._context, self._form = context, form
        form.submitted.connect(self._on_submitted)
        form.cancelled.connect(self._leave)

    def begin(self) -> None:
        """Open the form for a new unit."""
        self._open(_NEW, _("Register a unit"), None)

    def begin_edit(self, unit_id: str) -> None:
        """Open the form of a unit."""
        unit = self._context.state.snapshot.units.get(unit_id)
        if unit is not None:
            self._open(unit.id, _("Edit unit {unit}").format(unit=plain_code(unit.id)), unit)

    def _open(self, edited: str, title: str, unit: Unit | None) -> None:
        self._form.show_fields(edited, title, unit_fields(unit))
        self._context.side.show_page(SidePage.UNIT)
        self._form.focus_first()

    def _leave(self) -> None:
        self._context.side.show_page(SidePage.DETAILS)
        self._context.canvas.setFocus()

    def _on_submitted(self, edited: str, changes: dict[str, str]) -> None:
        unit = self._context.state.snapshot.units.get(edited)
        if edited and unit is None:
            self._leave()
            return
        try:
            draft, message = self._edit(unit, changes) if unit else self._register(changes)
        except CoordinateError as error:
            self._form.show_error(HOME_FIELD, str(error))
        except NotPossible as refusal:
            self._form.show_error(
                ID_FIELD if refusal.reason == "unit_known" else TRACKER_FIELD, describe_not_possible(refusal)
            )
        except msgspec.ValidationError as error:
            code = invalid_field(error)
            self._form.show_error(code, field_rule_text(code))
        else:
            self._context.save_draft(draft, on_saved=lambda _saved: self._context.notifier.done(message))
            self._leave()

    def _register(self, given: dict[str, str]) -> tuple[Draft, str]:
        """Return the entry of a new unit and the message for a successful save.

        Raises:
            NotPossible: another unit has the call sign or the tracker.
        """
        scope = self._context.state.scope
        unit_id = code_in_exercise(given.get(ID_FIELD, "").upper(), scope.exercise_id or "")
        known = self._context.state.snapshot.units.get(unit_id)
        if known is not None and not known.retired:
            raise NotPossible("unit_known", unit=plain_code(unit_id))
        values = (
            {"name": "", "opd": "", "kind": ""} | self._values(given, unit_id, None) | {"id": plain_code(unit_id)}
        )
        body = unit_in_exercise(msgspec.convert(values, UnitRegistered), scope.exercise_id or "")
        draft = register_unit(body, exercise=scope.is_exercise, exercise_id=scope.exercise_id or "")
        return draft, _("Unit {unit} is registered.").format(unit=plain_code(body.id))

    def _edit(self, unit: Unit, changes: dict[str, str]) -> tuple[Draft, str]:
        """Return the entry of the changed fields and the message for a successful save.

        Raises:
            NotPossible: another unit has the tracker.
        """
        body = msgspec.convert(self._values(changes, unit.id, unit), UnitEdited)
        return edit_unit(unit, body), _("Unit {unit} is changed.").format(unit=plain_code(unit.id))

    def _values(self, given: dict[str, str], unit_id: str, unit: Unit | None) -> dict[str, Any]:
        values: dict[str, Any] = {
            code: text for code, text in given.items() if code not in (ID_FIELD, HOME_FIELD, HOME_NAME_FIELD)
        }
        if MEMBERS_FIELD in values:
            values[MEMBERS_FIELD] = (
                int(values[MEMBERS_FIELD]) if values[MEMBERS_FIELD].isdecimal() else values[MEMBERS_FIELD] or 0
            )
        if TRACKER_FIELD in values:
            values[TRACKER_FIELD] = check_tracker_free(
                self._context.state.snapshot.units.values(), values[TRACKER_FIELD], unit_id
            )
        if HOME_FIELD in given or HOME_NAME_FIELD in given:
            values[HOME_FIELD] = _home(given, unit.home if unit else None)
        return values


def _home(given: dict[str, str], before: Post | None) -> dict[str, Any] | None:
    """Return the base of the unit; a name without a position is an error.

    Raises:
        CoordinateError: the position cannot be read, or there is only a name.
    """
    name = given.get(HOME_NAME_FIELD, before.name if before else "")
    if HOME_FIELD in given:
        if not given[HOME_FIELD] and not given.get(HOME_NAME_FIELD):
            return None
        lon_deg, lat_deg = parse_position(given[HOME_FIELD])
    elif before is not None:
        lon_deg, lat_deg = before.lon_deg, before.lat_deg
    else:
        lon_deg, lat_deg = parse_position("")
    return {"lon_deg": lon_deg, "lat_deg": lat_deg, "name": name}


HOME_FIELD: Final = "home"
_OPDS_SHOWN: Final = 4


def unit_fields(unit: Unit | None) -> tuple[EditField, ...]:
    """Return the fields of a unit; for a new unit empty ones, with the call sign first."""
    home = unit.home if unit else None
    regency, chosen = current_regency(), unit.kind if unit else None
    offered = (kind for kind in UnitKind if kind is chosen or regency.offers_unit_kind(kind.value))
    kinds = tuple(Choice(code=k.value, label=code_label(k), key=str(n)) for n, k in enumerate(offered, start=1))
    opds = _("Such as {opds}").format(opds=", ".join(opd.name for opd in regency.opds[:_OPDS_SHOWN]))
    call_sign = EditField(code=ID_FIELD, label=_("Call sign"), value="", hint=field_rule_text(ID_FIELD))
    return (
        *(() if unit else (call_sign,)),
        EditField(code="name", label=_("Full name"), value=unit.name if unit else ""),
        EditField(code="opd", label=_("OPD"), value=unit.opd if unit else "", hint=opds),
        EditField(code="kind", label=_("Type of unit"), value=unit.kind.value if unit else "", choices=kinds),
        EditField(code=MEMBERS_FIELD, label=_("Number of members"), value=str(unit.members) if unit else ""),
        EditField(
            code="contact",
            label=_("Radio channel or office number"),
            value=unit.contact if unit else "",
            hint=_("Visible on every console: do not enter a personal number"),
        ),
        EditField(
            code=TRACKER_FIELD, label=_("GPS tracker code"), value=plain_code(unit.tracker) if unit else "",
        ),
        EditField(
            code=HOME_FIELD,
            label=_("Base (coordinates)"),
            value=f"{home.lon_deg:.5f}, {home.lat_deg:.5f}" if home else "",
            hint=_("Degrees, degrees and minutes, or UTM"),
        ),
        EditField(code=HOME_NAME_FIELD, label=_("Name of the base"), value=home.name if home else ""),
    )  # fmt: skip
