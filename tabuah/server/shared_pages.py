"""The newest pages of the journal, read once for all consoles that hear of the same entry at the same moment."""

import asyncio
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec

from tabuah.operations.entries import PersonalValue
from tabuah.server.admission.memory import JournalHead
from tabuah.server.journal import ServerJournal
from tabuah.storage.journal.wire import Record

# What else may change what a page says, like an entry that another process wrote, is seen after this at the latest.
KEPT_S: Final = 0.25
MAX_KEPT: Final = 64
_NEWEST: Final = 1_000  # further back hardly two consoles ask for the same


@dataclass(frozen=True, slots=True)
class Page:
    """A page as JSON, but for what differs between two answers: the `head` and the time."""

    records: bytes
    personal: bytes

    def reply(self, *, head: int, now: datetime) -> "SharedReply":
        """The answer with this page, in the shape of a `PullReply`."""
        return SharedReply(records=msgspec.Raw(self.records), personal=msgspec.Raw(self.personal), head=head, now=now)


class SharedReply(msgspec.Struct, frozen=True, kw_only=True):
    """A `PullReply` whose parts are JSON already."""

    records: msgspec.Raw
    personal: msgspec.Raw
    head: int
    now: datetime


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a page is kept under; another head of the journal makes it another page."""

    after: int
    limit: int
    with_personal: bool
    head: JournalHead


class SharedPages:
    """Reads pages after a seq. It belongs to the event loop; reading itself is done on threads."""

    def __init__(self, journal: ServerJournal) -> None:
        self._journal = journal
        self._kept: dict[_Asked, tuple[float, asyncio.Future[Page]]] = {}

    async def page(self, *, after: int, limit: int, with_personal: bool) -> Page:
        """The entries after a seq, and their personal values where these may be read."""
        head = self._journal.head()
        if head.seq - after > _NEWEST:
            return await asyncio.to_thread(self._read, after, limit, with_personal=with_personal)
        asked, now_s = _Asked(after, limit, with_personal, head), time.monotonic()
        since_s, reading = self._kept.get(asked, (0.0, None))
        if reading is None or now_s - since_s > KEPT_S:
            self._forget(now_s)
            reading = asyncio.ensure_future(asyncio.to_thread(self._read, after, limit, with_personal=with_personal))
            self._kept[asked] = (now_s, reading)
        return await asyncio.shield(reading)

    def _read(self, after: int, limit: int, *, with_personal: bool) -> Page:
        records: tuple[Record, ...] = self._journal.records_after(after, limit)
        personal: tuple[PersonalValue, ...] = ()
        if with_personal and records:
            personal = self._journal.personal_values_of(records)
        return Page(msgspec.json.encode(records), msgspec.json.encode(personal))

    def _forget(self, now_s: float) -> None:
        """Keep little: what is old goes, and the oldest of what is too much."""
        fresh = [(asked, kept) for asked, kept in self._kept.items() if now_s - kept[0] <= KEPT_S]
        self._kept = dict(fresh[-(MAX_KEPT - 1) :])
