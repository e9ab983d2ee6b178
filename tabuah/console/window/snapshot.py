"""What the room knows at one moment, as one immutable value read on the cache thread."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from tabuah.console.window.current_incidents import changed_incidents, current_incidents, with_wanted
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.authority.roles import Role
from tabuah.operations.bulletins.earthquake import KnownEarthquake
from tabuah.operations.bulletins.rules import BulletinRule
from tabuah.operations.bulletins.volcano import Volcano
from tabuah.operations.bulletins.warning import KnownWarning
from tabuah.operations.entries import subject_key, subject_of
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.maintenance.window import MaintenanceWindow
from tabuah.operations.rules.either import AnyRule
from tabuah.operations.rules.rule import Rule
from tabuah.operations.stations.station import Station
from tabuah.operations.units.unit import Unit
from tabuah.storage.cache.attachments import TransferCounts
from tabuah.storage.cache.findings import Counts, HeldReport, Rejection, SetAsideEntry
from tabuah.storage.cache.meta import Identity, JournalHead
from tabuah.storage.cache.renewals import Renewal
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.sync.settings import LineSettings, SettingsFile

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
)

NOTHING_WAITS = Counts(pending=0, since=None, conflicts=0, held=0, rejected=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomSnapshot:
    """What the room needs of all that was folded, by id or code; what has not changed stays the same object."""

    version: int = 0
    incidents: Mapping[str, Incident] = field(default_factory=dict)  # worst first; which, `current_incidents` says
    pending: frozenset[str] = frozenset()  # ids of incidents of which something waits for the server
    alarms: Mapping[str, Alarm] = field(default_factory=dict)
    stations: Mapping[str, Station] = field(default_factory=dict)
    rules: Mapping[str, Rule] = field(default_factory=dict)
    bulletin_rules: Mapping[str, BulletinRule] = field(default_factory=dict)
    maintenance: Mapping[str, MaintenanceWindow] = field(default_factory=dict)
    units: Mapping[str, Unit] = field(default_factory=dict)  # by OPD and call sign, also retired ones
    earthquakes: Mapping[str, KnownEarthquake] = field(default_factory=dict)
    warnings: Mapping[str, KnownWarning] = field(default_factory=dict)
    volcanoes: Mapping[str, Volcano] = field(default_factory=dict)
    devices: Mapping[str, str] = field(default_factory=dict)  # names by device id
    counts: Counts = NOTHING_WAITS
    transfers: TransferCounts = TransferCounts()  # noqa: RUF009 - a value that never changes
    held: tuple[SetAsideEntry, ...] = ()  # of all devices, the oldest first
    rejections: tuple[Rejection, ...] = ()  # this console's own
    held_reports: Mapping[str, HeldReport] = field(default_factory=dict)  # by id; they exist for nobody yet
    own_devices: frozenset[str] = frozenset()
    renewal: Renewal | None = None  # the last time that this console had to take a new key
    actor: str = ""
    identity: Identity | None = None
    head: JournalHead = field(default_factory=JournalHead)
    last_sync_at: datetime | None = None
    clock_offset_s: float = 0.0
    line: LineSettings = LineSettings()  # noqa: RUF009 - a value that never changes

    def held_on(self, incident_id: str) -> tuple[SetAsideEntry, ...]:
        """What is held on an incident."""
        subject = subject_of("incident", incident_id)
        return tuple(aside for aside in self.held if aside.entry.subject == subject)

    def rule_of(self, alarm: Alarm) -> AnyRule | None:
        """The rule that raised an alarm, where it is known here."""
        return self.rules.get(alarm.rule) if alarm.station else self.bulletin_rules.get(alarm.rule)

    @property
    def role(self) -> Role:
        """The role this console works under; before the first log-in nothing is kept from anybody."""
        return self.identity.role if self.identity else Role.SUPERVISOR


def read_snapshot(
    store: ConsoleStore, before: RoomSnapshot | None = None, *, looked_up: Iterable[str] = ()
) -> RoomSnapshot:
    """The room as it is now; with `before` only what changed since is read.

    Incidents that were over long ago are left in the cache, but for those that were `looked_up`.
    """
    snapshot = _read_all(store) if before is None else _read_changed(store, before)
    counts = store.counts()
    snapshot = replace(
        snapshot,
        counts=counts,
        transfers=store.attachments.counts(),
        held=tuple(store.held()) if counts.held else (),
        rejections=tuple(store.rejections()) if counts.rejected else (),
        held_reports={report.incident.id: report for report in store.held_reports()} if counts.held else {},
        own_devices=frozenset(store.own_devices),
        renewal=store.last_renewal,
        actor=store.actor,
        identity=store.identity,
        head=store.head,
        last_sync_at=store.last_sync_at,
        clock_offset_s=store.clock_offset_s,
        line=SettingsFile(store.directory).read(),
    )
    return replace(snapshot, incidents=with_wanted(store, snapshot, looked_up))


def _read_all(store: ConsoleStore) -> RoomSnapshot:
    version = store.version
    return RoomSnapshot(
        version=version,
        incidents=current_incidents(store),
        pending=store.archive.pending(),
        alarms={alarm.id: alarm for alarm in store.alarms()},
        stations={station.code: station for station in store.stations()},
        rules={rule.id: rule for rule in store.rules()},
        bulletin_rules={rule.id: rule for rule in store.bulletin_rules()},
        maintenance={window.id: window for window in store.maintenance()},
        units={unit.id: unit for unit in store.units()},
        earthquakes={quake.id: quake for quake in store.earthquakes()},
        warnings={warning.id: warning for warning in store.warnings()},
        volcanoes={volcano.id: volcano for volcano in store.volcanoes()},
        devices=_device_names(store),
    )


def _read_changed(store: ConsoleStore, before: RoomSnapshot) -> RoomSnapshot:
    changes = store.changed_since(before.version)
    keys = _by_kind(changes.subjects)
    stations = _changed(store, before.stations, keys.get("station", ()), "station", Station)
    return RoomSnapshot(
        version=changes.version,
        incidents=changed_incidents(store, before.incidents, keys.get("incident", ())),
        pending=store.archive.pending() if "incident" in keys else before.pending,
        alarms=_changed(store, before.alarms, keys.get("alarm", ()), "alarm", Alarm),
        stations=stations if stations is before.stations else dict(sorted(stations.items())),
        rules=_changed(store, before.rules, keys.get("rule", ()), "rule", Rule),
        bulletin_rules=_changed(
            store, before.bulletin_rules, keys.get("bulletin_rule", ()), "bulletin_rule", BulletinRule
        ),
        maintenance=_changed(
            store, before.maintenance, keys.get("maintenance", ()), "maintenance", MaintenanceWindow
        ),
        units=_units(store, before, keys.get("unit", ())),
        earthquakes=_changed(store, before.earthquakes, keys.get("earthquake", ()), "earthquake", KnownEarthquake),
        warnings=_changed(store, before.warnings, keys.get("warning", ()), "warning", KnownWarning),
        volcanoes=_changed(store, before.volcanoes, keys.get("volcano", ()), "volcano", Volcano),
        devices=_device_names(store) if "device" in keys else before.devices,
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


def _units(store: ConsoleStore, before: RoomSnapshot, keys: tuple[str, ...]) -> Mapping[str, Unit]:
    changed = _changed(store, before.units, keys, "unit", Unit)
    if changed is before.units:
        return changed
    return {unit.id: unit for unit in sorted(changed.values(), key=lambda unit: (unit.opd.casefold(), unit.id))}


def _device_names(store: ConsoleStore) -> dict[str, str]:
    return {device.id: device.name or device.tag for device in store.authority().devices.values()}
