"""The window of the aid ledger: balances or lines, records, corrections, undo and export; works offline."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from tabuah.console.aid.aid_files import write_balances, write_ledger
from tabuah.console.aid.aid_records import AidFilter, AidRecords
from tabuah.console.window.aid.aid_editor import AidEditor
from tabuah.console.window.aid.aid_items import balance_card, balance_rows, line_card, line_rows, search_lines
from tabuah.console.window.shared.confirm_card import ConfirmCard, Question
from tabuah.console.window.shared.dialog_front import bring_to_front
from tabuah.console.window.shared.file_dialogs import ask_for_path, dated_name, save_dialog
from tabuah.console.window.shared.window_context import SavedEntries, WindowContext
from tabuah.console.window.state.console_state import StatePart
from tabuah.operations.aid.aid_line import AidLine
from tabuah.operations.aid.balance import AidBalance, aid_balances
from tabuah.operations.aid.drafts import correct_aid
from tabuah.operations.entries import Draft, subject_key
from tabuah.operations.errors import NotPossible
from tabuah.operations.people.roles import Role
from tabuah.resources.localisation import _, ngettext
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.aid.aid_text import describe_line
from tabuah.text.sync.verdict_reasons import describe_not_possible, describe_reason
from tabuah.widgets.controls.record_dialog import RecordAct, RecordDialog, RecordTexts
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.values import Level

_PARTS: Final = frozenset(
    {StatePart.AID, StatePart.SHELTERS, StatePart.INCIDENTS, StatePart.PERSON, StatePart.WORLD, StatePart.PENDING}
)
RECORD, CORRECT, CANCEL = "record", "correct", "cancel"
ADD, TURN, UNDO, EXPORT = "add", "turn", "undo", "export"
INCIDENT_TOGGLE: Final = "of_incident"


def _dialog_texts() -> RecordTexts:
    return RecordTexts(
        name="aid",
        title=_("Needs and aid"),
        list_label=_("Balances or lines of the ledger"),
        search_label=_("Find an item"),
        placeholder=_("Item, place, office"),
        toggles={INCIDENT_TOGGLE: ""},
        filters=(
            RecordAct(code=ADD, text=_("Record"), key="Ctrl Shift N", icon="plus"),
            RecordAct(code=TURN, text=_("Balance or ledger"), key="F2"),
            RecordAct(code=UNDO, text=_("Undo"), key="F3", icon="undo"),
            RecordAct(code=EXPORT, text=_("Export"), key="Ctrl S"),
        ),
        acts=(
            RecordAct(code=RECORD, text=_("Record for this item"), key="Enter"),
            RecordAct(code=CORRECT, text=_("Correct"), key="Ctrl Shift E"),
            RecordAct(code=CANCEL, text=_("Cancel the line"), key="Ctrl Shift D"),
        ),
    )


class AidActions(QObject):
    """Opens the window of the ledger, and follows the state while it is open."""

    def __init__(self, context: WindowContext, window: QWidget, appearance: Appearance) -> None:
        super().__init__(window)
        self._context, self._window, self._appearance = context, window, appearance
        self._dialog: RecordDialog | None = None
        self._confirm: ConfirmCard | None = None
        self._editor: AidEditor | None = None
        self._shows_ledger = False
        self._undo: Callable[[], None] | None = None
        context.state.changed.connect(self._on_state_changed)

    @property
    def dialog(self) -> RecordDialog | None:
        """The dialog, while it is open."""
        return self._dialog

    def begin(self) -> None:
        """Open the window with the balances."""
        self._open_for(of_incident=False)

    def begin_for_incident(self) -> None:
        """Open the window with the balances of the selected incident and its shelters."""
        self._open_for(of_incident=self._context.incident is not None)

    def show_ledger(self) -> None:
        """Show the lines of the ledger instead of the balances."""
        self._shows_ledger = True
        self._show()

    def close(self) -> None:
        """Close the dialog and stop following."""
        self._context.state.changed.disconnect(self._on_state_changed)
        if self._dialog is not None:
            self._dialog.close()

    # The list

    @property
    def _numbers(self) -> Mapping[str, str]:
        return {key: incident.number for key, incident in self._context.state.snapshot.incidents.items()}

    def _open_for(self, *, of_incident: bool) -> None:
        if self._dialog is None:
            self._dialog = self._open()
        incident = self._context.incident
        text = _("Only for {number}").format(number=incident.number) if incident is not None else ""
        self._dialog.offer_toggle(INCIDENT_TOGGLE, text, checked=of_incident)
        self._show()
        bring_to_front(self._dialog)

    def _open(self) -> RecordDialog:
        dialog = RecordDialog(self._appearance, _dialog_texts(), self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.record_chosen.connect(self._on_record_chosen)
        dialog.act_requested.connect(self._on_act_requested)
        dialog.search_changed.connect(self._show)
        dialog.finished.connect(self._on_finished)
        self._confirm = ConfirmCard(self._appearance, dialog)
        self._editor = AidEditor(self._context, dialog, self._save)
        self._shows_ledger = False
        return dialog

    def _lines(self) -> list[AidLine]:
        """Return the lines that are listed or counted, the newest first."""
        dialog, snapshot, incident = self._dialog, self._context.state.snapshot, self._context.incident
        if dialog is None:
            return []
        of_incident = incident.id if incident is not None and dialog.is_on(INCIDENT_TOGGLE) else ""
        chosen = AidFilter(incident=of_incident)
        lines = [each for each in snapshot.aid.values() if chosen.has(each, snapshot.shelters)]
        found = search_lines(lines, dialog.words, snapshot.shelters, self._numbers)
        return sorted(found, key=lambda line: (line.current.at, line.id), reverse=True)

    def _show(self) -> None:
        dialog = self._dialog
        if dialog is None:
            return
        snapshot, numbers, lines = self._context.state.snapshot, self._numbers, self._lines()
        balances = aid_balances(lines)
        rows = (
            line_rows(lines, snapshot.shelters, numbers, snapshot.exercises)
            if self._shows_ledger
            else balance_rows(balances, snapshot.shelters, numbers)
        )
        title = _("No line matches.") if dialog.words.strip() else _("Nothing is recorded yet")
        dialog.show_records(
            rows,
            summary=self._summary(lines, balances),
            empty=(title, _("Ctrl Shift N records needs or aid.")),
            reasons={
                ADD: self._refusal("aid.recorded"),
                UNDO: "" if self._undo else _("There is nothing to undo."),
                EXPORT: "" if rows else _("There is nothing to export."),
            },
        )
        self._on_record_chosen(dialog.list.chosen)

    def _summary(self, lines: list[AidLine], balances: list[AidBalance]) -> str:
        if not lines:
            return ""
        if self._shows_ledger:
            return ngettext("Ledger: {n} line", "Ledger: {n} lines", len(lines)).format(n=len(lines))
        short = sum(each.shortage_milli > 0 for each in balances)
        text = _("Balance by item and place: {n}; with a shortage: {short}")
        return text.format(n=len(balances), short=short)

    def _refusal(self, kind: str) -> str:
        return self._context.state.writing_refusal(kind)

    def _on_record_chosen(self, key: str) -> None:
        dialog, snapshot = self._dialog, self._context.state.snapshot
        if dialog is None:
            return
        line, balance = self._chosen_line(key), self._chosen_balance(key)
        if line is not None:
            dialog.show_card(line_card(line, snapshot.shelters, self._numbers, self._line_reasons(line)))
        elif balance is not None:
            own = [each for each in self._lines() if each.id in balance.line_ids]
            choose = _("Show the ledger with F2 and choose a line.")
            reasons = {RECORD: self._refusal("aid.recorded"), CORRECT: choose, CANCEL: choose}
            dialog.show_card(balance_card(balance, own, snapshot.shelters, self._numbers, reasons))
        else:
            dialog.show_card(None)

    def _chosen_line(self, key: str) -> AidLine | None:
        return self._context.state.snapshot.aid.get(key) if self._shows_ledger else None

    def _chosen_balance(self, key: str) -> AidBalance | None:
        if self._shows_ledger:
            return None
        return next((each for each in aid_balances(self._lines()) if each.key == key), None)

    def _line_reasons(self, line: AidLine) -> dict[str, str]:
        refusal = self._refusal("aid.corrected")
        snapshot = self._context.state.snapshot
        if not refusal and snapshot.role is Role.FIELD and line.versions[0].by != snapshot.actor:
            refusal = describe_reason("aid_of_another")
        cancelled = _("The line is cancelled already.") if line.values is None else ""
        return {RECORD: self._refusal("aid.recorded"), CORRECT: refusal, CANCEL: cancelled or refusal}

    # Acts

    def _on_act_requested(self, code: str) -> None:
        dialog, editor = self._dialog, self._editor
        if dialog is None or editor is None or not dialog.shows_list:
            return
        line, balance = self._chosen_line(dialog.list.chosen), self._chosen_balance(dialog.list.chosen)
        if code == ADD:
            editor.begin()
        elif code == TURN:
            self._shows_ledger = not self._shows_ledger
            self._show()
        elif code == UNDO:
            self._undo_last()
        elif code == EXPORT:
            self._ask_for_file(dialog)
        elif code == RECORD:
            own = aid_balances([line]) if line is not None else []
            editor.begin(balance or (own[0] if own else None))
        elif line is not None and code == CORRECT:
            editor.begin_correction(line)
        elif line is not None and self._confirm is not None:
            question = Question(
                title=_("Cancel this line?"),
                text=_("{text}. It no longer counts, and stays visible.").format(text=describe_line(line)),
                confirm=_("Cancel the line"),
                field=_("Reason"),
                required=_("State a reason."),
            )
            self._confirm.ask(question, partial(self._on_reason_given, line))

    def _on_reason_given(self, line: AidLine, reason: str) -> None:
        try:
            draft = correct_aid(line, None, reason=reason)
        except NotPossible as refusal:
            self._note(describe_not_possible(refusal), Level.ATTENTION)
        else:
            self._save(draft, _("Cancelled: {item}").format(item=line.shown.item), line)

    def _ask_for_file(self, dialog: RecordDialog) -> None:
        name = dated_name("aid", at=self._context.state.now(), suffix=".xlsx")
        title = _("Export the ledger") if self._shows_ledger else _("Export the balances")
        ask_for_path(
            save_dialog(dialog, title, name=name, filters=("XLSX (*.xlsx)", "CSV (*.csv)")), self.write_export
        )

    def write_export(self, target: Path) -> None:
        """Write the listed lines with all versions, or their balances, to a file."""
        lines, exercises, is_ledger = self._lines(), self._context.state.snapshot.exercises, self._shows_ledger

        def write(store: ConsoleStore) -> None:
            records = AidRecords(store, exercises)
            if is_ledger:
                write_ledger(target, [version for line in lines for version in records.versions(line)])
            else:
                write_balances(target, [records.balance(each) for each in aid_balances(lines)])

        message = _("Saved: {file}").format(file=target)
        self._context.store.run(
            write,
            on_done=lambda _none: self._note(message, Level.NORMAL),
            on_error=lambda error: self._note(f"{error} {_('Nothing was changed.')}", Level.CRITICAL),
        )

    # Saving and undo

    def _save(self, draft: Draft, message: str, before: AidLine | None) -> None:
        """Save an entry; its undo is a further correction, so that the ledger shows both."""
        line_id = subject_key(draft.subject)

        def on_saved(_saved: SavedEntries) -> None:
            allowed = not self._refusal("aid.corrected")
            self._undo = partial(self._write_back, line_id, before) if allowed else None
            self._context.notifier.done(message, undo=self._undo)
            self._note(message, Level.NORMAL)
            self._show()

        self._context.save_draft(draft, on_saved=on_saved)

    def _undo_last(self) -> None:
        action, self._undo = self._undo, None
        if action is not None:
            action()

    def _write_back(self, line_id: str, before: AidLine | None) -> None:
        """Correct a line to its former values, or cancel one that was new."""
        self._undo = None
        line = self._context.state.snapshot.aid.get(line_id)
        if line is None:
            return
        try:
            draft = correct_aid(line, before.values if before is not None else None, reason=_("undone"))
        except NotPossible as refusal:
            self._note(describe_not_possible(refusal), Level.ATTENTION)
            return
        message = _("Undone: {name}").format(name=line.shown.item)

        def on_saved(_saved: SavedEntries) -> None:
            self._context.notifier.done(message)
            self._note(message, Level.NORMAL)
            self._show()

        self._context.save_draft(draft, on_saved=on_saved)

    def _note(self, text: str, level: Level) -> None:
        if self._dialog is not None:
            self._dialog.show_note(text, level)

    def _on_state_changed(self, parts: frozenset[StatePart]) -> None:
        if self._dialog is not None and parts & _PARTS:
            self._show()

    def _on_finished(self, _result: int) -> None:
        self._dialog = self._confirm = self._editor = self._undo = None
