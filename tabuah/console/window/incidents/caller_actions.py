"""The caller of an incident in the window: added, corrected or removed in a form, as far as the user may read it."""

from typing import Final

from PySide6.QtCore import QObject

from tabuah.console.incidents.callers import caller_of
from tabuah.console.window.incidents.edit_actions import EditActions
from tabuah.console.window.incidents.typed_answers import InvalidField
from tabuah.console.window.shared.window_context import SavedEntries, WindowContext
from tabuah.operations.hidden_characters import is_plain
from tabuah.operations.incidents.drafts import caller_value, change_caller
from tabuah.operations.incidents.incident import Incident
from tabuah.resources.localisation import _
from tabuah.storage.journal.identifiers import new_salt
from tabuah.text.incidents.action_messages import (
    caller_changed_text,
    caller_hint,
    caller_length_text,
    edit_undone_text,
)
from tabuah.text.incidents.incident_text import field_label
from tabuah.widgets.controls.edit_form import EditField

_LONGEST: Final = 200
_CALLER: Final = "caller"


class CallerActions(QObject):
    """Opens the caller in the edit form, after the cache has answered with the personal value."""

    def __init__(self, context: WindowContext, edits: EditActions) -> None:
        super().__init__(edits)
        self._context, self._edits = context, edits
        self._before = ""  # the caller that the form showed at first

    def begin(self) -> None:
        """Open the caller of the selected incident."""
        incident = self._context.incident
        if incident is not None:
            self._context.store.run(
                # of the cache, which may be ahead of the window just after another correction
                lambda store: caller_of(store, store.incident(incident.id)),
                on_done=lambda caller: self._show(incident, caller),
                on_error=self._context.notifier.error,
            )

    def _show(self, incident: Incident, caller: str) -> None:
        if self._context.selection.incident != incident.id:
            return  # another one was chosen meanwhile
        self._before = caller
        field = EditField(code=_CALLER, label=field_label(_CALLER), value=caller, hint=caller_hint())
        title = _("Caller of {number}").format(number=incident.number)
        self._edits.open_form(incident, title, (field,), self._change, kind="incident.caller_changed")

    def _change(self, incident: Incident, changes: dict[str, str]) -> None:
        caller = " ".join(changes[_CALLER].split())
        if len(caller) > _LONGEST or not is_plain(caller):
            raise InvalidField(_CALLER, caller_length_text(_LONGEST))
        message, before = caller_changed_text(incident.number), self._before

        def on_saved(_saved: SavedEntries) -> None:
            self._context.notifier.done(message, undo=lambda: self._write_back(incident.id, before))

        self._context.save_draft(change_caller(incident, caller_value(caller, salt=new_salt())), on_saved=on_saved)

    def _write_back(self, incident_id: str, caller: str) -> None:
        """Undo: write the earlier caller, or none, as a new entry."""
        incident = self._context.state.snapshot.incidents.get(incident_id)
        if incident is not None:
            message = edit_undone_text(incident.number)
            draft = change_caller(incident, caller_value(caller, salt=new_salt()))
            self._context.save_draft(draft, on_saved=lambda _saved: self._context.notifier.done(message))
