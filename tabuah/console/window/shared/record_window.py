"""The window of the records of one subject: opens it, follows the state, and runs the acts that all of them have."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ClassVar, Final, Generic

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from tabuah.console.window.shared.confirm_card import ConfirmCard, Question
from tabuah.console.window.shared.dialog_front import bring_to_front
from tabuah.console.window.shared.file_dialogs import ask_for_path, dated_name, save_dialog
from tabuah.console.window.shared.file_errors import describe_file_error
from tabuah.console.window.shared.record_changes import RecordChanges, RecordT
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.console.window.state.console_state import StatePart
from tabuah.resources.localisation import _
from tabuah.storage.cache.store import ConsoleStore
from tabuah.widgets.controls.record_dialog import RecordAct, RecordDialog, RecordTexts
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.values import Level

ADD, EXPORT, UNDO = "add", "export", "undo"
INCIDENT_TOGGLE: Final = "of_incident"
GEOGRAPHIC_FILTERS: Final = ("XLSX (*.xlsx)", "CSV (*.csv)", "GeoJSON (*.geojson)")  # of the dialog for a file


def undo_act() -> RecordAct:
    """Return the button that takes the last change back."""
    return RecordAct(code=UNDO, text=_("Undo"), key="F3", icon="undo")


def export_act() -> RecordAct:
    """Return the button that writes the listed records to a file."""
    return RecordAct(code=EXPORT, text=_("Export"), key="Ctrl S")


class RecordWindow(QObject, Generic[RecordT]):
    """Opens the window of a subject, and follows the state while it is open.

    A subject states its rows, its form and its own acts. Its texts have the check box `INCIDENT_TOGGLE`,
    and among the acts on the list those of `undo_act` and `export_act`.
    """

    PARTS: ClassVar[frozenset[StatePart]]  # that the window shows

    def __init__(
        self,
        context: WindowContext,
        window: QWidget,
        appearance: Appearance,
        *,
        texts: Callable[[], RecordTexts],
        changes: RecordChanges[RecordT],
    ) -> None:
        super().__init__(window)
        self._context, self._window, self._appearance = context, window, appearance
        self._texts, self._changes = texts, changes
        self._dialog: RecordDialog | None = None
        self._confirm: ConfirmCard | None = None
        self._offered_incident = ""  # id; the one that the check box names
        changes.saved.connect(self._on_saved)
        changes.refused.connect(self._on_refused)
        context.state.changed.connect(self._on_state_changed)

    @property
    def dialog(self) -> RecordDialog | None:
        """The dialog, while it is open."""
        return self._dialog

    def begin_for_incident(self) -> None:
        """Open the window with the records of the selected incident."""
        self._open_for(of_incident=self._context.incident is not None)

    def close(self) -> None:
        """Close the dialog and stop following."""
        self._context.state.changed.disconnect(self._on_state_changed)
        if self._dialog is not None:
            self._dialog.close()

    def write_export(self, target: Path) -> None:
        """Write the listed records to a file."""
        raise NotImplementedError

    # The parts of a subject

    def _add_form(self, dialog: RecordDialog) -> None:
        """Connect the form of a dialog that was just made."""
        raise NotImplementedError

    def _show_rows(self, dialog: RecordDialog) -> None:
        raise NotImplementedError

    def _show_chosen(self, dialog: RecordDialog) -> None:
        """Show the card of the selected row."""
        raise NotImplementedError

    def _act(self, code: str) -> None:
        """Run an act, except undo."""
        raise NotImplementedError

    # The list

    @property
    def _chosen_id(self) -> str:
        return self._dialog.list.chosen if self._dialog is not None else ""

    @property
    def _chosen(self) -> RecordT | None:
        return self._changes.records.get(self._chosen_id)

    def _listed_incident(self, dialog: RecordDialog) -> str:
        """Return the id of the incident whose records are listed; empty for all."""
        return self._offered_incident if dialog.is_on(INCIDENT_TOGGLE) else ""

    def _open_for(self, *, of_incident: bool) -> RecordDialog:
        if self._dialog is None:
            self._dialog = self._open()
        incident = self._context.incident
        self._offered_incident = incident.id if incident is not None else ""
        text = _("Only for {number}").format(number=incident.number) if incident is not None else ""
        self._dialog.offer_toggle(INCIDENT_TOGGLE, text, checked=of_incident)
        self._show()
        bring_to_front(self._dialog, self._context.notifier)
        return self._dialog

    def _select(self, record_id: str, *shown: str) -> None:
        """Select a record; where search and check boxes hide it, clear them, and check those of `shown`."""
        dialog = self._dialog
        if dialog is None or record_id not in self._changes.records:
            return
        dialog.list.choose(record_id)
        if dialog.list.chosen != record_id:
            dialog.reset_search(*shown)
            dialog.list.choose(record_id)

    def _open(self) -> RecordDialog:
        dialog = RecordDialog(self._appearance, self._texts(), self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.record_chosen.connect(self._on_record_chosen)
        dialog.act_requested.connect(self._on_act_requested)
        dialog.search_changed.connect(self._show)
        dialog.finished.connect(self._on_finished)
        self._confirm = ConfirmCard(self._appearance, dialog)
        self._add_form(dialog)
        return dialog

    def _show(self) -> None:
        if self._dialog is not None:
            self._show_rows(self._dialog)  # the list announces its row again, and with it the card is shown

    def _list_reasons(self, add_kind: str, *, is_empty: bool) -> dict[str, str]:
        """Return why acts on the list are not available; `add_kind` is the entry of a new record."""
        return {
            ADD: self._refusal(add_kind),
            UNDO: "" if self._changes.can_undo else _("There is nothing to undo."),
            EXPORT: _("There is nothing to export.") if is_empty else "",
        }

    def _refusal(self, kind: str) -> str:
        return self._context.state.writing_refusal(kind)

    # Acts

    def _ask(self, question: Question, on_confirmed: Callable[[str], None]) -> None:
        if self._confirm is not None:
            self._confirm.ask(question, on_confirmed)

    def _ask_for_file(self, title: str, *, name: str, filters: Sequence[str]) -> None:
        if self._dialog is not None:
            name = dated_name(name, at=self._context.state.now(), suffix=".xlsx")
            ask_for_path(save_dialog(self._dialog, title, name=name, filters=filters), self.write_export)

    def _write_file(self, target: Path, write: Callable[[ConsoleStore], None]) -> None:
        """Write a file on the worker of the store, and note how it ended."""
        message = _("Saved: {file}").format(file=target)
        self._context.store.run(
            write,
            on_done=lambda _none: self._note(message, Level.NORMAL),
            on_error=self._on_write_failed,
        )

    def _on_write_failed(self, error: Exception) -> None:
        if text := describe_file_error(error):
            self._note(text, Level.CRITICAL)
        else:
            self._context.notifier.error(error)

    def _note(self, text: str, level: Level) -> None:
        if self._dialog is not None:
            self._dialog.show_note(text, level)

    def _on_record_chosen(self, _record_id: str) -> None:
        if self._dialog is not None:
            self._show_chosen(self._dialog)

    def _on_act_requested(self, code: str) -> None:
        if self._dialog is None or not self._dialog.shows_list:
            return
        if self._confirm is not None:
            self._confirm.cancel()  # its question is about another act
        if code == UNDO:
            self._changes.undo_last()
        else:
            self._act(code)

    def _on_saved(self, message: str) -> None:
        self._note(message, Level.NORMAL)
        self._show()

    def _on_refused(self, reason: str) -> None:
        self._note(reason, Level.ATTENTION)
        self._show()

    def _on_state_changed(self, parts: frozenset[StatePart]) -> None:
        if self._dialog is None or not parts & self.PARTS:
            return
        self._show()
        if added := self._changes.take_added():
            self._dialog.list.choose(added)

    def _on_finished(self, _result: int) -> None:
        self._dialog = self._confirm = None
        self._changes.forget()
