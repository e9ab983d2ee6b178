"""The question of the report form whether an open incident is the same event, and the answer by Enter."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from PySide6.QtCore import QObject, Signal

from tabuah.console.incidents.report_entries import addition_entries
from tabuah.console.window.incidents.typed_answers import read_report_answers
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.drafts import acknowledge_alarm, link_alarm
from tabuah.operations.alarms.incident_links import open_incidents_of, unlinked_alarms
from tabuah.operations.codes import Channel, Hazard
from tabuah.operations.entries import Draft
from tabuah.operations.incidents.duplicates import MAX_SHOWN, Duplicate, ReportFeatures, find_duplicates
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.people.permissions import may_write
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.code_labels import code_label
from tabuah.text.incidents import duplicates
from tabuah.widgets.incidents.report_draft import ReportDraft, ReportProblems
from tabuah.widgets.incidents.report_form import ReportForm
from tabuah.widgets.incidents.values import DuplicateItem


class DuplicateQuestion(QObject):
    """Finds possible duplicates of the content of the form, and adds a report or alarms to one of them.

    Signals:
        added: the Incident, and the text of the addition.
    """

    added = Signal(object, str)

    def __init__(self, context: WindowContext, form: ReportForm) -> None:
        super().__init__(form)
        self._context, self._form = context, form
        self._alarms: tuple[Alarm, ...] = ()
        form.duplicate_chosen.connect(self._on_chosen)

    def ask(self, alarms: tuple[Alarm, ...]) -> bool:
        """Show open incidents that may be the event, those of the alarms first; return whether there are any."""
        self._alarms = alarms
        snapshot, now = self._context.state.snapshot, self._context.state.now()
        linked = open_incidents_of(alarms, snapshot.incidents)
        found = [_item(incident, duplicates.describe_linked(incident)) for incident in linked]
        features = self._features()
        if features is not None:
            known = {incident.id for incident in linked}
            similar = find_duplicates(features, (i for i in snapshot.incidents.values() if i.id not in known))
            found += [_similar_item(each, now) for each in similar]
        return self._form.show_duplicates(tuple(found[:MAX_SHOWN]))

    def add_report(self, draft: ReportDraft) -> None:
        """Add the caller and the note of the form to an incident."""
        incident = self._context.state.snapshot.incidents.get(draft.adds_to)
        if incident is None:
            self._form.show_addition("", "")
            return
        note = "\n".join(part for part in (draft.note, draft.evidence) if part)
        text = duplicates.added_report_text(code_label(Channel(draft.channel or Channel.PHONE)), note)
        answered = read_report_answers(draft)
        if isinstance(answered, ReportProblems):
            self._form.show_problems(answered)
            return
        self._save(
            incident,
            lambda store: addition_entries(
                store, incident, text, answered, occurred_at=draft.occurred_at, caller=caller_text(draft)
            ),
            duplicates.added_text(incident.number),
        )

    def _features(self) -> ReportFeatures | None:
        draft = self._form.draft()
        if not draft.hazard or draft.place is None or not self._context.places.is_known(draft.place):
            return None
        scope = self._context.state.scope
        return ReportFeatures(
            hazard=Hazard(draft.hazard),
            place=self._context.places.place_of(draft.place, draft.outside_reason),
            occurred_at=draft.occurred_at or self._context.state.now(),
            words=f"{draft.title} {draft.note}",
            exercise=scope.is_exercise,
            exercise_id=scope.exercise_id or "",
        )

    def _on_chosen(self, incident_id: str) -> None:
        """Add the alarms to the incident at once; of a call the form asks for the caller first."""
        incident = self._context.state.snapshot.incidents.get(incident_id)
        if incident is None:
            return
        if self._alarms and may_write(self._context.state.snapshot.role, "alarm.linked"):
            self._add_alarms(incident)
        else:
            self._form.show_addition(incident.id, incident.number)

    def _add_alarms(self, incident: Incident) -> None:
        added = unlinked_alarms(self._alarms, self._context.state.snapshot.incidents) or self._alarms
        drafts = answer_alarms(added, incident.id)
        self._save(incident, lambda _store: drafts, duplicates.added_alarms_text(incident.number))

    def _save(self, incident: Incident, make: Callable[[ConsoleStore], Sequence[Draft]], message: str) -> None:
        self._context.save(make, on_saved=lambda _saved: self.added.emit(incident, message))


def answer_alarms(alarms: Iterable[Alarm], incident_id: str) -> tuple[Draft, ...]:
    """Return the acknowledgements of alarms, and their links to an incident."""
    known = tuple(alarms)
    heard = [acknowledge_alarm(alarm) for alarm in known if alarm.acknowledged_at is None]
    return (*heard, *(link_alarm(alarm, incident_id) for alarm in known))


def caller_text(draft: ReportDraft) -> str:
    """Return name and number of the caller in one line."""
    return " · ".join(part for part in (draft.caller_name, draft.caller_number) if part)


def _similar_item(found: Duplicate, now: datetime) -> DuplicateItem:
    return _item(found.incident, duplicates.describe_duplicate(found, now))


def _item(incident: Incident, detail: str) -> DuplicateItem:
    return DuplicateItem(id=incident.id, number=incident.number, title=incident.title, detail=detail)
