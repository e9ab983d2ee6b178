"""The console state: snapshot, newest readings and server link, with a signal for each changed part.

A window is in one world: the real one, or one exercise. `snapshot` has only its objects.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from enum import Enum, auto
from types import MappingProxyType
from typing import Final

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal

from tabuah.console.window.state.connection_status import ConnectionStatus
from tabuah.console.window.state.console_snapshot import ConsoleSnapshot, read_snapshot
from tabuah.console.window.state.latest_readings import LatestReadings
from tabuah.console.window.state.task_runner import TaskRunner
from tabuah.console.window.state.world_snapshot import select_world
from tabuah.operations.errors import NotPossible
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.exercises.scope import REAL_WORLD, ExerciseScope, exercise_scope, parse_scope
from tabuah.operations.readings.reading import Reading
from tabuah.operations.sync.connection_state import ConnectionState
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.presence_protocol import Editor, PresenceReply
from tabuah.text.exercises.exercise_status import over_reason
from tabuah.text.people.permissions import role_refusal

_COALESCE_MS: Final = 50  # about twenty updates a second at any number of changes
_LOOKED_UP: Final = 50  # looked-up incidents that are kept
_WATCH_MS: Final = 400  # delay until changes by commands and the syncer are noticed


class StatePart(Enum):
    """The parts of the state, so that views redraw only what has changed."""

    INCIDENTS = auto()
    ALARMS = auto()
    STATIONS = auto()
    RULES = auto()
    MAINTENANCE = auto()  # stations under maintenance
    UNITS = auto()
    CONTACTS = auto()
    BULLETINS = auto()  # earthquakes, weather warnings and volcano levels
    READINGS = auto()
    PENDING = auto()  # pending work, conflicts and the head of the journal
    ATTACHMENTS = auto()  # pending transfers and their progress
    TRAYS = auto()  # held, rejected and refused work; a renewed device key
    PERSON = auto()
    SHELTERS = auto()
    DISRUPTIONS = auto()
    AID = auto()
    ROSTER = auto()
    SHIFTS = auto()
    PARENT_EVENTS = auto()
    CALLS = auto()
    MESSAGES = auto()
    TASKS = auto()
    WORLD = auto()  # the world of the window, the list of exercises, and alarms of the real world
    PRESENCE = auto()  # who edits incidents and answers messages on other consoles
    LINK = auto()  # the connection and the data saver


class ConsoleState(QObject):
    """Holds immutable values and replaces them. Lives on the GUI thread; workers compute the values.

    Signals:
        changed: a frozenset of the changed parts.
        failed: the exception of a failed read; emitted once until a read succeeds.
    """

    changed = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        tasks: TaskRunner[ConsoleStore],
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.snapshot = ConsoleSnapshot()
        self.everything = ConsoleSnapshot()  # of all worlds
        self.scope = REAL_WORLD
        self.latest: LatestReadings = MappingProxyType({})
        self.link = ConnectionStatus()
        self._editors: tuple[tuple[Editor, datetime], ...] = ()  # with the end of each
        self._tasks, self._clock = tasks, clock
        self._wanted = ""  # the name of an exercise that is not known here yet
        self._is_loaded = self._reading = self._reload_wanted = self._has_failed = False
        self._looked_up: tuple[str, ...] = ()  # looked-up incidents from the archive, newest last
        self._parts: set[StatePart] = set()
        self._coalesce = self._timer(_COALESCE_MS, self._on_coalesced, single=True)
        self._watch = self._timer(_WATCH_MS, self.refresh, single=False)

    def now(self) -> datetime:
        """Return the current time of the server's clock (UTC)."""
        return self._clock() + timedelta(seconds=self.snapshot.clock_offset_s)

    def watch(self, then: Callable[[], None] = lambda: None) -> None:
        """Read everything, call `then`, and watch for changes from now on."""
        self.reload(then)
        self._watch.start()

    def close(self) -> None:
        """Stop watching."""
        self._watch.stop()
        self._coalesce.stop()

    @property
    def is_loaded(self) -> bool:
        """Return whether the store has been read."""
        return self._is_loaded

    @property
    def exercise(self) -> Exercise | None:
        """Return the exercise of the window; None in the real world and for drills of no named exercise."""
        return self.everything.exercises.get(self.scope.exercise_id or "")

    def writing_refusal(self, kind: str) -> str:
        """Return why `kind` cannot be written: the role forbids it, or the exercise is over; empty if it can."""
        return role_refusal(self.snapshot.role, kind) or over_reason(self.exercise)

    def choose_world(self, scope: ExerciseScope) -> None:
        """Show the real world or one exercise from now on."""
        self._wanted = ""
        self._show_world(scope)

    def choose_exercise(self, name: str) -> None:
        """Show the exercise with this name or id. Until it is known here, an empty one is shown."""
        self._wanted = name
        self._show_world(_scope_named(name, self.everything))

    def reload(self, then: Callable[[], None] = lambda: None) -> None:
        """Read the store even if no entry was written, such as after a log-in; then call `then`."""
        before, looked_up = self._before(), self._looked_up

        def on_done(found: _Read) -> None:
            self._on_read(found)
            then()

        self._tasks.run(lambda store: _read(store, before, looked_up), on_done=on_done, on_error=self._on_failed)

    def look_up(self, incident_id: str, then: Callable[[], None] = lambda: None) -> None:
        """Load an incident that may be in the archive; then call `then`."""
        if not incident_id or incident_id in self.snapshot.incidents:
            then()
            return
        self._looked_up = (*(key for key in self._looked_up if key != incident_id), incident_id)[-_LOOKED_UP:]
        self.reload(then)

    def refresh(self) -> None:
        """Schedule a read of the store; several requests cause one read."""
        if self._reading:
            self._reload_wanted = True
            return
        self._reading = True
        before, looked_up = self._before(), self._looked_up
        self._tasks.run(
            lambda store: _read_if_changed(store, before, looked_up), on_done=self._on_read, on_error=self._on_failed
        )

    def update_readings(self, readings: Iterable[Reading]) -> None:
        """Accept new readings; an older one never replaces a newer one."""
        latest = dict(self.latest)
        for reading in readings:
            key = (reading.station, reading.parameter)
            known = latest.get(key)
            if known is None or reading.at >= known.at:
                latest[key] = reading
        self.latest = MappingProxyType(latest)
        self._tell({StatePart.READINGS})

    def update_link(self, link: ConnectionStatus) -> None:
        """Accept a new state of the server connection."""
        if link != self.link:
            self.link = link
            self._tell({StatePart.LINK})

    def update_presence(self, present: PresenceReply) -> None:
        """Accept who edits or answers now; each is forgotten when it is not said again in time."""
        now = self.now()
        self._editors = tuple((each, now + timedelta(seconds=each.valid_s)) for each in present.editors)
        self._tell({StatePart.PRESENCE})

    def editors_of(self, incident_id: str) -> tuple[str, ...]:
        """Return the users who edit an incident on other consoles; none while offline."""
        return self._people(lambda each: each.incident == incident_id)

    def answerers_of(self, message_id: str) -> tuple[str, ...]:
        """Return the users who answer a message on other consoles; none while offline."""
        return self._people(lambda each: each.message == message_id)

    def _people(self, does: Callable[[Editor], bool]) -> tuple[str, ...]:
        if self.link.state is not ConnectionState.ONLINE:
            return ()
        now, own = self.now(), self.snapshot.own_devices
        found = (each.user for each, until in self._editors if does(each) and each.device not in own and now < until)
        return tuple(sorted(set(found)))

    def _before(self) -> "_Read":
        return _Read(self.scope, self.everything, self.snapshot, is_first=not self._is_loaded)

    def _on_read(self, found: "_Read | None") -> None:
        self._reading = self._has_failed = False
        if found is not None:
            scope = _scope_named(self._wanted, found.everything) if self._wanted else self.scope
            snapshot = found.snapshot if scope == found.scope else select_world(found.everything, scope)
            if scope.exercise_id in found.everything.exercises:
                self._wanted = ""
            is_same_world = self._is_loaded and scope == self.scope
            parts = _differences(self.snapshot, snapshot) if is_same_world else set(StatePart)
            if _differ_elsewhere(self.everything, found.everything):
                parts.add(StatePart.WORLD)
            is_another_user = self._is_loaded and _user_of(snapshot) != _user_of(self.snapshot)
            self.scope, self.everything, self.snapshot, self._is_loaded = scope, found.everything, snapshot, True
            self._tell(parts)
            if is_another_user:  # the next key must not reach a form with the input of the former one
                self._on_coalesced()
        if self._reload_wanted:
            self._reload_wanted = False
            self.refresh()

    def _show_world(self, scope: ExerciseScope) -> None:
        if scope != self.scope:
            self.scope, self.snapshot = scope, select_world(self.everything, scope)
            self._tell(set(StatePart))

    def _on_failed(self, error: Exception) -> None:
        self._reading = False
        if not self._has_failed:
            self._has_failed = True
            self.failed.emit(error)

    def _tell(self, parts: set[StatePart]) -> None:
        self._parts |= parts
        if self._parts and not self._coalesce.isActive():
            self._coalesce.start()

    def _on_coalesced(self) -> None:
        self._coalesce.stop()
        parts, self._parts = frozenset(self._parts), set()
        self.changed.emit(parts)

    def _timer(self, interval_ms: int, slot: Callable[[], None], *, single: bool) -> QTimer:
        timer = QTimer(self)
        timer.setInterval(interval_ms)
        timer.setSingleShot(single)
        timer.timeout.connect(slot)
        return timer


class _Read(msgspec.Struct, frozen=True, eq=False):
    """A complete snapshot, and the part of it that is in a scope."""

    scope: ExerciseScope
    everything: ConsoleSnapshot
    snapshot: ConsoleSnapshot
    is_first: bool = False  # nothing was read before


def _read(store: ConsoleStore, before: _Read, looked_up: tuple[str, ...]) -> _Read:
    everything = read_snapshot(store, None if before.is_first else before.everything, looked_up=looked_up)
    pair = None if before.is_first else (before.everything, before.snapshot)
    return _Read(before.scope, everything, select_world(everything, before.scope, pair))


def _user_of(snapshot: ConsoleSnapshot) -> str:
    return snapshot.identity.user if snapshot.identity else ""


def _read_if_changed(store: ConsoleStore, before: _Read, looked_up: tuple[str, ...]) -> _Read | None:
    """Return the current snapshots; None if nothing was written since `before`."""
    others_wrote = store.others_wrote()
    if not before.is_first and not others_wrote and store.version == before.everything.version:
        return None
    return _read(store, before, looked_up)


def _scope_named(name: str, snapshot: ConsoleSnapshot) -> ExerciseScope:
    """Return the scope of the exercise with this name or id, even where it is not known."""
    try:
        return parse_scope(name, with_exercises=False, known=snapshot.exercises.values())
    except NotPossible:
        return exercise_scope(name)


def _differ_elsewhere(before: ConsoleSnapshot, after: ConsoleSnapshot) -> bool:
    """Return whether the exercises differ, or the alarms of any world."""
    return before.exercises is not after.exercises or before.alarms is not after.alarms


def _differences(before: ConsoleSnapshot, after: ConsoleSnapshot) -> set[StatePart]:
    waiting = (before.counts, before.head, before.last_sync_at) != (after.counts, after.head, after.last_sync_at)
    asides = (before.held, before.rejections, before.elsewhere) != (after.held, after.rejections, after.elsewhere)
    different = {
        StatePart.INCIDENTS: before.incidents is not after.incidents or before.pending != after.pending,
        StatePart.TRAYS: asides or before.renewal != after.renewal,
        StatePart.ALARMS: before.alarms is not after.alarms or before.notices is not after.notices,
        StatePart.BULLETINS: _bulletin_identities(before) != _bulletin_identities(after),
        StatePart.STATIONS: before.stations is not after.stations,
        StatePart.RULES: before.rules is not after.rules or before.bulletin_rules is not after.bulletin_rules,
        StatePart.MAINTENANCE: before.maintenance is not after.maintenance,
        StatePart.ROSTER: before.rosters is not after.rosters,
        StatePart.CALLS: before.calls_version != after.calls_version,
        StatePart.MESSAGES: before.messages_version != after.messages_version,
        StatePart.PARENT_EVENTS: before.parent_events is not after.parent_events,
        StatePart.SHIFTS: before.shifts is not after.shifts,
        StatePart.AID: before.aid is not after.aid,
        StatePart.SHELTERS: before.shelters is not after.shelters,
        StatePart.DISRUPTIONS: before.disruptions is not after.disruptions,
        StatePart.TASKS: before.tasks is not after.tasks,
        StatePart.UNITS: before.units is not after.units,
        StatePart.CONTACTS: before.contacts is not after.contacts,
        StatePart.PENDING: waiting,
        StatePart.ATTACHMENTS: before.transfers != after.transfers,
        StatePart.LINK: before.connection_settings != after.connection_settings,
        StatePart.PERSON: (before.actor, before.identity) != (after.actor, after.identity),
    }
    return {part for part, is_so in different.items() if is_so}


def _bulletin_identities(snapshot: ConsoleSnapshot) -> tuple[int, ...]:
    """Return the identities of the bulletin mappings: an unchanged mapping stays the same object."""
    return tuple(map(id, (snapshot.earthquakes, snapshot.warnings, snapshot.volcanoes)))
