"""The report form: records a call as an incident by keyboard, without covering the map."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from msgspec.structs import fields, replace
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from tabuah.resources.localisation import _, format_number
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.choice_chips import ChoiceChip
from tabuah.widgets.controls.form_field import FormField
from tabuah.widgets.controls.labels import Text
from tabuah.widgets.controls.layout import column, divider, row, scroll_area
from tabuah.widgets.incidents.duplicate_box import DuplicateBox
from tabuah.widgets.incidents.filled_fields import FilledFields
from tabuah.widgets.incidents.report_draft import MAX_NOTE_CHARS, ReportDraft, ReportProblems
from tabuah.widgets.incidents.report_fields import ReportFields
from tabuah.widgets.incidents.report_keys import connect_field_keys
from tabuah.widgets.incidents.values import DuplicateItem
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.values import Choice, Level

_MARGIN_PX = 8
# The parts of a draft that an error is about, where they have other names.
_PARTS: Final[dict[str, tuple[str, ...]]] = {
    "place": ("place", "place_text"),
    "place_words": ("jorong", "landmark"),
    "occurred_at": ("occurred_text",),
    "questions": ("answers",),
    "question": ("answers",),
    "general": (),
}


class ReportForm(ReportFields):
    """Hazard, place, severity, channel, caller, time; Enter saves, Escape closes and keeps the draft.

    Signals:
        submitted: the ReportDraft to save.
        cancelled: the form was closed; the draft is kept.
        line_changed: the line about the call was typed; respond with `show_call_line`.
        place_query_changed: typed text; respond with `show_suggestions`.
        place_chosen: the PlaceSuggestion that was selected.
        pick_requested: the user picks the place on the map; respond with `show_place`.
        identified: hazard and place are both known; respond with `show_duplicates`.
        duplicate_chosen: id of the incident that is the same event; respond with `show_addition`.
        edited: the content has changed.
        discarded: the user gives the content up.
        call_ended: the call is no report; the code of its class, and the ReportDraft.
    """

    submitted = Signal(object)
    cancelled = Signal()
    line_changed = Signal(str)
    place_query_changed = Signal(str)
    place_chosen = Signal(object)
    pick_requested = Signal()
    identified = Signal()
    duplicate_chosen = Signal(str)
    edited = Signal()
    discarded = Signal()
    call_ended = Signal(str, object)

    def __init__(self, appearance: Appearance, *, clock: Callable[[], datetime]) -> None:
        super().__init__(appearance, clock=clock)
        self.setObjectName("report_form")
        self._problems, self._refused = ReportProblems(), ReportDraft()
        self._unconfirmed_end = ""  # class of the call whose key was pressed once
        self._filled = FilledFields()
        self._make_parts()
        self._lay_out()
        self._connect()
        self.ask_outside_reason("")

    def show_draft(self, draft: ReportDraft) -> None:
        """Fill the form, for example from an alarm or a kept draft; the current time is the default."""
        self._duplicates.clear()
        self.show_addition("", "")
        self._show_content(draft)
        self._show_questions(draft.hazard)
        self._line.clear()
        self._filled.begin(self.draft())
        self.show_problems(ReportProblems())
        self._scroll.verticalScrollBar().setValue(0)

    def show_call_line(self, read: ReportDraft, meaning: str) -> None:
        """Fill the fields with the parts of the line that was typed, and show how it was understood.

        A field that a person has changed keeps its content; the parts that the line does not name are empty.
        """
        before = self.draft()
        after = self._filled.merge(before, read)
        self._line.show_meaning(meaning)
        if after == before:
            return
        self._show_filled(after)
        if after.hazard != before.hazard:
            self._show_questions(after.hazard)
        if (after.hazard, after.place) != (before.hazard, before.place):
            self._duplicates.show_items(())
            self._on_identity_changed()

    def show_call_classes(self, choices: tuple[Choice, ...]) -> None:
        """Offer to end the call by one key; no choices where the form is not about a call."""
        self._call_end.show_choices(choices)
        self._show_call_end()

    def _show_call_end(self) -> None:
        self._fields["call_end"].setVisible(self._call_end.has_choices and not self._adds_to)

    def show_duplicates(self, items: tuple[DuplicateItem, ...]) -> bool:
        """Ask whether one of these incidents is the same event, and focus the question; return whether it asks.

        While the line about the call is being typed, the focus stays there until the report is to be saved.
        """
        is_open = self._duplicates.show_items(items)
        if is_open and not self._types_line:
            self._duplicates.setFocus(Qt.FocusReason.OtherFocusReason)
            QTimer.singleShot(0, self, self._scroll_to_duplicates)  # once it has its place
        return is_open

    @property
    def _types_line(self) -> bool:
        return self._line.has_focus

    def _scroll_to_duplicates(self) -> None:
        self._scroll.ensureWidgetVisible(self._duplicates, 0, _MARGIN_PX)

    def reject_duplicates(self) -> None:
        """Answer the question about duplicates: a new incident."""
        self._duplicates.reject()

    def show_addition(self, incident_id: str, number: str) -> None:
        """Reduce the form to an addition to an incident; an empty id returns to a new incident."""
        self._adds_to = incident_id
        adds = bool(incident_id)
        for name in ("line", "place", "place_words", "hazard", "severity", "title"):
            self._fields[name].setVisible(not adds)
        self._place_caller(first=adds)
        self._show_call_end()
        self._addition.setVisible(adds)
        self._heading.setText(_("Add to {number}").format(number=number) if adds else _("New report"))
        self._save.setText(_("Add") if adds else _("Save report"))
        self._save.describe(self._save.text())
        self._save.updateGeometry()
        if adds:
            self._fields["outside_reason"].hide()
            self._caller.setFocus(Qt.FocusReason.OtherFocusReason)

    def _place_caller(self, *, first: bool) -> None:
        """Put the caller at the top of an addition, where the focus is, or back to its place."""
        after = self._addition if first else self._fields["channel"]
        self._body.removeWidget(self._fields["caller"])
        self._body.insertWidget(self._body.indexOf(after) + 1, self._fields["caller"])

    def show_problems(self, problems: ReportProblems) -> None:
        """Show the error of each field, the first also at the button, and focus the first field with an error."""
        self._refused = self.draft()
        first = self._show_errors(problems)
        if first is not None:
            self._scroll.ensureWidgetVisible(first)
        if first is self._fields["hazard"]:
            self._hazard.focus_first()
        elif first is self._fields["questions"]:
            self._questions.focus_answer(problems.question)
        elif first is not None:
            first.focus_control()

    def _show_errors(self, problems: ReportProblems) -> FormField | None:
        """Show the errors, and return the first field that has one."""
        self._problems = problems
        first: FormField | None = None
        message = problems.general
        for name, field in self._fields.items():
            error = str(getattr(problems, name, ""))
            field.show_error(error)
            first = first or (field if error else None)
            message = message or error
        self._general.setText(message)
        self._general.setVisible(bool(message))
        return first

    def _drop_solved_problems(self) -> None:
        """Remove the errors that a change has solved; the focus stays."""
        if not self._problems:
            return
        draft = self.draft()
        found = self._check(draft)
        left = {
            field.name: getattr(found, field.name) or (shown if self._is_unchanged(draft, field.name) else "")
            for field in fields(ReportProblems)
            if (shown := str(getattr(self._problems, field.name)))
        }
        self._show_errors(ReportProblems(**left))

    def _is_unchanged(self, draft: ReportDraft, name: str) -> bool:
        parts = _PARTS.get(name, (name,))
        return bool(parts) and all(getattr(draft, part) == getattr(self._refused, part) for part in parts)

    def focus_place(self) -> None:
        """Focus the place, which callers give first."""
        self._place.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def focus_line(self) -> None:
        """Focus the line that takes the call as it is said."""
        self._line.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _go_to(self, name: str) -> None:
        """Focus a field by its key, and scroll all of it into view."""
        field = self._fields[name]
        if not field.isVisibleTo(self):
            return
        chips = {"hazard": self._hazard, "severity": self._severity, "channel": self._channel}
        if name in chips:
            chips[name].focus_first()
        elif name == "questions":
            self._questions.focus_first()
        else:
            field.focus_control()
        self._scroll.ensureWidgetVisible(field, 0, _MARGIN_PX)

    def focus_hazard(self) -> None:
        self._hazard.focus_first()

    def focus_save(self) -> None:
        """Focus the save button: the draft is complete and needs only confirmation."""
        self._save.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Save on Enter, close on Escape, pick on the map with F4; a digit at any chip is a severity."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._on_submit()
        elif event.key() == Qt.Key.Key_Escape and self._adds_to:
            self.show_addition("", "")
            self._severity.focus_first()
        elif event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        elif event.key() == Qt.Key.Key_F4:
            self.pick_requested.emit()
        elif not self._adds_to and self._call_end.choose_by_key(event):
            event.accept()
        elif not (isinstance(self.focusWidget(), ChoiceChip) and self._severity.choose_by_key(event.text())):
            super().keyPressEvent(event)

    def _make_parts(self) -> None:
        look = self._appearance
        self._duplicates = DuplicateBox(look)
        explanation = _("The caller and the note are added to this incident. Esc: a new incident after all.")
        self._addition = Text(look, explanation, style=TextStyle.SMALL, tone=Level.ATTENTION, wrap=True)
        self._general = Text(look, style=TextStyle.SMALL, tone=Level.CRITICAL, wrap=True)
        self._save = KeyButton(
            look, _("Save report"), key="↵", kind=ButtonKind.PRIMARY, name="report_save", compact=True
        )
        self._close = KeyButton(look, _("Close"), key="Esc", kind=ButtonKind.GHOST, name="report_close", compact=True)
        self._close.describe(_("Close; the draft is kept"))
        self._discard = KeyButton(look, _("Discard"), kind=ButtonKind.GHOST, name="report_discard", compact=True)

    def _lay_out(self) -> None:
        body = QWidget()
        fields = self._body = column(body, spacing_px=12)
        fields.setContentsMargins(16, 4, 16, 16)
        fields.addWidget(self._evidence_box)
        fields.addWidget(self._addition)
        for name, field in self._fields.items():
            fields.addWidget(field)
            if name == "hazard":
                fields.addWidget(self._duplicates)
        fields.addStretch(1)
        self._general.setContentsMargins(16, 8, 16, 0)
        buttons = row()
        buttons.setContentsMargins(16, 8, 16, 12)
        buttons.addWidget(self._save)
        buttons.addWidget(self._close)
        buttons.addWidget(self._discard)
        buttons.addStretch(1)
        self._heading = Text(self._appearance, _("New report"), style=TextStyle.TITLE)
        self._heading.setContentsMargins(16, 14, 16, 8)
        layout = column(self, spacing_px=0)
        layout.addWidget(self._heading)
        self._scroll = scroll_area(body, name="report_scroll")
        layout.addWidget(self._scroll, 1)
        layout.addWidget(divider())
        layout.addWidget(self._general)
        layout.addLayout(buttons)

    def _connect(self) -> None:
        connect_field_keys(self, self._go_to)
        self._line.line_changed.connect(self.line_changed)
        self._place.query_changed.connect(self.place_query_changed)
        self._place.place_chosen.connect(self.place_chosen)
        self._place.pick_requested.connect(self.pick_requested)
        self._save.clicked.connect(self._on_submit)
        self._close.clicked.connect(self.cancelled)
        self._discard.clicked.connect(self.discarded)
        self._hazard.chosen.connect(self._show_questions)
        self._hazard.chosen.connect(self._on_identity_changed)
        self._place.place_chosen.connect(self._on_identity_changed)
        self._call_end.chosen.connect(self._on_call_end)
        self._duplicates.chosen.connect(self.duplicate_chosen)
        self._duplicates.rejected.connect(self._severity.focus_first)
        self._note.submitted.connect(self._on_submit)
        self._note.paste_refused.connect(self._on_paste_refused)
        self._note.view_requested.connect(self._on_note_view_requested)
        typed = (self._title, self._caller, self._number, self._outside, self._at_risk)
        for edit in (*typed, self._jorong, self._landmark):
            edit.textChanged.connect(self.edited)
        self._note.textChanged.connect(self._on_note_changed)
        self._questions.edited.connect(self.edited)
        for chips in (self._hazard, self._severity, self._channel):
            chips.chosen.connect(self.edited)
        for signal in (self._place.query_changed, self._place.place_chosen, self._moment.edit.textChanged):
            signal.connect(self.edited)
        for signal in (self.edited, self._duplicates.rejected, self._duplicates.chosen):
            signal.connect(self._drop_solved_problems)
        self.edited.connect(self._on_edited)

    def _on_identity_changed(self) -> None:
        if self._hazard.current and self._place.place is not None:
            self.identified.emit()

    def _on_submit(self) -> None:
        if self._types_line:
            self._on_identity_changed()  # its words are complete now
        draft = self.draft()
        problems = self._check(draft)
        self.show_problems(problems)
        if problems.place and draft.place_text:
            self.place_query_changed.emit(draft.place_text)  # shows the places to choose from
        if self._duplicates.is_open and not draft.adds_to:
            self._duplicates.setFocus(Qt.FocusReason.OtherFocusReason)
        if not problems:
            self.submitted.emit(draft)

    def _on_call_end(self, code: str) -> None:
        """End the call; where a hazard is chosen, the same key again confirms it: the keys are next to F4."""
        draft, problems = self.draft(), self._check_moment()
        if draft.hazard and self._unconfirmed_end != code and not problems:
            problems = ReportProblems(
                general=_("The form has a report. Press the same key again to end the call without it.")
            )
        self._unconfirmed_end = "" if problems.occurred_at else code
        self.show_problems(problems)
        if not problems:
            self._unconfirmed_end = ""
            self.call_ended.emit(code, draft)

    def _on_note_changed(self) -> None:
        if not self._problems.note:
            self._fields["note"].show_error("")  # that of a refused paste
        self.edited.emit()

    def _on_note_view_requested(self) -> None:
        QTimer.singleShot(0, self, self._scroll_to_note)  # once the form has its new height

    def _scroll_to_note(self) -> None:
        # Qt would scroll only the line of the cursor of the note itself into view
        self._scroll.ensureWidgetVisible(self._fields["note"], 0, 0)

    def _on_paste_refused(self) -> None:
        self._fields["note"].show_error(
            _("The pasted text is too long: a note has at most {n} characters. Nothing was pasted.").format(
                n=format_number(MAX_NOTE_CHARS)
            )
        )

    def _on_edited(self) -> None:
        self._unconfirmed_end = ""

    def _check(self, draft: ReportDraft) -> ReportProblems:
        problems = self._check_moment()
        if len(draft.note) > MAX_NOTE_CHARS:
            message = _("The note is too long: at most {n} characters.").format(n=format_number(MAX_NOTE_CHARS))
            problems = replace(problems, note=message)
        if draft.adds_to:
            return problems
        if self._duplicates.is_open:
            return ReportProblems(general=_("Choose first: the same event (Enter) or a new one (N)."))
        if not draft.hazard:
            problems = replace(problems, hazard=_("Choose a hazard: press its letter."))
        if draft.place is None:
            problem = _("Choose a place from the list or pick it on the map (F4).")
            problems = replace(problems, place=problem if draft.place_text else _("Enter the place."))
        if self._outside.isVisibleTo(self) and not draft.outside_reason:
            problems = replace(
                problems, outside_reason=_("Give the reason for handling a place outside the regency.")
            )
        return problems
