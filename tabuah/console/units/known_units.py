"""Units with their positions, from the journal and from GPS trackers."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from tabuah.operations.exercises.scope import ALL_WORLDS, ExerciseScope
from tabuah.operations.units.known_units import KnownUnit, Tracks, known_units, locate_unit, unit_activity
from tabuah.operations.units.tracks import TRAIL
from tabuah.operations.units.unit import Unit
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore
from tabuah.storage.readings.tracks import read_tracks

_CLOCK_TOLERANCE: Final = timedelta(minutes=1)


def read_known_units(
    store: ConsoleStore, *, with_retired: bool = False, scope: ExerciseScope = ALL_WORLDS
) -> list[KnownUnit]:
    """Return the units in scope by OPD and call sign; retired units, if requested, come last."""
    units = {unit.id: unit for unit in scope.select(store.units())}
    if not units:
        return []
    now = store.now()
    tracks = _read_tracks(store, units.values(), now)
    known = list(known_units(units, scope.select(store.incidents()), tracks=tracks, now=now))
    if with_retired:
        known += [locate_unit(unit_activity(unit, ()), (), now) for unit in units.values() if unit.retired]
    return known


def _read_tracks(store: ConsoleStore, units: Iterable[Unit], now: datetime) -> Tracks:
    trackers = sorted({unit.tracker for unit in units if unit.tracker and not unit.retired})
    file = store.directory / FILE_NAME
    if not trackers or not file.is_file():
        return {}
    with ReadingsStore(file) as readings:
        return read_tracks(readings, trackers, since=now - TRAIL, until=now + _CLOCK_TOLERANCE)
