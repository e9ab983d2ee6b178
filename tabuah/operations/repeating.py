"""One gesture, one effect: work that goes on under a new key may have reached the server under the old one, too.

A console that is restored from a backup, or copied without its key, signs its unsent work anew and says of each entry
which one it was (`Entry.again`, `<device>/<n>`). Whichever of the two comes first counts; the other is rejected.
Only devices of one owner can speak for each other: nobody can keep another's work out by claiming it.
"""

from typing import Final

import msgspec

from tabuah.operations.authority.authority import Authority
from tabuah.operations.entries import Entry
from tabuah.operations.subjects import SubjectState

ALREADY_THERE: Final = "already_there"


def is_there_already(state: SubjectState, authority: Authority, entry: Entry) -> bool:
    """Whether the same gesture has come under another key before."""
    by = state.again.get(f"{entry.device}/{entry.n}") or state.again.get(entry.again)
    if by is not None and _have_one_owner(authority, by, entry.device):
        return True
    device, n = _original_of(entry)
    return 0 < n <= state.heard.get(device, 0) and _have_one_owner(authority, device, entry.device)


def hear(state: SubjectState, entry: Entry) -> SubjectState:
    """Remember that an entry has come and was not rejected."""
    heard = {**state.heard, entry.device: entry.n}
    again = {**state.again, entry.again: entry.device} if entry.again else state.again
    return msgspec.structs.replace(state, heard=heard, again=again)


def _original_of(entry: Entry) -> tuple[str, int]:
    """Device and number of the entry that this one is; a note that was added to it counts as it does."""
    device, _slash, rest = entry.again.partition("/")
    n = rest.partition("/")[0]
    return device, int(n) if n.isascii() and n.isdigit() else 0


def _have_one_owner(authority: Authority, one: str, other: str) -> bool:
    first, second = authority.devices.get(one), authority.devices.get(other)
    return first is not None and second is not None and first.owner == second.owner
