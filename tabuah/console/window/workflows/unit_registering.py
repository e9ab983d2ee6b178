"""Registering a unit and editing what is known of one, as `tabuah unit register` and `edit` do."""

from typing import Any, Final

import msgspec
from PySide6.QtCore import QObject

from tabuah.console.window.panels import Page
from tabuah.console.window.presenting.unit_fields import (
    HOME,
    HOME_NAME,
    ID,
    MEMBERS,
    TRACKER,
    unit_fields,
    wrong_field,
    wrong_words,
)
from tabuah.console.window.workplace import Workplace
from tabuah.gis.coordinates import parse_position
from tabuah.gis.errors import CoordinateError
from tabuah.operations.entries import Draft
from tabuah.operations.errors import NotPossible
from tabuah.operations.units.bodies import UnitEdited, UnitRegistered
from tabuah.operations.units.gestures import edit_unit, register_unit
from tabuah.operations.units.trackers import free_tracker
from tabuah.operations.units.unit import Post, Unit
from tabuah.resources.catalogue import _
from tabuah.widgets.forms.edit_form import EditForm

_NEW: Final = ""


class UnitRegistering(QObject):
    """The form of units; what is wrong is told at its field, and nothing is saved."""

    def __init__(self, place: Workplace, form: EditForm) -> None:
        super().__init__(form)
        self._at, self._form = place, form
        form.submitted.connect(self._on_submitted)
        form.cancelled.connect(self._leave)

    def begin(self) -> None:
        """Open the fields of a new unit."""
        self._open(_NEW, _("Register a unit"), None)

    def begin_edit(self, unit_id: str) -> None:
        """Open the fields of a unit as they stand."""
        unit = self._at.room.snapshot.units.get(unit_id)
        if unit is not None:
            self._open(unit.id, _("Edit unit {unit}").format(unit=unit.id), unit)

    def _open(self, edited: str, title: str, unit: Unit | None) -> None:
        self._form.show_fields(edited, title, unit_fields(unit))
        self._at.side.show_page(Page.UNIT)
        self._form.focus_first()

    def _leave(self) -> None:
        self._at.side.show_page(Page.DETAILS)
        self._at.canvas.setFocus()

    def _on_submitted(self, edited: str, changes: dict[str, str]) -> None:
        unit = self._at.room.snapshot.units.get(edited)
        if edited and unit is None:
            self._leave()
            return
        try:
            draft, told = self._edit(unit, changes) if unit else self._register(changes)
        except CoordinateError as error:
            self._form.show_error(HOME, str(error))
        except NotPossible as refusal:
            self._form.show_error(ID if refusal.reason == "unit_known" else TRACKER, str(refusal))
        except msgspec.ValidationError as error:
            code = wrong_field(error)
            self._form.show_error(code, wrong_words(code))
        else:
            self._at.save_draft(draft, on_saved=lambda _saved: self._at.teller.done(told))
            self._leave()

    def _register(self, given: dict[str, str]) -> tuple[Draft, str]:
        """The entry of a new unit, and what is told once it is saved.

        Raises:
            NotPossible: the call sign or the tracker is another unit's.
        """
        unit_id = given.get(ID, "").upper()
        known = self._at.room.snapshot.units.get(unit_id)
        if known is not None and not known.retired:
            raise NotPossible("unit_known", _("{unit} is registered already.").format(unit=unit_id))
        values = {"name": "", "opd": "", "kind": ""} | self._values(given, unit_id, None) | {"id": unit_id}
        body = msgspec.convert(values, UnitRegistered)
        return register_unit(body), _("Unit {unit} is registered.").format(unit=body.id)

    def _edit(self, unit: Unit, changes: dict[str, str]) -> tuple[Draft, str]:
        """The entry of what is different now.

        Raises:
            NotPossible: the tracker is another unit's.
        """
        body = msgspec.convert(self._values(changes, unit.id, unit), UnitEdited)
        return edit_unit(unit, body), _("Unit {unit} is changed.").format(unit=unit.id)

    def _values(self, given: dict[str, str], unit_id: str, unit: Unit | None) -> dict[str, Any]:
        values: dict[str, Any] = {code: text for code, text in given.items() if code not in (ID, HOME, HOME_NAME)}
        if MEMBERS in values:
            values[MEMBERS] = int(values[MEMBERS]) if values[MEMBERS].isdecimal() else values[MEMBERS] or 0
        if TRACKER in values:
            values[TRACKER] = free_tracker(self._at.room.snapshot.units.values(), values[TRACKER], unit_id)
        if HOME in given or HOME_NAME in given:
            values[HOME] = _home(given, unit.home if unit else None)
        return values


def _home(given: dict[str, str], before: Post | None) -> dict[str, Any] | None:
    """The post as it is now; a name without a place says nothing.

    Raises:
        CoordinateError: the place cannot be read, or there is only a name.
    """
    name = given.get(HOME_NAME, before.name if before else "")
    if HOME in given:
        if not given[HOME] and not given.get(HOME_NAME):
            return None
        lon_deg, lat_deg = parse_position(given[HOME])
    elif before is not None:
        lon_deg, lat_deg = before.lon_deg, before.lat_deg
    else:
        lon_deg, lat_deg = parse_position("")
    return {"lon_deg": lon_deg, "lat_deg": lat_deg, "name": name}
