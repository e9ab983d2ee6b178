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
# Who only hears that there is something new pulls it: many commits in a row are told at once, so that 200 consoles
# do not ask for each of them alone. The first one is told without a delay.
ANNOUNCE_EVERY_S: Final = 0.1
ALIVE: Final = b"event: alive\ndata: {}\n\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a console wants to hear: `brief` gives only the newest seq of what was committed, not the entries.

    `stations` are those whose readings should come; None for all.
    """

    brief: bool = False
    stations: frozenset[str] | None = None


ALL: Final = Wishes()


@dataclass(eq=False, slots=True)
class Subscription:
    """One listening console; `abort` closes its connection when it does not keep up."""

    abort: Callable[[], None]
    wishes: Wishes = ALL
    waiting: "asyncio.Queue[_Chunk | None]" = field(default_factory=lambda: asyncio.Queue(MAX_WAITING + 1))


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Events ready to be sent; `seq` is that of its newest entry, 0 when it carries `readings`."""

    data: bytes
    seq: int = 0
    readings: tuple[Reading, ...] = ()

    def as_wished(self, wishes: Wishes) -> bytes:
        """What a console that wants this much is sent; nothing when nothing of it is wanted."""
        if self.seq:
            return brief_event(self.seq) if wishes.brief else self.data
        if wishes.stations is None:
            return self.data
        chosen = tuple(reading for reading in self.readings if reading.station in wishes.stations)
        return readings_event(chosen) if chosen else b""


class Broadcaster:
    """Hands events to all subscriptions. Publishing works from any thread; the rest belongs to the event loop."""

    def __init__(self, heartbeat_s: float = HEARTBEAT_S) -> None:
        self.heartbeat_s = heartbeat_s
        self.dropped = 0
        self._subscriptions: set[Subscription] = set()
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._newest = 0
        self._announced_s = -ANNOUNCE_EVERY_S
        self._announcement: asyncio.TimerHandle | None = None

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin to hand out on this loop; what was published before went to nobody."""
        with self._lock:
            self._loop = loop

    def close(self) -> None:
        """End all streams."""
        with self._lock:
            self._loop = None
        if self._announcement is not None:
            self._announcement.cancel()
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
            self._publish(_Chunk(readings_event(readings), readings=tuple(readings)))

    def subscribe(self, abort: Callable[[], None], wishes: Wishes = ALL) -> Subscription:
        """Listen from now on."""
        subscription = Subscription(abort, wishes)
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
        if not chunk.seq:
            self._give(chunk, self._subscriptions)
            return
        self._give(chunk, (s for s in self._subscriptions if not s.wishes.brief))
        self._newest = chunk.seq
        if self._announcement is None and (loop := self._loop) is not None:
            wait_s = self._announced_s + ANNOUNCE_EVERY_S - loop.time()
            self._announcement = loop.call_later(max(0.0, wait_s), self._announce, loop)

    def _announce(self, loop: asyncio.AbstractEventLoop) -> None:
        """Tell those who pull how far the journal has come."""
        self._announcement, self._announced_s = None, loop.time()
        self._give(_Chunk(b"", self._newest), (s for s in self._subscriptions if s.wishes.brief))

    def _give(self, chunk: _Chunk, subscriptions: Iterable[Subscription]) -> None:
        for subscription in tuple(subscriptions):
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


def brief_event(seq: int) -> bytes:
    """Tells only that the journal has come to a seq; whoever hears it pulls."""
    return b"event: entry\nid: %d\ndata: {}\n\n" % seq


def readings_event(readings: Sequence[Reading]) -> bytes:
    """New readings as one event."""
    return b"event: readings\ndata: " + msgspec.json.encode(readings) + b"\n\n"


async def events_for(
    broadcaster: Broadcaster,
    journal: ServerJournal,
    *,
    after: int | None,
    is_welcome: Callable[[], bool],
    abort: Callable[[], None],
    wishes: Wishes = ALL,
) -> AsyncIterator[bytes]:
    """The events of one console: what it has missed after seq `after`, then what happens, and a sign of life.

    Args:
        broadcaster: where to listen.
        journal: where to read what was missed.
        after: the last seq that the console has; None to begin with what comes now.
        is_welcome: asked with every sign of life; the stream ends when it says no.
        abort: closes the connection under a console that does not keep up.
        wishes: what it wants to hear.
    """
    yield ALIVE
    while after is not None and not wishes.brief:
        records = await asyncio.to_thread(journal.records_after, after, CATCH_UP_PAGE)
        if len(records) < CATCH_UP_PAGE:
            break
        yield b"".join(map(entry_event, records))
        after = records[-1].seq
    subscription = broadcaster.subscribe(abort, wishes)
    try:
        if wishes.brief and after is not None:
            head = journal.head().seq
            if head > after:
                yield brief_event(head)
                after = head
        elif after is not None:
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
        if (chunk.seq == 0 or chunk.seq > seq) and (data := chunk.as_wished(subscription.wishes)):
            yield data
