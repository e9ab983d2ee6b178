"""Parent events of messages in the window: joined to one, or opened from a message, each with its undo."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Final

from tabuah.console.window.messages.message_changes import message_now, numbered_choices
from tabuah.console.window.messages.message_items import ListedMessage
from tabuah.console.window.parent_events.event_items import listed_events
from tabuah.console.window.shared.confirm_card import ConfirmCard, Question
from tabuah.console.window.shared.form_fields import hazard_choices
from tabuah.console.window.shared.window_context import SavedEntries, WindowContext
from tabuah.operations.codes import Hazard
from tabuah.operations.entries import Draft, subject_key
from tabuah.operations.exercises.scope import scope_of
from tabuah.operations.messages.drafts import link_event, unlink_event
from tabuah.operations.messages.event_drafts import open_event_of
from tabuah.operations.messages.message import Message
from tabuah.operations.parent_events.drafts import delete_event
from tabuah.operations.parent_events.parent_event import ParentEvent
from tabuah.resources.localisation import _
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.identifiers import new_uuid
from tabuah.text.messages.alert_text import published_headline
from tabuah.widgets.values import Choice

_NEW: Final = "new"  # a choice besides the events
_MOST_CHOICES: Final = 8


class MessageEvents:
    """Asks to which parent event a message belongs, and saves the answer."""

    def __init__(self, context: WindowContext, card: ConfirmCard) -> None:
        self._context, self._card = context, card

    def begin(self, found: ListedMessage) -> None:
        """Ask for one of the open events of the world of the message, or a new one."""
        message, card = found.message, self._card
        events = open_events(message, self._context.state.snapshot.parent_events.values())
        choices = event_choices(events)
        question = Question(
            title=_("To which parent event does the message belong?"),
            text=_join_text(message, events),
            confirm=_("Join"),
            choice_label=_("Parent events"),
            choices=choices,
            chosen=choices[0].code,
        )
        card.ask(question, lambda _text: self._on_chosen(message, card.choice))

    def join(self, message: Message, event_id: str) -> None:
        """Join a message to an event; the message in the corner undoes it."""
        self._save(
            lambda store: (link_event(message_now(store, message), event_id),),
            _("The message is joined to the parent event."),
            undo=partial(self.unlink, message, event_id),
        )

    def unlink(self, message: Message, event_id: str) -> None:
        """Take a message off an event; the message in the corner undoes it."""
        self._save(
            lambda store: (unlink_event(message_now(store, message), event_id),),
            _("The message is no longer joined to the parent event."),
            undo=partial(self.join, message, event_id),
        )

    def _on_chosen(self, message: Message, choice: str) -> None:
        if choice == _NEW:
            self._ask_for_event(message, title=published_headline(message.alert))
        else:
            self.join(message, choice)

    def _ask_for_event(self, message: Message, *, title: str) -> None:
        card, hazard = self._card, Hazard.EXTREME_WEATHER if message.alert is not None else Hazard.FLOOD
        question = Question(
            title=_("Open a parent event from the message"),
            text=_("Every console keeps its title for ever: write no names and numbers."),
            confirm=_("Open the event"),
            field=_("Title"),
            value=title,
            required=_("Write a title."),
            choice_label=_("Hazard"),
            choices=_hazards(hazard),
            chosen=hazard.value,
        )
        card.ask(question, lambda text: self._open(message, text, Hazard(card.choice)))

    def _open(self, message: Message, title: str, hazard: Hazard) -> None:
        def make(store: ConsoleStore) -> Sequence[Draft]:
            event_id = new_uuid(store.now())
            return open_event_of(message_now(store, message), event_id, title=title, hazard=hazard, now=store.now())

        def on_saved(entries: SavedEntries) -> None:
            event_id = subject_key(entries[0].entry.subject)
            text = _("The event is open: {title}").format(title=title)
            self._context.notifier.done(text, undo=partial(self._take_back, message, event_id, title))

        self._context.save(make, on_saved=on_saved)

    def _take_back(self, message: Message, event_id: str, title: str) -> None:
        """Delete an event that was just opened, and take the message off it."""

        def make(store: ConsoleStore) -> Sequence[Draft]:
            event = next(each for each in store.parent_events() if each.id == event_id)
            return (
                unlink_event(message_now(store, message), event_id),
                delete_event(event, reason=_("undone")),
            )

        self._save(make, _("The event is deleted: {title}").format(title=title))

    def _save(
        self, make: Callable[[ConsoleStore], Sequence[Draft]], text: str, *, undo: Callable[[], None] | None = None
    ) -> None:
        self._context.save(make, on_saved=lambda _saved: self._context.notifier.done(text, undo=undo))


def open_events(message: Message, events: Iterable[ParentEvent]) -> list[ParentEvent]:
    """Return the open events of the world of a message that it does not belong to yet."""
    listed = listed_events(events, scope_of(message))
    return [each for each in listed if each.is_open and each.id not in message.events]


def event_choices(events: Sequence[ParentEvent]) -> tuple[Choice, ...]:
    """Return the first events as numbered choices, and a new one."""
    return numbered_choices([*((each.id, each.title) for each in events[:_MOST_CHOICES]), (_NEW, _("New event …"))])


def _join_text(message: Message, events: Sequence[ParentEvent]) -> str:
    text = _("The event and the message stay as they are; the link can be undone.")
    if len(events) <= _MOST_CHOICES:
        return text
    rest = _("{n} more events are open: tabuah message join-event {id}")
    return f"{text} {rest.format(n=len(events) - _MOST_CHOICES, id=message.id)}"


def _hazards(chosen: Hazard) -> tuple[Choice, ...]:
    return numbered_choices([(each.code, each.label) for each in hazard_choices(chosen.value)])
