"""The part of a console snapshot that belongs to the world of a window."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, TypeVar

import msgspec

from tabuah.console.window.state.console_snapshot import ConsoleSnapshot
from tabuah.operations.bulletins.bulletin import Volcano
from tabuah.operations.exercises.scope import ALL_WORLDS, ExerciseScope, InWorld
from tabuah.storage.cache.pending_work import HeldReport

ItemT = TypeVar("ItemT", bound=InWorld)
Pair = tuple[ConsoleSnapshot, ConsoleSnapshot]  # a complete snapshot, and its part in the same scope

_BY_KEY: Final = ("incidents", "alarms", "stations", "maintenance", "units", "earthquakes", "warnings")


def select_world(everything: ConsoleSnapshot, scope: ExerciseScope, before: Pair | None = None) -> ConsoleSnapshot:
    """Return the snapshot without items of other worlds.

    Rules, people, work that waits and the state of the journal belong to all worlds and stay.

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
    return replace(everything, **parts)  # type: ignore[arg-type]  # each part has the type of its field


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
