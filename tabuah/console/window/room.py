"""The room as the window knows it: the snapshot, the newest readings, the link; tells which part has changed."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from enum import Enum, auto
from types import MappingProxyType
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from tabuah.console.window.link import Link
from tabuah.console.window.snapshot import RoomSnapshot, read_snapshot
from tabuah.console.window.tasks import TaskRunner
from tabuah.operations.stations.readings import Reading
from tabuah.storage.cache.store import ConsoleStore

LATEST = Mapping[tuple[str, str], Reading]
_COALESCE_MS: Final = 50  # about twenty changes a second, however many came
_LOOKED_UP: Final = 50  # so many that were looked up stay at hand
_WATCH_MS: Final = 400  # how soon commands and the syncer beside the window show up


class Part(Enum):
    """What may have changed, so that views redraw only that."""

    INCIDENTS = auto()
    ALARMS = auto()
    STATIONS = auto()
    RULES = auto()
    MAINTENANCE = auto()  # which stations are worked on
    UNITS = auto()
    BULLETINS = auto()  # earthquakes, weather warnings, levels of volcanoes
    READINGS = auto()
    WAITING = auto()  # what waits for the server, conflicts, the journal's head
    ATTACHMENTS = auto()  # what of them waits, and how far it is
    ASIDES = auto()  # what is held, rejected or refused; a key that was replaced
    PERSON = auto()
    LINK = auto()  # how it is, and whether data is to be saved on it


class Room(QObject):
    """Holds immutable values and replaces them; owned by the GUI thread, filled by workers.

    Signals:
        changed: a frozenset of the parts that are different now.
        failed: the store could not be read, told once until it can again; the exception.
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
        self.snapshot = RoomSnapshot()
        self.latest: LATEST = MappingProxyType({})
        self.link = Link()
        self._tasks, self._clock = tasks, clock
        self._is_loaded = self._reading = self._again = self._has_failed = False
        self._looked_up: tuple[str, ...] = ()  # incidents that were over long ago, the newest last
        self._parts: set[Part] = set()
        self._coalesce = self._timer(_COALESCE_MS, self._on_coalesced, single=True)
        self._watch = self._timer(_WATCH_MS, self.refresh, single=False)

    def now(self) -> datetime:
        """The present moment by the server's clock; UTC."""
        return self._clock() + timedelta(seconds=self.snapshot.clock_offset_s)

    def watch(self, then: Callable[[], None] = lambda: None) -> None:
        """Read everything and do `then`; from now on follow whoever writes."""
        self.reread(then)
        self._watch.start()

    def close(self) -> None:
        """Follow nobody any more."""
        self._watch.stop()
        self._coalesce.stop()

    @property
    def is_loaded(self) -> bool:
        """Whether the store was read once."""
        return self._is_loaded

    def reread(self, then: Callable[[], None] = lambda: None) -> None:
        """Look at the store again even where no entry was written, such as after a log-in; then do `then`."""
        before, looked_up = self.snapshot if self._is_loaded else None, self._looked_up

        def on_done(snapshot: RoomSnapshot) -> None:
            self._on_read(snapshot)
            then()

        self._tasks.run(
            lambda store: read_snapshot(store, before, looked_up=looked_up), on_done=on_done, on_error=self._on_failed
        )

    def look_up(self, incident_id: str, then: Callable[[], None] = lambda: None) -> None:
        """Have an incident at hand that may have been over long ago; then do `then`."""
        if not incident_id or incident_id in self.snapshot.incidents:
            then()
            return
        self._looked_up = (*(key for key in self._looked_up if key != incident_id), incident_id)[-_LOOKED_UP:]
        self.reread(then)

    def refresh(self) -> None:
        """Look at the store again; soon, once, however often this is asked."""
        if self._reading:
            self._again = True
            return
        self._reading = True
        before, looked_up = self.snapshot if self._is_loaded else None, self._looked_up
        self._tasks.run(
            lambda store: _read_if_changed(store, before, looked_up), on_done=self._on_read, on_error=self._on_failed
        )

    def take_readings(self, readings: Iterable[Reading]) -> None:
        """Take over new readings; an older one never takes the place of a newer one."""
        latest = dict(self.latest)
        for reading in readings:
            key = (reading.station, reading.parameter)
            known = latest.get(key)
            if known is None or reading.at >= known.at:
                latest[key] = reading
        self.latest = MappingProxyType(latest)
        self._tell({Part.READINGS})

    def take_link(self, link: Link) -> None:
        """Take over how the link to the server is."""
        if link != self.link:
            self.link = link
            self._tell({Part.LINK})

    def _on_read(self, snapshot: RoomSnapshot | None) -> None:
        self._reading = self._has_failed = False
        if snapshot is not None:
            parts = set(Part) if not self._is_loaded else _differences(self.snapshot, snapshot)
            self.snapshot, self._is_loaded = snapshot, True
            self._tell(parts)
        if self._again:
            self._again = False
            self.refresh()

    def _on_failed(self, error: Exception) -> None:
        self._reading = False
        if not self._has_failed:
            self._has_failed = True
            self.failed.emit(error)

    def _tell(self, parts: set[Part]) -> None:
        self._parts |= parts
        if self._parts and not self._coalesce.isActive():
            self._coalesce.start()

    def _on_coalesced(self) -> None:
        parts, self._parts = frozenset(self._parts), set()
        self.changed.emit(parts)

    def _timer(self, interval_ms: int, slot: Callable[[], None], *, single: bool) -> QTimer:
        timer = QTimer(self)
        timer.setInterval(interval_ms)
        timer.setSingleShot(single)
        timer.timeout.connect(slot)
        return timer


def _read_if_changed(
    store: ConsoleStore, before: RoomSnapshot | None, looked_up: tuple[str, ...]
) -> RoomSnapshot | None:
    """The snapshot of now; None where nobody wrote since `before`."""
    others_wrote = store.others_wrote()
    if before is not None and not others_wrote and store.version == before.version:
        return None
    return read_snapshot(store, before, looked_up=looked_up)


def _differences(before: RoomSnapshot, after: RoomSnapshot) -> set[Part]:
    waiting = (before.counts, before.head, before.last_sync_at) != (after.counts, after.head, after.last_sync_at)
    asides = (before.held, before.rejections) != (after.held, after.rejections)
    different = {
        Part.INCIDENTS: before.incidents is not after.incidents or before.pending != after.pending,
        Part.ASIDES: asides or before.renewal != after.renewal,
        Part.ALARMS: before.alarms is not after.alarms,
        Part.BULLETINS: _told(before) != _told(after),
        Part.STATIONS: before.stations is not after.stations,
        Part.RULES: before.rules is not after.rules or before.bulletin_rules is not after.bulletin_rules,
        Part.MAINTENANCE: before.maintenance is not after.maintenance,
        Part.UNITS: before.units is not after.units,
        Part.WAITING: waiting,
        Part.ATTACHMENTS: before.transfers != after.transfers,
        Part.LINK: before.line != after.line,
        Part.PERSON: (before.actor, before.identity) != (after.actor, after.identity),
    }
    return {part for part, is_so in different.items() if is_so}


def _told(snapshot: RoomSnapshot) -> tuple[int, ...]:
    """What agencies told, by the identity of the mappings: one in which nothing changed stays the same object."""
    return tuple(map(id, (snapshot.earthquakes, snapshot.warnings, snapshot.volcanoes)))
