"""The forms of a shelter and of a count: fills them, checks them, and saves what they contain."""

from collections.abc import Mapping
from typing import Final

import msgspec
from PySide6.QtCore import QObject

from tabuah.console.window.shared.form_fields import FormError
from tabuah.console.window.shared.place_fields import (
    changed_place,
    offered_incident,
    proposed_place,
    read_place,
)
from tabuah.console.window.shared.record_changes import RecordChanges
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.console.window.shelters import shelter_form
from tabuah.console.window.shelters.shelter_changes import closing, restoring, withdrawing
from tabuah.console.window.shelters.shelter_form import count_fields, read_evacuees, shelter_fields
from tabuah.operations.errors import NotPossible
from tabuah.operations.exercises.scope import scope_world
from tabuah.operations.shelters.drafts import add_shelter, count_evacuees, edit_shelter
from tabuah.operations.shelters.entry_bodies import ShelterAdded
from tabuah.operations.shelters.shelter import Shelter
from tabuah.resources.localisation import _
from tabuah.storage.journal.identifiers import new_uuid
from tabuah.text.shelters.shelter_text import describe_count
from tabuah.text.sync.verdict_reasons import describe_not_possible
from tabuah.widgets.controls.record_dialog import RecordDialog

_COUNT: Final = "count"  # prefix of the edited object in the form of a count


class ShelterEditor(QObject):
    """The forms of the window of shelters. Errors are shown at their field, and nothing is saved then."""

    def __init__(self, context: WindowContext, dialog: RecordDialog, changes: RecordChanges[Shelter]) -> None:
        super().__init__(dialog)
        self._context, self._dialog, self._changes = context, dialog, changes
        dialog.form.submitted.connect(self._on_form_submitted)

    def begin(self, shelter: Shelter | None) -> None:
        """Open the form of a shelter, or of a new one."""
        title = _("Edit {name}").format(name=shelter.name) if shelter is not None else _("Add a shelter or post")
        incident = offered_incident(self._context, shelter.incident if shelter is not None else "")
        fields = shelter_fields(shelter, proposed_place(self._context, incident), incident)
        save = "" if shelter is not None else _("Add")
        self._dialog.form.show_fields(shelter.id if shelter is not None else "", title, fields, save=save)
        self._dialog.show_form()

    def begin_count(self, shelter: Shelter) -> None:
        """Open the form of a count, with the source of the last one."""
        title = _("Count evacuees of {name}").format(name=shelter.name)
        if shelter.latest is not None:
            title += "\n" + _("Last: {count}").format(count=describe_count(shelter.latest))
        source = shelter.latest.source if shelter.latest is not None else shelter.owner
        self._dialog.form.show_fields(f"{_COUNT}/{shelter.id}", title, count_fields(source), save=_("Save the count"))
        self._dialog.show_form()

    @property
    def _shelters(self) -> Mapping[str, Shelter]:
        return self._context.state.snapshot.shelters

    def _on_form_submitted(self, edited: str, changes: dict[str, str]) -> None:
        form = self._dialog.form
        values = form.values()
        try:
            if edited.startswith(f"{_COUNT}/"):
                self._save_count(edited.partition("/")[2], values)
            elif edited:
                self._save_edit(edited, values, changes)
            else:
                self._add(values)
        except FormError as error:
            form.show_error(error.field, str(error))
        except NotPossible as refusal:
            form.show_error(next(iter(values)), describe_not_possible(refusal))
        else:
            self._dialog.show_list()

    def _save_count(self, shelter_id: str, values: dict[str, str]) -> None:
        shelter = self._shelters.get(shelter_id)
        if shelter is None:
            return  # its exercise was wiped
        shelter_form.read_texts({"source": values["source"]})
        draft = count_evacuees(shelter, read_evacuees(values), source=values["source"])
        message = _("The count of {name} is saved.").format(name=shelter.name)
        self._changes.save(draft, message, withdrawing(shelter))

    def _save_edit(self, edited: str, values: dict[str, str], changes: dict[str, str]) -> None:
        shelter = self._shelters.get(edited)
        if shelter is None:
            return
        given = shelter_form.read_texts(changes)
        given |= changed_place(self._context.places, shelter.place, values, changes)
        draft = edit_shelter(shelter, **given)
        self._changes.save(draft, _("{name} is changed.").format(name=shelter.name), restoring(shelter, given))

    def _add(self, values: dict[str, str]) -> None:
        given = shelter_form.read_texts(values)
        body = msgspec.convert({**given, "place": read_place(self._context.places, values)}, ShelterAdded)
        world = scope_world(self._context.state.scope)
        draft = add_shelter(new_uuid(self._context.state.now()), body, world=world)
        message = _("{name} is added.").format(name=body.name)
        self._changes.save(draft, message, closing(self._context), is_new=True)
