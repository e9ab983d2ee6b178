"""The live stream: what was committed and measured goes to every listening console at once."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import msgspec

from tabuah.operations.stations.readings import Reading
from tabuah.server.journal import ServerJournal
from tabuah.storage.journal.protocol import HEARTBEAT_S
from tabuah.storage.journal.wire import Record

MAX_WAITING: Final = 256  # chunks; who is further behind than this comes back by pull
CATCH_UP_PAGE: Final = 500
ALIVE: Final = b"event: alive\ndata: {}\n\n"


@dataclass(eq=False, slots=True)
class Subscription:
    """One listening console; `abort` closes its connection when it does not keep up."""

    abort: Callable[[], None]
    waiting: "asyncio.Queue[_Chunk | None]" = field(default_factory=lambda: asyncio.Queue(MAX_WAITING + 1))


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Events ready to be sent; `seq` is that of its newest entry, 0 when it carries none."""

    data: bytes
    seq: int = 0


class Broadcaster:
    """Hands events to all subscriptions. Publishing works from any thread; the rest belongs to the event loop."""

    def __init__(self, heartbeat_s: float = HEARTBEAT_S) -> None:
        self.heartbeat_s = heartbeat_s
        self.dropped = 0
        self._subscriptions: set[Subscription] = set()
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin to hand out on this loop; what was published before went to nobody."""
        with self._lock:
            self._loop = loop

    def close(self) -> None:
        """End all streams."""
        with self._lock:
            self._loop = None
        for subscription in tuple(self._subscriptions):
            self._end(subscription)

    def count(self) -> int:
        """How many consoles listen."""
        return len(self._subscriptions)

    def publish_records(self, records: Iterable[Record]) -> None:
        """Send committed entries."""
        records = tuple(records)
        if records:
            self._publish(_Chunk(b"".join(map(entry_event, records)), records[-1].seq))

    def publish_readings(self, readings: Sequence[Reading]) -> None:
        """Send new readings as one event; whoever calls this should do it at most about 20 times a second."""
        if readings:
            self._publish(_Chunk(b"event: readings\ndata: " + msgspec.json.encode(readings) + b"\n\n"))

    def subscribe(self, abort: Callable[[], None]) -> Subscription:
        """Listen from now on."""
        subscription = Subscription(abort)
        self._subscriptions.add(subscription)
        if self._loop is None:
            self._end(subscription)
        return subscription

    def unsubscribe(self, subscription: Subscription) -> None:
        """Listen no longer."""
        self._subscriptions.discard(subscription)

    def _publish(self, chunk: _Chunk) -> None:
        with self._lock:
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._hand_out, chunk)

    def _hand_out(self, chunk: _Chunk) -> None:
        for subscription in tuple(self._subscriptions):
            if subscription.waiting.qsize() < MAX_WAITING:
                subscription.waiting.put_nowait(chunk)
            else:
                self.dropped += 1
                self._end(subscription)
                subscription.abort()

    def _end(self, subscription: Subscription) -> None:
        self._subscriptions.discard(subscription)
        subscription.waiting.put_nowait(None)


def entry_event(record: Record) -> bytes:
    """A committed entry as an event; its id is the seq, so that a console can go on after it."""
    return b"event: entry\nid: %d\ndata: %s\n\n" % (record.seq, msgspec.json.encode(record))


async def events_for(
    broadcaster: Broadcaster,
    journal: ServerJournal,
    *,
    after: int | None,
    is_welcome: Callable[[], bool],
    abort: Callable[[], None],
) -> AsyncIterator[bytes]:
    """The events of one console: what it has missed after seq `after`, then what happens, and a sign of life.

    Args:
        broadcaster: where to listen.
        journal: where to read what was missed.
        after: the last seq that the console has; None to begin with what comes now.
        is_welcome: asked with every sign of life; the stream ends when it says no.
        abort: closes the connection under a console that does not keep up.
    """
    yield ALIVE
    while after is not None:
        records = await asyncio.to_thread(journal.records_after, after, CATCH_UP_PAGE)
        if len(records) < CATCH_UP_PAGE:
            break
        yield b"".join(map(entry_event, records))
        after = records[-1].seq
    subscription = broadcaster.subscribe(abort)
    try:
        if after is not None:
            # Read once more: what is committed after subscribing is sent to the subscription as well.
            records = await asyncio.to_thread(journal.records_after, after, 10 * CATCH_UP_PAGE)
            if records:
                yield b"".join(map(entry_event, records))
                after = records[-1].seq
        async for data in _live(broadcaster, subscription, after or 0, is_welcome):
            yield data
    finally:
        broadcaster.unsubscribe(subscription)


async def _live(
    broadcaster: Broadcaster, subscription: Subscription, seq: int, is_welcome: Callable[[], bool]
) -> AsyncIterator[bytes]:
    loop = asyncio.get_running_loop()
    alive_at = loop.time() + broadcaster.heartbeat_s
    while True:
        try:
            async with asyncio.timeout_at(alive_at):
                chunk = await subscription.waiting.get()
        except TimeoutError:
            if not is_welcome():
                return
            alive_at = loop.time() + broadcaster.heartbeat_s
            yield ALIVE
            continue
        if chunk is None:
            return
        if chunk.seq == 0 or chunk.seq > seq:
            yield chunk.data
