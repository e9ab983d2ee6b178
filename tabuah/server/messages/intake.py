"""The intake of messages: each is recorded once; repetitions and floods of one sender are counted."""

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from math import ceil
from pathlib import Path
from typing import Final

from tabuah.operations.messages.drafts import count_repeats
from tabuah.operations.messages.inbound_message import InboundMessage
from tabuah.operations.messages.mapping_file import FILE_NAME, MessageLimits
from tabuah.operations.messages.message import OF_ROBOTS, Message
from tabuah.operations.messages.message_document import UnreadableDocument, read_document
from tabuah.operations.messages.reply_address import obstacle_of
from tabuah.server.database.personal_values import personal_value_of
from tabuah.server.errors import DraftRefused, Refusal
from tabuah.server.journal import ServerJournal
from tabuah.server.limits.push_limits import TokenBucket
from tabuah.server.messages.mapping_source import MessageMappings
from tabuah.server.messages.message_writer import MessageWriter
from tabuah.server.messages.sender_history import KEPT_FOR, MessageDigests, SenderHistory
from tabuah.storage.journal.messages_protocol import MessageReceipt, MessageResult

_MINUTE_S: Final = 60
# A handled message that comes again after this is news: the sender may need help again.
HANDLED_WINDOW: Final = timedelta(hours=1)

_DOCUMENT_REFUSALS: Final = {
    "too_large": (413, "a document of messages may have 1 MiB; send files by their size only"),
    "too_many_messages": (413, "a document may have 100 messages"),
    "not_json": (400, "the document is no JSON"),
    "not_cap": (400, "the document is no CAP alert that can be used"),
}


class MessageIntake:
    """Takes the documents of gateway accounts; `take` may be called from any thread and waits for the commit."""

    def __init__(
        self,
        journal: ServerJournal,
        directory: Path,
        *,
        answer_channels: frozenset[str] = frozenset(),
        monotonic_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._journal = journal
        self._mappings = MessageMappings(directory / FILE_NAME)
        self._answer_channels = answer_channels
        self._limits = MessageLimits()
        self._senders = TokenBucket[bytes](1, 1, monotonic_s=monotonic_s)
        self._accounts = TokenBucket[str](1, 1, monotonic_s=monotonic_s)
        self._alert_accounts = TokenBucket[str](1, 1, monotonic_s=monotonic_s)
        self._use_limits(self._limits)
        self._writer = MessageWriter(journal)
        self._digests: MessageDigests | None = None
        self._history = SenderHistory()
        self._counts: dict[str, int] = {}  # repetitions that are not written yet included
        self._lock = threading.Lock()

    def take(self, account: str, document: bytes) -> tuple[MessageReceipt, ...]:
        """Record the messages of a document; one that cannot be read does not affect the others.

        Raises:
            Refusal: the account may send none, the document cannot be read, or the account sends too much.
            ServerError: not all are recorded; the same document may be sent again.
        """
        with self._lock:
            now = self._journal.clock()
            messages = self._read(account, document, now)
            self._follow_limits()
            _check_rate(self._accounts.take(account, max(1, len(messages))))
            self._load()
            return tuple(self._take_one(account, message, now) for message in messages)

    def preview(self, account: str, document: bytes) -> tuple[MessageReceipt, ...]:
        """Return the results that `take` would have now, but for the limits; nothing is recorded.

        Raises:
            Refusal: as `take`.
        """
        with self._lock:
            now = self._journal.clock()
            messages = self._read(account, document, now)
            self._load()
            return tuple(self._preview_one(account, message, now) for message in messages)

    def _follow_limits(self) -> None:
        """Use the limits of the file, which may have changed since the last document."""
        limits = self._mappings.limits
        if limits != self._limits:
            self._use_limits(limits)
            self._limits = limits

    def _use_limits(self, limits: MessageLimits) -> None:
        self._senders.change_rate(limits.sender_burst, limits.sender_a_minute / _MINUTE_S)
        self._accounts.change_rate(limits.account_burst, limits.account_a_minute / _MINUTE_S)
        self._alert_accounts.change_rate(limits.alert_burst, limits.alerts_a_minute / _MINUTE_S)

    def _read(self, account: str, document: bytes, now: datetime) -> tuple[InboundMessage | None, ...]:
        try:
            return read_document(self._mappings.mapping_of(account), document, now)
        except UnreadableDocument as error:
            raise _document_refusal(error) from error

    def _preview_one(self, account: str, message: InboundMessage | None, now: datetime) -> MessageReceipt:
        if message is None:
            return MessageReceipt(result=MessageResult.EMPTY)
        earlier = self._earlier(account, self._writer.told_apart(account, message), now)
        return earlier or MessageReceipt(result=MessageResult.RECORDED)

    def _earlier(self, account: str, message: InboundMessage, now: datetime) -> MessageReceipt | None:
        """Return the receipt of a message that is recorded already, or says the same as one; None for a new one."""
        digests = self._load()
        message_id = digests.message_id(account, message)
        if self._message(message_id) is not None:
            return MessageReceipt(result=MessageResult.KNOWN, id=message_id)
        if _is_alert_of_work(message):
            return None  # each is work of its own, also where two say the same
        same, _newest = _keys_of(digests, account, message)
        earlier = self._repeated(same, now)
        return MessageReceipt(result=MessageResult.COUNTED, id=earlier.id) if earlier is not None else None

    def _take_one(self, account: str, message: InboundMessage | None, now: datetime) -> MessageReceipt:
        if message is None:
            return MessageReceipt(result=MessageResult.EMPTY)
        message = self._writer.told_apart(account, message)
        if found := self._earlier(account, message, now):
            is_counted = found.result is MessageResult.COUNTED
            return self._count(found.result, self._message(found.id)) if is_counted else found
        if _is_alert_of_work(message):
            _check_rate(self._alert_accounts.take(account))
            return self._record(account, message)
        digests = self._load()
        message_id = digests.message_id(account, message)
        same, newest = _keys_of(digests, account, message)
        # without a sender it may be anybody: forms without a name are limited by their account only
        has_sender = bool(message.address or message.sender)
        if has_sender and self._senders.take(newest) > 0:
            flooded = self._message(self._history.find(newest, now))
            return self._count(MessageResult.LIMITED, flooded)
        receipt = self._record(account, message)
        for key in (same, newest):
            self._history.remember(key, message_id, now)
        return receipt

    def _record(self, account: str, message: InboundMessage) -> MessageReceipt:
        channel = self._mappings.answer_channel_of(account)
        obstacle = obstacle_of(message, has_channel=channel in self._answer_channels)
        try:
            message_id = self._writer.record(account, message, obstacle=obstacle)
        except DraftRefused as refused:  # a message of a wiped subject, or rules that forbid it
            raise Refusal(409, refused.reason, str(refused)) from refused
        return MessageReceipt(result=MessageResult.RECORDED, id=message_id)

    def _repeated(self, key: bytes, now: datetime) -> Message | None:
        """Return the message that says the same and still counts repetitions."""
        earlier = self._message(self._history.find(key, now))
        if earlier is None or earlier.is_waiting or earlier.automatic:
            return earlier
        if earlier.closed is not None and earlier.closed.reason in OF_ROBOTS:
            return earlier
        return earlier if now - earlier.changed_at < HANDLED_WINDOW else None

    def _count(self, result: MessageResult, message: Message | None) -> MessageReceipt:
        """Count a repetition; it is written at 1, 2, 4, 8 …, so that a loop of robots does not fill the journal."""
        if message is None:
            return MessageReceipt(result=result)
        count = max(self._counts.get(message.id, 0), message.repeats) + 1
        if count & (count - 1) == 0:
            self._journal.append_drafts([count_repeats(message, count)])
        if len(self._counts) > 10_000:
            self._counts.clear()
        self._counts[message.id] = count
        return MessageReceipt(result=result, id=message.id)

    def _message(self, message_id: str) -> Message | None:
        return self._writer.find(message_id)

    def _load(self) -> MessageDigests:
        """Read the messages of the last day once, so that a restart forgets no repetition."""
        if self._digests is not None:
            return self._digests
        digests, since = self._writer.digests, self._journal.clock() - KEPT_FOR
        states = (state.value for state in self._journal.states_of_kind("message").values())
        messages = [value for value in states if isinstance(value, Message)]
        self._writer.load(messages)
        recent = [value for value in messages if value.received_at >= since]
        for message in sorted(recent, key=lambda each: each.received_at):
            for key in _keys_of(digests, message.account, self._sealed(message)):
                self._history.remember(key, message.id, message.received_at)
        self._digests = digests
        return digests

    def _sealed(self, message: Message) -> InboundMessage:
        """Return a recorded message with those personal values that are not erased."""

        def value(field: str) -> str:
            found = self._journal.read(
                lambda connection: personal_value_of(connection, message.received_entry, field)
            )
            return found or ""

        return InboundMessage(
            channel=message.channel,
            text=value("text"),
            sender=value("sender"),
            address=value("address"),
            position=message.position,
            attachments=message.attachments,
            automatic=message.automatic,
            alert=message.alert,
        )


def _document_refusal(error: UnreadableDocument) -> Refusal:
    status, text = _DOCUMENT_REFUSALS[str(error)]
    reason = f"{text}: {error.remark.code}" if error.remark is not None else text
    return Refusal(status, str(error), reason)


def _is_alert_of_work(message: InboundMessage) -> bool:
    return message.alert is not None and message.alert.is_work


def _check_rate(wait_s: float) -> None:
    """Ask an account to wait.

    Raises:
        Refusal: it must wait.
    """
    if wait_s > 0:
        retry = {"Retry-After": str(ceil(wait_s))}
        raise Refusal(429, "too_many_messages", "this account sends too many messages: wait", headers=retry)


def _keys_of(digests: MessageDigests, account: str, message: InboundMessage) -> tuple[bytes, bytes]:
    """Return the digest of what a sender says, and that of the sender.

    All automatic messages of a sender say the same: two robots that answer each other vary their words. Tests of
    alerts, drafts and answers to alerts are counted apart.
    """
    sender = message.address or message.sender
    if message.alert is not None:
        kind = (message.alert.status, message.alert.message)
        return digests.digest("alert", account, sender, *kind), digests.digest("sender", account, sender)
    if message.automatic:
        return digests.digest("automatic", account, sender), digests.digest("sender", account, sender)
    position = "" if message.position is None else f"{message.position.lon_deg} {message.position.lat_deg}"
    files = " ".join(f"{each.kind} {each.size_bytes}" for each in message.attachments)
    words = " ".join(message.text.casefold().split())
    return digests.digest("same", account, sender, words, position, files), digests.digest("sender", account, sender)
