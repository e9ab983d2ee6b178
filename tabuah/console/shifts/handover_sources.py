"""The data of a console for a handover, and the shift that is running in a world."""

from tabuah.operations.errors import NotPossible
from tabuah.operations.exercises.scope import ExerciseScope
from tabuah.operations.shifts.duty_shift import DutyShift, open_shift
from tabuah.operations.shifts.handover_summary import HandoverSources, UnsyncedWork, last_handover_at
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.sync.manual_readings import count_manual_readings


def read_handover_sources(store: ConsoleStore, shift: DutyShift) -> HandoverSources:
    """Read the data of all worlds; incidents that ended before the last handover are not read."""
    shifts = tuple(store.shifts())
    since = last_handover_at(HandoverSources(incidents=(), alarms=(), shifts=shifts), shift)
    return HandoverSources(
        incidents=tuple(store.archive.current(since)),
        alarms=tuple(store.alarms()),
        stations={station.code: station for station in store.stations()},
        maintenance=tuple(store.maintenance()),
        shifts=shifts,
        tasks=tuple(store.tasks()),
        disruptions=tuple(store.disruptions()),
        policy=store.escalation_policy(),
        unsynced=read_unsynced_work(store),
    )


def read_unsynced_work(store: ConsoleStore) -> UnsyncedWork:
    counts = store.counts()
    return UnsyncedWork(
        pending=counts.pending,
        since=counts.since,
        held=counts.held,
        rejected=counts.rejected,
        uploads=store.attachments.counts().uploads,
        readings=count_manual_readings(store.directory).waiting,
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
