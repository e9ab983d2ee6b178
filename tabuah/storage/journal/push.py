"""The push of a device: its limits, the request and the reply, and the order of the turns.

Devices send pending entries in turns, and no entry before one that it depends on.
"""

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from tabuah.operations.entries import Entry, PersonalValue, Verdict
from tabuah.operations.entry_dependencies import sort_by_dependency
from tabuah.storage.journal.wire import SealedValues, SignedEntry

MAX_ENTRIES_A_PUSH: Final = 100
MAX_PUSH_BYTES: Final = 256 * 1024


class PushRequest(msgspec.Struct, frozen=True, kw_only=True):
    """The body of a POST to `/v1/journal`: entries of one device in the order of `n`.

    `personal` contains the personal values of one's own entries; a relay that pushes entries of
    another device sends them `sealed` for the server.
    """

    device: str
    entries: Annotated[tuple[SignedEntry, ...], Meta(min_length=1, max_length=MAX_ENTRIES_A_PUSH)]
    personal: tuple[PersonalValue, ...] = ()
    sealed: Annotated[tuple[SealedValues, ...], Meta(max_length=MAX_ENTRIES_A_PUSH)] = ()

    @property
    def size(self) -> int:
        """Return the size of the entries, personal values and boxes in characters."""
        texts = (pair.text for pair in self.entries)
        return sum(map(len, (*texts, *(each.value for each in self.personal), *(each.box for each in self.sealed))))


class PushedEntry(msgspec.Struct, frozen=True, kw_only=True):
    """The result for one pushed entry."""

    id: str
    n: int
    seq: int
    verdict: Verdict
    reason: str = ""


class PushReply(msgspec.Struct, frozen=True, kw_only=True):
    """The reply to a push, sent only after commit; `head` is the journal's newest seq."""

    results: tuple[PushedEntry, ...]
    head: int


class PushTurn(msgspec.Struct, frozen=True):
    """The pending entries of a device up to number `until`."""

    device: str
    until: int


def plan_push_turns(entries: Sequence[Entry]) -> list[PushTurn]:
    """Return the turns in which entries are pushed.

    The given order is kept where dependencies allow; each device's entries must be in its order.
    """
    by_turn = groupby(sort_by_dependency(entries), key=attrgetter("device"))
    return [PushTurn(device, max(entry.n for entry in turn)) for device, turn in by_turn]
