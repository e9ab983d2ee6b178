"""The service of answers: one thread sends what people have answered, each answer through the channel of its account.

An answer leaves after a short delay, so that it can be withdrawn. It is sent at least once: after a crash between the
sending and its entry, it is sent again with the same key. Nothing but the journal says what is still to be sent.
"""

import logging
import re
import threading
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final

from tabuah.operations.entries import Draft, subject_kind
from tabuah.operations.messages.answer import AnswerFailure, AnswerState, MessageAnswer
from tabuah.operations.messages.answer_drafts import note_delivery, note_failure
from tabuah.operations.messages.mapping_file import FILE_NAME
from tabuah.operations.messages.message import Message
from tabuah.operations.notices.channels import NoticeChannel
from tabuah.operations.notices.flood_limits import retry_delay_s
from tabuah.resources.fault_isolation import isolated
from tabuah.server.errors import DraftRefused, ServerError
from tabuah.server.health import VERSION
from tabuah.server.journal import ServerJournal
from tabuah.server.messages.answer_history import AnswerHistory
from tabuah.server.messages.mapping_source import MessageMappings
from tabuah.server.messages.outgoing_answer import OutgoingAnswer, prepare_answer
from tabuah.server.notices.channel_senders import open_sender
from tabuah.server.notices.message_sender import SENDING_FAULTS, DeliveryFailed, MessageSender
from tabuah.storage.journal.wire import Record, decode_entry

log = logging.getLogger(__name__)

LOOK_EVERY_S: Final = 5.0
CHANNEL_PAUSE_S: Final = 15.0  # after a failure, so that a gateway that hangs does not delay the other channels
LONGEST_CHANNEL_PAUSE_S: Final = 60.0
AGENT: Final = f"Tabuah/{VERSION}"
_STATUS: Final = re.compile(r"(HTTP|SMTP|Telegram) [0-9]{3}")


class AnswerService:
    """Call `start` before use and `stop` before the journal is closed."""

    def __init__(
        self,
        journal: ServerJournal,
        channels: Sequence[NoticeChannel],
        *,
        monotonic_s: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare the service.

        Raises:
            UnusableNotices: the secret of a channel cannot be read.
        """
        self._journal, self._monotonic_s = journal, monotonic_s
        self._channels = {channel.name: channel for channel in channels}
        directory = journal.directory.path
        self._senders: dict[str, MessageSender] = {
            channel.name: open_sender(channel, directory, AGENT) for channel in channels
        }
        self._mappings = MessageMappings(directory / FILE_NAME)
        self._history = AnswerHistory()
        self._due_s: dict[tuple[str, str], float] = {}  # by subject and entry of the answer
        self._results: dict[tuple[str, str], Draft] = {}  # that could not be written yet
        self._attempts: dict[tuple[str, str], int] = {}  # that failed, of answers that wait
        self._paused_until_s: dict[str, float] = {}
        self._touched: set[str] = set()
        self._lock = threading.Lock()
        self._stopping, self._wake = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="tabuah-answers", daemon=True)
        self._unsubscribe: Callable[[], None] = lambda: None

    @property
    def channels(self) -> frozenset[str]:
        """The names of the channels through which answers can go."""
        return frozenset(self._channels)

    def start(self) -> None:
        """Start the thread."""
        self.follow()
        self._thread.start()

    def follow(self) -> None:
        """Follow the journal from here on, and take what waits already."""
        self._unsubscribe = self._journal.subscribe(self._on_records)
        with self._lock:
            self._touched.update(self._journal.states_of_kind("message"))

    def stop(self) -> None:
        """Stop the thread; an answer that is being sent is sent again after the next start."""
        self._unsubscribe()
        self._stopping.set()
        self._wake.set()
        for sender in self._senders.values():
            sender.abort()
        if self._thread.ident is not None:
            self._thread.join()

    def close(self) -> None:
        """Close the connections; the thread does so at its end."""
        for sender in self._senders.values():
            sender.close()

    @property
    def is_running(self) -> bool:
        """Whether the thread runs; callable from any thread."""
        return self._thread.is_alive()

    def _on_records(self, records: tuple[Record, ...]) -> None:
        subjects = {decode_entry(record.text).subject for record in records}
        touched = {subject for subject in subjects if subject_kind(subject) == "message"}
        if touched:
            with self._lock:
                self._touched |= touched
            self._wake.set()

    def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                self._wake.clear()
                try:
                    self.send_due()
                except ServerError as error:
                    log.warning("answers wait: %s", error)
                except Exception:
                    log.exception("answers could not be sent because of a bug")
                self._wake.wait(self._pause_s())
        finally:
            self.close()

    def _pause_s(self) -> float:
        """Return the time to the next answer, at most `LOOK_EVERY_S`."""
        now_s = self._monotonic_s()
        times = (max(0.05, due_s - now_s) for due_s in self._due_s.values() if due_s > now_s)
        return min((LOOK_EVERY_S, *times))

    def send_due(self) -> None:
        """Send the answers whose delay is over; those of a channel that failed wait for its next attempt.

        Raises:
            ServerError: the journal takes no entries now; nothing more was sent.
        """
        self._note_touched()
        for key, draft in list(self._results.items()):
            with isolated("result of an answer", key[1], catch=SENDING_FAULTS):
                self._write(key, draft)
        for key, due_s in sorted(self._due_s.items(), key=lambda item: item[1]):
            if self._stopping.is_set():
                return
            if due_s <= self._monotonic_s() and key not in self._results:
                self._journal.read_only.check()  # what cannot be noted is not sent
                with isolated("answer", key[1], catch=SENDING_FAULTS) as fault:
                    self._send(key)
                if fault.failed:
                    self._postpone(key)

    def _note_touched(self) -> None:
        with self._lock:
            touched = tuple(self._touched)
        for subject in touched:
            with self._lock:
                self._touched.discard(subject)  # before it is read: a change meanwhile touches it again
            try:
                with isolated("answers of a message", subject, catch=SENDING_FAULTS):
                    self._note_message(subject)
            except ServerError:
                with self._lock:
                    self._touched.add(subject)
                raise

    def _note_message(self, subject: str) -> None:
        message, delay_s = self._message(subject), self._mappings.limits.answer_delay_s
        for answer in message.answers if message is not None else ():
            key = (subject, answer.entry)
            if answer.state is AnswerState.WAITING:
                self._due_s.setdefault(key, self._monotonic_s() + delay_s)
            else:
                self._forget(key)
            if message is not None and answer.state is AnswerState.SENT:
                self._history.note(self._journal, message, answer)

    def _send(self, key: tuple[str, str]) -> None:
        subject, entry = key
        message = self._message(subject)
        answer = message.answer(entry) if message is not None else None
        if message is None or answer is None or answer.state is not AnswerState.WAITING:
            self._forget(key)
            return
        outgoing = prepare_answer(self._journal, message, answer, self._channel_of(message))
        if isinstance(outgoing, AnswerFailure):
            self._write(key, note_failure(message, answer, outgoing))
        elif failure := self._limit(answer, outgoing):
            self._write(key, note_failure(message, answer, failure, channel=outgoing.channel))
        elif self._paused_until_s.get(outgoing.channel, 0.0) <= self._monotonic_s():
            self._send_through(key, message, answer, outgoing)

    def _channel_of(self, message: Message) -> NoticeChannel | None:
        return self._channels.get(self._mappings.answer_channel_of(message.account))

    def _limit(self, answer: MessageAnswer, outgoing: OutgoingAnswer) -> AnswerFailure | None:
        limits, now = self._mappings.limits, self._journal.clock()
        if now - answer.at > timedelta(hours=limits.answer_within_h):
            return AnswerFailure.EXPIRED
        if self._history.count(outgoing.message.address, now) >= limits.answers_an_hour:
            return AnswerFailure.SENDER_LIMIT
        return None

    def _send_through(
        self, key: tuple[str, str], message: Message, answer: MessageAnswer, outgoing: OutgoingAnswer
    ) -> None:
        name = outgoing.channel
        try:
            self._senders[name].send(outgoing.message)
        except DeliveryFailed as failure:
            if not self._stopping.is_set():  # an error caused by stopping is not one of the channel
                self._on_failure(key, message, answer, name, failure)
            return
        self._history.add(outgoing.message.address, answer.entry, self._journal.clock())
        self._write(key, note_delivery(message, answer, name))
        log.info("answer %s was accepted by %s", answer.entry, name)

    def _on_failure(
        self, key: tuple[str, str], message: Message, answer: MessageAnswer, name: str, failure: DeliveryFailed
    ) -> None:
        log.warning("answer %s was not accepted by %s: %s", answer.entry, name, failure.summary)
        if failure.permanent:
            refused, status = AnswerFailure.REFUSED, failure.summary if _STATUS.fullmatch(failure.summary) else ""
            self._write(key, note_failure(message, answer, refused, channel=name, status=status))
            return
        asked_s = failure.retry_after_s
        self._postpone(key, asked_s)
        pause_s = min(max(CHANNEL_PAUSE_S, asked_s), LONGEST_CHANNEL_PAUSE_S)
        self._paused_until_s[name] = self._monotonic_s() + pause_s

    def _postpone(self, key: tuple[str, str], at_least_s: float = 0.0) -> None:
        """Wait before the next attempt; the other answers of the channel come first then."""
        self._attempts[key] = self._attempts.get(key, 0) + 1
        self._due_s[key] = self._monotonic_s() + max(retry_delay_s(self._attempts[key]), at_least_s)

    def _forget(self, key: tuple[str, str]) -> None:
        """Forget an answer that does not wait."""
        self._due_s.pop(key, None)
        self._attempts.pop(key, None)

    def _write(self, key: tuple[str, str], draft: Draft) -> None:
        """Write the result of an answer; one that cannot be written now is kept, and not sent again."""
        self._results[key] = draft
        try:
            self._journal.append_drafts([draft])
        except DraftRefused as refused:  # of a wiped exercise, or of rules that forbid it: nothing can be noted
            log.warning("the result of the answer %s is not recorded: %s", key[1], refused.reason)
        del self._results[key]
        self._forget(key)

    def _message(self, subject: str) -> Message | None:
        value = self._journal.state_of(subject).value
        return value if isinstance(value, Message) else None
