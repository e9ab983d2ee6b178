"""Turns: a device after the other sends what waits, and no entry comes before one that it rests on."""

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter

import msgspec

from tabuah.operations.entries import Entry
from tabuah.operations.incidents.resting import seen_first


class Turn(msgspec.Struct, frozen=True):
    """The work of a device, up to one of its numbers."""

    device: str
    until: int


def turns_among(entries: Sequence[Entry]) -> list[Turn]:
    """In which turns entries are sent that are given with each device's in its order, and stay so where they can."""
    by_turn = groupby(seen_first(entries), key=attrgetter("device"))
    return [Turn(device, max(entry.n for entry in turn)) for device, turn in by_turn]
