"""Dependencies between entries: a rejected entry takes the entries that depend on it along."""

from collections.abc import Iterable, Sequence

from tabuah.operations.entries import Entry
from tabuah.operations.entry_kinds import decode_body
from tabuah.operations.errors import MalformedBody
from tabuah.operations.incidents.entry_bodies import ConflictSettled, EntryRefused, EntryReleased


def depends_on(entry: Entry, earlier: Entry) -> bool:
    """Return whether `entry` was written in view of `earlier`: its value, conflict or incident."""
    if entry.subject != earlier.subject or entry.id == earlier.id:
        return False
    if earlier.kind == "incident.reported" or earlier.id in entry.base.values():
        return True
    return _speaks_about(entry) == earlier.id


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
    reports: dict[str, int] = {}
    for index, entry in enumerate(entries):
        by_id.setdefault(entry.id, index)
        if entry.kind == "incident.reported":
            reports.setdefault(entry.subject, index)
    last: dict[str, int] = {}
    needs: list[list[int]] = []
    for index, entry in enumerate(entries):
        named = [by_id.get(name) for name in (*entry.base.values(), _speaks_about(entry))]
        found = (last.get(entry.device), reports.get(entry.subject), *named)
        needs.append([other for other in found if other is not None and other != index])
        last[entry.device] = index
    return needs


def _speaks_about(entry: Entry) -> str:
    """Return the entry that a settlement, release or rejection refers to."""
    try:
        body = decode_body(entry)
    except MalformedBody:
        return ""
    match body:
        case ConflictSettled():
            return body.conflict.rpartition(".")[0]
        case EntryReleased() | EntryRefused():
            return body.entry
    return ""
