"""Parent events in the window: opens their dialog, follows the console state, and passes the acts on."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from tabuah.console.window.parent_events.event_files import EventFiles
from tabuah.console.window.parent_events.event_forms import EventFieldFault, event_fields, read_change, read_opening
from tabuah.console.window.parent_events.event_items import event_lines, event_view, listed_events
from tabuah.console.window.parent_events.event_questions import EventQuestions
from tabuah.console.window.shared.confirm_card import ConfirmCard, Question
from tabuah.console.window.shared.dialog_front import bring_to_front, return_to_window
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.console.window.state.console_state import StatePart
from tabuah.operations.entries import Draft
from tabuah.operations.errors import NotPossible
from tabuah.operations.exercises.scope import scope_world
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.parent_events.event_incidents import EventIncidents, own_event
from tabuah.operations.parent_events.parent_event import ParentEvent
from tabuah.resources.localisation import _
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.sync.verdict_reasons import describe_not_possible
from tabuah.widgets.controls.edit_form import EditField
from tabuah.widgets.controls.level_list import LevelLine
from tabuah.widgets.parent_events.event_dialog import EventDialog
from tabuah.widgets.parent_events.values import EventAct
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.values import Choice

_PARTS: Final = frozenset(
    {StatePart.PARENT_EVENTS, StatePart.INCIDENTS, StatePart.MESSAGES, StatePart.PERSON, StatePart.WORLD}
)
_NONE, _NEW = "none", "new"  # choices besides the events
_MOST_CHOICES: Final = 6
Members = Mapping[str, EventIncidents]
EventMessages = tuple[str, Sequence[LevelLine]]  # id of the event
ReadMessages = Callable[[ConsoleStore, str, datetime], Sequence[LevelLine]]
Submitted = tuple[Sequence[Draft], str, Callable[[], None]]  # entries, message, undo


class ParentEventActions(QObject):
    """Opens the dialog of parent events and follows the console state while it is open."""

    def __init__(
        self,
        context: WindowContext,
        window: QWidget,
        appearance: Appearance,
        *,
        list_incidents: Callable[[str], None],
        read_messages: ReadMessages,
        show_message: Callable[[str], None],
    ) -> None:
        """Call `list_incidents` with the id of an event, and `show_message` with that of a message to show.

        `read_messages` returns the rows of the messages about an event.
        """
        super().__init__(window)
        self._list_incidents, self._show_message = list_incidents, show_message
        self._message_lines = read_messages
        self._context, self._window, self._appearance = context, window, appearance
        self._dialog: EventDialog | None = None
        self._questions: EventQuestions | None = None
        self._members: Members = {}
        self._messages: EventMessages = ("", ())  # of one event
        self._wanted = ""  # id of the event to select once its row is there
        self._submit: Callable[[Mapping[str, str]], Submitted] | None = None  # of the form that is shown
        self._reads = self._is_outdated = False
        self.files = EventFiles(context, window)
        context.state.changed.connect(self._on_state_changed)

    @property
    def dialog(self) -> EventDialog | None:
        """The dialog, while it is open."""
        return self._dialog

    def begin(self, event_id: str = "") -> None:
        """Open the list of events, or bring it to the front, with an event selected."""
        if self._dialog is None:
            self._dialog = self._open()
        self._wanted = event_id
        self._show()
        self._read()
        bring_to_front(self._dialog, self._context.notifier)

    def begin_for_incident(self) -> None:
        """Ask under which event the selected incident belongs."""
        incident = self._context.incident
        if incident is None:
            return
        own = own_event(incident, self._context.state.snapshot.parent_events)
        events = [each for each in self._events() if each.is_open and (own is None or each.id != own.id)]
        events.sort(key=lambda each: each.hazard is not incident.hazard)  # the same hazard first, then the newest
        choices = [Choice(code=each.id, label=each.title) for each in events[:_MOST_CHOICES]]
        choices.append(Choice(code=_NEW, label=_("New event …")))
        if own is not None:
            choices.append(Choice(code=_NONE, label=_("Take out of {title}").format(title=own.title)))
        question = Question(
            title=_("Under which parent event is {number}?").format(number=incident.number),
            text=_("An incident belongs to one event: it leaves another one."),
            confirm=_("Put under it"),
            choice_label=_("Parent events"),
            choices=tuple(choices),
            chosen=choices[0].code,
        )
        card = self._context.confirm
        card.ask(question, lambda _text: self._on_event_of_incident(incident, own, card.choice))

    def begin_of_incident(self) -> None:
        """Open the page of the event that the selected incident belongs to."""
        incident = self._context.incident
        event = own_event(incident, self._context.state.snapshot.parent_events) if incident is not None else None
        if event is not None:
            self.begin(event.id)

    def put_under(self, event_id: str, incident_id: str) -> None:
        """Put an incident under an event without a question; the message undoes it."""
        self._questions_of_window().put_under(event_id, [incident_id])

    def show_incident(self, incident_id: str) -> None:
        """Select an incident in the main window, also one that ended long ago, and show it on the map."""
        self._context.show_incident(incident_id)
        return_to_window(self._window)

    def close(self) -> None:
        """Close the dialog and stop following."""
        self._context.state.changed.disconnect(self._on_state_changed)
        if self._dialog is not None:
            self._dialog.close()

    # The dialog

    @property
    def _chosen(self) -> ParentEvent | None:
        key = self._dialog.events.chosen if self._dialog is not None else ""
        return self._context.state.snapshot.parent_events.get(key)

    def _events(self) -> list[ParentEvent]:
        state = self._context.state
        return listed_events(state.snapshot.parent_events.values(), state.scope)

    def _open(self) -> EventDialog:
        dialog = EventDialog(self._appearance, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.event_chosen.connect(self._on_event_chosen)
        dialog.incident_opened.connect(self.show_incident)
        dialog.message_opened.connect(self._show_message)
        dialog.act_requested.connect(self._on_act_requested)
        dialog.form.submitted.connect(self._on_submitted)
        dialog.form.cancelled.connect(dialog.show_list)
        dialog.finished.connect(self._on_finished)
        self._questions = EventQuestions(self._context, ConfirmCard(self._appearance, dialog))
        return dialog

    def _read(self) -> None:
        """Read the incidents of the events on the cache worker; the newest request wins."""
        if self._dialog is None:
            return
        if self._reads:
            self._is_outdated = True
            return
        self._reads, self._is_outdated = True, False
        ids = tuple(event.id for event in self._events())
        self._context.store.run(partial(_read_members, ids=ids), on_done=self._on_read, on_error=self._on_failed)

    def _on_read(self, members: Members) -> None:
        self._reads, self._members = False, members
        self._show()
        if self._is_outdated:
            self._read()

    def _on_failed(self, error: Exception) -> None:
        self._reads = False
        self._context.notifier.error(error)

    def _show(self) -> None:
        dialog = self._dialog
        if dialog is None:
            return
        events, state = self._events(), self._context.state
        select = self._wanted if any(event.id == self._wanted for event in events) else ""
        self._wanted = "" if select else self._wanted
        dialog.show_events(event_lines(events, self._members, state.now()), select=select)
        event = self._chosen
        members = self._members.get(event.id, EventIncidents()) if event is not None else EventIncidents()
        about, messages = self._messages
        shown = messages if event is not None and event.id == about else ()
        dialog.show_details(event_view(state.snapshot, event, members, now=state.now(), messages=shown))
        if event is not None and event.id != about:
            self._read_messages(event.id)

    def _read_messages(self, event_id: str) -> None:
        """Read the messages about the chosen event on the cache worker; those of the same event stay until then."""
        if self._messages[0] != event_id:
            self._messages = (event_id, ())
        read, now = self._message_lines, self._context.state.now()
        self._context.store.run(
            lambda store: read(store, event_id, now),
            on_done=partial(self._on_messages_read, event_id),
            on_error=self._context.notifier.error,
        )

    def _on_messages_read(self, event_id: str, messages: Sequence[LevelLine]) -> None:
        if self._messages[0] == event_id:  # no other event was chosen meanwhile
            self._messages = (event_id, tuple(messages))
            self._show()

    def _on_event_chosen(self, _event_id: str) -> None:
        self._show()

    def _on_state_changed(self, parts: frozenset[StatePart]) -> None:
        if parts & _PARTS:
            self._show()
            self._read()
        if StatePart.MESSAGES in parts and self._dialog is not None and self._messages[0]:
            self._read_messages(self._messages[0])

    def _on_finished(self, _result: int) -> None:
        self._dialog = self._questions = None
        self._messages = ("", ())

    # Acts

    def _on_act_requested(self, code: str) -> None:
        act, event, questions = EventAct(code), self._chosen, self._questions
        if act is EventAct.OPEN:
            self._begin_opening(None)
        elif event is not None and questions is not None:
            self._act_on(act, event, questions)

    def _act_on(self, act: EventAct, event: ParentEvent, questions: EventQuestions) -> None:
        members = self._members.get(event.id, EventIncidents())
        match act:
            case EventAct.CHANGE:
                self._begin_change(event)
            case EventAct.ADD:
                questions.add(event, members)
            case EventAct.REMOVE:
                questions.remove_some(event, members, chosen=self._dialog.incidents.chosen if self._dialog else "")
            case EventAct.CLOSE if event.is_open:
                questions.close(event, members)
            case EventAct.CLOSE:
                questions.reopen(event.id)
            case EventAct.MAP:
                self._show_on_map(members.counted)
            case EventAct.LIST:
                self._list_incidents(event.id)
            case EventAct.DELETE:
                questions.delete(event)
            case _:
                self._export(act, event)

    def _export(self, act: EventAct, event: ParentEvent) -> None:
        match act:
            case EventAct.EXPORT:
                self.files.ask_for_file(event)
            case EventAct.CHAT:
                self.files.copy_chat_text(event)
            case EventAct.AFTER_ACTION:
                self.files.after_action.ask_for_event(event)

    def _show_on_map(self, incidents: Sequence[Incident]) -> None:
        """Fit the incidents of an event into the map."""
        places = [each.place for each in incidents if each.place is not None]
        if not places:
            return
        lons, lats = [place.lon_deg for place in places], [place.lat_deg for place in places]
        margin_deg = 0.01
        self._context.canvas.fit_bounds(
            min(lons) - margin_deg, min(lats) - margin_deg, max(lons) + margin_deg, max(lats) + margin_deg
        )
        return_to_window(self._window)

    def _on_event_of_incident(self, incident: Incident, own: ParentEvent | None, choice: str) -> None:
        questions = self._questions_of_window()
        if choice == _NEW:
            self.begin()
            self._begin_opening(incident)
        elif choice == _NONE and own is not None:
            questions.remove(own.id, [incident.id])
        else:
            questions.put_under(choice, [incident.id])

    # The form

    def _begin_opening(self, first: Incident | None) -> None:
        state = self._context.state
        fields = event_fields(None, first=first, now=state.now())
        usual = {field.code: field.value for field in fields}
        incidents, world = ([first] if first is not None else []), scope_world(state.scope)

        def make(changes: Mapping[str, str]) -> Submitted:
            made = read_opening({**usual, **changes}, incidents, world=world, now=state.now())
            title, event_id = " ".join({**usual, **changes}["title"].split()), made[0].subject.partition("/")[2]
            text = _("The event is open: {title}").format(title=title)
            return made, text, partial(self._take_back, event_id, {each.id: each.parent_event for each in incidents})

        title = _("Open a parent event")
        if first is not None:
            title = _("Open a parent event with {number}").format(number=first.number)
        self._show_form("", title, fields, make, save=_("Open the event"))

    def _begin_change(self, event: ParentEvent) -> None:
        now = self._context.state.now
        self._show_form(
            event.id,
            _("Change {title}").format(title=event.title),
            event_fields(event, now=now()),
            lambda changes: self._changed(event, changes),
        )

    def _changed(self, event: ParentEvent, changes: Mapping[str, str]) -> Submitted:
        draft = read_change(event, changes, now=self._context.state.now())
        text = _("The event is changed: {title}").format(title=changes.get("title", event.title))
        return (draft,), text, partial(self._questions_of_window().change_back, event, tuple(changes))

    def _take_back(self, event_id: str, before: Mapping[str, str]) -> None:
        """Delete an event that was just opened; its incidents return to the events that they had."""
        self._questions_of_window().take_back(event_id, before)

    def _questions_of_window(self) -> EventQuestions:
        return EventQuestions(self._context, self._context.confirm)

    def _show_form(
        self,
        key: str,
        title: str,
        fields: tuple[EditField, ...],
        make: Callable[[Mapping[str, str]], Submitted],
        *,
        save: str = "",
    ) -> None:
        if self._dialog is not None:
            self._submit = make
            self._dialog.form.show_fields(key, title, fields, save=save)
            self._dialog.show_form()

    def _on_submitted(self, _key: str, changes: dict[str, str]) -> None:
        dialog = self._dialog
        if self._submit is None or dialog is None:
            return
        try:
            made, message, undo = self._submit(changes)
        except EventFieldFault as fault:
            dialog.form.show_error(fault.field, fault.reason)
        except NotPossible as refusal:
            dialog.show_form_note(describe_not_possible(refusal))
        else:
            dialog.show_list()
            self._wanted = made[0].subject.partition("/")[2]
            notifier = self._context.notifier
            self._context.save(lambda _store: made, on_saved=lambda _saved: notifier.done(message, undo=undo))


def _read_members(store: ConsoleStore, *, ids: Sequence[str]) -> Members:
    return store.event_incidents(ids)
