"""The form of the window of disruptions: its fields, their check, and the saved entry."""

from typing import Any

import msgspec
from PySide6.QtCore import QObject

from tabuah.console.window.disruptions.disruption_changes import ending, restoring
from tabuah.console.window.disruptions.disruption_form import disruption_fields, read_values
from tabuah.console.window.shared.form_fields import FormError
from tabuah.console.window.shared.place_fields import (
    changed_place,
    offered_incident,
    proposed_place,
    read_place,
)
from tabuah.console.window.shared.record_changes import RecordChanges
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.operations.disruptions.disruption import Disruption
from tabuah.operations.disruptions.drafts import edit_disruption, report_disruption
from tabuah.operations.disruptions.entry_bodies import DisruptionReported
from tabuah.operations.errors import NotPossible
from tabuah.operations.exercises.scope import scope_world
from tabuah.resources.localisation import _
from tabuah.storage.journal.identifiers import new_uuid
from tabuah.text.sync.verdict_reasons import describe_not_possible
from tabuah.widgets.controls.record_dialog import RecordDialog


class DisruptionEditor(QObject):
    """Fills, checks and saves the form. A field with an error shows it, and nothing is saved."""

    def __init__(self, context: WindowContext, dialog: RecordDialog, changes: RecordChanges[Disruption]) -> None:
        super().__init__(dialog)
        self._context, self._dialog, self._changes = context, dialog, changes
        dialog.form.submitted.connect(self._on_form_submitted)

    def begin(self, disruption: Disruption | None) -> None:
        """Open the form of a disruption, or of a new one."""
        incident = offered_incident(self._context, disruption.incident if disruption is not None else "")
        title = _("Report a closed road or an outage")
        if disruption is not None:
            title = _("Edit {name}").format(name=disruption.name)
        fields = disruption_fields(
            disruption, proposed_place(self._context, incident), incident, now=self._context.state.now()
        )
        save = "" if disruption is not None else _("Report it")
        self._dialog.form.show_fields(disruption.id if disruption is not None else "", title, fields, save=save)
        self._dialog.show_form()

    def _on_form_submitted(self, edited: str, changes: dict[str, str]) -> None:
        form = self._dialog.form
        values = form.values()
        try:
            if edited:
                self._save_edit(edited, values, changes)
            else:
                self._report(values)
        except FormError as error:
            form.show_error(error.field, str(error))
        except NotPossible as refusal:
            field = "expected_end" if refusal.reason == "ends_before_it_began" else next(iter(values))
            form.show_error(field, describe_not_possible(refusal))
        else:
            self._dialog.show_list()

    def _save_edit(self, edited: str, values: dict[str, str], changes: dict[str, str]) -> None:
        disruption = self._context.state.snapshot.disruptions.get(edited)
        if disruption is None:
            return  # its exercise was wiped
        given: dict[str, Any] = read_values(changes, now=self._context.state.now())
        given |= changed_place(self._context.places, disruption.place, values, changes)
        draft = edit_disruption(disruption, **given)
        message = _("{name} is changed.").format(name=disruption.name)
        self._changes.save(draft, message, restoring(disruption, given))

    def _report(self, values: dict[str, str]) -> None:
        now = self._context.state.now()
        given = read_values(values, now=now)
        body = msgspec.convert({**given, "place": read_place(self._context.places, values)}, DisruptionReported)
        draft = report_disruption(new_uuid(now), body, world=scope_world(self._context.state.scope))
        self._changes.save(draft, _("{name} is reported.").format(name=body.name), ending(), is_new=True)
