"""The number of answers to each sender in the last hour; in memory only, filled from the journal at a start."""

from datetime import datetime, timedelta
from typing import Final

from tabuah.operations.messages.answer import MessageAnswer
from tabuah.operations.messages.message import Message
from tabuah.operations.messages.reply_address import email_address
from tabuah.server.database.personal_values import personal_value_of
from tabuah.server.journal import ServerJournal

WITHIN: Final = timedelta(hours=1)


class AnswerHistory:
    """Times of answers by address. Not thread-safe."""

    def __init__(self) -> None:
        self._sent: dict[str, dict[str, datetime]] = {}  # by address and entry

    def note(self, journal: ServerJournal, message: Message, answer: MessageAnswer) -> None:
        """Count an answer that was sent according to the journal."""
        sent_at = answer.settled_at
        if sent_at is None or journal.clock() - sent_at >= WITHIN:
            return
        entry = message.received_entry
        address = journal.read(lambda connection: personal_value_of(connection, entry, "address"))
        if address:
            self.add(email_address(address) or address, answer.entry, sent_at)

    def add(self, address: str, entry: str, at: datetime) -> None:
        """Count an answer once."""
        self._sent.setdefault(address.casefold(), {}).setdefault(entry, at)

    def count(self, address: str, now: datetime) -> int:
        """Return the number of answers to an address within an hour; older ones of all are forgotten."""
        self._sent = {
            known: recent
            for known, times in self._sent.items()
            if (recent := {entry: at for entry, at in times.items() if now - at < WITHIN})
        }
        return len(self._sent.get(address.casefold(), {}))
