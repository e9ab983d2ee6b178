"""Many light consoles in one process: each reads the stream, pulls, checks the chain, decodes and folds.

They have no disk: two hundred real consoles have two hundred disks. HTTP is hand-written over
asyncio, because two hundred full clients would measure the client.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Final
from urllib.parse import urlsplit

import msgspec

from tabuah.operations.entries import GENESIS
from tabuah.operations.fold import fold
from tabuah.operations.subject_state import EMPTY, SubjectState
from tabuah.storage.journal.wire import PullReply, Record, decode_entry, ruling_hash

_PAGE: Final = 1000
_REPLIES: Final = msgspec.json.Decoder(PullReply)


@dataclass
class Delays:
    """Milliseconds from admission on the server, before commit, to the fold: every entry on every console."""

    delays_ms: list[float] = field(default_factory=list)


class LightConsole:
    """A minimal stream client that records the delay of each event."""

    def __init__(self, url: str, token: str, delays: Delays) -> None:
        parts = urlsplit(url)
        self._address = (parts.hostname or "", parts.port or 0)
        self._head = f"HTTP/1.1\r\nHost: {parts.netloc}\r\nAuthorization: Bearer {token}\r\n"
        self._delays = delays
        self._seq, self._hash = 0, GENESIS
        self._states: dict[str, SubjectState] = {}
        self._announced = asyncio.Event()
        self.counts = False

    async def run(self, ready: asyncio.Semaphore) -> None:
        """Catch up, then follow the stream."""
        reader, writer = await asyncio.open_connection(*self._address)
        while await self._pull(reader, writer):
            pass
        hearing = asyncio.create_task(self._hear())
        self.counts = True
        ready.release()
        try:
            while True:
                await self._announced.wait()
                self._announced.clear()
                await self._pull(reader, writer)
        finally:
            hearing.cancel()
            writer.close()

    async def _hear(self) -> None:
        reader, writer = await asyncio.open_connection(*self._address)
        writer.write(f"GET /v1/stream?brief=true {self._head}Last-Event-ID: {self._seq}\r\n\r\n".encode())
        while line := await reader.readline():
            if line.startswith(b"id: ") and int(line[4:]) > self._seq:
                self._announced.set()

    async def _pull(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> int:
        writer.write(f"GET /v1/journal?after={self._seq}&limit={_PAGE} {self._head}\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        assert head.startswith(b"http/1.1 200"), head
        size = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
        records = _REPLIES.decode(await reader.readexactly(size)).records
        for record in records:
            self._take(record)
        return len(records)

    def _take(self, record: Record) -> None:
        if record.seq <= self._seq:
            return
        assert record.seq == self._seq + 1
        assert ruling_hash(self._hash, record.text.encode(), record.ruling) == record.hash
        entry = decode_entry(record.text)
        before = self._states.get(entry.subject, EMPTY)
        self._states[entry.subject] = fold(before, entry, record.verdict, text=record.text, reason=record.reason)
        self._seq, self._hash = record.seq, record.hash
        if self.counts:
            self._delays.delays_ms.append(1000 * (time.time() - record.received_at.timestamp()))


def listen(url: str, tokens: Sequence[str], consoles: int, line: Connection) -> None:
    """Run consoles until the other end stops them, then report their delays."""
    delays = Delays()
    asyncio.run(_listen(url, tokens, consoles, line, delays))
    line.send(delays)


async def _listen(url: str, tokens: Sequence[str], consoles: int, line: Connection, delays: Delays) -> None:
    ready = asyncio.Semaphore(0)
    running = [
        asyncio.create_task(LightConsole(url, tokens[number % len(tokens)], delays).run(ready))
        for number in range(consoles)
    ]
    for _console in range(consoles):
        await ready.acquire()
    await asyncio.sleep(1.0)  # until all streams are open
    line.send("ready")
    await asyncio.to_thread(line.recv)
    for one in running:
        if one.done():
            one.result()
        one.cancel()
