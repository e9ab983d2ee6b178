"""The call log in the window: opens its dialog, follows the console state, and passes the acts on."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from tabuah.console.calls.call_records import write_call_table
from tabuah.console.window.calls.call_changes import CallChanges
from tabuah.console.window.calls.call_forms import CallFieldFault, call_fields, read_correction
from tabuah.console.window.calls.call_items import (
    CallSelection,
    ListedCall,
    ListedCalls,
    call_filters,
    call_lines,
    call_view,
    describe_list,
    read_calls,
)
from tabuah.console.window.shared.confirm_card import ConfirmCard, Question
from tabuah.console.window.shared.dialog_front import bring_to_front, return_to_window
from tabuah.console.window.shared.file_dialogs import ask_for_path, dated_name, save_dialog
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.console.window.state.console_state import StatePart
from tabuah.operations.calls.call import Call
from tabuah.operations.errors import NotPossible
from tabuah.resources.localisation import _, ngettext
from tabuah.text.sync.verdict_reasons import describe_not_possible
from tabuah.widgets.calls.call_list_dialog import CallListDialog
from tabuah.widgets.calls.values import CallAct
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.values import Choice

_PARTS: Final = frozenset({StatePart.CALLS, StatePart.PERSON, StatePart.WORLD})
_WITHOUT, _WITH = "without", "with"


class CallListActions(QObject):
    """Opens the call log and follows the console state while it is open.

    `report` opens the report form for a call and its caller.
    """

    def __init__(
        self,
        context: WindowContext,
        window: QWidget,
        appearance: Appearance,
        *,
        report: Callable[[Call, str], None],
    ) -> None:
        super().__init__(window)
        self._context, self._window, self._appearance = context, window, appearance
        self._report = report
        self._dialog: CallListDialog | None = None
        self._card: ConfirmCard | None = None
        self._listed = ListedCalls()
        self._edited: ListedCall | None = None
        self._changes = CallChanges(context)
        context.state.changed.connect(self._on_state_changed)

    @property
    def dialog(self) -> CallListDialog | None:
        """The dialog, while it is open."""
        return self._dialog

    @property
    def listed(self) -> tuple[ListedCall, ...]:
        """The calls that the dialog lists."""
        return self._listed.shown

    def begin(self) -> None:
        """Open the call log, or bring it to the front."""
        if self._dialog is None:
            self._dialog = self._open()
        self._show_call()
        self._read()
        bring_to_front(self._dialog, self._context.notifier)

    def close(self) -> None:
        """Close the dialog and stop following."""
        self._context.state.changed.disconnect(self._on_state_changed)
        if self._dialog is not None:
            self._dialog.close()

    def write_table(self, file: Path, listed: Sequence[ListedCall], *, with_callers: bool) -> None:
        """Write calls to a CSV or XLSX file."""
        rows = [each.row for each in listed]

        def done(_nothing: None) -> None:
            text = ngettext("{n} call is written to {file}.", "{n} calls are written to {file}.", len(rows))
            self._context.notifier.saved(text.format(n=len(rows), file=file), file)
            if with_callers and any(row.caller for row in rows):
                self._context.notifier.warn(_("The file contains callers. Store it safely, and delete it after use."))

        self._context.work.run(
            lambda _context: write_call_table(file, rows, with_callers=with_callers),
            on_done=done,
            on_error=self._context.notifier.error,
        )

    # The dialog

    @property
    def _chosen(self) -> ListedCall | None:
        key = self._dialog.list.chosen if self._dialog is not None else ""
        return next((each for each in self._listed.shown if each.call.id == key), None)

    def _open(self) -> CallListDialog:
        dialog = CallListDialog(self._appearance, self._window, filters=call_filters())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.item_chosen.connect(self._on_call_chosen)
        dialog.filters_changed.connect(self._read)
        dialog.act_requested.connect(self._on_act_requested)
        dialog.form.submitted.connect(self._on_submitted)
        dialog.form.cancelled.connect(dialog.show_list)
        dialog.finished.connect(self._on_finished)
        self._card = ConfirmCard(self._appearance, dialog)
        return dialog

    def _selection(self) -> CallSelection | None:
        if self._dialog is None:
            return None
        call_class, period, channel = self._dialog.filters
        return CallSelection(call_class, period, channel, self._dialog.words)

    def _read(self) -> None:
        chosen = self._selection()
        if chosen is not None:
            self._context.store.run(
                partial(read_calls, chosen=chosen, scope=self._context.state.scope),
                on_done=partial(self._on_read, chosen),
                on_error=self._context.notifier.error,
            )

    def _on_read(self, chosen: CallSelection, listed: ListedCalls) -> None:
        if self._dialog is None or chosen != self._selection():
            return  # another one was asked for meanwhile
        self._listed = listed
        lines = call_lines(listed.shown, self._context.state.now())
        self._dialog.show_items(lines, summary=describe_list(listed))
        self._show_call()

    def _show_call(self) -> None:
        if self._dialog is not None:
            role = self._context.state.snapshot.role
            self._dialog.show_chosen(call_view(self._chosen, self._listed.shown, role=role))

    def _on_call_chosen(self, _call_id: str) -> None:
        self._show_call()

    def _on_state_changed(self, parts: frozenset[StatePart]) -> None:
        if parts & _PARTS:
            self._read()

    def _on_finished(self, _result: int) -> None:
        self._dialog = self._card = self._edited = None
        self._listed = ListedCalls()

    # Acts

    def _on_act_requested(self, code: str) -> None:
        act, found = CallAct(code), self._chosen
        if act is CallAct.EXPORT:
            self._ask_for_export()
        elif found is not None:
            self._act_on(act, found)

    def _act_on(self, act: CallAct, found: ListedCall) -> None:
        match act:
            case CallAct.CHANGE:
                self._begin_form(found)
            case CallAct.REPORT:
                return_to_window(self._window)
                self._report(found.call, found.row.caller or "")
            case CallAct.LINK:
                self._ask_for_incident(found.call)
            case CallAct.UNLINK:
                self._changes.unlink(found.call)
            case CallAct.INCIDENT:
                self._show_incident(found.call.incident)

    def _show_incident(self, incident_id: str) -> None:
        """Select the incident in the main window, also one that ended long ago, and show it on the map."""
        self._context.show_incident(incident_id)
        return_to_window(self._window)

    def _ask_for_incident(self, call: Call) -> None:
        if self._card is not None:
            question = self._changes.link_question(call)
            self._card.ask(question, lambda text: self._changes.link(call, text))

    def _ask_for_export(self) -> None:
        listed, card = self._listed.shown, self._card
        if card is None:
            return
        if not any(each.row.caller for each in listed):
            self._ask_for_file(listed, with_callers=False)
            return
        question = Question(
            title=_("Save the calls with their callers?"),
            text=_("Names and numbers are personal data. Save them only where they are needed."),
            confirm=_("Export"),
            choice_label=_("Callers"),
            choices=(
                Choice(code=_WITHOUT, label=_("Without callers"), key="1"),
                Choice(code=_WITH, label=_("With callers"), key="2"),
            ),
            chosen=_WITHOUT,
        )
        card.ask(question, lambda _text: self._ask_for_file(listed, with_callers=card.choice == _WITH))

    def _ask_for_file(self, listed: Sequence[ListedCall], *, with_callers: bool) -> None:
        name = dated_name(_("calls"), at=self._context.state.now(), suffix=".xlsx")
        dialog = save_dialog(self._window, _("Save the calls"), name=name, filters=["Excel (*.xlsx)", "CSV (*.csv)"])
        ask_for_path(dialog, lambda file: self.write_table(file, listed, with_callers=with_callers))

    # The form

    def _begin_form(self, found: ListedCall) -> None:
        if self._dialog is not None:
            self._edited = found
            self._dialog.form.show_fields(found.call.id, _("Correct the call"), call_fields(found.call, found.row))
            self._dialog.show_form()

    def _on_submitted(self, _key: str, changes: dict[str, str]) -> None:
        dialog, edited = self._dialog, self._edited
        if dialog is None or edited is None:
            return
        try:
            draft = read_correction(edited.call, changes)
        except CallFieldFault as fault:
            dialog.form.show_error(fault.field, fault.reason)
        except NotPossible as refusal:
            dialog.show_form_note(describe_not_possible(refusal))
        else:
            dialog.show_list()
            self._changes.correct(edited.call, draft, changes, caller_before=edited.row.caller or "")
