"""The fields of a report form: their controls, and their content as a draft."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from PySide6.QtWidgets import QLineEdit, QWidget

from tabuah.resources.localisation import _
from tabuah.widgets.controls.choice_chips import ChoiceChips
from tabuah.widgets.controls.form_field import FormField
from tabuah.widgets.controls.growing_text_edit import GrowingTextEdit
from tabuah.widgets.controls.labels import Text, name_widget
from tabuah.widgets.controls.layout import DockPanel, ThemedFrame, column, row
from tabuah.widgets.controls.moment_field import MomentField
from tabuah.widgets.incidents.call_end_buttons import CallEndButtons
from tabuah.widgets.incidents.call_line_field import CallLineField
from tabuah.widgets.incidents.place_field import PlaceField
from tabuah.widgets.incidents.question_fields import QuestionFields
from tabuah.widgets.incidents.report_draft import MAX_NOTE_CHARS, ReportDraft, ReportProblems
from tabuah.widgets.incidents.report_keys import FIELD_KEYS
from tabuah.widgets.incidents.values import QuestionItem
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.values import Choice, Level, PlaceSuggestion

_NO_QUESTIONS: Final[Mapping[str, tuple[QuestionItem, ...]]] = {}


class ReportFields(DockPanel):
    """Holds the fields in reading order; the form lays them out and reacts to them."""

    def __init__(self, appearance: Appearance, *, clock: Callable[[], datetime]) -> None:
        super().__init__(appearance, width_px=340)
        self._clock = clock
        self._appearance = appearance
        self._evidence = ""
        self._adds_to = ""  # id of the incident that the report is added to
        self._questions_of: Mapping[str, tuple[QuestionItem, ...]] = _NO_QUESTIONS
        self._make_controls()
        self._make_fields()

    def show_choices(
        self,
        *,
        hazards: tuple[Choice, ...],
        severities: tuple[Choice, ...],
        channels: tuple[Choice, ...],
        questions: Mapping[str, tuple[QuestionItem, ...]] = _NO_QUESTIONS,
    ) -> None:
        """Show the choices of the chips; `questions` are those about each hazard, by its code."""
        self._questions_of = questions
        self._hazard.show_choices(hazards)
        self._severity.show_choices(severities)
        self._channel.show_choices(channels)

    def draft(self) -> ReportDraft:
        """Return the current content of the form; `occurred_at` is None while its text is no time."""
        try:
            occurred_at = self._moment.moment()
        except ValueError:
            occurred_at = None
        return ReportDraft(
            hazard=self._hazard.current,
            title=self._title.text().strip(),
            place=self._place.place,
            place_text=self._place.text,
            jorong=self._jorong.text().strip(),
            landmark=self._landmark.text().strip(),
            severity=self._severity.current,
            channel=self._channel.current,
            caller_name=self._caller.text().strip(),
            caller_number=self._number.text().strip(),
            occurred_at=occurred_at,
            occurred_text=self._moment.text,
            outside_reason=self._outside.text().strip(),
            note=self._note.text,
            answers=self._questions.answers(),
            people_at_risk=self._at_risk.text().strip(),
            evidence=self._evidence,
            adds_to=self._adds_to,
        )

    def _show_questions(self, hazard: str) -> None:
        """Show the questions about a hazard; those without a field are below the note."""
        self._questions.show_questions(self._questions_of.get(hazard, ()))
        self._fields["questions"].setVisible(self._questions.has_questions)
        self._fields["note"].show_hint(self._hazard.hint_of(hazard))

    def show_suggestions(self, suggestions: tuple[PlaceSuggestion, ...], *, problem: str = "") -> None:
        """Show places for the typed text; `problem` says why a pasted link names none."""
        self._place.show_suggestions(suggestions, problem=problem)

    def show_place(self, place: PlaceSuggestion) -> None:
        """Show the place that was picked on the map."""
        self._place.show_place(place)
        self._fields["place"].show_error("")

    def show_place_words(self, jorong: str, landmark: str) -> None:
        """Show the jorong and the landmark that were typed with the place; what is in a field stays."""
        for edit, text in ((self._jorong, jorong), (self._landmark, landmark)):
            if text and not edit.text().strip():
                edit.setText(text)

    def ask_outside_reason(self, question: str) -> None:
        """Ask why the place outside the regency is reported; an empty question hides the field."""
        self._fields["outside_reason"].setVisible(bool(question))
        self._outside_question.setText(question)
        if not question:
            self._outside.clear()

    def _check_moment(self) -> ReportProblems:
        try:
            self._moment.moment()
        except ValueError as error:
            return ReportProblems(occurred_at=str(error))
        return ReportProblems()

    def _show_content(self, draft: ReportDraft) -> None:
        self._severity.show_current(draft.severity)
        self._channel.show_current(draft.channel)
        self._title.setText(draft.title)
        self._outside.setText(draft.outside_reason)
        self._questions.show_answers(draft.answers)
        self._show_filled(draft)
        if not draft.occurred_text:
            self._moment.show_moment(draft.occurred_at or self._clock())
        self._evidence = draft.evidence
        self._evidence_text.setText(draft.evidence)
        self._evidence_box.setVisible(bool(draft.evidence))

    def _show_filled(self, draft: ReportDraft) -> None:
        """Show the fields that a line about a call fills; those that are the same stay untouched."""
        if draft.hazard != self._hazard.current:
            self._hazard.show_current(draft.hazard)
        if (draft.place, draft.place_text) != (self._place.place, self._place.text):
            self._show_draft_place(draft)
        for edit, text in (
            (self._caller, draft.caller_name),
            (self._number, draft.caller_number),
            (self._at_risk, draft.people_at_risk),
            (self._jorong, draft.jorong),
            (self._landmark, draft.landmark),
        ):
            if edit.text() != text:
                edit.setText(text)
        if self._note.toPlainText() != draft.note:
            self._note.setPlainText(draft.note)
        if draft.occurred_text and draft.occurred_text != self._moment.text:
            self._moment.show_text(draft.occurred_text)

    def _show_draft_place(self, draft: ReportDraft) -> None:
        if draft.place is not None:
            self._place.show_place(draft.place)
        else:
            self._place.show_text(draft.place_text)

    def _make_controls(self) -> None:
        look = self._appearance
        self._line = CallLineField(look)
        self._place = PlaceField(look)
        self._jorong = self._edit("report_jorong", _("Jorong"), _("Jorong"))
        self._landmark = self._edit("report_landmark", _("Landmark"), _("Mosque, bridge …"))
        self._hazard = ChoiceChips(look, name="report_hazard", label=_("Hazard"))
        self._severity = ChoiceChips(look, name="report_severity", label=_("Severity"))
        self._channel = ChoiceChips(look, name="report_channel", label=_("Channel"))
        self._title = self._edit("report_title", _("Title"), _("If empty: hazard and nagari"))
        self._caller = self._edit("report_caller", _("Caller's name"), _("Name"))
        self._number = self._edit("report_number", _("Caller's number"), "08 …")
        self._outside = self._edit(
            "report_outside", _("Reason for a place outside the regency"), _("Why do we handle it?")
        )
        self._questions = QuestionFields(look)
        self._at_risk = self._edit(
            "report_people_at_risk", _("People at risk"), _("A number; 0: none; empty: not known")
        )
        self._note = GrowingTextEdit(look, max_chars=MAX_NOTE_CHARS)
        name_widget(self._note, "report_note", _("Note"))
        self._note.setPlaceholderText(_("What the caller says; Ctrl+Enter saves"))
        self._call_end = CallEndButtons(look)
        self._moment = MomentField(look, name="report_moment", label=_("When it happened"), clock=self._clock)

        self._outside_question = Text(look, style=TextStyle.SMALL, tone=Level.ATTENTION, wrap=True)
        self._evidence_text = Text(look, style=TextStyle.SMALL, wrap=True)
        self._evidence_box = ThemedFrame("card")
        box = column(self._evidence_box)
        box.setContentsMargins(12, 8, 12, 8)
        box.addWidget(self._evidence_text)

    def _edit(self, name: str, label: str, placeholder: str) -> QLineEdit:
        edit = QLineEdit()
        name_widget(edit, name, label)
        edit.setPlaceholderText(placeholder)
        return edit

    def _make_fields(self) -> None:
        look = self._appearance
        outside = QWidget()
        layout = column(outside, spacing_px=4)
        layout.addWidget(self._outside_question)
        layout.addWidget(self._outside)
        outside.setFocusProxy(self._outside)
        caller = QWidget()
        line_of_two = row(caller)
        line_of_two.addWidget(self._caller, 3)
        line_of_two.addWidget(self._number, 2)
        caller.setFocusProxy(self._caller)
        words = QWidget()
        words_line = row(words)
        words_line.addWidget(self._jorong, 2)
        words_line.addWidget(self._landmark, 3)
        words.setFocusProxy(self._jorong)
        controls: dict[str, tuple[str, QWidget]] = {
            "line": (_("The call in one line"), self._line),
            "place": (_("Where"), self._place),
            "place_words": (_("Jorong and landmark"), words),
            "outside_reason": (_("Outside the regency"), outside),
            "hazard": (_("Hazard"), self._hazard),
            "questions": (_("Ask the caller"), self._questions),
            "severity": (_("Severity"), self._severity),
            "people_at_risk": (_("People at risk"), self._at_risk),
            "title": (_("Title"), self._title),
            "note": (_("Note"), self._note),
            "channel": (_("Channel"), self._channel),
            "caller": (_("Caller"), caller),
            "call_end": (_("No report: end the call"), self._call_end),
            "occurred_at": (_("When it happened"), self._moment),
        }
        hints = {"caller": _("Only authorised roles can see the caller's data.")}
        self._fields = {
            name: FormField(look, label, control, hint=hints.get(name, ""), key=FIELD_KEYS.get(name, ""))
            for name, (label, control) in controls.items()
        }
