"""The live stream (SSE): committed entries and new readings are sent to every listening console at once."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Final

import msgspec
from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.params import HeaderParameter, QueryParameter
from litestar.response import Stream
from litestar.types import Scope

from tabuah.operations.readings.reading import Reading
from tabuah.server.errors import Refusal
from tabuah.server.journal import ServerJournal
from tabuah.server.limits.http_protocol import connection_of
from tabuah.server.people.access import PEOPLE, AccessControl, AnyRequest, guarded_by
from tabuah.storage.journal.presence_protocol import PresenceReply
from tabuah.storage.journal.protocol import HEARTBEAT_S
from tabuah.storage.journal.wire import Record

# A console further behind than this many chunks or bytes is disconnected. It resumes by `Last-Event-ID`, or by pull.
MAX_WAITING: Final = 256
MAX_WAITING_BYTES: Final = 4 * 1024 * 1024
CATCH_UP_PAGE: Final = 100
CATCH_UP_BYTES: Final = 64 * 1024  # sent at once: an unread stream keeps no more than this
# Brief streams only announce that there is something to pull. Commits in quick succession share one announcement, so
# that 200 consoles do not pull for each of them. The first one is announced without delay.
ANNOUNCE_EVERY_S: Final = 0.1
ACCESS_CHECK_S: Final = 2.0  # how soon the stream of a revoked device or a locked user ends
HEARTBEAT: Final = b"event: alive\ndata: {}\n\n"


class StreamFilter(msgspec.Struct, frozen=True, kw_only=True):
    """The events that a console requests. With `brief`, entry events carry only the newest seq, not the entries.

    `stations` limits the readings to these stations; None means all.
    """

    brief: bool = False
    stations: frozenset[str] | None = None


UNFILTERED: Final = StreamFilter()


@dataclass(eq=False, slots=True)
class Subscription:
    """One listening console; `abort` closes its connection when it falls behind."""

    abort: Callable[[], None]
    stream_filter: StreamFilter = UNFILTERED
    waiting: "asyncio.Queue[_Chunk | None]" = field(default_factory=lambda: asyncio.Queue(MAX_WAITING + 1))
    waiting_bytes: int = 0

    def has_room_for(self, chunk: "_Chunk") -> bool:
        """Return whether a chunk may be queued; into an empty queue, one of any size may."""
        is_small = self.waiting_bytes + len(chunk.data) <= MAX_WAITING_BYTES
        return self.waiting.empty() or (self.waiting.qsize() < MAX_WAITING and is_small)

    def put(self, chunk: "_Chunk") -> None:
        self.waiting_bytes += len(chunk.data)
        self.waiting.put_nowait(chunk)

    async def take(self) -> "_Chunk | None":
        """Wait for the next chunk; None at the end of the stream."""
        chunk = await self.waiting.get()
        self.waiting_bytes -= len(chunk.data) if chunk is not None else 0
        return chunk


class _Chunk(msgspec.Struct, frozen=True):
    """Encoded events; `seq` is that of the newest entry, 0 for a chunk with `readings` or for `everybody`."""

    data: bytes
    seq: int = 0
    readings: tuple[Reading, ...] = ()
    everybody: bool = False  # whatever the console requested

    def filtered(self, stream_filter: StreamFilter) -> bytes:
        """Return the events for a filter; empty when nothing matches."""
        if self.seq:
            return brief_event(self.seq) if stream_filter.brief else self.data
        if stream_filter.stations is None or self.everybody:
            return self.data
        chosen = tuple(reading for reading in self.readings if reading.station in stream_filter.stations)
        return readings_event(chosen) if chosen else b""


class Broadcaster:
    """Sends events to all subscriptions. Publishing works from any thread; the rest belongs to the event loop."""

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
        """Start to distribute on this event loop; events published earlier are dropped."""
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
        """Return the number of listening consoles."""
        return len(self._subscriptions)

    def publish_records(self, records: Iterable[Record]) -> None:
        """Publish committed entries."""
        records = tuple(records)
        if records:
            self._publish(_Chunk(b"".join(map(entry_event, records)), records[-1].seq))

    def publish_readings(self, readings: Sequence[Reading]) -> None:
        """Publish new readings as one event; call it at most about 20 times a second."""
        if readings:
            self._publish(_Chunk(readings_event(readings), readings=tuple(readings)))

    def publish_presence(self, present: PresenceReply) -> None:
        """Publish who edits incidents and answers messages."""
        self._publish(_Chunk(presence_event(present), everybody=True))

    def subscribe(self, abort: Callable[[], None], stream_filter: StreamFilter = UNFILTERED) -> Subscription:
        """Subscribe a console."""
        subscription = Subscription(abort, stream_filter)
        self._subscriptions.add(subscription)
        if self._loop is None:
            self._end(subscription)
        return subscription

    def unsubscribe(self, subscription: Subscription) -> None:
        self._subscriptions.discard(subscription)

    def _publish(self, chunk: _Chunk) -> None:
        with self._lock:
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._distribute, chunk)

    def _distribute(self, chunk: _Chunk) -> None:
        if not chunk.seq:
            self._enqueue(chunk, self._subscriptions)
            return
        self._enqueue(chunk, (s for s in self._subscriptions if not s.stream_filter.brief))
        self._newest = chunk.seq
        if self._announcement is None and (loop := self._loop) is not None:
            wait_s = self._announced_s + ANNOUNCE_EVERY_S - loop.time()
            self._announcement = loop.call_later(max(0.0, wait_s), self._announce, loop)

    def _announce(self, loop: asyncio.AbstractEventLoop) -> None:
        """Announce the newest seq to the brief streams."""
        self._announcement, self._announced_s = None, loop.time()
        self._enqueue(_Chunk(b"", self._newest), (s for s in self._subscriptions if s.stream_filter.brief))

    def _enqueue(self, chunk: _Chunk, subscriptions: Iterable[Subscription]) -> None:
        for subscription in tuple(subscriptions):
            if subscription.has_room_for(chunk):
                subscription.put(chunk)
            else:
                self.dropped += 1
                self._end(subscription)
                subscription.abort()

    def _end(self, subscription: Subscription) -> None:
        self._subscriptions.discard(subscription)
        subscription.waiting.put_nowait(None)


def entry_event(record: Record) -> bytes:
    """Encode a committed entry as an event; its id is the seq, so that a console can resume after it."""
    return b"event: entry\nid: %d\ndata: %s\n\n" % (record.seq, msgspec.json.encode(record))


def brief_event(seq: int) -> bytes:
    """Encode an event that only announces the newest seq; the console then pulls."""
    return b"event: entry\nid: %d\ndata: {}\n\n" % seq


def readings_event(readings: Sequence[Reading]) -> bytes:
    """Encode new readings as one event."""
    return b"event: readings\ndata: " + msgspec.json.encode(readings) + b"\n\n"


def presence_event(present: PresenceReply) -> bytes:
    """Encode who edits incidents and answers messages as one event."""
    return b"event: presence\ndata: " + msgspec.json.encode(present) + b"\n\n"


def _pieces(records: Iterable[Record]) -> Iterator[bytes]:
    """Yield the events of entries in pieces of about `CATCH_UP_BYTES`."""
    events: list[bytes] = []
    size = 0
    for event in map(entry_event, records):
        events.append(event)
        size += len(event)
        if size >= CATCH_UP_BYTES:
            yield b"".join(events)
            events, size = [], 0
    if events:
        yield b"".join(events)


async def events_for(
    broadcaster: Broadcaster,
    journal: ServerJournal,
    *,
    after: int | None,
    is_allowed: Callable[[], bool],
    abort: Callable[[], None],
    stream_filter: StreamFilter = UNFILTERED,
) -> AsyncIterator[bytes]:
    """Yield the events of one console: missed entries after seq `after`, then live events and heartbeats.

    Args:
        broadcaster: source of live events.
        journal: source of missed entries.
        after: the last seq that the console has; None to start with live events.
        is_allowed: called before each event and every `ACCESS_CHECK_S`; the stream ends when it returns False.
        abort: closes the connection of a console that falls behind.
        stream_filter: the requested events.
    """
    yield HEARTBEAT
    while after is not None and not stream_filter.brief:
        records = await asyncio.to_thread(journal.records_after, after, CATCH_UP_PAGE)
        if len(records) < CATCH_UP_PAGE:
            break
        for piece in _pieces(records):
            yield piece
        after = records[-1].seq
    subscription = broadcaster.subscribe(abort, stream_filter)
    try:
        if stream_filter.brief and after is not None:
            head = journal.head().seq
            if head > after:
                yield brief_event(head)
                after = head
        elif after is not None:
            # Read once more: entries committed after the subscription are also queued for it.
            records = await asyncio.to_thread(journal.records_after, after, 10 * CATCH_UP_PAGE)
            for piece in _pieces(records):
                yield piece
            after = records[-1].seq if records else after
        async for data in _live(broadcaster, subscription, after or 0, is_allowed):
            yield data
    finally:
        broadcaster.unsubscribe(subscription)


async def _live(
    broadcaster: Broadcaster, subscription: Subscription, seq: int, is_allowed: Callable[[], bool]
) -> AsyncIterator[bytes]:
    loop = asyncio.get_running_loop()
    alive_at = loop.time() + broadcaster.heartbeat_s
    while True:
        try:
            async with asyncio.timeout_at(min(alive_at, loop.time() + ACCESS_CHECK_S)):
                chunk = await subscription.take()
        except TimeoutError:
            if not is_allowed():
                return
            if loop.time() >= alive_at:
                alive_at = loop.time() + broadcaster.heartbeat_s
                yield HEARTBEAT
            continue
        if chunk is None or not is_allowed():
            return
        if (chunk.seq == 0 or chunk.seq > seq) and (data := chunk.filtered(subscription.stream_filter)):
            yield data


MAX_STATIONS_LENGTH = 8_000


def stream_routes(journal: ServerJournal, access: AccessControl, broadcaster: Broadcaster) -> list[HTTPRouteHandler]:
    """Build the route `/v1/stream`."""
    reader = guarded_by(lambda connection: access.caller_with(connection, PEOPLE))

    @get("/v1/stream", media_type="text/event-stream", tags=["journal"], guards=reader)
    async def stream(
        request: AnyRequest,
        last_event_id: Annotated[str | None, HeaderParameter(name="Last-Event-ID", max_length=20)] = None,
        brief: Annotated[bool, QueryParameter()] = False,
        stations: Annotated[str | None, QueryParameter(max_length=MAX_STATIONS_LENGTH)] = None,
    ) -> Stream:
        """Entries, readings, presence and heartbeats as server-sent events; `Last-Event-ID` is the last known seq.

        With `brief`, an entry event carries only its seq. `stations` is a comma-separated list that limits
        the readings.
        """
        caller = access.caller_with(request, PEOPLE)
        events = events_for(
            broadcaster,
            journal,
            after=_seq_in(last_event_id),
            is_allowed=lambda: access.is_still_allowed(caller),
            abort=abort_of(request.scope),
            stream_filter=StreamFilter(brief=brief, stations=_stations_in(stations)),
        )
        return Stream(events, headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})

    return [stream]


def abort_of(scope: Scope) -> Callable[[], None]:
    """Return the function that drops the connection of a request."""
    connection = connection_of(scope)
    return connection.abort if connection is not None else lambda: None


def _stations_in(text: str | None) -> frozenset[str] | None:
    return None if text is None else frozenset(filter(None, text.split(",")))


def _seq_in(last_event_id: str | None) -> int | None:
    if not last_event_id:
        return None
    if not (last_event_id.isascii() and last_event_id.isdigit() and len(last_event_id) <= 15):
        raise Refusal(400, "malformed_request", "Last-Event-ID must be a seq")
    return int(last_event_id)
