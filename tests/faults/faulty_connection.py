"""Faulty connection between consoles and a server: TCP with latency, loss, resets, cuts, repeats and reordering.

Faults are drawn from `random.Random(seed)`; their effect on the traffic depends on timing. The
relay knows where HTTP requests begin and end, since whole requests can come twice, or late, after
others.
"""

import asyncio
import random
import socket
import struct
import threading
from collections import Counter
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from faults.http_request_reader import RequestReader

PACKET_BYTES: Final = 1460
REPEAT_S: Final = 0.3  # after which a lost packet and those behind it come through
LATEST_S: Final = 1.5  # delay of a late request
AHEAD: Final = 64  # packets in flight in a connection


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkConditions:
    """Conditions of the connection. `loss`, `reset` and `cut` are probabilities a packet (the last one of answers),
    the others a request.

    `silent` names the directions, "up" to the server and "down" from it, that carry nothing although
    the connection is open. `drip_bytes` is the size of each piece.
    """

    latency_s: float = 0.0
    jitter_s: float = 0.0
    bytes_a_second: int = 0
    loss: float = 0.0
    reset: float = 0.0
    reset_every_s: float = 0.0
    cut: float = 0.0
    twice: float = 0.0
    late: float = 0.0
    drip_bytes: int = 0
    silent: frozenset[str] = frozenset()


GOOD_NETWORK: Final = NetworkConditions()


class _Direction:
    """One direction of the connection: its packets share the bandwidth."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.carried = 0
        self._free_at_s = 0.0

    async def enter(self, size: int, conditions: NetworkConditions, *, times: int) -> None:
        """Wait until the packet has been sent `times` times."""
        self.carried += size * times
        if conditions.bytes_a_second:
            now_s = asyncio.get_running_loop().time()
            self._free_at_s = max(now_s, self._free_at_s) + times * size / conditions.bytes_a_second
            await asyncio.sleep(self._free_at_s - now_s)


class FaultyConnection:
    """Relay from `url` to the server. `happened` counts faults by name; `conditions` can change at any time."""

    def __init__(self, target: str, *, conditions: NetworkConditions = GOOD_NETWORK, seed: int = 0) -> None:
        parts = urlsplit(target)
        self.conditions = conditions
        self.happened: Counter[str] = Counter()
        self._target = (parts.hostname or "", parts.port or 0)
        self._draw = random.Random(seed)
        self._ways = {"up": _Direction("up"), "down": _Direction("down")}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._loop = asyncio.new_event_loop()
        self._ended: asyncio.Event | None = None
        ready = threading.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._run(ready),), name="line")
        self._thread.start()
        ready.wait()

    @property
    def carried(self) -> dict[str, int]:
        """Return bytes by direction, including lost packets."""
        return {name: way.carried for name, way in self._ways.items()}

    def break_all(self) -> None:
        self._loop.call_soon_threadsafe(self._reset_all)

    def close(self) -> None:
        assert self._ended is not None
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(timeout=10)
        self._loop.close()

    async def _run(self, ready: threading.Event) -> None:
        self._ended = asyncio.Event()
        server = await asyncio.start_server(self._accept, sock=self._listening)
        breaking = asyncio.create_task(self._break_now_and_then())
        ready.set()
        await self._ended.wait()
        server.close()
        breaking.cancel()
        for task in tuple(self._tasks):
            task.cancel()
        self._reset_all()
        await asyncio.gather(breaking, *self._tasks, return_exceptions=True)

    async def _break_now_and_then(self) -> None:
        while True:
            every_s = self.conditions.reset_every_s
            await asyncio.sleep(every_s or 0.1)
            if every_s:
                self.happened["reset"] += 1
                self._reset_all()

    def _start(self, work: Coroutine[Any, Any, bool]) -> asyncio.Task[bool]:
        task = asyncio.ensure_future(work)
        self._keep(task)
        return task

    def _keep(self, task: asyncio.Task[Any] | None) -> None:
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _accept(self, near_reader: asyncio.StreamReader, near: asyncio.StreamWriter) -> None:
        self._keep(asyncio.current_task())
        try:
            far_reader, far = await asyncio.open_connection(*self._target)
        except OSError:
            _reset(near)
            return
        self._writers |= {near, far}
        up = self._start(self._relay(self._ways["up"], near_reader, far, RequestReader()))
        down = self._start(self._relay(self._ways["down"], far_reader, near, None))
        try:
            await asyncio.wait({up, down}, return_when=asyncio.FIRST_COMPLETED)
            if any(task.done() and task.result() for task in (up, down)):
                _reset(near)
                _reset(far)
        finally:
            up.cancel()
            down.cancel()
            for writer in (near, far):
                self._writers.discard(writer)
                writer.close()

    async def _relay(
        self,
        way: _Direction,
        source: asyncio.StreamReader,
        target: asyncio.StreamWriter,
        requests: RequestReader | None,
    ) -> bool:
        """Relay one direction of a connection in order until it ends; return whether it broke."""
        under_way: asyncio.Queue[tuple[float, bytes] | None] = asyncio.Queue(AHEAD)
        delivery = asyncio.ensure_future(_deliver(under_way, target))
        try:
            while data := await source.read(self.conditions.drip_bytes or PACKET_BYTES):
                if way.name in self.conditions.silent:
                    self.happened[f"silent {way.name}"] += 1
                elif requests is not None and not self._let_through(requests, data):
                    if requests.is_between:
                        return True  # sent separately; its sender must not notice
                elif self._breaks(way):
                    await under_way.put((0.0, data[: self._draw.randrange(len(data))]))
                    await under_way.put(None)
                    await delivery
                    return True
                else:
                    await under_way.put(await self._put_on(way, data))
            await under_way.put(None)
            await delivery
        except OSError:
            return True
        finally:
            delivery.cancel()
        return False

    def _let_through(self, requests: RequestReader, data: bytes) -> bool:
        """Return whether received data go to the server; a late request is sent separately, once complete."""
        if requests.is_between:
            requests.is_late = self._draws(self.conditions.late, "late")
        is_late = requests.is_late
        for request in requests.feed(data):
            if is_late:
                self._start(self._send(request, after_s=self._draw.random() * LATEST_S))
            elif self._draws(self.conditions.twice, "twice"):
                self._start(self._send(request, after_s=0.0))
        return not is_late

    def _breaks(self, way: _Direction) -> bool:
        cut = way.name == "down" and self._draws(self.conditions.cut, "cut")
        return cut or self._draws(self.conditions.reset, "reset")

    async def _put_on(self, way: _Direction, data: bytes) -> tuple[float, bytes]:
        """Send a packet as soon as there is bandwidth; return its arrival time and the packet."""
        conditions = self.conditions
        lost = self._draws(conditions.loss, "loss")
        await way.enter(len(data), conditions, times=2 if lost else 1)
        delay_s = conditions.latency_s + self._draw.random() * conditions.jitter_s + (REPEAT_S if lost else 0.0)
        return asyncio.get_running_loop().time() + delay_s, data

    async def _send(self, request: bytes, *, after_s: float) -> bool:
        """Send a copy of a request on a separate connection; the answer is discarded."""
        await asyncio.sleep(after_s)
        with suppress(OSError, TimeoutError):
            reader, writer = await asyncio.open_connection(*self._target)
            try:
                writer.write(request)
                async with asyncio.timeout(2):
                    await reader.read(PACKET_BYTES)
            finally:
                writer.close()
        return False

    def _draws(self, chance: float, name: str) -> bool:
        if not chance or self._draw.random() >= chance:
            return False
        self.happened[name] += 1
        return True

    def _reset_all(self) -> None:
        for writer in tuple(self._writers):
            _reset(writer)


async def _deliver(under_way: "asyncio.Queue[tuple[float, bytes] | None]", target: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while (packet := await under_way.get()) is not None:
            due_s, data = packet
            await asyncio.sleep(max(0.0, due_s - asyncio.get_running_loop().time()))
            target.write(data)
            await target.drain()


def _reset(writer: asyncio.StreamWriter) -> None:
    """Break a connection so that both ends notice at once."""
    connection = writer.get_extra_info("socket")
    with suppress(OSError, AttributeError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


@contextmanager
def faulty_connection(
    target: str, *, conditions: NetworkConditions = GOOD_NETWORK, seed: int = 0
) -> Iterator[FaultyConnection]:
    """Run a faulty connection until the block ends."""
    line = FaultyConnection(target, conditions=conditions, seed=seed)
    try:
        yield line
    finally:
        line.close()
