"""Push order: devices send pending entries in turns, and no entry before one that it depends on."""

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter

import msgspec

from tabuah.operations.entries import Entry
from tabuah.operations.entry_dependencies import sort_by_dependency


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
