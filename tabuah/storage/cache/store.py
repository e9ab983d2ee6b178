"""A console's store: the one door to its cache. Values in, values out; a save and its outbox entry are one."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Final

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.escalation_policy import DEFAULT_POLICY, POLICY_KEY, EscalationPolicy
from tabuah.operations.authority.authority import Authority
from tabuah.operations.bulletins.earthquake import KnownEarthquake
from tabuah.operations.bulletins.rules import BulletinRule
from tabuah.operations.bulletins.volcano import Volcano
from tabuah.operations.bulletins.warning import KnownWarning
from tabuah.operations.entries import Draft, Entry, PersonalValue, Verdict, subject_of
from tabuah.operations.incidents.incident import Conflict, Incident
from tabuah.operations.incidents.listing import IncidentRow, row_of, worst_first
from tabuah.operations.maintenance.window import MaintenanceWindow
from tabuah.operations.rules.rule import Rule
from tabuah.operations.stations.station import Station
from tabuah.operations.subjects import SubjectState
from tabuah.operations.units.unit import Unit
from tabuah.storage.cache import trays
from tabuah.storage.cache.applying import Changes, apply_pages
from tabuah.storage.cache.archive import Archive
from tabuah.storage.cache.attachments import Attachments
from tabuah.storage.cache.backing_up import back_up
from tabuah.storage.cache.bundles.carrier import Carrier
from tabuah.storage.cache.connecting import expected_errors, find_damage
from tabuah.storage.cache.counting import counts_of
from tabuah.storage.cache.desk import Desk, utc_now
from tabuah.storage.cache.directory import prepare_directory
from tabuah.storage.cache.early_clock import EarlyClock, early_clock, misdated, note_offset, was_measured
from tabuah.storage.cache.finding import find_incident
from tabuah.storage.cache.findings import Counts, OpenConflict
from tabuah.storage.cache.histories import Histories
from tabuah.storage.cache.journal_table import Waiting
from tabuah.storage.cache.meta import Identity, JournalHead
from tabuah.storage.cache.past import Past
from tabuah.storage.cache.reissuing import adopt_grant, replace_key
from tabuah.storage.cache.renewals import Cause, Renewal, last_renewal
from tabuah.storage.cache.saving import save_drafts
from tabuah.storage.cache.tray_store import TrayStore
from tabuah.storage.journal.chain import ChainedEntry
from tabuah.storage.journal.identifiers import incident_number
from tabuah.storage.journal.signing import DeviceKey
from tabuah.storage.journal.wire import PullReply, PushReply

_PENDING: Final = "SELECT subject FROM subjects WHERE shown IS NOT NULL"


class ConsoleStore(TrayStore):
    """A console's data, opened by and for one thread; other threads and processes open their own beside it.

    `clock` tells this computer's time (UTC), which may be wrong; `now` is what is believed to be right.
    """

    def __init__(self, directory: Path, *, clock: Callable[[], datetime] = utc_now) -> None:
        self.directory = directory.expanduser().absolute()
        prepare_directory(self.directory)
        self.clock = clock
        self._desk = Desk(self.directory, clock)
        self._data_version = self._read_data_version()

    def close(self) -> None:
        """Close the connection."""
        self._desk.close()

    @property
    def path(self) -> Path:
        """The cache's file."""
        return self._desk.path

    @property
    def is_read_only(self) -> bool:
        """Whether the disk is so full that this is a copy in memory; everything can be read, and nothing saved."""
        return self._desk.is_read_only

    # writing

    def save(self, draft: Draft) -> ChainedEntry:
        """Save one change: signed, chained, queued for the server and shown.

        Raises:
            NotPossible: the rules forbid it; nothing was saved.
        """
        return self.save_all((draft,))[0]

    def save_all(self, drafts: Sequence[Draft]) -> tuple[ChainedEntry, ...]:
        """Save several changes, all or none."""
        return save_drafts(self._desk, drafts)

    def apply_pull(self, *replies: PullReply) -> Changes:
        """Take over pages of the server's journal that follow on each other, shown at once; see `apply_pages`."""
        return apply_pages(self._desk, replies, synced_at=self.clock())

    def acknowledge(self, reply: PushReply) -> None:
        """Remember which entries the server has; they stay pending until they are pulled."""
        with self._desk.writing():
            self._desk.journal.mark_pushed(result.id for result in reply.results)

    def next_incident_number(self) -> str:
        """A number for a new incident; it is taken for good."""
        with self._desk.writing():
            key = self._desk.own_key() or replace_key(self._desk)
            return incident_number(key.tag, self._desk.meta.next_number(key.tag))

    def own_key(self) -> DeviceKey:
        """This device's key, made or replaced where it is missing."""
        with self._desk.writing():
            return self._desk.own_key() or replace_key(self._desk)

    def answer_fork(self) -> DeviceKey:
        """Another copy of this device wrote in its name: take a new key and issue unsent work again under it."""
        with self._desk.writing():
            return replace_key(self._desk, cause=Cause.FORK)

    def remember_identity(self, identity: Identity) -> None:
        """Keep who is logged in, without secrets; what was written while a grant was awaited is put under it."""
        with self._desk.writing():
            self._desk.meta.identity = identity
            adopt_grant(self._desk, written_before=self._desk.meta.written_before)

    def remember_enrolment(self, identity: Identity, *, written_before: int) -> None:
        """Keep what the server answered to an enrolment; the first one says how many entries the user vouches for."""
        with self._desk.writing():
            self._desk.meta.note_enrolment(written_before)
        self.remember_identity(identity)

    def remember_clock_offset(self, offset_s: float) -> None:
        """Keep what must be added to this computer's clock to have the server's."""
        note_offset(self._desk, offset_s)

    # this console

    @property
    def identity(self) -> Identity | None:
        """Who is logged in; None before the first log-in."""
        return self._desk.meta.identity

    @property
    def device(self) -> str:
        """This device's id; empty before its first entry or log-in."""
        return self._desk.meta.device

    @property
    def server(self) -> str:
        """The device id of the server that this data belongs to; empty before the first log-in or pull."""
        return self._desk.server()

    @property
    def actor(self) -> str:
        """The name under which this console writes."""
        return self._desk.actor()

    @property
    def head(self) -> JournalHead:
        """Where this console stands in the journal."""
        return self._desk.meta.journal_head

    @property
    def last_sync_at(self) -> datetime | None:
        """When the server last answered."""
        return self._desk.meta.last_sync_at

    @property
    def chain_length(self) -> int:
        """How many entries this device has written under its key."""
        return self._desk.meta.chain_head.n

    @property
    def clock_offset_s(self) -> float:
        """What must be added to this computer's clock to have the server's, in seconds."""
        return self._desk.meta.clock_offset_s

    @property
    def clock_was_measured(self) -> bool:
        """Whether this computer's clock was ever compared with the server's."""
        return was_measured(self._desk)

    @property
    def early_clock(self) -> EarlyClock | None:
        """What was written by a wrong clock before it was first measured; None where nothing was."""
        return early_clock(self._desk)

    def misdated(self, entries: Iterable[tuple[Entry, Verdict | None]]) -> dict[str, float]:
        """Those of these entries that a wrong clock dated, by id, with the seconds to be added to their time."""
        return misdated(self._desk, entries)

    def now(self) -> datetime:
        """The time by the server's clock, as last measured; UTC."""
        return self._desk.now()

    def authority(self) -> Authority:
        """Users and devices as the journal has them; do not change it."""
        return self._desk.authority()

    # what is there

    def incidents(self) -> list[Incident]:
        """All incidents that are not deleted, worst first."""
        found = (value for value in self._desk.subjects.values_of_kind("incident") if isinstance(value, Incident))
        return worst_first(incident for incident in found if not incident.deleted)

    def rows(self) -> list[IncidentRow]:
        """The same as flat records, each saying whether something of it waits."""
        pending = {row[0] for row in self._desk.connection.execute(_PENDING)}
        return [row_of(i, pending=subject_of("incident", i.id) in pending) for i in self.incidents()]

    def incident(self, key: str) -> Incident:
        """One incident by its id, its number, or a beginning of either that fits no other.

        Raises:
            UnknownKey: none fits, or several do.
        """
        return find_incident(self._desk, key)

    def is_pending(self, subject: str) -> bool:
        """Whether something of a subject has not come back from the server."""
        return self._desk.subjects.read(subject).pending

    def state(self, subject: str) -> SubjectState:
        """What is shown of any subject."""
        return self._desk.subjects.read(subject).state

    def confirmed(self, subject: str) -> SubjectState:
        """What the server's order gives of any subject."""
        return self._desk.subjects.confirmed(subject)

    def entries_of(self, subject: str) -> tuple[tuple[Entry, Verdict | None], ...]:
        """A subject's history in the server's order, then what waits: carried entries, own entries last."""
        return self._desk.history_of(subject)

    def personal_of(self, entry: str) -> dict[str, str]:
        """The personal values of an entry by field, as far as this user may read them."""
        return self._desk.journal.personal_of(entry)

    def stations(self) -> list[Station]:
        """All stations by code."""
        found = (v for v in self._desk.subjects.values_of_kind("station") if isinstance(v, Station))
        return sorted(found, key=lambda station: station.code)

    def rules(self) -> list[Rule]:
        """All rules by id."""
        found = (v for v in self._desk.subjects.values_of_kind("rule") if isinstance(v, Rule))
        return sorted(found, key=lambda rule: rule.id)

    def bulletin_rules(self) -> list[BulletinRule]:
        """All rules about earthquakes, warnings and volcanoes by id."""
        found = (v for v in self._desk.subjects.values_of_kind("bulletin_rule") if isinstance(v, BulletinRule))
        return sorted(found, key=lambda rule: rule.id)

    def units(self) -> list[Unit]:
        """All units by OPD and call sign, also those that are retired."""
        found = (v for v in self._desk.subjects.values_of_kind("unit") if isinstance(v, Unit))
        return sorted(found, key=lambda unit: (unit.opd.casefold(), unit.id))

    def maintenance(self) -> list[MaintenanceWindow]:
        """All windows of maintenance, the one that begins last first."""
        found = [v for v in self._desk.subjects.values_of_kind("maintenance") if isinstance(v, MaintenanceWindow)]
        return sorted(found, key=lambda window: (window.since, window.id), reverse=True)

    def escalation_policy(self) -> EscalationPolicy:
        """Who is asked when nobody answers an alarm."""
        written = self.state(subject_of("escalation", POLICY_KEY)).value
        return written if isinstance(written, EscalationPolicy) else DEFAULT_POLICY

    def alarms(self) -> list[Alarm]:
        """All alarms, the active ones first, then worst first, then newest first."""
        found = [v for v in self._desk.subjects.values_of_kind("alarm") if isinstance(v, Alarm)]
        return sorted(found, key=lambda a: (not a.is_active, a.severity.rank, -a.onset_at.timestamp(), a.id))

    def earthquakes(self) -> list[KnownEarthquake]:
        """All earthquakes that were told of, the newest first."""
        found = [v for v in self._desk.subjects.values_of_kind("earthquake") if isinstance(v, KnownEarthquake)]
        return sorted(found, key=lambda quake: (quake.latest.at, quake.id), reverse=True)

    def warnings(self) -> list[KnownWarning]:
        """All weather warnings, the newest first."""
        found = [v for v in self._desk.subjects.values_of_kind("warning") if isinstance(v, KnownWarning)]
        return sorted(found, key=lambda warning: (warning.issued.sent, warning.id), reverse=True)

    def volcanoes(self) -> list[Volcano]:
        """All volcanoes of which a level was stated, by number."""
        found = (v for v in self._desk.subjects.values_of_kind("volcano") if isinstance(v, Volcano))
        return sorted(found, key=lambda volcano: volcano.id)

    def conflicts(self) -> list[OpenConflict]:
        """What a person must settle, worst incident first."""
        values = (row.state.value for row in self._desk.subjects.with_conflicts())
        incidents = worst_first(value for value in values if isinstance(value, Incident))
        return [OpenConflict(incident, conflict) for incident in incidents for conflict in incident.open_conflicts]

    def members_of(self, conflict: Conflict) -> tuple[Entry, ...]:
        """The entries of a conflict in the order in which they joined it, as far as they are here."""
        return self._desk.journal.entries_among(conflict.members)

    @property
    def own_devices(self) -> tuple[str, ...]:
        """The devices under which this console has written, the present one last."""
        return trays.own_devices(self._desk)

    @property
    def last_renewal(self) -> Renewal | None:
        """The last time that this console had to take a new key; None where it never had to."""
        return last_renewal(self._desk)

    def counts(self) -> Counts:
        """What waits, in numbers."""
        return counts_of(self._desk)

    # what waits for the server

    def outbox_after(self, n: int, limit: int) -> tuple[Waiting, ...]:
        """Entries that the server has not acknowledged, in the order of their numbers."""
        return self._desk.journal.outbox_after(n, limit)

    def own_entries_from(self, n: int) -> tuple[Waiting, ...]:
        """All entries that this device wrote from a number on, sent or not."""
        return self._desk.journal.own_from(self._desk.meta.device, n)

    def personal_among(self, entries: Sequence[str]) -> tuple[PersonalValue, ...]:
        """The personal values that travel with some entries."""
        return self._desk.journal.personal_among(entries)

    @cached_property
    def histories(self) -> Histories:
        """What of the past is here: all entries, or a snapshot and the histories of some subjects."""
        return Histories(self._desk)

    @cached_property
    def past(self) -> Past:
        """What was known of incidents and alarms at any moment of the past."""
        return Past(self._desk)

    @cached_property
    def archive(self) -> Archive:
        """The incidents that matter now, and a look at those that were over long ago."""
        return Archive(self._desk)

    @cached_property
    def attachments(self) -> Attachments:
        """Where the attachments are and where they stand."""
        return Attachments(self._desk, self.directory)

    @cached_property
    def carrier(self) -> Carrier:
        """Bundles out and in, and what this console brings to the server for others."""
        return Carrier(self._desk, self.directory, lambda: self.attachments.files)

    # watching and care

    @property
    def version(self) -> int:
        """Counts the transactions that changed a subject, whoever made them."""
        return self._desk.meta.version

    def changed_since(self, version: int) -> Changes:
        """Which subjects changed after a version, whoever changed them."""
        return Changes(version=self.version, subjects=self._desk.subjects.changed_since(version))

    def others_wrote(self) -> bool:
        """Whether another connection has written since this was last asked; costs microseconds."""
        seen, self._data_version = self._data_version, self._read_data_version()
        return seen != self._data_version

    def find_damage(self) -> str:
        """What a thorough check finds wrong with the file; empty when nothing is."""
        with expected_errors(self._desk.path):
            return find_damage(self._desk.connection, thorough=True)

    def back_up(self, file: Path) -> None:
        """Copy the cache while it is in use; the copy is checked before it takes its name.

        Raises:
            CacheError: the copy could not be written or is not whole.
        """
        back_up(self._desk.connection, self._desk.path, file)

    def _read_data_version(self) -> int:
        return int(self._desk.connection.execute("PRAGMA data_version").fetchone()[0])
