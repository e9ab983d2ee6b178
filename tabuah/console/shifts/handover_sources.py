"""The data of a console for a handover, and the shift that is running in a world."""

from collections.abc import Sequence

from tabuah.console.units.known_units import read_known_units
from tabuah.operations.errors import NotPossible
from tabuah.operations.exercises.scope import ExerciseScope, scope_of
from tabuah.operations.shifts.duty_shift import DutyShift, open_shift
from tabuah.operations.shifts.handover_summary import HandoverSources, UnsyncedWork, last_handover_at
from tabuah.operations.units.coverage import KindCoverage, unit_coverage
from tabuah.operations.units.known_units import KnownUnit
from tabuah.storage.cache.map.maps import load_maps
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.sync.manual_readings import count_manual_readings


def read_handover_sources(store: ConsoleStore, shift: DutyShift) -> HandoverSources:
    """Read the data of all worlds; incidents that ended before the last handover are not read."""
    shifts = tuple(store.shifts())
    units = read_known_units(store, scope=scope_of(shift))
    since = last_handover_at(HandoverSources(incidents=(), alarms=(), shifts=shifts), shift)
    return HandoverSources(
        incidents=tuple(store.archive.current(since)),
        alarms=tuple(store.alarms()),
        stations={station.code: station for station in store.stations()},
        maintenance=tuple(store.maintenance()),
        shifts=shifts,
        tasks=tuple(store.tasks()),
        disruptions=tuple(store.disruptions()),
        messages=tuple(store.messages()),
        crews=tuple(unit.activity for unit in units),
        coverage=_read_coverage(store, units),
        policy=store.escalation_policy(),
        unsynced=read_unsynced_work(store),
    )


def _read_coverage(store: ConsoleStore, units: Sequence[KnownUnit]) -> tuple[KindCoverage, ...]:
    if not units:
        return ()
    gazetteer = load_maps(store.directory).gazetteer()
    return unit_coverage(units, gazetteer.all_kecamatan, kecamatan_at=gazetteer.kecamatan_code_at)


def read_unsynced_work(store: ConsoleStore) -> UnsyncedWork:
    counts = store.counts()
    return UnsyncedWork(
        pending=counts.pending,
        since=counts.since,
        held=counts.held,
        rejected=counts.rejected,
        uploads=store.attachments.counts().uploads,
        readings=count_manual_readings(store.directory).waiting,
        synced_at=store.last_sync_at,
    )


def running_shift(store: ConsoleStore, scope: ExerciseScope) -> DutyShift:
    """Return the shift that is running in a world.

    Raises:
        NotPossible: none is.
    """
    shift = open_shift(scope.select(store.shifts()), store.now())
    if shift is None:
        raise NotPossible("no_shift")
    return shift


def reread_shift(store: ConsoleStore, shift: DutyShift) -> DutyShift:
    """Return the present state of a shift."""
    return next((each for each in store.shifts() if each.id == shift.id), shift)
