"""The alerts that the server has received: which later one ended which earlier one, in any order of arrival."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from tabuah.operations.entries import Draft
from tabuah.operations.exercises.scope import SubjectWorld
from tabuah.operations.messages.alert import MessageAlert, ends
from tabuah.operations.messages.drafts import end_alert
from tabuah.operations.messages.message import Message

MOST_NAMED: Final = 20_000  # alerts that are named by others
MOST_NAMING: Final = 50  # alerts that name the same one


class AlertHistory:
    """Finds the ends of alerts. Belongs to one thread at a time."""

    def __init__(self, find_message: Callable[[str], Message | None]) -> None:
        self._find_message = find_message
        self._naming: dict[str, list[str]] = {}  # message of an alert -> messages of the alerts that name it

    def load(self, messages: Iterable[Message]) -> None:
        """Remember which alerts the known messages name."""
        for message in messages:
            if message.alert is not None:
                self.remember(message.id, message.alert.earlier)

    def remember(self, message_id: str, earlier: Sequence[str]) -> None:
        """Remember the alerts that a new one names."""
        for key in earlier:
            if key not in self._naming and len(self._naming) >= MOST_NAMED:
                return
            naming = self._naming.setdefault(key, [])
            if len(naming) < MOST_NAMING:
                naming.append(message_id)

    def drafts(
        self, message_id: str, alert: MessageAlert, earlier: Iterable[str], *, world: SubjectWorld
    ) -> tuple[Draft, ...]:
        """Return the ends that go with a new alert of a world: those of the alerts it names, and its own.

        It has an end already if a later alert that names it came first.
        """
        ended = (
            end_alert(each.id, message_id, end, world=world)
            for each in self._messages(earlier)
            if each.alert is not None
            and each.alert_closure is None
            and SubjectWorld(each.exercise, each.exercise_id) == world
            and (end := ends(alert, each.alert)) is not None
        )
        return (*ended, *self._own_end(message_id, alert, world)[:1])

    def _own_end(self, message_id: str, alert: MessageAlert, world: SubjectWorld) -> list[Draft]:
        later = [each for each in self._messages(self._naming.get(message_id, ())) if each.alert is not None]
        later.sort(key=lambda each: (each.sent_at, each.id))
        return [
            end_alert(message_id, each.id, end, world=world)
            for each in later
            if each.alert is not None
            and SubjectWorld(each.exercise, each.exercise_id) == world
            and (end := ends(each.alert, alert)) is not None
        ]

    def _messages(self, keys: Iterable[str]) -> list[Message]:
        found = (self._find_message(key) for key in dict.fromkeys(keys))
        return [each for each in found if each is not None]
