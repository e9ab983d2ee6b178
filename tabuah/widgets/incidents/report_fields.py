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
from tabuah.widgets.incidents.place_field import PlaceField
from tabuah.widgets.incidents.question_fields import QuestionFields
from tabuah.widgets.incidents.report_draft import MAX_NOTE_CHARS, ReportDraft
from tabuah.widgets.incidents.values import QuestionItem
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.values import Choice, Level

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

    def _show_content(self, draft: ReportDraft) -> None:
        self._hazard.show_current(draft.hazard)
        self._severity.show_current(draft.severity)
        self._channel.show_current(draft.channel)
        self._title.setText(draft.title)
        if draft.place is not None:
            self._place.show_place(draft.place)
        else:
            self._place.show_text(draft.place_text)
        for edit, text in (
            (self._caller, draft.caller_name),
            (self._number, draft.caller_number),
            (self._outside, draft.outside_reason),
            (self._at_risk, draft.people_at_risk),
            (self._jorong, draft.jorong),
            (self._landmark, draft.landmark),
        ):
            edit.setText(text)
        self._note.setPlainText(draft.note)
        self._questions.show_answers(draft.answers)
        if draft.occurred_text:
            self._moment.show_text(draft.occurred_text)
        else:
            self._moment.show_moment(draft.occurred_at or self._clock())
        self._evidence = draft.evidence
        self._evidence_text.setText(draft.evidence)
        self._evidence_box.setVisible(bool(draft.evidence))

    def _make_controls(self) -> None:
        look = self._appearance
        self._place = PlaceField(look)
        self._jorong = self._edit("report_jorong", _("Jorong"), _("Jorong"))
        self._landmark = self._edit("report_landmark", _("Landmark"), _("Near a mosque, a bridge …"))
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
        words = QWidget()
        words_line = row(words)
        words_line.addWidget(self._jorong, 2)
        words_line.addWidget(self._landmark, 3)
        words.setFocusProxy(self._jorong)
        private = _("Only authorised roles can see the caller's data.")
        self._fields = {
            "place": FormField(look, _("Where"), self._place),
            "place_words": FormField(look, _("Jorong and landmark"), words),
            "outside_reason": FormField(look, _("Outside the regency"), outside),
            "hazard": FormField(look, _("Hazard"), self._hazard),
            "questions": FormField(look, _("Ask the caller"), self._questions),
            "severity": FormField(look, _("Severity"), self._severity),
            "people_at_risk": FormField(look, _("People at risk"), self._at_risk),
            "title": FormField(look, _("Title"), self._title),
            "note": FormField(look, _("Note"), self._note),
            "channel": FormField(look, _("Channel"), self._channel),
            "caller": FormField(look, _("Caller"), caller, hint=private),
            "call_end": FormField(look, _("No report: end the call"), self._call_end),
            "occurred_at": FormField(look, _("When it happened"), self._moment),
        }
