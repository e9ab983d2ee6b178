"""MQTT ingest: converts messages to readings in groups, and acknowledges them once the readings are on disk."""

import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime
from typing import Final, Generic, Protocol, TypeVar

from tabuah.operations.gateways.mapping import GatewayMapping, TopicPlaces
from tabuah.operations.gateways.payloads import read_payload
from tabuah.operations.gateways.recorded_message import match_mapping, record_message
from tabuah.operations.people.roles import Role
from tabuah.operations.readings.authorship import MAPPING_PREFIX, ReadingAuthor
from tabuah.operations.readings.reading import Doubt, PostedReading
from tabuah.server.errors import ServerError
from tabuah.server.mqtt.status import MqttStatus
from tabuah.server.readings.service import ReadingsService
from tabuah.storage.journal.protocol import ReadingsReply

log = logging.getLogger(__name__)

MAX_MESSAGES: Final = 1_000  # in one transaction
MAX_GROUP_BYTES: Final = 4 * 1024 * 1024
COLLECT_S: Final = 0.02
LONGEST_PAUSE_S: Final = 30.0


class IncomingMessage(Protocol):
    """A published message; a topic that is not UTF-8 is empty and matches no mapping."""

    @property
    def topic(self) -> str:
        """The topic of the message."""

    @property
    def payload(self) -> bytes:
        """The payload of the message."""

    @property
    def account(self) -> str:
        """The account that published it; empty where the broker does not name it."""


M = TypeVar("M", bound=IncomingMessage)


class MqttIngest(Generic[M]):
    """A thread that saves messages; `put` works from any thread.

    Call `start` after the readings service starts, and `stop` before it stops.
    """

    def __init__(
        self,
        mappings: Sequence[GatewayMapping],
        readings: ReadingsService,
        state: MqttStatus,
        *,
        clock: Callable[[], datetime],
        acknowledge: Callable[[Sequence[M]], None],
    ) -> None:
        """Prepare the thread.

        Args:
            mappings: how messages are read; the first matching topic applies.
            readings: destination of the readings.
            state: counters to update.
            clock: the server's clock.
            acknowledge: called on this thread with the messages whose readings are on disk.
        """
        self._mappings = tuple(mappings)
        self._readings = readings
        self._state = state
        self._clock = clock
        self._acknowledge = acknowledge
        self._arrived: queue.SimpleQueue[M | None] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="tabuah-mqtt-intake", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the queued messages. Unsaved ones are not acknowledged, and their senders send them again."""
        self._stopping.set()
        self._arrived.put(None)
        self._thread.join()

    def use_mappings(self, mappings: Sequence[GatewayMapping]) -> None:
        """Read the next messages by other mappings; callable from any thread."""
        self._state.count_mappings(mappings)
        self._mappings = tuple(mappings)

    @property
    def is_running(self) -> bool:
        """Whether the thread runs; callable from any thread."""
        return self._thread.is_alive()

    def put(self, message: M) -> None:
        """Queue a message."""
        self._arrived.put(message)

    def _run(self) -> None:
        while (group := self._next_group()) is not None:
            if group and self._save_all(group):
                self._acknowledge(group)
            self._state.unread.save_if_due()
        self._state.unread.save()

    def _next_group(self) -> list[M] | None:
        """Return the messages that arrive within `COLLECT_S`; None at the end."""
        group: list[M] = []
        ends_s, size = 0.0, 0
        while len(group) < MAX_MESSAGES and size < MAX_GROUP_BYTES:
            try:
                arrived = self._arrived.get(timeout=max(ends_s - time.monotonic(), 0) if group else None)
            except queue.Empty:
                break
            if arrived is None:
                if not group:
                    return None
                self._arrived.put(None)  # the end is seen again after this group
                break
            ends_s = ends_s or time.monotonic() + COLLECT_S
            group.append(arrived)
            size += len(arrived.payload)
        return group

    def _save_all(self, group: Sequence[M]) -> bool:
        """Save the readings of these messages, with retries; return False when the server stops first."""
        batches = self._read(group)
        pause_s = 1.0
        while not self._try_save(batches):
            if self._stopping.wait(pause_s):
                return False
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)
        self._state.save_error = ""
        return True

    def _try_save(self, batches: "_Batches") -> bool:
        """Try to save once, and remove saved items from `batches`.

        No exception may end this thread: the connection would still look healthy.
        """
        waiting = [(key, self._readings.submit(_author_of(*key), posted)) for key, posted in batches.items()]
        try:
            for (name, account), future in waiting:
                self._count(name, future)
                del batches[name, account]
        except ServerError as error:
            log.warning("MQTT readings wait: %s", error)
            self._state.save_error = str(error)
        except Exception as error:
            log.exception("MQTT readings wait because of an unexpected error, possibly a bug")
            self._state.save_error = f"{type(error).__name__}: {error}"
        return not batches

    def _read(self, group: Sequence[M]) -> "_Batches":
        """Decode the readings of some messages."""
        batches: _Batches = {}
        now = self._clock()
        for message in group:
            mapping, places = match_mapping(self._mappings, message.topic)
            if mapping is None:
                self._state.unmatched += 1
                self._keep_unread("", message, now)
                continue
            count = self._state.counts[mapping.name]
            count.messages += 1
            count.last_message_at = now
            batch = batches.setdefault((mapping.name, message.account), [])
            posted = _read_message(mapping, places, message.payload, now)
            if message.payload and all(each.reading is None for each in posted):
                self._keep_unread(mapping.name, message, now)
            batch.extend(posted)
        return batches

    def _keep_unread(self, mapping: str, message: M, now: datetime) -> None:
        kept = record_message(
            message.topic, message.payload, mapping=mapping, received_at=now, account=message.account
        )
        self._state.unread.add(kept)

    def _count(self, name: str, future: "Future[ReadingsReply]") -> None:
        reply = future.result()
        count = self._state.counts[name]
        count.readings += reply.stored + reply.unchanged
        count.set_aside += len(reply.set_aside)


_Batches = dict[tuple[str, str], list[PostedReading]]  # by the name of the mapping and the account


def _author_of(mapping: str, account: str) -> ReadingAuthor:
    """Return the author of the messages of a mapping: the account, else the mapping itself."""
    source = f"{MAPPING_PREFIX}{mapping}"
    return ReadingAuthor(account=account or source, role=Role.GATEWAY, source=source)


def _read_message(
    mapping: GatewayMapping, places: TopicPlaces, payload: bytes, now: datetime
) -> tuple[PostedReading, ...]:
    """Decode one message. A bug in decoding must not affect the other messages."""
    try:
        return read_payload(mapping, places, payload, now)
    except Exception:
        log.exception("a message of gateway %s could not be decoded because of a bug", mapping.name)
        return (PostedReading(None, Doubt.MALFORMED, payload[:200].decode("utf-8", "replace")),)
