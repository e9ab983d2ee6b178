"""Incident reports: from a call, a click on the map or an alarm."""

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace
from PySide6.QtCore import QObject

from tabuah.console.incidents.report_entries import report_entries
from tabuah.console.window.incidents.call_line_actions import CallLineActions
from tabuah.console.window.incidents.duplicate_question import DuplicateQuestion, answer_alarms, caller_text
from tabuah.console.window.incidents.report_source import ReportSource, is_linked, link_source
from tabuah.console.window.incidents.typed_answers import read_report_answers
from tabuah.console.window.shared.draft_writer import REPORT_KEY, DraftWriter
from tabuah.console.window.shared.form_fields import (
    MANUAL_CHANNELS,
    call_class_choices,
    channel_choices,
    hazard_choices,
    question_items,
    severity_choices,
)
from tabuah.console.window.shared.panels import SidePage
from tabuah.console.window.shared.window_context import SavedEntries, WindowContext
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.calls.call import Call
from tabuah.operations.calls.drafts import record_call
from tabuah.operations.calls.entry_bodies import MAX_NOTE
from tabuah.operations.codes import CallClass, Channel, Hazard, Severity
from tabuah.operations.entries import Draft, subject_key
from tabuah.operations.exercises.scope import UNNAMED, ExerciseScope, scope_world
from tabuah.operations.hidden_characters import is_plain
from tabuah.operations.incidents.drafts import caller_value
from tabuah.operations.incidents.entry_bodies import IncidentAnswered, IncidentReported
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.place import IncidentPlace, describe_place, split_words
from tabuah.operations.messages.message import Message, incident_channel
from tabuah.operations.people.permissions import may_write
from tabuah.resources.regency import current_regency
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.identifiers import new_salt, new_uuid
from tabuah.text.alarms.incident_proposal import propose_incident
from tabuah.text.calls.call_text import call_note_refused_text, call_recorded_text
from tabuah.text.code_labels import code_label
from tabuah.text.form_drafts import discarded_text
from tabuah.text.incidents.action_messages import reported_text, title_too_long_text, unknown_place_text
from tabuah.text.incidents.answers import people_at_risk_label, question_label
from tabuah.text.incidents.incident_text import full_title
from tabuah.text.incidents.places import place_words_fault
from tabuah.widgets.incidents.report_draft import ReportDraft, ReportProblems
from tabuah.widgets.incidents.report_form import ReportForm
from tabuah.widgets.values import PlaceSuggestion

_LONGEST_TITLE = 200
_EMPTY = ReportDraft(severity=Severity.MODERATE.value, channel=Channel.PHONE.value)


class ReportActions(QObject):
    """The report form and its surroundings."""

    def __init__(self, context: WindowContext, form: ReportForm, drafts: DraftWriter) -> None:
        super().__init__(form)
        self._context, self._form, self._drafts = context, form, drafts
        self._shown = _EMPTY  # the content of the form before the person changed it
        self._alarms: tuple[Alarm, ...] = ()  # alarms that the incident will be linked to
        self._kept: dict[ExerciseScope, ReportDraft] = {}  # closed without saving, by the world it was written in
        self._source: ReportSource | None = None  # a call of the log or a message, which the incident is made of
        self._scope = context.state.scope  # the world of the open form
        drafts.user_changed.connect(self._on_user_changed)
        form.submitted.connect(self._on_submitted)
        form.cancelled.connect(self._on_cancelled)
        form.discarded.connect(self._on_discarded)
        form.edited.connect(self._on_edited)
        form.call_ended.connect(self._on_call_ended)
        form.place_query_changed.connect(self._on_place_typed)
        form.place_chosen.connect(self._on_place_chosen)
        form.identified.connect(self._ask_about_duplicates)
        self._line = CallLineActions(context, form)
        self._duplicates = DuplicateQuestion(context, form)
        self._duplicates.added.connect(self._on_added)
        form.pick_requested.connect(context.canvas.begin_pick)
        context.canvas.location_picked.connect(self._on_location_picked)
        context.canvas.pick_cancelled.connect(self._on_pick_cancelled)

    def begin(self) -> None:
        """Open the form for a call; an unsaved draft is still in it."""
        if self._context.side.page is SidePage.REPORT:
            self._context.side.show_page(SidePage.REPORT)  # its panel may be hidden
        else:
            self._open(self._draft(), alarms=())
        self._form.focus_place()

    def begin_line(self) -> None:
        """Open the form at the line that takes a call as it is said."""
        self.begin()
        self._form.focus_line()

    def begin_at(self, lon_deg: float, lat_deg: float) -> None:
        """Open the form with a place on the map, or show why no report is possible."""
        if refusal := self._context.state.writing_refusal("incident.reported"):
            self._context.notifier.refuse(refusal)
            return
        self._open(self._draft(), alarms=())
        self._take_place(self._context.places.suggestion_at(lon_deg, lat_deg))
        self._form.focus_hazard()
        self._ask_about_duplicates()

    def set_aside(self) -> None:
        """Close the form; its draft is there again when the form opens in the same world."""
        self._on_cancelled()

    def begin_from_alarm(self, alarms: Sequence[Alarm]) -> None:
        """Open the form filled from an alarm; Enter saves it. The first alarm leads."""
        lead, snapshot = alarms[0], self._context.state.snapshot
        station, rule = snapshot.stations.get(lead.station), snapshot.rules.get(lead.rule)
        proposal = propose_incident(lead, station, rule)
        where = None
        if proposal.lon_deg is not None and proposal.lat_deg is not None:
            where = self._context.places.suggestion_at(proposal.lon_deg, proposal.lat_deg)
        draft = ReportDraft(
            hazard=proposal.hazard.value,
            title=proposal.title,
            place=where,
            severity=proposal.severity.value,
            channel=proposal.channel.value,
            occurred_at=proposal.occurred_at,
            evidence=proposal.evidence,
        )
        self._open(draft, alarms=tuple(alarms))
        if where is not None:
            self._form.ask_outside_reason(self._context.places.outside_question(where))
        if not self._ask_about_duplicates():
            self._form.focus_save()

    def begin_from_call(self, call: Call, caller: str) -> None:
        """Open the form filled from a call of the log, which is linked to the incident when it is saved."""
        draft = ReportDraft(
            note=call.note, channel=call.channel.value, caller_name=caller, occurred_at=call.received_at
        )
        self._open(draft, alarms=(), source=call)
        self._form.focus_place()

    def begin_from_message(self, message: Message, *, sender: str, text: str = "") -> None:
        """Open the form filled from a message, which is linked to the incident when it is saved.

        `text` goes into the note only where the person asked for it: a description cannot be erased.
        """
        name, _separator, number = sender.partition(" · ")
        where = None
        if message.position is not None:
            where = self._context.places.suggestion_at(message.position.lon_deg, message.position.lat_deg)
        draft = ReportDraft(
            note=text,
            channel=incident_channel(message.channel).value,
            caller_name=name,
            caller_number=number,
            place=where,
            occurred_at=message.sent_at,
        )
        self._open(draft, alarms=(), source=message)
        if where is None:
            self._form.focus_place()
            return
        self._form.ask_outside_reason(self._context.places.outside_question(where))
        self._form.focus_hazard()

    def _open(self, draft: ReportDraft, *, alarms: tuple[Alarm, ...], source: ReportSource | None = None) -> None:
        self._alarms, self._source, self._scope = alarms, source, self._context.state.scope
        channels = dict.fromkeys((Channel(draft.channel), *MANUAL_CHANNELS)) if alarms or source else MANUAL_CHANNELS
        self._form.show_choices(
            hazards=hazard_choices(draft.hazard),
            severities=severity_choices(),
            channels=channel_choices(channels),
            questions=question_items(),
        )
        self._form.show_call_classes(() if alarms or source or draft.adds_to else call_class_choices())
        self._form.ask_outside_reason("")
        self._form.show_draft(draft)
        self._shown = self._form.draft()
        self._context.side.show_page(SidePage.REPORT)

    def _on_place_typed(self, text: str) -> None:
        self._form.ask_outside_reason("")
        places = self._context.places
        self._form.show_suggestions(places.suggest(text), problem=places.link_problem(text))

    def _on_place_chosen(self, place: PlaceSuggestion) -> None:
        self._form.ask_outside_reason(self._context.places.outside_question(place))
        self._form.show_place_words(*split_words(place.rest, current_regency().levels.hamlet))
        if place.lon_deg is not None and place.lat_deg is not None:
            self._context.canvas.centre_on(place.lon_deg, place.lat_deg)
        self._form.focus_hazard()

    def _on_location_picked(self, lon_deg: float, lat_deg: float) -> None:
        if self._context.side.page is SidePage.REPORT:
            self._take_place(self._context.places.suggestion_at(lon_deg, lat_deg))
            self._form.focus_hazard()
            self._ask_about_duplicates()

    def _on_pick_cancelled(self) -> None:
        if self._context.side.page is SidePage.REPORT:
            self._form.focus_place()

    def _take_place(self, place: PlaceSuggestion) -> None:
        self._form.show_place(place)
        self._form.ask_outside_reason(self._context.places.outside_question(place))

    def _ask_about_duplicates(self) -> bool:
        return self._duplicates.ask(self._alarms)

    def _on_added(self, incident: Incident, message: str) -> None:
        """Show the incident to which the report or the alarms were added; its call or message is linked to it."""
        if self._source is not None and not is_linked(self._source, incident.id):
            self._context.save_draft(link_source(self._source, incident.id))
        self._forget()
        self._leave()
        self._context.selection.choose_incident(incident.id)
        self._context.notifier.done(message)

    def _draft(self) -> ReportDraft:
        """Return the unsaved draft of the world of the window, such as that of an earlier run; else an empty one."""
        scope = self._context.state.scope
        return self._kept.get(scope) or self._drafts.kept(_draft_key(scope), ReportDraft) or _EMPTY

    def _on_edited(self) -> None:
        """Write the content of a call after the next pause; that of an alarm is made again by its key."""
        draft, is_open = self._form.draft(), self._context.side.page is SidePage.REPORT
        if is_open and not self._is_derived and draft != self._shown:
            self._drafts.schedule(_draft_key(self._scope), replace(draft, adds_to=""))

    @property
    def _is_derived(self) -> bool:
        """Whether the form was filled from an alarm, a call of the log or a message, which stay, and not typed."""
        return bool(self._alarms) or self._source is not None

    def _on_discarded(self) -> None:
        if self._source is not None:
            self._leave()  # the call or message is still in its list, and a report that was typed before is kept
            return
        draft = self._form.draft()
        self._kept.pop(self._scope, None)
        self._drafts.discard(_draft_key(self._scope))
        self._leave()
        if draft != self._shown:
            user = self._drafts.user
            self._context.notifier.done(discarded_text(), undo=lambda: self._restore(draft, user))

    def _restore(self, draft: ReportDraft, user: str) -> None:
        if user == self._drafts.user:
            self._kept[self._scope] = draft
            self.begin()

    def _on_user_changed(self) -> None:
        """Clear the input of the previous user: a report names a caller."""
        self._kept.clear()
        self._alarms, self._source = (), None
        self._form.show_draft(_EMPTY)
        self._shown = self._form.draft()
        if self._context.side.page is SidePage.REPORT:
            self._leave()

    def _on_cancelled(self) -> None:
        if self._source is None:
            self._kept.pop(self._scope, None)
        if not self._is_derived:
            self._kept[self._scope] = self._form.draft()
        self._leave()

    def _forget(self) -> None:
        """Forget the typed report: it is saved."""
        if not self._is_derived:
            self._kept.pop(self._scope, None)
            self._drafts.discard(_draft_key(self._scope))
        self._alarms = ()

    def _leave(self) -> None:
        self._source = None
        self._context.canvas.cancel_pick()
        self._context.side.show_page(SidePage.DETAILS)
        self._context.canvas.setFocus()

    def _on_submitted(self, draft: ReportDraft) -> None:
        if draft.adds_to:
            self._duplicates.add_report(draft)
            return
        if len(draft.title) > _LONGEST_TITLE:
            self._form.show_problems(ReportProblems(title=title_too_long_text(_LONGEST_TITLE)))
            return
        answered = read_report_answers(draft)
        if isinstance(answered, ReportProblems):
            self._form.show_problems(answered)
            return
        if fault := place_words_fault(draft.jorong, draft.landmark):
            self._form.show_problems(ReportProblems(place_words=fault))
            return
        assert draft.place is not None
        if not self._context.places.is_known(draft.place):
            self._form.show_problems(ReportProblems(place=unknown_place_text()))
            return
        place = describe_place(
            self._context.places.place_of(draft.place, draft.outside_reason),
            jorong=draft.jorong,
            landmark=draft.landmark,
        )
        alarms, may_link = self._alarms, may_write(self._context.state.snapshot.role, "alarm.linked")
        linked = alarms if may_link else ()
        lead, scope, source = alarms[0] if alarms else None, self._scope, self._source
        self._context.save(
            lambda store: _drafts(
                store, draft, place, answered, lead=lead, alarms=linked, scope=scope, source=source
            ),
            on_saved=self._on_saved,
        )

    def _on_call_ended(self, code: str, draft: ReportDraft) -> None:
        """Record a call that is no report; the typed text stays until it is saved."""
        if refusal := self._context.state.writing_refusal("call.recorded"):
            self._form.show_problems(ReportProblems(general=refusal))
            return
        call_class, scope = CallClass(code), self._scope
        note = _call_note(draft)
        if len(note) > MAX_NOTE or not is_plain(note, lines=True):
            self._form.show_problems(ReportProblems(general=call_note_refused_text(MAX_NOTE)))
            return
        self._context.save(
            lambda store: (_call_draft(store, call_class, draft, scope),),
            on_saved=lambda _saved: self._on_call_recorded(call_class),
        )

    def _on_call_recorded(self, call_class: CallClass) -> None:
        self._forget()
        self._leave()
        self._context.notifier.done(call_recorded_text(call_class))

    def _on_saved(self, saved: SavedEntries) -> None:
        self._forget()
        self._leave()
        entry = saved[0].entry
        self._context.selection.choose_incident(subject_key(entry.subject))
        number = msgspec.json.decode(entry.body, type=IncidentReported).number
        self._context.notifier.done(reported_text(number))


def _call_draft(store: ConsoleStore, call_class: CallClass, draft: ReportDraft, scope: ExerciseScope) -> Draft:
    caller = caller_text(draft)
    return record_call(
        new_uuid(store.now()),
        call_class,
        channel=Channel(draft.channel or Channel.PHONE),
        note=_call_note(draft),
        caller=caller_value(caller, salt=new_salt()) if caller else None,
        received_at=draft.occurred_at,
        world=scope_world(scope),
    )


def _call_note(draft: ReportDraft) -> str:
    """Return the typed title, note, place and answers, so that no typed word is lost."""
    regency = current_regency()
    answers = [
        f"{question_label(regency.question(draft.hazard, code), code)} {text}" for code, text in draft.answers.items()
    ]
    people = f"{people_at_risk_label()}: {draft.people_at_risk}" if draft.people_at_risk else ""
    return "\n".join(filter(None, (draft.title, draft.note, draft.jorong, draft.landmark, *answers, people)))


def _draft_key(scope: ExerciseScope) -> str:
    """Return the key of the draft of a world."""
    return f"{REPORT_KEY}/{scope.exercise_id or UNNAMED}" if scope.is_exercise else REPORT_KEY


def _drafts(
    store: ConsoleStore,
    draft: ReportDraft,
    place: IncidentPlace,
    answered: IncidentAnswered,
    *,
    lead: Alarm | None,
    alarms: tuple[Alarm, ...],
    scope: ExerciseScope,
    source: ReportSource | None,
) -> tuple[Draft, ...]:
    """Return the report with its answers, and the links to its alarms and its call or message."""
    hazard = Hazard(draft.hazard)
    body = IncidentReported(
        number="",
        hazard=hazard,
        title=draft.title or full_title(code_label(hazard), place.nagari),
        severity=Severity(draft.severity or Severity.MODERATE),
        channel=Channel(draft.channel or Channel.PHONE),
        place=place,
        description="\n".join(part for part in (draft.note, draft.evidence) if part),
        alarm=lead.id if lead else "",
    )
    entries = report_entries(
        store, body, answered, scope=scope, occurred_at=draft.occurred_at, caller=caller_text(draft)
    )
    incident_id = subject_key(entries[0].subject)
    return (*entries, *answer_alarms(alarms, incident_id), *([link_source(source, incident_id)] if source else []))
