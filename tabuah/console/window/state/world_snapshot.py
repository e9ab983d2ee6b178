"""The part of a console snapshot that belongs to the world of a window."""

from collections import Counter
from collections.abc import Mapping
from typing import Final, TypeVar

import msgspec
from msgspec.structs import replace

from tabuah.console.window.state.console_snapshot import ConsoleSnapshot, WorkElsewhere
from tabuah.operations.bulletins.bulletin import Volcano
from tabuah.operations.entries import Entry
from tabuah.operations.exercises.decisions import world_of_entry
from tabuah.operations.exercises.scope import ALL_WORLDS, ExerciseScope, InWorld, SubjectWorld
from tabuah.storage.cache.pending_work import HeldReport

ItemT = TypeVar("ItemT", bound=InWorld)
Pair = tuple[ConsoleSnapshot, ConsoleSnapshot]  # a complete snapshot, and its part in the same scope

_BY_KEY: Final = (
    "incidents",
    "alarms",
    "notices",
    "stations",
    "maintenance",
    "units",
    "earthquakes",
    "warnings",
    "shifts",
    "parent_events",
    "shelters",
    "disruptions",
    "tasks",
    "aid",
    "waiting_messages",
    "linked_messages",
)


def select_world(everything: ConsoleSnapshot, scope: ExerciseScope, before: Pair | None = None) -> ConsoleSnapshot:
    """Return the snapshot without items of other worlds.

    Rules, people, unsent work and the state of the journal belong to all worlds and stay. Conflicts, held and
    rejected work of other worlds are counted in `elsewhere`.

    Args:
        everything: the complete snapshot.
        scope: the world of the window, or several.
        before: the previous complete snapshot and its selection in the same scope. The result has the same
            objects for unchanged parts.
    """
    if scope == ALL_WORLDS:
        return everything
    whole, selected = before or (ConsoleSnapshot(), ConsoleSnapshot())
    parts: dict[str, object] = {}
    for name in _BY_KEY:
        mapping = getattr(everything, name)
        same = before is not None and mapping is getattr(whole, name)
        parts[name] = getattr(selected, name) if same else _select(mapping, scope)
    same = before is not None and everything.volcanoes is whole.volcanoes
    parts["volcanoes"] = selected.volcanoes if same else _volcanoes(everything.volcanoes, scope)
    parts["held_reports"] = _held_reports(everything.held_reports, scope)
    parts["held"] = tuple(aside for aside in everything.held if _is_in(scope, aside.entry))
    parts["rejections"] = tuple(tray for tray in everything.rejections if _is_in(scope, tray.root.entry))
    elsewhere = parts["elsewhere"] = work_elsewhere(everything, scope)
    parts["counts"] = msgspec.structs.replace(
        everything.counts,
        conflicts=max(0, everything.counts.conflicts - sum(work.conflicts for work in elsewhere)),
        held=max(0, everything.counts.held - sum(work.held for work in elsewhere)),
        rejected=max(0, everything.counts.rejected - sum(work.rejected for work in elsewhere)),
    )
    return replace(everything, **parts)


def work_elsewhere(everything: ConsoleSnapshot, scope: ExerciseScope) -> tuple[WorkElsewhere, ...]:
    """Return the work that needs a person in the worlds out of scope, the real world first."""
    conflicts: Counter[SubjectWorld] = Counter()
    for incident in everything.incidents.values() if everything.counts.conflicts else ():
        if not scope.has(incident):
            conflicts[SubjectWorld(incident.exercise, incident.exercise_id)] += len(incident.open_conflicts)
    held = Counter(world_of_entry(aside.entry) for aside in everything.held if not _is_in(scope, aside.entry))
    rejected: Counter[SubjectWorld | None] = Counter()
    for tray in everything.rejections:
        if not _is_in(scope, tray.root.entry):
            rejected[world_of_entry(tray.root.entry)] += len(tray.entries)
    worlds = {
        world for counts in (conflicts, held, rejected) for world, n in counts.items() if n and world is not None
    }
    return tuple(
        WorkElsewhere(world=world, conflicts=conflicts[world], held=held[world], rejected=rejected[world])
        for world in sorted(worlds)
    )


def _is_in(scope: ExerciseScope, entry: Entry) -> bool:
    world = world_of_entry(entry)
    return world is None or scope.includes(*world)


def _select(items: Mapping[str, ItemT], scope: ExerciseScope) -> Mapping[str, ItemT]:
    selected = {key: item for key, item in items.items() if scope.has(item)}
    return items if len(selected) == len(items) else selected


def _volcanoes(volcanoes: Mapping[str, Volcano], scope: ExerciseScope) -> Mapping[str, Volcano]:
    """Return the volcanoes by the statements in scope: those of exercises are kept with the real ones."""
    selected = {}
    for key, volcano in volcanoes.items():
        statements = tuple(scope.select(volcano.statements))
        if len(statements) == len(volcano.statements):
            selected[key] = volcano
        elif statements:
            selected[key] = msgspec.structs.replace(volcano, statements=statements)
    return selected


def _held_reports(reports: Mapping[str, HeldReport], scope: ExerciseScope) -> Mapping[str, HeldReport]:
    return {key: report for key, report in reports.items() if scope.has(report.incident)}
