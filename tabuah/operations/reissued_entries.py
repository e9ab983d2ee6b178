"""Re-issued entries: the same work must not take effect twice under two keys.

A console that is restored from a backup, or copied without its key, signs its unsent work again
and names the original of each entry (`Entry.again`, `<device>/<n>`). The first one to arrive
counts; the other is rejected. Only devices of one owner can replace each other, so a claim cannot
block the work of another owner.
"""

from typing import Final

import msgspec

from tabuah.operations.entries import Entry
from tabuah.operations.people.authority import Authority
from tabuah.operations.subject_state import SubjectState

ALREADY_THERE: Final = "already_there"


def is_duplicate(state: SubjectState, authority: Authority, entry: Entry) -> bool:
    """Return whether the same work has arrived under another key."""
    by = state.again.get(f"{entry.device}/{entry.n}") or state.again.get(entry.again)
    if by is not None and _have_one_owner(authority, by, entry.device):
        return True
    device, n = _original_of(entry)
    return 0 < n <= state.heard.get(device, 0) and _have_one_owner(authority, device, entry.device)


def record_received(state: SubjectState, entry: Entry) -> SubjectState:
    """Record that an entry has arrived and was not rejected."""
    heard = {**state.heard, entry.device: entry.n}
    again = {**state.again, entry.again: entry.device} if entry.again else state.again
    return msgspec.structs.replace(state, heard=heard, again=again)


def _original_of(entry: Entry) -> tuple[str, int]:
    """Return device and number of the original; an added note belongs to its entry's number."""
    device, _slash, rest = entry.again.partition("/")
    n = rest.partition("/")[0]
    return device, int(n) if n.isascii() and n.isdigit() else 0


def _have_one_owner(authority: Authority, one: str, other: str) -> bool:
    first, second = authority.devices.get(one), authority.devices.get(other)
    return first is not None and second is not None and first.owner == second.owner
