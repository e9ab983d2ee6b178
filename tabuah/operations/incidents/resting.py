"""Which entries rest on which: what is refused takes along what was written in view of it."""

from collections.abc import Iterable, Sequence

from tabuah.operations.bodies import decode_body
from tabuah.operations.entries import Entry
from tabuah.operations.errors import MalformedBody
from tabuah.operations.incidents.bodies import ConflictSettled, EntryRefused, EntryReleased


def rests_on(entry: Entry, earlier: Entry) -> bool:
    """Whether `entry` was written in view of `earlier`: on its values, its conflict, or the incident it reports."""
    if entry.subject != earlier.subject or entry.id == earlier.id:
        return False
    if earlier.kind == "incident.reported" or earlier.id in entry.base.values():
        return True
    return _speaks_about(entry) == earlier.id


def resting_on(root: Entry, later: Iterable[Entry]) -> tuple[Entry, ...]:
    """Of entries in the order in which they were written, those that rest on `root`, directly or through others."""
    found = [root]
    for entry in later:
        if any(rests_on(entry, earlier) for earlier in found):
            found.append(entry)
    return tuple(found[1:])


def grouped(entries: Sequence[Entry]) -> tuple[tuple[Entry, tuple[Entry, ...]], ...]:
    """Entries in the order in which they were written, each once: as a root, or under the first root it rests on."""
    groups: list[tuple[Entry, tuple[Entry, ...]]] = []
    placed: set[str] = set()
    for index, entry in enumerate(entries):
        if entry.id in placed:
            continue
        under = tuple(e for e in resting_on(entry, entries[index + 1 :]) if e.id not in placed)
        placed.update(e.id for e in under)
        groups.append((entry, under))
    return tuple(groups)


def seen_first(entries: Sequence[Entry]) -> list[Entry]:
    """Entries of several devices, each device's in its order, so that none comes before one that it rests on.

    Beyond that they stay as they are given.
    """
    needs = _needs(entries)
    order: dict[int, Entry] = {}
    begun: set[int] = set()
    for start in range(len(entries)):
        way = [start]
        while way:
            begun.add(way[-1])
            missing = [index for index in needs[way[-1]] if index not in begun]  # one that is under way is no hope
            if missing:
                way += reversed(missing)
            else:
                index = way.pop()
                order.setdefault(index, entries[index])
    return list(order.values())


def _needs(entries: Sequence[Entry]) -> list[list[int]]:
    """For each entry where those are that it rests on at first hand, and the one before it of its device."""
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
    """The entry that a settlement, a release or a refusal is about."""
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
