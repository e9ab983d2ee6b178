"""The console snapshot: all folded state that the window needs, as one immutable value."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final, TypeVar

import msgspec
from msgspec.structs import replace

from tabuah.operations.aid.aid_line import AidLine
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.bulletins.bulletin import KnownEarthquake, KnownWarning, Volcano
from tabuah.operations.bulletins.rules import BulletinRule
from tabuah.operations.contacts.contact import Contact
from tabuah.operations.disruptions.disruption import Disruption
from tabuah.operations.entries import subject_key, subject_kind, subject_of
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.exercises.scope import ExerciseScope, SubjectWorld, scope_of
from tabuah.operations.incidents.conflict_policy import MERGED_INTO, decode_value
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.incident_list import sort_by_urgency
from tabuah.operations.maintenance.window import MaintenanceWindow
from tabuah.operations.messages.message import Message
from tabuah.operations.notices.acknowledgement import NoticeAcknowledgement
from tabuah.operations.parent_events.parent_event import ParentEvent
from tabuah.operations.people.authority import AUTHORITY_KINDS, Authority
from tabuah.operations.people.key_replacement import KeyReplacement
from tabuah.operations.people.roles import Role
from tabuah.operations.roster.week_roster import WeekRoster
from tabuah.operations.rules.any_rule import AnyRule
from tabuah.operations.rules.rule import Rule
from tabuah.operations.shelters.shelter import Shelter
from tabuah.operations.shifts.duty_shift import DutyShift
from tabuah.operations.stations.station import Station
from tabuah.operations.tasks.task import Task
from tabuah.operations.units.unit import Unit
from tabuah.storage.cache.attachments import TransferCounts
from tabuah.storage.cache.meta import Identity, JournalHead
from tabuah.storage.cache.pending_work import BlockedEntry, HeldReport, PendingCounts, Rejection
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.sync.data_saver import DataSaverFile, DataSaverSettings
from tabuah.text.exercises.exercise_text import exercises_by_id
from tabuah.text.people.scope import PersonalScope

ValueT = TypeVar(
    "ValueT",
    Alarm,
    Incident,
    Rule,
    BulletinRule,
    Station,
    Unit,
    MaintenanceWindow,
    KnownEarthquake,
    KnownWarning,
    Volcano,
    Exercise,
    WeekRoster,
    DutyShift,
    ParentEvent,
    Contact,
    Shelter,
    Disruption,
    Task,
    AidLine,
    NoticeAcknowledgement,
)

NOTHING_PENDING = PendingCounts(pending=0, since=None, conflicts=0, held=0, rejected=0)


class WorkElsewhere(msgspec.Struct, frozen=True, kw_only=True):
    """The work in another world that needs a person."""

    world: SubjectWorld
    conflicts: int = 0
    held: int = 0
    rejected: int = 0

    @property
    def key(self) -> str:
        """The key of the world for a widget."""
        return f"exercise/{self.world.exercise_id}" if self.world.exercise else "real"

    @property
    def scope(self) -> ExerciseScope:
        """The scope of this world."""
        return scope_of(self.world)

    @property
    def total(self) -> int:
        return self.conflicts + self.held + self.rejected


class ConsoleSnapshot(msgspec.Struct, frozen=True, kw_only=True):
    """The folded state by id or code. A mapping without changes stays the same object."""

    version: int = 0
    incidents: Mapping[str, Incident] = msgspec.field(default_factory=dict)  # worst first; see `current_incidents`
    pending: frozenset[str] = frozenset()  # ids of incidents with pending entries
    alarms: Mapping[str, Alarm] = msgspec.field(default_factory=dict)
    notices: Mapping[str, NoticeAcknowledgement] = msgspec.field(default_factory=dict)  # confirmed by a contact
    stations: Mapping[str, Station] = msgspec.field(default_factory=dict)
    rules: Mapping[str, Rule] = msgspec.field(default_factory=dict)
    bulletin_rules: Mapping[str, BulletinRule] = msgspec.field(default_factory=dict)
    maintenance: Mapping[str, MaintenanceWindow] = msgspec.field(default_factory=dict)
    units: Mapping[str, Unit] = msgspec.field(default_factory=dict)  # by OPD and call sign, including retired units
    contacts: Mapping[str, Contact] = msgspec.field(default_factory=dict)  # including retired ones; of all worlds
    earthquakes: Mapping[str, KnownEarthquake] = msgspec.field(default_factory=dict)
    warnings: Mapping[str, KnownWarning] = msgspec.field(default_factory=dict)
    volcanoes: Mapping[str, Volcano] = msgspec.field(default_factory=dict)
    rosters: Mapping[str, WeekRoster] = msgspec.field(default_factory=dict)  # by week
    shifts: Mapping[str, DutyShift] = msgspec.field(default_factory=dict)
    aid: Mapping[str, AidLine] = msgspec.field(default_factory=dict)  # lines of the ledger, cancelled ones included
    calls_version: int = 0  # of the last change of the call log, which is read where it is shown
    messages_version: int = 0  # of the last change of a message; the list is read where it is shown
    waiting_messages: Mapping[str, Message] = msgspec.field(default_factory=dict)  # that need a person
    linked_messages: Mapping[str, Message] = msgspec.field(
        default_factory=dict
    )  # that are about an incident or event
    parent_events: Mapping[str, ParentEvent] = msgspec.field(default_factory=dict)  # including deleted ones
    shelters: Mapping[str, Shelter] = msgspec.field(default_factory=dict)  # including closed ones
    disruptions: Mapping[str, Disruption] = msgspec.field(default_factory=dict)  # including ended ones
    tasks: Mapping[str, Task] = msgspec.field(default_factory=dict)  # of all incidents, ended ones too
    exercises: Mapping[str, Exercise] = msgspec.field(default_factory=dict)  # all known ones, over or wiped too
    devices: Mapping[str, str] = msgspec.field(default_factory=dict)  # names by device id
    # the confirmed users and units; a copy, never changed
    authority: Authority = msgspec.field(default_factory=Authority)
    counts: PendingCounts = NOTHING_PENDING
    transfers: TransferCounts = TransferCounts()
    held: tuple[BlockedEntry, ...] = ()  # of all devices, oldest first
    rejections: tuple[Rejection, ...] = ()  # of this console
    elsewhere: tuple[WorkElsewhere, ...] = ()  # in other worlds; the real one first
    # by id; not yet visible to other consoles
    held_reports: Mapping[str, HeldReport] = msgspec.field(default_factory=dict)
    own_devices: frozenset[str] = frozenset()
    renewal: KeyReplacement | None = None  # the last renewal of this console's key
    actor: str = ""
    identity: Identity | None = None
    head: JournalHead = msgspec.field(default_factory=JournalHead)
    last_sync_at: datetime | None = None
    clock_offset_s: float = 0.0
    connection_settings: DataSaverSettings = DataSaverSettings()

    def held_on(self, incident_id: str) -> tuple[BlockedEntry, ...]:
        """Return the held entries of an incident."""
        subject = subject_of("incident", incident_id)
        return tuple(aside for aside in self.held if aside.entry.subject == subject)

    def rule_of(self, alarm: Alarm) -> AnyRule | None:
        """Return the rule that raised an alarm, if it is known here."""
        return self.rules.get(alarm.rule) if alarm.station else self.bulletin_rules.get(alarm.rule)

    @property
    def personal_scope(self) -> PersonalScope:
        """Return what the user may do to each incident."""
        return PersonalScope(role=self.role, actor=self.actor, authority=self.authority)

    @property
    def role(self) -> Role:
        """Return the role of this console; before the first log-in nothing is restricted."""
        return self.identity.role if self.identity else Role.SUPERVISOR


def read_snapshot(
    store: ConsoleStore, before: ConsoleSnapshot | None = None, *, looked_up: Iterable[str] = ()
) -> ConsoleSnapshot:
    """Read the current snapshot; with `before`, only what has changed since.

    Incidents that ended long ago stay in the cache, except those `looked_up`.
    """
    head = store.head  # first: what is read later, while a sync writes, has at least these entries
    is_wiped = before is not None and before.identity is not None and store.identity is None
    snapshot = _read_all(store) if before is None or is_wiped else _read_changed(store, before)
    counts = store.counts()
    snapshot = replace(
        snapshot,
        counts=counts,
        transfers=store.attachments.counts(),
        held=tuple(store.held()) if counts.held else (),
        rejections=tuple(store.rejections()) if counts.rejected else (),
        held_reports={report.incident.id: report for report in store.held_reports()} if counts.held else {},
        own_devices=frozenset(store.own_devices),
        renewal=store.last_key_replacement,
        actor=store.actor,
        identity=store.identity,
        head=head,
        last_sync_at=store.last_sync_at,
        clock_offset_s=store.clock_offset_s,
        connection_settings=DataSaverFile(store.directory).read(),
    )
    return replace(snapshot, incidents=with_referenced(store, snapshot, looked_up))


def _read_all(store: ConsoleStore) -> ConsoleSnapshot:
    version, messages = store.version, store.messages()
    return ConsoleSnapshot(
        version=version,
        calls_version=version,
        messages_version=version,
        waiting_messages={message.id: message for message in messages if message.is_waiting},
        linked_messages={message.id: message for message in messages if message.is_linked},
        incidents=current_incidents(store),
        pending=store.archive.pending(),
        alarms={alarm.id: alarm for alarm in store.alarms()},
        notices={notice.id: notice for notice in store.notices()},
        stations={station.code: station for station in store.stations()},
        rules={rule.id: rule for rule in store.rules()},
        bulletin_rules={rule.id: rule for rule in store.bulletin_rules()},
        maintenance={window.id: window for window in store.maintenance()},
        units={unit.id: unit for unit in store.units()},
        contacts={contact.id: contact for contact in store.contacts()},
        earthquakes={quake.id: quake for quake in store.earthquakes()},
        warnings={warning.id: warning for warning in store.warnings()},
        volcanoes={volcano.id: volcano for volcano in store.volcanoes()},
        rosters=store.rosters(),
        shifts={shift.id: shift for shift in store.shifts()},
        aid={line.id: line for line in store.aid_lines()},
        parent_events={event.id: event for event in store.parent_events(with_deleted=True)},
        shelters={shelter.id: shelter for shelter in store.shelters()},
        disruptions={each.id: each for each in store.disruptions()},
        tasks={task.id: task for task in store.tasks()},
        exercises=exercises_by_id(store.exercises()),
        devices=_device_names(store),
        authority=store.authority().copy(),
    )


def _read_changed(store: ConsoleStore, before: ConsoleSnapshot) -> ConsoleSnapshot:
    changes = store.changed_since(before.version)
    keys = _by_kind(changes.subjects)
    stations = _changed(store, before.stations, keys.get("station", ()), "station", Station)
    messages = keys.get("message", ())
    return ConsoleSnapshot(
        version=changes.version,
        incidents=changed_incidents(store, before.incidents, keys.get("incident", ())),
        pending=store.archive.pending() if "incident" in keys else before.pending,
        alarms=_changed(store, before.alarms, keys.get("alarm", ()), "alarm", Alarm),
        notices=_changed(store, before.notices, keys.get("notice", ()), "notice", NoticeAcknowledgement),
        stations=stations if stations is before.stations else dict(sorted(stations.items())),
        rules=_changed(store, before.rules, keys.get("rule", ()), "rule", Rule),
        bulletin_rules=_changed(
            store, before.bulletin_rules, keys.get("bulletin_rule", ()), "bulletin_rule", BulletinRule
        ),
        maintenance=_changed(
            store, before.maintenance, keys.get("maintenance", ()), "maintenance", MaintenanceWindow
        ),
        units=_units(store, before, keys.get("unit", ())),
        contacts=_changed(store, before.contacts, keys.get("contact", ()), "contact", Contact),
        earthquakes=_changed(store, before.earthquakes, keys.get("earthquake", ()), "earthquake", KnownEarthquake),
        warnings=_changed(store, before.warnings, keys.get("warning", ()), "warning", KnownWarning),
        volcanoes=_changed(store, before.volcanoes, keys.get("volcano", ()), "volcano", Volcano),
        rosters=_changed(store, before.rosters, keys.get("roster", ()), "roster", WeekRoster),
        shifts=_changed(store, before.shifts, keys.get("shift", ()), "shift", DutyShift),
        aid=_changed(store, before.aid, keys.get("aid", ()), "aid", AidLine),
        shelters=_changed(store, before.shelters, keys.get("shelter", ()), "shelter", Shelter),
        disruptions=_changed(store, before.disruptions, keys.get("disruption", ()), "disruption", Disruption),
        tasks=_changed(store, before.tasks, keys.get("task", ()), "task", Task),
        calls_version=changes.version if "call" in keys else before.calls_version,
        messages_version=changes.version if "message" in keys else before.messages_version,
        waiting_messages=_messages(store, before.waiting_messages, messages, lambda each: each.is_waiting),
        linked_messages=_messages(store, before.linked_messages, messages, lambda each: each.is_linked),
        parent_events=_changed(
            store, before.parent_events, keys.get("parent_event", ()), "parent_event", ParentEvent
        ),
        exercises=_changed(store, before.exercises, keys.get("exercise", ()), "exercise", Exercise),
        devices=_device_names(store) if "device" in keys else before.devices,
        authority=store.authority().copy() if keys.keys() & set(AUTHORITY_KINDS) else before.authority,
    )


def _by_kind(subjects: frozenset[str]) -> dict[str, tuple[str, ...]]:
    kinds: dict[str, list[str]] = {}
    for subject in sorted(subjects):
        kinds.setdefault(subject.partition("/")[0], []).append(subject_key(subject))
    return {kind: tuple(keys) for kind, keys in kinds.items()}


def _changed(
    store: ConsoleStore, before: Mapping[str, ValueT], keys: tuple[str, ...], kind: str, shape: type[ValueT]
) -> Mapping[str, ValueT]:
    if not keys:
        return before
    after = dict(before)
    for key in keys:
        value = store.state(subject_of(kind, key)).value
        if isinstance(value, shape):
            after[key] = value
        else:
            after.pop(key, None)
    return after


def _units(store: ConsoleStore, before: ConsoleSnapshot, keys: tuple[str, ...]) -> Mapping[str, Unit]:
    changed = _changed(store, before.units, keys, "unit", Unit)
    if changed is before.units:
        return changed
    return {unit.id: unit for unit in sorted(changed.values(), key=lambda unit: (unit.opd.casefold(), unit.id))}


def _messages(
    store: ConsoleStore,
    before: Mapping[str, Message],
    keys: tuple[str, ...],
    belongs: Callable[[Message], bool],
) -> Mapping[str, Message]:
    """Return the messages that belong to a group after some have changed; the same object if no change matters."""
    found = (store.state(subject_of("message", key)).value for key in keys)
    new = {value.id: value for value in found if isinstance(value, Message) and belongs(value)}
    if not new and not before.keys() & set(keys):
        return before
    kept = {key: value for key, value in before.items() if key not in keys}
    return {**kept, **new}


def _device_names(store: ConsoleStore) -> dict[str, str]:
    return {device.id: device.name or device.tag for device in store.authority().devices.values()}


KEPT_FOR: Final = timedelta(
    days=31
)  # the longest period of the performance figures is 30 days, and all of it is counted
MANY_CHANGES: Final = (
    1_000  # changes at once, such as after a snapshot: above this, one query is cheaper than one for each
)

Incidents = Mapping[str, Incident]


def current_incidents(store: ConsoleStore) -> Incidents:
    """Return the incidents that are open, in conflict or recently ended, worst first."""
    return _by_id(store.archive.current(store.now() - KEPT_FOR))


def changed_incidents(store: ConsoleStore, before: Incidents, keys: tuple[str, ...]) -> Incidents:
    """Return the incidents after some have changed; the same object if none of the changes matters."""
    since = store.now() - KEPT_FOR
    if len(keys) > MANY_CHANGES:
        current = store.archive.current(since)
        return _by_id([*current, *store.archive.among(before.keys() - {incident.id for incident in current})])
    touched = {*keys, *_merged_into(before, keys)}
    found = [i for i in store.archive.among(touched) if i.id in before or _matters(i, since)]
    gone = before.keys() & touched
    if not found and not gone:
        return before
    return _by_id([*found, *(incident for key, incident in before.items() if key not in gone)])


def _merged_into(before: Incidents, keys: tuple[str, ...]) -> set[str]:
    """Return the incidents that were merged into changed ones: they are open again if the target disappears."""
    changed = set(keys)
    return {incident.id for incident in before.values() if incident.merge_target in changed}


def with_referenced(store: ConsoleStore, snapshot: "ConsoleSnapshot", looked_up: Iterable[str]) -> Incidents:
    """Add the incidents that the snapshot refers to; return the same object if none is missing."""
    incidents = snapshot.incidents
    missing = {*looked_up, *_referenced_ids(snapshot, store.now() - KEPT_FOR)} - incidents.keys()
    while found := store.archive.among(missing) if missing else ():
        incidents = _by_id([*incidents.values(), *found])
        missing = {incident.merged_into for incident in found} - incidents.keys() - {""}
    return incidents


def _matters(incident: Incident, since: datetime) -> bool:
    return incident.is_open or incident.updated_at >= since or bool(incident.open_conflicts)


def _referenced_ids(snapshot: "ConsoleSnapshot", since: datetime) -> Iterator[str]:
    """Yield ids of pending or rejected incidents, those made of recent alarms, and merge targets."""
    yield from snapshot.pending
    asides = [*snapshot.held, *(aside for tray in snapshot.rejections for aside in (tray.root, *tray.dependents))]
    yield from (subject_key(a.entry.subject) for a in asides if subject_kind(a.entry.subject) == "incident")
    for alarm in snapshot.alarms.values():
        if alarm.is_active or alarm.onset_at >= since:
            yield from alarm.incidents
    for incident in snapshot.incidents.values():
        if incident.merged_into:
            yield incident.merged_into
        for conflict in incident.open_conflicts:
            if conflict.field == MERGED_INTO:
                yield from (decode_value(MERGED_INTO, value.value) for value in (conflict.current, conflict.proposed))


def _by_id(incidents: Iterable[Incident]) -> Incidents:
    return {incident.id: incident for incident in sort_by_urgency(incidents)}
