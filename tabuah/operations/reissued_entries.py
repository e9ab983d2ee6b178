"""Re-issued entries: the same work must not take effect twice under two keys, and other work must not be lost.

A console that is restored from a backup, or copied, continues under a new key: it signs its unsent work again and
names the original of each entry in `Entry.again`. The first one that takes effect counts; the other is rejected. Only
devices of one owner can replace each other, so a claim cannot block the work of another owner.

`again` is the identity of the original, `<id>/<SHA-256 of its text>`. The note of an earlier incident number has
`/number` appended to the identity of the report. Older consoles wrote `<device>/<n>`, a place in the chain of a
device, which two copies fill with different work. It counts only where `replaces` names the entry recorded there.

Under the first version of the rules, the numbers of the chains decided.
"""

import hashlib
import re
from collections.abc import Iterator
from typing import Final

import msgspec

from tabuah.operations.entries import Entry
from tabuah.operations.lookups import Lookups, RecordedEntry
from tabuah.operations.people.authority import Authority
from tabuah.operations.policy.policy import STRICT_VERSION
from tabuah.operations.subject_state import SubjectState

ALREADY_THERE: Final = "already_there"

_IDENTITY: Final = re.compile(r"(?P<id>[^/]+)/(?P<hash>[0-9a-f]{64})(/number)?")


def identity_of(entry: Entry, text: str) -> str:
    """Return the identity of an entry, by which others name it in `again`."""
    return f"{entry.id}/{_hash(text)}"


def identity_of_number(entry: Entry, text: str) -> str:
    """Return the identity of the note that names the number of a re-issued report."""
    return f"{identity_of(entry, text)}/number"


def is_identity(again: str) -> bool:
    """Return whether a value of `again` is an identity, not a place in a chain."""
    return _IDENTITY.fullmatch(again) is not None


def work_names(entry: Entry) -> frozenset[str]:
    """Return the names under which an entry, its original or its re-issues refer to the same work."""
    named = _IDENTITY.fullmatch(entry.again)
    names = (entry.id, f"{entry.device}/{entry.n}", entry.again, named["id"] if named else entry.replaces or "")
    return frozenset(names) - {""}


def is_duplicate(state: SubjectState, authority: Authority, entry: Entry, *, text: str, lookups: Lookups) -> bool:
    """Return whether the same work has arrived under another key, by the rules in force."""
    if authority.decide_version < STRICT_VERSION:
        return _has_arrived_by_number(state, authority, entry)
    return has_twin(state, authority, entry, text=text, lookups=lookups)


def has_twin(state: SubjectState, authority: Authority, entry: Entry, *, text: str, lookups: Lookups) -> bool:
    """Return whether the same work took effect under another key of the owner.

    Args:
        state: the subject's state.
        authority: users and devices.
        entry: the entry.
        text: its own text.
        lookups: lookups in the journal.
    """
    return any(
        twin.took_effect
        and twin.id != entry.id
        and twin.subject == entry.subject
        and _have_one_owner(authority, twin.device, entry.device)
        for twin in _candidates(state, entry, text, lookups)
    )


def has_erased_twin(state: SubjectState, authority: Authority, entry: Entry, *, text: str, lookups: Lookups) -> bool:
    """Return whether the personal values of the same work were erased under another key of the owner.

    The values of a copy are the same ones, so they are erased as well. Arguments are those of `has_twin`.
    """
    return bool(authority.erasures) and any(
        authority.is_erased(twin.id)
        and twin.subject == entry.subject
        and _have_one_owner(authority, twin.device, entry.device)
        for twin in _candidates(state, entry, text, lookups)
    )


def record_received(state: SubjectState, entry: Entry) -> SubjectState:
    """Record that an entry has arrived and was not rejected."""
    heard = {**state.heard, entry.device: entry.n}
    again = {**state.again, entry.again: entry.device} if entry.again else state.again
    return msgspec.structs.replace(state, heard=heard, again=again)


def _candidates(state: SubjectState, entry: Entry, text: str, lookups: Lookups) -> Iterator[RecordedEntry]:
    """Yield recorded entries with the same work: the original of an entry, and re-issues of either.

    The state names all originals of re-issued entries, so the journal is searched only where there is one.
    """
    if entry.again:
        yield from _originals(entry, lookups)
        if entry.again in state.again:
            siblings = lookups.reissues(entry.subject, entry.again)
            by_identity = is_identity(entry.again)
            yield from (s for s in siblings if by_identity or _replace_same(s, entry))
    if not state.again:
        return
    identity, place = identity_of(entry, text), f"{entry.device}/{entry.n}"
    if identity in state.again:
        yield from lookups.reissues(entry.subject, identity)
    if place in state.again:
        yield from (r for r in lookups.reissues(entry.subject, place) if r.replaces == entry.id)


def _originals(entry: Entry, lookups: Lookups) -> Iterator[RecordedEntry]:
    named = _IDENTITY.fullmatch(entry.again)
    original = lookups.entry(named["id"] if named else entry.replaces or "")
    if original is None:
        return
    place = f"{original.device}/{original.n}"
    if original.hash == named["hash"] if named else place == entry.again:
        yield original


def _replace_same(one: RecordedEntry, other: Entry) -> bool:
    return one.replaces is not None and one.replaces == other.replaces


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _has_arrived_by_number(state: SubjectState, authority: Authority, entry: Entry) -> bool:
    """Return whether the original's place in its chain has been passed: the first version of the rule."""
    by = state.again.get(f"{entry.device}/{entry.n}") or state.again.get(entry.again)
    if by is not None and _have_one_owner(authority, by, entry.device):
        return True
    device, n = _place_of_original(entry)
    return 0 < n <= state.heard.get(device, 0) and _have_one_owner(authority, device, entry.device)


def _place_of_original(entry: Entry) -> tuple[str, int]:
    """Return device and number of the original; an added note belongs to its entry's number."""
    device, _slash, rest = entry.again.partition("/")
    n = rest.partition("/")[0]
    return device, int(n) if n.isascii() and n.isdigit() else 0


def _have_one_owner(authority: Authority, one: str, other: str) -> bool:
    first, second = authority.devices.get(one), authority.devices.get(other)
    return first is not None and second is not None and first.owner == second.owner
