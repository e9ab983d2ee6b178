"""Moves of messages: the server receives two, and several people link, close and answer them, perhaps offline."""

from datetime import UTC, datetime

from histories import versions
from histories.base_machine import CONSOLES, CRASHES, PICKS, HistoryMachine
from histories.parent_event_moves import KEY as EVENT_KEY
from histories.world import Console
from hypothesis import strategies as st
from hypothesis.stateful import rule

from tabuah.operations.entries import Draft
from tabuah.operations.errors import NotPossible
from tabuah.operations.exercises.scope import SubjectWorld
from tabuah.operations.feeds.cap_alert import CapMessageType, CapScope, CapStatus
from tabuah.operations.messages.alert import AlertEnd, AlertWords, MessageAlert
from tabuah.operations.messages.answer import AnswerFailure
from tabuah.operations.messages.answer_drafts import answer_message, note_delivery, note_failure, withdraw_answer
from tabuah.operations.messages.drafts import (
    close_message,
    end_alert,
    link_event,
    link_message,
    receive_message,
    reopen_message,
    unlink_event,
    unlink_message,
)
from tabuah.operations.messages.inbound_message import InboundMessage
from tabuah.operations.messages.message import ClosingReason, Message, MessageChannel
from tabuah.server.errors import DraftRefused
from tabuah.storage.journal.identifiers import new_salt

KEY = "00000000-0000-7000-8000-000000003e{pick:02d}"
_ALERT = MessageAlert(
    status=CapStatus.ACTUAL,
    message=CapMessageType.ALERT,
    scope=CapScope.PUBLIC,
    sent=datetime(2026, 11, 24, 1, 0, tzinfo=UTC),
    words=AlertWords(identifier="A1", sender="pusdalops@example.org", headline="Hujan lebat"),
    rings=(((100.6, -0.9), (100.7, -0.9), (100.7, -1.0), (100.6, -0.9)),),
)
CHANGES = st.lists(
    st.tuples(
        st.sampled_from(
            ("link", "unlink", "close", "reopen", "answer", "withdraw", "deliver", "end", "event", "leave")
        ),
        PICKS,
    ),
    max_size=3,
)


class MessageMoves(HistoryMachine):
    """Moves of messages."""

    @rule(number=CONSOLES, changes=CHANGES, crash=CRASHES, exchanges=st.booleans())
    def answer_messages(self, number: int, changes: list[tuple[str, int]], crash: int, exchanges: bool) -> None:
        console = self.console(number)
        for what, pick in changes:
            key = KEY.format(pick=pick % 2)
            message = next((each for each in console.store.messages() if each.id == key), None)
            if message is None:
                self.receive(key, pick)
            elif what == "deliver":
                self.record_delivery(message, pick)
            elif what == "end":
                self.record_end(message, pick)
            elif (draft := draft_of(console, message, what, pick)) is not None:
                self.save(console, draft, None, crash)
        if exchanges:
            self.exchange(console)

    def receive(self, key: str, pick: int) -> None:
        """Let the server record a message, unless it has it or its rules do not know messages yet."""
        server = self.world.server
        alert = _ALERT if pick % 3 == 0 else None
        inbound = InboundMessage(
            channel=MessageChannel.CAP if alert else MessageChannel.SMS,
            sender=f"0812 77{pick:04d}",
            address=f"081277{pick:04d}",
            text=f"pesan {pick}",
            alert=alert,
        )
        draft = receive_message(key, inbound, account="wa", salts=(new_salt(), new_salt(), new_salt(), new_salt()))
        with versions.running(newer=server.newer):
            try:
                server.journal.append_drafts([draft])
            except DraftRefused as refused:
                assert refused.reason in ("already_exists", "unknown_kind")  # noqa: PT017 - rules of several versions

    def record_end(self, message: Message, pick: int) -> None:
        """Let the server record that a later alert ended this message, if it is an alert."""
        server = self.world.server
        draft = end_alert(
            message.id,
            KEY.format(pick=90),
            list(AlertEnd)[pick % 2],
            world=SubjectWorld(message.exercise, message.exercise_id),
        )
        with versions.running(newer=server.newer):
            try:
                server.journal.append_drafts([draft])
            except DraftRefused as refused:
                assert refused.reason in ("no_alert", "unknown_subject", "unknown_kind")  # noqa: PT017

    def record_delivery(self, message: Message, pick: int) -> None:
        """Let the server record that an answer was sent or was not; it may not have the answer yet."""
        server = self.world.server
        if not message.answers:
            return
        answer = message.answers[pick % len(message.answers)]
        failed = note_failure(message, answer, AnswerFailure.REFUSED, channel="wa", status="HTTP 400")
        draft = failed if pick % 3 == 0 else note_delivery(message, answer, "wa")
        with versions.running(newer=server.newer):
            try:
                server.journal.append_drafts([draft])
            except DraftRefused as refused:
                assert refused.reason in ("unknown_answer", "unknown_subject", "unknown_kind")  # noqa: PT017


def draft_of(console: Console, message: Message, what: str, pick: int) -> Draft | None:
    """Return a change of a message; None where nothing would change."""
    incidents = sorted(incident.id for incident in console.store.incidents() if not incident.exercise)
    reasons = [each for each in ClosingReason if each is not ClosingReason.OTHER]
    try:
        match what:
            case "close":
                return close_message(message, reasons[pick % len(reasons)])
            case "reopen":
                return reopen_message(message)
            case "answer":
                personal = console.store.personal_of(message.received_entry)
                return answer_message(message, f"jawaban {pick}", personal, salt=new_salt())
            case "withdraw":
                return withdraw_answer(message, message.answers[-1]) if message.answers else None
            case "event":
                return link_event(message, EVENT_KEY.format(pick=pick % 2))  # also one that does not exist here
            case "leave":
                return unlink_event(message, message.events[0]) if message.events else None
            case "unlink":
                return unlink_message(message, message.incidents[0]) if message.incidents else None
        return link_message(message, incidents[pick % len(incidents)]) if incidents else None
    except NotPossible:
        return None
