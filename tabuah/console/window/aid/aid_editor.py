"""The form of a line of the aid ledger: fills it, checks it, and saves the line or its correction."""

from collections.abc import Callable
from typing import Final

import msgspec
from PySide6.QtCore import QObject

from tabuah.console.window.shared.form_fields import FormError, check_line
from tabuah.console.window.shared.place_fields import incident_field
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.operations.aid.aid_line import AidKind, AidLine, AidPlace, AidValues
from tabuah.operations.aid.balance import AidBalance
from tabuah.operations.aid.drafts import correct_aid, record_aid
from tabuah.operations.aid.items import aid_items, listed_name, unit_of
from tabuah.operations.aid.quantity import parse_quantity, plain_quantity
from tabuah.operations.entries import Draft
from tabuah.operations.errors import NotPossible
from tabuah.operations.exercises.scope import scope_world
from tabuah.operations.incidents.incident import Incident
from tabuah.resources.localisation import _
from tabuah.storage.journal.identifiers import new_uuid
from tabuah.text.aid.aid_text import aid_field_label, describe_line
from tabuah.text.code_labels import code_label
from tabuah.text.incidents.incident_text import nagari_text
from tabuah.text.sync.verdict_reasons import describe_not_possible
from tabuah.widgets.controls.edit_form import EditField
from tabuah.widgets.controls.record_dialog import RecordDialog
from tabuah.widgets.values import Choice

_LONGEST: Final = {"item": 80, "unit": 20, "place": 200, "partner": 120, "note": 400, "reason": 400}
_FIELD_OF_REFUSAL: Final = {"no_correction_reason": "reason", "nothing_changed": "quantity"}


class AidEditor(QObject):
    """The form of the window of the ledger. Errors are shown at their field, and nothing is saved then."""

    def __init__(
        self, context: WindowContext, dialog: RecordDialog, save: Callable[[Draft, str, AidLine | None], None]
    ) -> None:
        """Use `save` for an entry, its message, and the line before a correction."""
        super().__init__(dialog)
        self._context, self._dialog, self._save = context, dialog, save
        self._like: AidValues | None = None  # what a new line was proposed from
        dialog.form.submitted.connect(self._on_form_submitted)

    def begin(self, like: AidBalance | None = None) -> None:
        """Open the form of a new line, for the item and place of a balance if one is given."""
        values = None
        if like is not None:
            values = AidValues(
                kind=AidKind.RECEIVED, item=like.item, unit=like.unit, quantity_milli=0, place=like.place
            )
        self._like = values
        fields = self._fields(values, is_new=True)
        self._dialog.form.show_fields("", _("Record needs or aid"), fields, save=_("Record"))
        self._dialog.show_form()

    def begin_correction(self, line: AidLine) -> None:
        """Open the form of a line."""
        title = _("Correct: {text}").format(text=describe_line(line))
        self._dialog.form.show_fields(line.id, title, self._fields(line.shown, is_new=False), save=_("Correct"))
        self._dialog.show_form()

    def _fields(self, values: AidValues | None, *, is_new: bool) -> tuple[EditField, ...]:
        kinds = tuple(Choice(code=kind.value, label=code_label(kind)) for kind in AidKind)
        quantity = plain_quantity(values.quantity_milli) if values and values.quantity_milli else ""
        listed = ", ".join(each.name for each in aid_items()[:6])
        fields = [
            EditField(
                code="kind",
                label=aid_field_label("kind"),
                value=(values.kind if values else AidKind.NEEDED).value,
                choices=kinds,
            ),
            _text("item", values.item if values else "", _("Such as {items}; others, too").format(items=listed)),
            _text("quantity", quantity, _("Such as 200 or 12,5")),
            _text("unit", values.unit if values else "", _("Empty: the unit of the listed item")),
            _text("place", self._place_text(values), _("Shelter or nagari; empty: the incident, or the store")),
            _text("partner", values.partner if values else "", _("Who asked, gave, received or counted; no person")),
            _text("note", values.note if values else "", ""),
        ]
        incident = self._incident_of(values)
        if incident is not None:
            served = incident.id if is_new or (values and values.place.incident) else ""
            fields.insert(5, incident_field(_("Incident"), incident, served))
        if not is_new:
            fields.append(_text("reason", "", _("It is journalled; the line before stays visible")))
        return tuple(fields)

    def _incident_of(self, values: AidValues | None) -> Incident | None:
        known = self._context.state.snapshot.incidents
        named = known.get(values.place.incident) if values and values.place.incident else None
        return named or self._context.incident

    def _place_text(self, values: AidValues | None) -> str:
        if values is None:
            return ""
        place = values.place
        shelter = self._context.state.snapshot.shelters.get(place.shelter)
        if shelter is not None:
            return shelter.name
        return nagari_text(place.nagari) if place.nagari_code else ""

    def _on_form_submitted(self, edited: str, changes: dict[str, str]) -> None:
        form = self._dialog.form
        values = form.values()
        try:
            if edited:
                self._correct(edited, values, changes)
            else:
                self._record(values)
        except FormError as error:
            form.show_error(error.field, str(error))
        except NotPossible as refusal:
            form.show_error(_FIELD_OF_REFUSAL.get(refusal.reason, "quantity"), describe_not_possible(refusal))
        else:
            self._dialog.show_list()

    def _record(self, given: dict[str, str]) -> None:
        like, state = self._like, self._context.state
        keeps_place = like is not None and given["place"] == self._place_text(like)
        values = self._read(given, like.place if like else AidPlace(), keeps_place=keeps_place)
        draft = record_aid(new_uuid(state.now()), values, world=scope_world(state.scope))
        self._save(draft, _("Recorded: {item}").format(item=values.item), None)

    def _correct(self, line_id: str, given: dict[str, str], changes: dict[str, str]) -> None:
        line = self._context.state.snapshot.aid.get(line_id)
        if line is None:
            return  # its exercise was wiped
        before = line.shown
        values = self._read(given, before.place, keeps_place="place" not in changes)
        draft = correct_aid(line, values, reason=_checked(given, "reason"))
        self._save(draft, _("Corrected: {item}").format(item=values.item), line)

    def _read(self, given: dict[str, str], place: AidPlace, *, keeps_place: bool = False) -> AidValues:
        item = listed_name(_checked(given, "item"))
        unit = _checked(given, "unit") or unit_of(item)
        if not item:
            raise FormError("item", _("State the item."))
        if not unit:
            raise FormError("unit", _("The item is not on the list: state its unit."))
        place = place if keeps_place else self._read_place(_checked(given, "place"))
        if "incident" in given:
            place = msgspec.structs.replace(place, incident=given["incident"])
        return AidValues(
            kind=AidKind(given["kind"]),
            item=item,
            unit=unit,
            quantity_milli=parse_quantity(given["quantity"]),
            place=place,
            partner=_checked(given, "partner"),
            note=_checked(given, "note"),
        )

    def _read_place(self, text: str) -> AidPlace:
        """Return the place of a text: a shelter by its name, else a nagari.

        Raises:
            FormError: there is neither.
        """
        wanted = " ".join(text.casefold().split())
        if not wanted:
            return AidPlace()
        shelters = self._context.state.snapshot.shelters.values()
        found = [each for each in shelters if " ".join(each.name.casefold().split()) == wanted]
        if found:
            return AidPlace(shelter=min(found, key=lambda each: (not each.is_open, each.id)).id)
        places = self._context.places
        nagari = next((each for each in places.suggest(text) if each.id.startswith("nagari/")), None)
        if nagari is None:
            raise FormError("place", _("There is no shelter or nagari of this name."))
        place = places.place_of(nagari)
        return AidPlace(nagari_code=place.nagari_code, nagari=place.nagari)


def _text(name: str, value: str, hint: str) -> EditField:
    return EditField(code=name, label=aid_field_label(name), value=value, hint=hint)


def _checked(given: dict[str, str], name: str) -> str:
    return check_line(name, given[name], longest=_LONGEST[name])
