"""A bad line between consoles and a server: TCP that is slow, loses, breaks, cuts, repeats and mixes up, by a seed.

What happens is drawn from `random.Random(seed)`; how the draws meet the traffic depends on its timing. The line knows
where HTTP requests begin and end, since a request is what can come twice, or late, after others.
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

from faults.requests_in_a_row import RequestReader

PACKET_BYTES: Final = 1460
REPEAT_S: Final = 0.3  # after which a lost packet is sent again and what is behind it comes through
LATEST_S: Final = 1.5  # how long a late request is under way
AHEAD: Final = 64  # packets that may be under way in a connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """What the line does. `loss`, `reset` and `cut` are chances a packet (the last of answers), the others a request.

    `silent` names the ways, "up" to the server and "down" from it, in which nothing comes through though the
    connection stands. `drip_bytes` is how little comes at a time.
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


FAIR: Final = Weather()


class _Way:
    """One direction of the whole line: its packets share what it carries in a second."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.carried = 0
        self._free_at_s = 0.0

    async def enter(self, size: int, weather: Weather, *, times: int) -> None:
        """Wait until the packet has been put on the line so many times."""
        self.carried += size * times
        if weather.bytes_a_second:
            now_s = asyncio.get_running_loop().time()
            self._free_at_s = max(now_s, self._free_at_s) + times * size / weather.bytes_a_second
            await asyncio.sleep(self._free_at_s - now_s)


class BadLine:
    """Relays from `url` to the server. `happened` counts faults by name; `weather` may be set at any time."""

    def __init__(self, target: str, *, weather: Weather = FAIR, seed: int = 0) -> None:
        parts = urlsplit(target)
        self.weather = weather
        self.happened: Counter[str] = Counter()
        self._target = (parts.hostname or "", parts.port or 0)
        self._draw = random.Random(seed)
        self._ways = {"up": _Way("up"), "down": _Way("down")}
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
        """Bytes by way, those of lost packets included."""
        return {name: way.carried for name, way in self._ways.items()}

    def break_all(self) -> None:
        """Reset every connection now."""
        self._loop.call_soon_threadsafe(self._reset_all)

    def close(self) -> None:
        """End the line and everything on it."""
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
            every_s = self.weather.reset_every_s
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
        self, way: _Way, source: asyncio.StreamReader, target: asyncio.StreamWriter, requests: RequestReader | None
    ) -> bool:
        """Carry one direction of a connection until it ends; whether it broke. What is under way stays in order."""
        under_way: asyncio.Queue[tuple[float, bytes] | None] = asyncio.Queue(AHEAD)
        delivery = asyncio.ensure_future(_deliver(under_way, target))
        try:
            while data := await source.read(self.weather.drip_bytes or PACKET_BYTES):
                if way.name in self.weather.silent:
                    self.happened[f"silent {way.name}"] += 1
                elif requests is not None and not self._let_through(requests, data):
                    if requests.is_between:
                        return True  # it is under way by itself, and its sender shall not know
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
        """Whether what came goes on to the server; a late request does by itself, once all of it is here."""
        if requests.is_between:
            requests.is_late = self._draws(self.weather.late, "late")
        is_late = requests.is_late
        for request in requests.feed(data):
            if is_late:
                self._start(self._send(request, after_s=self._draw.random() * LATEST_S))
            elif self._draws(self.weather.twice, "twice"):
                self._start(self._send(request, after_s=0.0))
        return not is_late

    def _breaks(self, way: _Way) -> bool:
        cut = way.name == "down" and self._draws(self.weather.cut, "cut")
        return cut or self._draws(self.weather.reset, "reset")

    async def _put_on(self, way: _Way, data: bytes) -> tuple[float, bytes]:
        """Put a packet on the line as soon as there is room on it; when it comes out, and the packet."""
        weather = self.weather
        lost = self._draws(weather.loss, "loss")
        await way.enter(len(data), weather, times=2 if lost else 1)
        delay_s = weather.latency_s + self._draw.random() * weather.jitter_s + (REPEAT_S if lost else 0.0)
        return asyncio.get_running_loop().time() + delay_s, data

    async def _send(self, request: bytes, *, after_s: float) -> bool:
        """A copy of a request on a connection of its own; nobody hears the answer."""
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
    """Break a connection so that both ends hear of it at once."""
    connection = writer.get_extra_info("socket")
    with suppress(OSError, AttributeError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


@contextmanager
def bad_line(target: str, *, weather: Weather = FAIR, seed: int = 0) -> Iterator[BadLine]:
    """A line until the block ends."""
    line = BadLine(target, weather=weather, seed=seed)
    try:
        yield line
    finally:
        line.close()
