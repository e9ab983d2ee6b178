"""Questions about parent events, and the entries that follow them, each with its undo."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from msgspec.structs import replace

from tabuah.console.window.shared.confirm_card import ConfirmCard, Question
from tabuah.console.window.shared.window_context import SavedEntries, WindowContext
from tabuah.operations.entries import Draft
from tabuah.operations.errors import NotPossible
from tabuah.operations.incidents.drafts import group_incident
from tabuah.operations.incidents.duplicates import features_of
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.parent_events import drafts
from tabuah.operations.parent_events.event_candidates import find_events
from tabuah.operations.parent_events.event_incidents import EventIncidents
from tabuah.operations.parent_events.parent_event import ParentEvent
from tabuah.resources.localisation import _, ngettext
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.sync.verdict_reasons import describe_not_possible
from tabuah.widgets.values import Choice

MOST_OFFERED: Final = 6
_LONGEST_LABEL: Final = 44
Grouping = Mapping[str, str]  # event by incident, both as ids; empty for none


class EventQuestions:
    """Asks before entries of an event are saved, on the card of a window."""

    def __init__(self, context: WindowContext, card: ConfirmCard) -> None:
        self._context, self._card = context, card

    def save(
        self, make: Callable[[], Sequence[Draft]], *, message: str, undo: Callable[[], None] | None = None
    ) -> None:
        """Save drafts, or show why it is not possible."""
        try:
            made = tuple(make())
        except NotPossible as refusal:
            self._context.notifier.refuse(describe_not_possible(refusal))
            return
        self._context.save(
            lambda _store: made, on_saved=lambda _saved: self._context.notifier.done(message, undo=undo)
        )

    # The event

    def close(self, event: ParentEvent, members: EventIncidents) -> None:
        """Ask for the reason of closing an event."""
        still_open = len(members.open)
        text = ngettext("{n} incident of it is still open.", "{n} incidents of it are still open.", still_open)
        question = Question(
            title=_("Close {title}?").format(title=event.title),
            text=" ".join(filter(None, (text.format(n=still_open) if still_open else "", _("Its incidents go on.")))),
            confirm=_("Close the event"),
            field=_("Reason"),
            is_reason=True,
        )
        self._card.ask(question, lambda reason: self._close(event, reason))

    def reopen(self, event_id: str, *, ended_at: datetime | None = None) -> None:
        """Open a closed event again, perhaps with the end that it had; the message undoes it."""
        event = self._event(event_id)
        if event is None:
            return
        self.save(
            lambda: _reopened(event, ended_at),
            message=_("The event is open again: {title}").format(title=event.title),
            undo=lambda: self._close_again(event),
        )

    def delete(self, event: ParentEvent) -> None:
        """Ask for the reason of deleting an event."""
        question = Question(
            title=_("Delete {title}?").format(title=event.title),
            text=_("Only where it was opened by mistake. Its incidents stay, without an event."),
            confirm=_("Delete"),
            field=_("Reason"),
            required=_("Write the reason."),
            is_reason=True,
        )
        self._card.ask(
            question,
            lambda reason: self.save(
                lambda: [drafts.delete_event(event, reason=reason)],
                message=_("The event is deleted: {title}").format(title=event.title),
                undo=lambda: self._restore(event.id),
            ),
        )

    def change_back(self, before: ParentEvent, fields: Iterable[str]) -> None:
        """Undo a change of some fields of an event."""
        event, given = self._event(before.id), {name: getattr(before, name) for name in fields}
        if event is not None:
            message = _("The event is changed: {title}").format(title=before.title)
            self.save(lambda: [drafts.change_event(event, **given)], message=message)

    def take_back(self, event_id: str, before: Grouping) -> None:
        """Undo the opening of an event; its first incidents return to the events that they had."""
        event = self._event(event_id)
        if event is not None and not event.deleted:
            deletion = drafts.delete_event(event, reason=_("undone"))
            message = _("The event is deleted: {title}").format(title=event.title)
            self._context.save(
                lambda store: [*_regrouped(before, store.incident), deletion],
                on_saved=lambda _saved: self._context.notifier.done(message),
            )

    # Its incidents

    def add(self, event: ParentEvent, members: EventIncidents) -> None:
        """Ask for the numbers of incidents; open ones of the hazard and area are offered."""
        offered = list(_offered(event, members, self._context.state.snapshot.incidents.values()))
        selected = self._context.incident
        question = Question(
            title=_("Which incidents belong to {title}?").format(title=event.title),
            text=_("An incident belongs to one event: it leaves another one."),
            confirm=_("Add"),
            field=_("Numbers"),
            value=selected.number if selected is not None and selected.parent_event != event.id else "",
            placeholder=_("Numbers, separated by commas"),
            required=_("Write the number of an incident."),
            offers=tuple(map(_offer, offered)),
        )
        self._card.ask(question, lambda text: self._add_numbers(event, text))

    def remove_some(self, event: ParentEvent, members: EventIncidents, *, chosen: str) -> None:
        """Ask which incidents leave an event; the chosen one is filled in."""
        named = [each for each in members.all if each.parent_event == event.id]
        named.sort(key=lambda each: each.id != chosen)
        question = Question(
            title=_("Which incidents leave {title}?").format(title=event.title),
            text=_("They go on without an event."),
            confirm=_("Take out"),
            field=_("Numbers"),
            value=named[0].number if named and named[0].id == chosen else "",
            placeholder=_("Numbers, separated by commas"),
            required=_("Write the number of an incident."),
            offers=tuple(map(_offer, named[:MOST_OFFERED])),
        )
        self._card.ask(question, lambda text: self._remove_numbers(event, text))

    def put_under(self, event_id: str, incident_ids: Sequence[str]) -> None:
        """Put incidents under an event; the message undoes it."""
        event = self._event(event_id)
        if event is not None:
            self._add(event, lambda store: [store.incident(key) for key in incident_ids])

    def remove(self, event_id: str, incident_ids: Sequence[str]) -> None:
        """Take incidents out of an event; the message undoes it."""
        event = self._event(event_id)
        if event is not None:
            self._remove(event, lambda store: [store.incident(key) for key in incident_ids])

    def _event(self, event_id: str) -> ParentEvent | None:
        return self._context.state.snapshot.parent_events.get(event_id)

    def _close(self, event: ParentEvent, reason: str) -> None:
        self.save(
            lambda: [drafts.close_event(event, reason=reason)],
            message=_("The event is closed: {title}").format(title=event.title),
            undo=lambda: self.reopen(event.id, ended_at=event.ended_at),
        )

    def _close_again(self, before: ParentEvent) -> None:
        event = self._event(before.id)
        if event is not None:
            message = _("The event is closed: {title}").format(title=event.title)
            self.save(
                lambda: [drafts.close_event(event, ended_at=before.ended_at, reason=before.close_reason)],
                message=message,
            )

    def _restore(self, event_id: str) -> None:
        event = self._event(event_id)
        if event is not None:
            message = _("The event is there again: {title}").format(title=event.title)
            self.save(lambda: [drafts.restore_event(event)], message=message)

    def _add_numbers(self, event: ParentEvent, text: str) -> None:
        self._add(event, lambda store: [store.incident(number) for number in _numbers(text)])

    def _remove_numbers(self, event: ParentEvent, text: str) -> None:
        self._remove(event, lambda store: [store.incident(number) for number in _numbers(text)])

    def _add(self, event: ParentEvent, find: Callable[[ConsoleStore], Sequence[Incident]]) -> None:
        def text(n: int) -> str:
            return ngettext("{n} incident now belongs to {title}.", "{n} incidents now belong to {title}.", n)

        self._group(find, lambda found: drafts.add_to_event(event, found), text, event.title)

    def _remove(self, event: ParentEvent, find: Callable[[ConsoleStore], Sequence[Incident]]) -> None:
        def text(n: int) -> str:
            return ngettext("{n} incident was taken out of {title}.", "{n} incidents were taken out of {title}.", n)

        self._group(find, lambda found: drafts.remove_from_event(event, found), text, event.title)

    def _group(
        self,
        find: Callable[[ConsoleStore], Sequence[Incident]],
        group: Callable[[Sequence[Incident]], Sequence[Draft]],
        text: Callable[[int], str],
        title: str,
    ) -> None:
        before: dict[str, str] = {}

        def make(store: ConsoleStore) -> Sequence[Draft]:
            found = find(store)
            before.update({each.id: each.parent_event for each in found})
            return group(found)

        def saved(entries: SavedEntries) -> None:
            n = len(entries)
            self._context.notifier.done(text(n).format(n=n, title=title), undo=lambda: self._group_back(before))

        self._context.save(make, on_saved=saved)

    def _group_back(self, before: Grouping) -> None:
        def saved(entries: SavedEntries) -> None:
            n = len(entries)
            message = ngettext(
                "{n} incident belongs to its event as before.", "{n} incidents belong to their events as before.", n
            )
            self._context.notifier.done(message.format(n=n))

        self._context.save(lambda store: _regrouped(before, store.incident), on_saved=saved)


def _reopened(event: ParentEvent, ended_at: datetime | None) -> list[Draft]:
    reopening = drafts.reopen_event(event)  # removes the end
    if ended_at is None:
        return [reopening]
    return [reopening, drafts.change_event(replace(event, ended_at=None), ended_at=ended_at)]


def _regrouped(before: Grouping, incident_of: Callable[[str], Incident]) -> list[Draft]:
    """Return the entries that put incidents back under the events that they had."""
    found = [(incident_of(key), event) for key, event in before.items()]
    return [group_incident(incident, event) for incident, event in found if incident.parent_event != event]


def _numbers(text: str) -> list[str]:
    return list(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


def _offer(incident: Incident) -> Choice:
    return Choice(code=incident.number, label=f"{incident.number} {incident.title}"[:_LONGEST_LABEL])


def _offered(event: ParentEvent, members: EventIncidents, incidents: Iterable[Incident]) -> Iterable[Incident]:
    """Yield open incidents of no event that fit an event, newest first."""
    free = (each for each in incidents if each.is_open and not each.parent_event)
    n = 0
    for incident in sorted(free, key=lambda each: each.reported_at, reverse=True):
        features = features_of(incident)
        if features is not None and find_events(features, [event], {event.id: members}):
            yield incident
            n += 1
            if n == MOST_OFFERED:
                return
