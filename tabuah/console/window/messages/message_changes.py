"""The entries of messages that the window writes, each with its undo."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Final

from tabuah.console.window.shared.confirm_card import Question
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.operations.entries import Draft, subject_of
from tabuah.operations.errors import NotPossible
from tabuah.operations.exercises.scope import scope_of
from tabuah.operations.hidden_characters import is_plain
from tabuah.operations.incidents.duplicates import ReportFeatures, find_duplicates
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.place import IncidentPlace
from tabuah.operations.messages.drafts import close_message, link_message, reopen_message, unlink_message
from tabuah.operations.messages.entry_bodies import LONGEST_NOTE
from tabuah.operations.messages.message import ClosingReason, Message
from tabuah.resources.localisation import _
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.code_labels import code_label
from tabuah.text.messages.message_text import message_note_refused_text
from tabuah.widgets.values import Choice

_MOST_OFFERED: Final = 6
_LONGEST_LABEL: Final = 44


class MessageChanges:
    """Saves links, unlinkings, endings and reopenings, and tells the person what was done."""

    def __init__(self, context: WindowContext) -> None:
        self._context = context

    def join_question(self, message: Message, text: str) -> Question:
        """Return the question to which incident a message is joined; those most alike are offered first."""
        snapshot = self._context.state.snapshot
        related = related_incidents(message, snapshot.linked_messages)
        offered = join_candidates(message, text, snapshot.incidents.values(), related=related)
        return Question(
            title=_("To which incident does the message belong?"),
            text=_("The incident and the message stay as they are; the link can be undone."),
            confirm=_("Join"),
            field=_("Number"),
            value=offered[0].number if len(offered) == 1 or (offered and offered[0].id in related) else "",
            required=_("Write the number of an incident."),
            offers=tuple(
                Choice(code=each.number, label=f"{each.number} {each.title}"[:_LONGEST_LABEL]) for each in offered
            ),
        )

    def join(self, message: Message, number: str) -> None:
        """Join a message to the incident with a number; the message in the corner undoes it."""
        joined: list[str] = []

        def make(store: ConsoleStore) -> Sequence[Draft]:
            incident = store.incident(number.partition(",")[0].strip())
            if scope_of(incident) != scope_of(message):
                raise NotPossible("message_of_another_world")
            joined.append(incident.id)
            return (link_message(message_now(store, message), incident.id),)

        self._save(make, _("The message is joined to the incident."), undo=lambda: self._unlink_back(message, joined))

    def unlink(self, message: Message, incident_id: str) -> None:
        """Take a message off an incident; the message in the corner undoes it."""
        self._save(
            lambda store: (unlink_message(message_now(store, message), incident_id),),
            _("The message is no longer joined to the incident."),
            undo=lambda: self._save(
                lambda store: (link_message(message_now(store, message), incident_id),),
                _("The message is joined to the incident."),
            ),
        )

    def close(self, message: Message, reason: ClosingReason, note: str) -> None:
        """Close a message; the message in the corner reopens it."""
        self._save(
            lambda store: (close_message(message_now(store, message), reason, note=note),),
            _("The message is closed: {reason}.").format(reason=code_label(reason).lower()),
            undo=lambda: self._save(
                lambda store: (reopen_message(message_now(store, message)),), _("The message is open again.")
            ),
        )

    def reopen(self, message: Message) -> None:
        """Reopen a message; the message in the corner closes it as before."""
        before = message.closed
        if before is None:
            return
        self._save(
            lambda store: (reopen_message(message_now(store, message)),),
            _("The message is open again."),
            undo=lambda: self._save(
                lambda store: (close_message(message_now(store, message), before.reason, note=before.note),),
                _("The message is closed: {reason}.").format(reason=code_label(before.reason).lower()),
            ),
        )

    def _unlink_back(self, message: Message, joined: Sequence[str]) -> None:
        self._save(
            lambda store: (unlink_message(message_now(store, message), joined[-1]),),
            _("The message is no longer joined to the incident."),
        )

    def _save(
        self,
        make: Callable[[ConsoleStore], Sequence[Draft]],
        message: str,
        *,
        undo: Callable[[], None] | None = None,
    ) -> None:
        self._context.save(make, on_saved=lambda _saved: self._context.notifier.done(message, undo=undo))


def numbered_choices(found: Iterable[tuple[str, str]]) -> tuple[Choice, ...]:
    """Return choices of codes and labels; the first nine have a digit as key."""
    pairs = enumerate(found, start=1)
    return tuple(Choice(code=code, label=label, key=str(n) if n < 10 else "") for n, (code, label) in pairs)


def close_question(
    *, chosen: str = ClosingReason.ANSWERED.value, note: str = "", needs_note: bool = False
) -> Question:
    """Return the question why a message needs no further work."""
    return Question(
        title=_("Why does the message need no further work?"),
        text="",
        confirm=_("Close message"),
        field=_("Note; write no names"),
        value=note,
        required=_("The reason “other” needs a note.") if needs_note else "",
        choice_label=_("Reason"),
        choices=tuple(
            Choice(code=each.value, label=code_label(each), key=str(number))
            for number, each in enumerate(ClosingReason, start=1)
        ),
        chosen=chosen,
    )


def note_fault(note: str) -> str:
    """Return why a note of an ending cannot be saved; empty if it can."""
    return "" if len(note) <= LONGEST_NOTE and is_plain(note) else message_note_refused_text(LONGEST_NOTE)


def related_incidents(message: Message, linked: Mapping[str, Message]) -> frozenset[str]:
    """Return the incidents of the alerts that an alert updates or cancels; none for other messages."""
    earlier = message.alert.earlier if message.alert is not None else ()
    found = (linked[key] for key in earlier if key in linked)
    return frozenset(incident for each in found for incident in each.incidents)


def join_candidates(
    message: Message, text: str, incidents: Iterable[Incident], *, related: Collection[str] = ()
) -> tuple[Incident, ...]:
    """Return the open incidents of the world of a message that it may be about, the most alike first.

    First those of the alerts that it updates or cancels, `related`. Incidents near its position rank as possible
    duplicates do; the others follow by time.
    """
    world = scope_of(message)
    fitting = [
        each for each in incidents if each.is_open and scope_of(each) == world and each.id not in message.incidents
    ]
    alike = [each.incident for each in find_duplicates(_features(message, text), fitting)] if message.position else []
    alike = [*(each for each in fitting if each.id in related), *(each for each in alike if each.id not in related)]
    known = {each.id for each in alike}
    others = sorted((each for each in fitting if each.id not in known), key=lambda each: _time_apart(message, each))
    return tuple([*alike, *others][:_MOST_OFFERED])


def _features(message: Message, text: str) -> ReportFeatures:
    assert message.position is not None
    place = IncidentPlace(lon_deg=message.position.lon_deg, lat_deg=message.position.lat_deg)
    return ReportFeatures(
        hazard=None,
        place=place,
        occurred_at=message.sent_at,
        words=text,
        exercise=message.exercise,
        exercise_id=message.exercise_id,
    )


def _time_apart(message: Message, incident: Incident) -> timedelta:
    return abs(incident.reported_at - message.sent_at)


def message_now(store: ConsoleStore, message: Message) -> Message:
    """Return a message as it is now."""
    value = store.state(subject_of("message", message.id)).value
    return value if isinstance(value, Message) else message
