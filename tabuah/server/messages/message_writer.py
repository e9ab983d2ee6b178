"""The writer of messages: it writes a message, and the ends of alerts that it causes or has, in one step."""

from collections.abc import Iterable

from msgspec.structs import replace

from tabuah.operations.entries import Draft, subject_of
from tabuah.operations.exercises.scope import SubjectWorld
from tabuah.operations.messages.answer import AnswerObstacle
from tabuah.operations.messages.drafts import receive_message
from tabuah.operations.messages.inbound_message import InboundMessage
from tabuah.operations.messages.message import Message
from tabuah.server.journal import ServerJournal
from tabuah.server.messages.alert_history import AlertHistory
from tabuah.server.messages.alert_position import AlertPositions
from tabuah.server.messages.sender_history import MessageDigests
from tabuah.storage.journal.identifiers import new_salt


class MessageWriter:
    """Belongs to one thread at a time. Call `load` with the known messages first."""

    def __init__(self, journal: ServerJournal) -> None:
        self._journal = journal
        self._alerts = AlertHistory(self.find)
        self._positions = AlertPositions()
        self.digests = MessageDigests(journal.keys.first.secret)

    def load(self, messages: Iterable[Message]) -> None:
        """Remember which alerts the known messages name."""
        self._alerts.load(messages)

    def find(self, message_id: str) -> Message | None:
        """Return a recorded message."""
        if not message_id:
            return None
        value = self._journal.state_of(subject_of("message", message_id)).value
        return value if isinstance(value, Message) else None

    def told_apart(self, account: str, message: InboundMessage) -> InboundMessage:
        """Return an alert under an id of its own, if its sender used its identifier for an alert of another time.

        CAP does not allow that, but the second alert must not be lost.
        """
        known = self.find(self.digests.message_id(account, message))
        if message.alert is None or known is None or known.alert is None or known.alert.sent == message.alert.sent:
            return message
        return replace(message, external_id=f"{message.external_id}\n{message.alert.sent.isoformat()}")

    def earlier_of(self, account: str, message: InboundMessage) -> tuple[str, ...]:
        """Return the ids of the messages of the alerts that an alert names."""
        return tuple(self.digests.key(account, each) for each in message.earlier)

    def record(
        self,
        account: str,
        message: InboundMessage,
        *,
        obstacle: AnswerObstacle | None,
        world: SubjectWorld | None = None,
    ) -> str:
        """Write a message and return its id. `world` is that of its source; None for the real one.

        Raises:
            DraftRefused: the rules forbid it, or its subject was wiped.
            ServerError: it could not be written.
        """
        message_id, earlier = self.digests.message_id(account, message), self.earlier_of(account, message)
        draft = receive_message(
            message_id,
            self._positions.locate(message),
            account=account,
            salts=(new_salt(), new_salt(), new_salt(), new_salt()),
            obstacle=obstacle,
            earlier=earlier,
            world=world or SubjectWorld(),
        )
        ends: tuple[Draft, ...] = ()
        if message.alert is not None:
            world = SubjectWorld(draft.exercise, draft.exercise_id)
            ends = self._alerts.drafts(message_id, message.alert, earlier, world=world)
        self._journal.append_drafts((draft, *ends))
        self._alerts.remember(message_id, earlier)
        return message_id
