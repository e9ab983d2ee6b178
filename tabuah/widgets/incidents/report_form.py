"""The report form: records a call as an incident by keyboard, without covering the map."""

from dataclasses import replace
from datetime import UTC, datetime

from PySide6.QtCore import QDate, QDateTime, QLocale, Qt, QTime, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractSpinBox, QDateTimeEdit, QLineEdit, QVBoxLayout, QWidget

from tabuah.resources.localisation import _, current_language
from tabuah.resources.time_zone import WIB
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.choice_chips import ChoiceChips
from tabuah.widgets.controls.form_field import FormField
from tabuah.widgets.controls.labels import Text, name_widget
from tabuah.widgets.controls.layout import DockPanel, ThemedFrame, column, divider, row, scroll_area
from tabuah.widgets.incidents.place_field import PlaceField
from tabuah.widgets.incidents.report_draft import ReportDraft, ReportProblems
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.values import Choice, Level, PlaceSuggestion


class DateTimeField(QDateTimeEdit):
    """A date and time field in WIB; values are aware UTC. The arrow keys change the part under the cursor."""

    def __init__(self) -> None:
        super().__init__()
        language = QLocale.Language.Indonesian if current_language() == "id" else QLocale.Language.English
        self.setLocale(QLocale(language))
        self.setDisplayFormat("d MMM yyyy  HH.mm 'WIB'")
        self.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)

    def show_moment(self, moment: datetime) -> None:
        """Show an aware time in WIB."""
        local = moment.astimezone(WIB)
        day, clock = QDate(local.year, local.month, local.day), QTime(local.hour, local.minute)
        self.setDateTime(QDateTime(day, clock))

    def moment(self) -> datetime:
        """Return the time in UTC."""
        day, clock = self.date(), self.time()
        local = datetime(day.year(), day.month(), day.day(), clock.hour(), clock.minute(), tzinfo=WIB)
        return local.astimezone(UTC)


class ReportForm(DockPanel):
    """Hazard, place, severity, channel, caller, time; Enter saves, Escape closes and keeps the draft.

    Signals:
        submitted: the ReportDraft to save.
        cancelled: the form was closed; the draft is kept.
        place_query_changed: typed text; respond with `show_suggestions`.
        place_chosen: the PlaceSuggestion that was selected.
        pick_requested: the user picks the place on the map; respond with `show_place`.
    """

    submitted = Signal(object)
    cancelled = Signal()
    place_query_changed = Signal(str)
    place_chosen = Signal(object)
    pick_requested = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__(appearance, width_px=340)
        self.setObjectName("report_form")
        self._appearance = appearance
        self._evidence = ""
        self._make_controls()
        self._make_fields()
        self._lay_out()
        self._connect()
        self.ask_outside_reason("")

    def show_choices(
        self, *, hazards: tuple[Choice, ...], severities: tuple[Choice, ...], channels: tuple[Choice, ...]
    ) -> None:
        self._hazard.show_choices(hazards)
        self._severity.show_choices(severities)
        self._channel.show_choices(channels)

    def show_draft(self, draft: ReportDraft, *, now: datetime) -> None:
        """Fill the form, for example from an alarm or a kept draft; `now` is the default time."""
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
            (self._note, draft.note),
        ):
            edit.setText(text)
        self._moment.show_moment(draft.occurred_at or now)
        self._evidence = draft.evidence
        self._evidence_text.setText(draft.evidence)
        self._evidence_box.setVisible(bool(draft.evidence))
        self.show_problems(ReportProblems())

    def draft(self) -> ReportDraft:
        """Return the current content of the form."""
        return ReportDraft(
            hazard=self._hazard.current,
            title=self._title.text().strip(),
            place=self._place.place,
            place_text=self._place.text,
            severity=self._severity.current,
            channel=self._channel.current,
            caller_name=self._caller.text().strip(),
            caller_number=self._number.text().strip(),
            occurred_at=self._moment.moment(),
            outside_reason=self._outside.text().strip(),
            note=self._note.text().strip(),
            evidence=self._evidence,
        )

    def show_suggestions(self, suggestions: tuple[PlaceSuggestion, ...]) -> None:
        self._place.show_suggestions(suggestions)

    def show_place(self, place: PlaceSuggestion) -> None:
        """Show the place that was picked on the map."""
        self._place.show_place(place)
        self._fields["place"].show_error("")

    def ask_outside_reason(self, question: str) -> None:
        """Ask why the place outside the regency is reported; an empty question hides the field."""
        self._fields["outside_reason"].setVisible(bool(question))
        self._outside_question.setText(question)
        if not question:
            self._outside.clear()

    def show_problems(self, problems: ReportProblems) -> None:
        """Show the error of each field and focus the first field with an error."""
        first: FormField | None = None
        for name, field in self._fields.items():
            error = str(getattr(problems, name, ""))
            field.show_error(error)
            first = first or (field if error else None)
        self._general.setText(problems.general)
        self._general.setVisible(bool(problems.general))
        if first is self._fields["hazard"]:
            self._hazard.focus_first()
        elif first is not None:
            first.focus_control()

    def focus_place(self) -> None:
        """Focus the place, which callers give first."""
        self._place.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def focus_hazard(self) -> None:
        self._hazard.focus_first()

    def focus_save(self) -> None:
        """Focus the save button: the draft is complete and needs only confirmation."""
        self._save.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Save on Enter, close on Escape, pick on the map with F4."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._on_submit()
        elif event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        elif event.key() == Qt.Key.Key_F4:
            self.pick_requested.emit()
        else:
            super().keyPressEvent(event)

    def _make_controls(self) -> None:
        look = self._appearance
        self._place = PlaceField(look)
        self._hazard = ChoiceChips(look, name="report_hazard", label=_("Hazard"))
        self._severity = ChoiceChips(look, name="report_severity", label=_("Severity"))
        self._channel = ChoiceChips(look, name="report_channel", label=_("Channel"))
        self._title = self._edit("report_title", _("Title"), _("If empty: hazard and nagari"))
        self._caller = self._edit("report_caller", _("Caller's name"), _("Name"))
        self._number = self._edit("report_number", _("Caller's number"), "08 …")
        self._outside = self._edit(
            "report_outside", _("Reason for a place outside the regency"), _("Why do we handle it?")
        )
        self._note = self._edit("report_note", _("Note"), _("What the caller says"))
        self._moment = DateTimeField()
        name_widget(self._moment, "report_moment", _("When it happened"))
        self._general = Text(look, style=TextStyle.SMALL, tone=Level.CRITICAL, wrap=True)
        self._outside_question = Text(look, style=TextStyle.SMALL, tone=Level.ATTENTION, wrap=True)
        self._evidence_text = Text(look, style=TextStyle.SMALL, wrap=True)
        self._save = KeyButton(look, _("Save report"), key="↵", kind=ButtonKind.PRIMARY, name="report_save")
        self._close = KeyButton(look, _("Close"), key="Esc", kind=ButtonKind.GHOST, name="report_close")
        self._close.describe(_("Close; the draft is kept"))

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
        private = _("Only authorised roles can see the caller's data.")
        self._fields = {
            "place": FormField(look, _("Where"), self._place),
            "outside_reason": FormField(look, _("Outside the regency"), outside),
            "hazard": FormField(look, _("Hazard"), self._hazard),
            "severity": FormField(look, _("Severity"), self._severity),
            "title": FormField(look, _("Title"), self._title),
            "note": FormField(look, _("Note"), self._note),
            "channel": FormField(look, _("Channel"), self._channel),
            "caller": FormField(look, _("Caller"), caller, hint=private),
            "occurred_at": FormField(look, _("When it happened"), self._moment),
        }

    def _lay_out(self) -> None:
        body = QWidget()
        fields = column(body, spacing_px=12)
        fields.setContentsMargins(16, 4, 16, 16)
        self._evidence_box = ThemedFrame("card")
        box: QVBoxLayout = column(self._evidence_box)
        box.setContentsMargins(12, 8, 12, 8)
        box.addWidget(self._evidence_text)
        fields.addWidget(self._evidence_box)
        for field in self._fields.values():
            fields.addWidget(field)
        fields.addWidget(self._general)
        fields.addStretch(1)
        buttons = row()
        buttons.setContentsMargins(16, 12, 16, 12)
        buttons.addWidget(self._save)
        buttons.addWidget(self._close)
        buttons.addStretch(1)
        title = Text(self._appearance, _("New report"), style=TextStyle.TITLE)
        title.setContentsMargins(16, 14, 16, 8)
        layout = column(self, spacing_px=0)
        layout.addWidget(title)
        layout.addWidget(scroll_area(body, name="report_scroll"), 1)
        layout.addWidget(divider())
        layout.addLayout(buttons)

    def _connect(self) -> None:
        self._place.query_changed.connect(self.place_query_changed)
        self._place.place_chosen.connect(self.place_chosen)
        self._place.pick_requested.connect(self.pick_requested)
        self._save.clicked.connect(self._on_submit)
        self._close.clicked.connect(self.cancelled)

    def _on_submit(self) -> None:
        draft = self.draft()
        problems = self._check(draft)
        self.show_problems(problems)
        if not problems:
            self.submitted.emit(draft)

    def _check(self, draft: ReportDraft) -> ReportProblems:
        problems = ReportProblems()
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
