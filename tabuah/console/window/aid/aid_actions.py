"""The window of the aid ledger: balances or lines, records, corrections, undo and export; works offline."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QWidget

from tabuah.console.aid.aid_files import write_balances, write_ledger
from tabuah.console.aid.aid_records import AidFilter, AidRecords
from tabuah.console.window.aid.aid_editor import AidEditor
from tabuah.console.window.aid.aid_items import balance_card, balance_rows, line_card, line_rows, search_lines
from tabuah.console.window.shared.confirm_card import Question
from tabuah.console.window.shared.record_changes import RecordChanges
from tabuah.console.window.shared.record_window import (
    ADD,
    EXPORT,
    INCIDENT_TOGGLE,
    RecordWindow,
    export_act,
    undo_act,
)
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.console.window.state.console_state import StatePart
from tabuah.operations.aid.aid_line import AidLine
from tabuah.operations.aid.balance import AidBalance, aid_balances
from tabuah.operations.aid.drafts import correct_aid
from tabuah.operations.entries import Draft
from tabuah.operations.errors import NotPossible
from tabuah.operations.people.roles import Role
from tabuah.resources.localisation import _, ngettext
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.aid.aid_text import describe_line
from tabuah.text.sync.verdict_reasons import describe_not_possible, describe_reason
from tabuah.widgets.controls.record_dialog import RecordAct, RecordDialog, RecordTexts
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.values import Level

RECORD, CORRECT, CANCEL = "record", "correct", "cancel"
TURN: Final = "turn"


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
            undo_act(),
            export_act(),
        ),
        acts=(
            RecordAct(code=RECORD, text=_("Record for this item"), key="Enter"),
            RecordAct(code=CORRECT, text=_("Correct"), key="Ctrl Shift E"),
            RecordAct(code=CANCEL, text=_("Cancel the line"), key="Ctrl Shift D"),
        ),
    )


class AidActions(RecordWindow[AidLine]):
    """Opens the window of the ledger, and follows the state while it is open."""

    PARTS = frozenset(
        {
            *(StatePart.AID, StatePart.SHELTERS, StatePart.INCIDENTS),
            *(StatePart.PERSON, StatePart.WORLD, StatePart.PENDING),
        }
    )

    def __init__(self, context: WindowContext, window: QWidget, appearance: Appearance) -> None:
        changes = RecordChanges[AidLine](
            context, records=lambda: context.state.snapshot.aid, name=lambda line: line.shown.item
        )
        super().__init__(context, window, appearance, texts=_dialog_texts, changes=changes)
        self._editor: AidEditor | None = None
        self._shows_ledger = False
        self._lines: list[AidLine] = []  # listed or counted now, the newest first
        self._balances: list[AidBalance] = []  # of these lines

    def begin(self) -> None:
        """Open the window with the balances."""
        self._open_for(of_incident=False)

    def show_ledger(self) -> None:
        """Show the lines of the ledger instead of the balances."""
        self._shows_ledger = True
        self._show()

    def _add_form(self, dialog: RecordDialog) -> None:
        self._editor = AidEditor(self._context, dialog, self._save)
        self._shows_ledger = False

    # The list

    @property
    def _numbers(self) -> Mapping[str, str]:
        return {key: incident.number for key, incident in self._context.state.snapshot.incidents.items()}

    def _find_lines(self, dialog: RecordDialog) -> list[AidLine]:
        """Return the lines that are listed or counted, the newest first."""
        snapshot = self._context.state.snapshot
        chosen = AidFilter(incident=self._listed_incident(dialog))
        lines = [each for each in snapshot.aid.values() if chosen.has(each, snapshot.shelters)]
        found = search_lines(lines, dialog.words, snapshot.shelters, self._numbers)
        return sorted(found, key=lambda line: (line.current.at, line.id), reverse=True)

    def _show_rows(self, dialog: RecordDialog) -> None:
        snapshot, numbers = self._context.state.snapshot, self._numbers
        lines = self._lines = self._find_lines(dialog)
        balances = self._balances = aid_balances(lines)
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
            reasons=self._list_reasons("aid.recorded", is_empty=not rows),
        )

    def _summary(self, lines: list[AidLine], balances: list[AidBalance]) -> str:
        if not lines:
            return ""
        if self._shows_ledger:
            return ngettext("Ledger: {n} line", "Ledger: {n} lines", len(lines)).format(n=len(lines))
        short = sum(each.shortage_milli > 0 for each in balances)
        text = _("Balance by item and place: {n}; with a shortage: {short}")
        return text.format(n=len(balances), short=short)

    def _show_chosen(self, dialog: RecordDialog) -> None:
        snapshot, key = self._context.state.snapshot, dialog.list.chosen
        line, balance = self._chosen_line(key), self._chosen_balance(key)
        if line is not None:
            dialog.show_card(line_card(line, snapshot.shelters, self._numbers, self._line_reasons(line)))
        elif balance is not None:
            ids = frozenset(balance.line_ids)
            own = [each for each in self._lines if each.id in ids]
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
        return next((each for each in self._balances if each.key == key), None)

    def _line_reasons(self, line: AidLine) -> dict[str, str]:
        refusal = self._refusal("aid.corrected")
        snapshot = self._context.state.snapshot
        if not refusal and snapshot.role is Role.FIELD and line.versions[0].by != snapshot.actor:
            refusal = describe_reason("aid_of_another")
        cancelled = _("The line is cancelled already.") if line.values is None else ""
        return {RECORD: self._refusal("aid.recorded"), CORRECT: refusal, CANCEL: cancelled or refusal}

    # Acts

    def _act(self, code: str) -> None:
        line, balance = self._chosen_line(self._chosen_id), self._chosen_balance(self._chosen_id)
        if code == TURN:
            self._shows_ledger = not self._shows_ledger
            self._show()
        elif code == EXPORT:
            title = _("Export the ledger") if self._shows_ledger else _("Export the balances")
            self._ask_for_file(title, name="aid", filters=("XLSX (*.xlsx)", "CSV (*.csv)"))
        elif self._editor is not None:
            self._edit(code, self._editor, line, balance)

    def _edit(self, code: str, editor: AidEditor, line: AidLine | None, balance: AidBalance | None) -> None:
        if code == ADD:
            editor.begin()
        elif code == RECORD:
            own = aid_balances([line]) if line is not None else []
            editor.begin(balance or (own[0] if own else None))
        elif line is not None and code == CORRECT:
            editor.begin_correction(line)
        elif line is not None:
            question = Question(
                title=_("Cancel this line?"),
                text=_("{text}. It no longer counts, and stays visible.").format(text=describe_line(line)),
                confirm=_("Cancel the line"),
                field=_("Reason"),
                required=_("State a reason."),
                is_reason=True,
            )
            self._ask(question, partial(self._on_reason_given, line))

    def _on_reason_given(self, line: AidLine, reason: str) -> None:
        try:
            draft = correct_aid(line, None, reason=reason)
        except NotPossible as refusal:
            self._note(describe_not_possible(refusal), Level.ATTENTION)
        else:
            self._save(draft, _("Cancelled: {item}").format(item=line.shown.item), line)

    def write_export(self, target: Path) -> None:
        """Write the listed lines with all versions, or their balances, to a file."""
        lines, balances, is_ledger = self._lines, self._balances, self._shows_ledger
        exercises = self._context.state.snapshot.exercises

        def write(store: ConsoleStore) -> None:
            records = AidRecords(store, exercises)
            if is_ledger:
                write_ledger(target, [version for line in lines for version in records.versions(line)])
            else:
                write_balances(target, [records.balance(each) for each in balances])

        self._write_file(target, write)

    def _save(self, draft: Draft, message: str, before: AidLine | None) -> None:
        """Save an entry; its undo is a further correction, so that the ledger shows both."""
        values, reason = (before.values if before is not None else None), _("undone")
        allowed = not self._refusal("aid.corrected")
        self._changes.save(
            draft, message, (lambda line: correct_aid(line, values, reason=reason)) if allowed else None
        )
