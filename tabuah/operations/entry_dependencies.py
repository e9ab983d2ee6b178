"""Dependencies between entries: a rejected entry takes the entries that depend on it along."""

from collections.abc import Iterable, Sequence

from tabuah.operations.entries import Entry, subject_kind
from tabuah.operations.subject_type import UUID_KEY
from tabuah.operations.subjects import ENTRY_KINDS, SUBJECT_TYPES


def depends_on(entry: Entry, earlier: Entry) -> bool:
    """Return whether `entry` was written in view of `earlier`: its value, its conflict or the new subject."""
    if entry.subject != earlier.subject or entry.id == earlier.id:
        return False
    if _creates_for_all(earlier) or earlier.id in entry.base.values():
        return True
    return _referred_entry(entry) == earlier.id


def dependency_names(entry: Entry) -> frozenset[str]:
    """Return the ids that an entry names: its base, and the entry that it is about."""
    return frozenset((*entry.base.values(), _referred_entry(entry))) - {""}


def dependents_of(root: Entry, later: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return the entries that depend on `root`, directly or indirectly, in the order written."""
    found = [root]
    for entry in later:
        if any(depends_on(entry, earlier) for earlier in found):
            found.append(entry)
    return tuple(found[1:])


def group_by_dependency(entries: Sequence[Entry]) -> tuple[tuple[Entry, tuple[Entry, ...]], ...]:
    """Group entries, each once: as a root, or under the first root it depends on."""
    groups: list[tuple[Entry, tuple[Entry, ...]]] = []
    placed: set[str] = set()
    for index, entry in enumerate(entries):
        if entry.id in placed:
            continue
        under = tuple(e for e in dependents_of(entry, entries[index + 1 :]) if e.id not in placed)
        placed.update(e.id for e in under)
        groups.append((entry, under))
    return tuple(groups)


def sort_by_dependency(entries: Sequence[Entry]) -> list[Entry]:
    """Sort entries of several devices so that each comes after its dependencies.

    Each device's own order is kept; otherwise entries stay as given.
    """
    needs = _needs(entries)
    order: dict[int, Entry] = {}
    begun: set[int] = set()
    for start in range(len(entries)):
        way = [start]
        while way:
            begun.add(way[-1])
            missing = [index for index in needs[way[-1]] if index not in begun]  # skips cycles
            if missing:
                way += reversed(missing)
            else:
                index = way.pop()
                order.setdefault(index, entries[index])
    return list(order.values())


def _needs(entries: Sequence[Entry]) -> list[list[int]]:
    """Return for each entry the indices of its direct dependencies and of its device's previous entry."""
    by_id: dict[str, int] = {}
    created: dict[str, int] = {}
    for index, entry in enumerate(entries):
        by_id.setdefault(entry.id, index)
        if _creates_for_all(entry):
            created.setdefault(entry.subject, index)
    last: dict[str, int] = {}
    needs: list[list[int]] = []
    for index, entry in enumerate(entries):
        named = [by_id.get(name) for name in (*entry.base.values(), _referred_entry(entry))]
        found = (last.get(entry.device), created.get(entry.subject), *named)
        needs.append([other for other in found if other is not None and other != index])
        last[entry.device] = index
    return needs


def _creates_for_all(entry: Entry) -> bool:
    """Return whether all other entries of the subject come after this one.

    That is so where its author made the key, a UUID. A record can be registered or written several times.
    """
    subject = SUBJECT_TYPES.get(subject_kind(entry.subject))
    return subject is not None and subject.key is UUID_KEY and subject.awaited_kind == entry.kind


def _referred_entry(entry: Entry) -> str:
    """Return the id of the entry that a settlement, a correction or the like is about; empty for other kinds."""
    kind = ENTRY_KINDS.get(entry.kind)
    return "" if kind is None else kind.referred_entry(entry.body)
