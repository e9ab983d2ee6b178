"""The intake: messages in groups become readings, and whoever brought them hears once these are on disk."""

import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime
from typing import Final, Generic, Protocol, TypeVar

from tabuah.operations.gateways.mapping import GatewayMapping, TopicPlaces, read_topic
from tabuah.operations.gateways.payloads import read_payload
from tabuah.operations.stations.posted import PostedReading
from tabuah.operations.stations.quality import Doubt
from tabuah.server.errors import ServerError
from tabuah.server.mqtt.state import LinkState
from tabuah.server.readings.service import ReadingsService
from tabuah.storage.journal.protocol import ReadingsReply

log = logging.getLogger(__name__)

MAX_MESSAGES: Final = 1_000  # of one transaction
MAX_GROUP_BYTES: Final = 4 * 1024 * 1024
COLLECT_S: Final = 0.02
LONGEST_PAUSE_S: Final = 30.0


class Message(Protocol):
    """What a gateway has published; a topic that is no text is empty and belongs to no mapping."""

    @property
    def topic(self) -> str:
        """Where it was published."""

    @property
    def payload(self) -> bytes:
        """What was published."""


M = TypeVar("M", bound=Message)


class Intake(Generic[M]):
    """A thread of its own. `start` after the readings service, `stop` before it; `put` from any thread."""

    def __init__(
        self,
        mappings: Sequence[GatewayMapping],
        readings: ReadingsService,
        state: LinkState,
        *,
        clock: Callable[[], datetime],
        acknowledge: Callable[[Sequence[M]], None],
    ) -> None:
        """Prepare an intake.

        Args:
            mappings: how messages are read; the first whose topic fits counts.
            readings: where they go.
            state: where it is counted.
            clock: the server's.
            acknowledge: called on the intake's thread with the messages whose readings are on disk.
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
        """Begin to take messages."""
        self._thread.start()

    def stop(self) -> None:
        """Finish what has come; what is not on disk then is not acknowledged, and its sender sends it again."""
        self._stopping.set()
        self._arrived.put(None)
        self._thread.join()

    def put(self, message: M) -> None:
        """Let a message be taken."""
        self._arrived.put(message)

    def _run(self) -> None:
        while (group := self._next_group()) is not None:
            if group and self._is_kept(group):
                self._acknowledge(group)

    def _next_group(self) -> list[M] | None:
        """What comes within a moment; None at the end."""
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
                self._arrived.put(None)  # the end is met again behind this group
                break
            ends_s = ends_s or time.monotonic() + COLLECT_S
            group.append(arrived)
            size += len(arrived.payload)
        return group

    def _is_kept(self, group: Sequence[M]) -> bool:
        """Let the readings of these messages be saved, for as long as it takes; False when the server stops first."""
        batches = self._read(group)
        pause_s = 1.0
        while not self._is_saved(batches):
            if self._stopping.wait(pause_s):
                return False
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)
        self._state.waits = ""
        return True

    def _is_saved(self, batches: dict[str, list[PostedReading]]) -> bool:
        """Try once; what is saved leaves `batches`. Nothing may end this thread: the way would look sound then."""
        waiting = [(name, self._readings.submit(f"mqtt/{name}", posted)) for name, posted in batches.items()]
        try:
            for name, future in waiting:
                self._count(name, future)
                del batches[name]
        except ServerError as error:
            log.warning("readings by MQTT wait: %s", error)
            self._state.waits = str(error)
        except Exception as error:
            log.exception("readings by MQTT wait for what may be a bug")
            self._state.waits = f"{type(error).__name__}: {error}"
        return not batches

    def _read(self, group: Sequence[M]) -> dict[str, list[PostedReading]]:
        """The readings of some messages by the name of their mapping."""
        batches: dict[str, list[PostedReading]] = {}
        now = self._clock()
        for message in group:
            mapping, places = mapping_of(self._mappings, message.topic)
            if mapping is None:
                self._state.unmatched += 1
                continue
            count = self._state.counts[mapping.name]
            count.messages += 1
            count.last_message_at = now
            batches.setdefault(mapping.name, []).extend(_read_message(mapping, places, message.payload, now))
        return batches

    def _count(self, name: str, future: "Future[ReadingsReply]") -> None:
        reply = future.result()
        count = self._state.counts[name]
        count.readings += reply.stored + reply.unchanged
        count.set_aside += len(reply.set_aside)


def mapping_of(mappings: Sequence[GatewayMapping], topic: str) -> tuple[GatewayMapping | None, TopicPlaces]:
    """The first mapping whose topic fits, and what the topic says under it."""
    for mapping in mappings:
        places = read_topic(mapping, topic)
        if places is not None:
            return mapping, places
    return None, TopicPlaces()


def _read_message(
    mapping: GatewayMapping, places: TopicPlaces, payload: bytes, now: datetime
) -> tuple[PostedReading, ...]:
    """One message must not keep the others from being read, whatever is in it."""
    try:
        return read_payload(mapping, places, payload, now)
    except Exception:
        log.exception("a message of gateway %s could not be read because of a bug", mapping.name)
        return (PostedReading(None, Doubt.MALFORMED, payload[:200].decode("utf-8", "replace")),)
