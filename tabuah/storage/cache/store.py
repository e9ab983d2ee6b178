"""A console's store, the public interface of its cache: values in, values out.

A change and its outbox entry are saved in one transaction.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from tabuah.operations.bounds import clamp
from tabuah.operations.entries import Draft, Entry, PersonalValue, Verdict, subject_of
from tabuah.operations.incidents.incident import Conflict, Incident
from tabuah.operations.incidents.incident_list import IncidentRow, incident_row, sort_by_urgency
from tabuah.operations.incidents.merges import listed_incident
from tabuah.operations.people.authority import Authority
from tabuah.operations.people.key_replacement import KeyReplacement, KeyReplacementCause
from tabuah.operations.subject_state import SubjectState, clamp_state
from tabuah.storage.cache import held_and_rejected
from tabuah.storage.cache.archive import Archive, find_incident
from tabuah.storage.cache.attachments import Attachments
from tabuah.storage.cache.backup import back_up
from tabuah.storage.cache.cache_session import CacheSession, utc_now
from tabuah.storage.cache.caller_lookup import FoundCaller, find_callers
from tabuah.storage.cache.connection import expected_errors, find_damage
from tabuah.storage.cache.data_directory import prepare_directory
from tabuah.storage.cache.entry_writer import save_drafts
from tabuah.storage.cache.held_and_rejected import count_pending_work
from tabuah.storage.cache.held_and_rejected_store import HeldAndRejectedStore
from tabuah.storage.cache.histories import Histories
from tabuah.storage.cache.incident_search import IncidentSearch
from tabuah.storage.cache.journal_table import OutboxEntry
from tabuah.storage.cache.key_replacement import last_key_replacement, replace_key
from tabuah.storage.cache.meta import Identity, JournalHead
from tabuah.storage.cache.misdated_entries import (
    MisdatedRange,
    find_misdated,
    is_clock_measured,
    misdated_range,
    record_clock_offset,
)
from tabuah.storage.cache.pending_work import OpenConflict, PendingCounts
from tabuah.storage.cache.personal_scope import PersonalScopeStore
from tabuah.storage.cache.pulled_pages import Changes, apply_pages
from tabuah.storage.cache.subject_values_store import SubjectValuesStore
from tabuah.storage.cache.unsent_entries import adopt_identity
from tabuah.storage.cache.user_view_store import UserViewStore
from tabuah.storage.data_files import remove_unfinished
from tabuah.storage.journal.chain import ChainedEntry, ChainHead
from tabuah.storage.journal.identifiers import incident_number
from tabuah.storage.journal.push import PushReply
from tabuah.storage.journal.signatures import DeviceKey
from tabuah.storage.journal.wire import PullReply

if TYPE_CHECKING:
    from tabuah.storage.cache.bundles.relay import Relay
    from tabuah.storage.cache.checks import CacheChecks
    from tabuah.storage.cache.known_history import KnownHistory
    from tabuah.storage.cache.replay_story import JournalReplay


class ConsoleStore(HeldAndRejectedStore, UserViewStore, SubjectValuesStore):
    """A console's data, opened by and for one thread; other threads and processes open their own.

    `clock` returns this computer's time (UTC), which may be wrong; `now` is corrected.
    """

    def __init__(self, directory: Path, *, clock: Callable[[], datetime] = utc_now) -> None:
        self.directory = directory.expanduser().absolute()
        prepare_directory(self.directory)
        remove_unfinished(self.directory)
        self.clock = clock
        self._session = CacheSession(self.directory, clock)
        self._data_version = self._read_data_version()

    def close(self) -> None:
        self._session.close()

    @property
    def path(self) -> Path:
        return self._session.path

    @property
    def is_read_only(self) -> bool:
        """Return whether this is a read-only copy in memory, because the disk is full."""
        return self._session.is_read_only

    # writing

    def save(self, draft: Draft) -> ChainedEntry:
        """Save one change: signed, chained, queued for the server and shown.

        Raises:
            NotPossible: the rules forbid it; nothing was saved.
        """
        return self.save_all((draft,))[0]

    def save_all(self, drafts: Sequence[Draft]) -> tuple[ChainedEntry, ...]:
        """Save several changes, all or none."""
        return save_drafts(self._session, drafts)

    def apply_pull(self, *replies: PullReply) -> Changes:
        """Apply consecutive pages of the server's journal at once; see `apply_pages`."""
        return apply_pages(self._session, replies, synced_at=self.clock())

    def acknowledge(self, reply: PushReply) -> None:
        """Record which entries the server has; they stay pending until they are pulled."""
        with self._session.writing():
            self._session.journal.mark_pushed(result.id for result in reply.results)

    def delete_wiped_exercises(self) -> bool:
        """Delete files and readings of wiped exercises; return whether none is left here."""
        from tabuah.storage.cache.wiped_exercises import delete_wiped_exercises  # noqa: PLC0415 - not part of a start

        return delete_wiped_exercises(self._session, self.directory, self.attachments.files)

    def next_incident_number(self) -> str:
        """Take a number for a new incident; it is never given again."""
        with self._session.writing():
            key = self._session.own_key() or replace_key(self._session)
            return incident_number(key.tag, self._session.meta.next_number(key.tag))

    def own_key(self) -> DeviceKey:
        """Return this device's key, created or replaced where it is missing."""
        with self._session.writing():
            return self._session.own_key() or replace_key(self._session)

    def answer_fork(self, cause: KeyReplacementCause = KeyReplacementCause.FORK) -> DeviceKey:
        """Take a new key after another copy of this device wrote in its name, and reissue unsent work."""
        with self._session.writing():
            return replace_key(self._session, cause=cause)

    def remember_identity(self, identity: Identity) -> None:
        """Store the logged-in user, without secrets; entries written while awaiting a log-in or a grant get it."""
        with self._session.writing():
            adopt_identity(self._session, identity)

    def remember_enrolment(self, identity: Identity, *, written_before: int) -> None:
        """Store the server's answer to an enrolment; the first one has the number of vouched entries."""
        with self._session.writing():
            self._session.meta.note_enrolment(written_before)
        self.remember_identity(identity)

    def remember_clock_offset(self, offset_s: float) -> None:
        """Store the seconds to add to this computer's clock to get the server's."""
        record_clock_offset(self._session, offset_s)

    # this console

    @property
    def identity(self) -> Identity | None:
        """Return the logged-in user; None before the first log-in."""
        return self._session.meta.identity

    @property
    def device(self) -> str:
        """Return this device's id; empty before its first entry or log-in."""
        return self._session.meta.device

    @property
    def server(self) -> str:
        """Return the device id of this data's server; empty before the first log-in or pull."""
        return self._session.server()

    @property
    def actor(self) -> str:
        """Return the name under which this console writes."""
        return self._session.actor()

    @property
    def head(self) -> JournalHead:
        """Return this console's position in the journal."""
        return self._session.meta.journal_head

    @property
    def last_sync_at(self) -> datetime | None:
        """Return when the server last answered."""
        return self._session.meta.last_sync_at

    @property
    def chain_head(self) -> ChainHead:
        """Return the last entry that this device has written under its key; `n` is their number."""
        return self._session.meta.chain_head

    @property
    def chain_length(self) -> int:
        return self.chain_head.n

    @property
    def clock_offset_s(self) -> float:
        """Return the seconds to add to this computer's clock to get the server's."""
        return self._session.meta.clock_offset_s

    @property
    def clock_was_measured(self) -> bool:
        """Return whether this computer's clock was ever compared with the server's."""
        return is_clock_measured(self._session)

    @property
    def misdated_range(self) -> MisdatedRange | None:
        """Return the entries written before the clock was first measured; None where the clock was right."""
        return misdated_range(self._session)

    def find_misdated(self, entries: Iterable[tuple[Entry, Verdict | None]]) -> dict[str, float]:
        """Return the misdated entries among these: id and the seconds to add to their time."""
        return find_misdated(self._session, entries)

    def now(self) -> datetime:
        """Return the time by the server's clock as last measured; UTC."""
        return self._session.now()

    def authority(self) -> Authority:
        """Return the confirmed users and devices; do not modify it."""
        return self._session.authority()

    # reading

    def incidents(self) -> list[Incident]:
        """Return all incidents that are not deleted, worst first."""
        found = self.values_of("incident", Incident)
        look_up = self._session.shown_incident
        return sort_by_urgency(listed_incident(incident, look_up) for incident in found if not incident.deleted)

    def rows(self) -> list[IncidentRow]:
        """Return the incidents as flat records with a pending flag."""
        pending = self._session.subjects.pending()
        return [incident_row(i, pending=subject_of("incident", i.id) in pending) for i in self.incidents()]

    def incident(self, key: str) -> Incident:
        """Return the incident with an id, a number, or an unambiguous beginning of either.

        Raises:
            UnknownKey: none matches, or several do.
        """
        return find_incident(self._session, key)

    def is_pending(self, subject: str) -> bool:
        """Return whether a subject has changes that the server has not confirmed."""
        return self._session.subjects.read(subject).pending

    def state(self, subject: str) -> SubjectState:
        """Return the state of a subject with pending work on top, inside the bounds."""
        return clamp_state(self._session.subjects.read(subject).state)

    def confirmed(self, subject: str) -> SubjectState:
        return self._session.subjects.confirmed(subject)

    def entries_of(self, subject: str) -> tuple[tuple[Entry, Verdict | None], ...]:
        """Return a subject's history in the server's order, then the pending entries, those of this device last."""
        return tuple((clamp(entry), verdict) for entry, verdict in self._session.history_of(subject))

    def personal_of(self, entry: str) -> dict[str, str]:
        """Return the personal values of an entry by field, as far as this user may read them."""
        return self._session.journal.personal_of(entry)

    def conflicts(self) -> list[OpenConflict]:
        """Return the open conflicts, worst incident first."""
        values = (row.state.value for row in self._session.subjects.with_conflicts())
        incidents = sort_by_urgency(clamp(value) for value in values if isinstance(value, Incident))
        return [OpenConflict(incident, conflict) for incident in incidents for conflict in incident.open_conflicts]

    def members_of(self, conflict: Conflict) -> tuple[Entry, ...]:
        """Return the entries of a conflict that are here, in the order in which they joined it."""
        return self._session.journal.entries_among(conflict.members)

    @property
    def own_devices(self) -> tuple[str, ...]:
        """Return the devices under which this console has written, the current one last."""
        return held_and_rejected.own_devices(self._session)

    @property
    def last_key_replacement(self) -> KeyReplacement | None:
        """Return the last replacement of this console's key; None where there was none."""
        return last_key_replacement(self._session)

    def counts(self) -> PendingCounts:
        """Return the counts of pending work."""
        return count_pending_work(self._session)

    # pending work

    def outbox_after(self, n: int, limit: int) -> tuple[OutboxEntry, ...]:
        """Return entries that the server has not acknowledged, in order."""
        return self._session.journal.outbox_after(n, limit)

    def own_entries_from(self, n: int) -> tuple[OutboxEntry, ...]:
        """Return all entries that this device wrote from a number on, pushed or not."""
        return self._session.journal.own_from(self._session.meta.device, n)

    def personal_among(self, entries: Sequence[str]) -> tuple[PersonalValue, ...]:
        """Return the personal values of some entries."""
        return self._session.journal.personal_among(entries)

    def unsent_personal(self) -> tuple[tuple[str, OutboxEntry], ...]:
        """Return the devices and confirmed entries whose personal values the server lacks."""
        return self._session.journal.unsent_personal()

    @cached_property
    def history(self) -> "KnownHistory":
        """Return the server's history as it is known here, with the pinned checkpoint."""
        from tabuah.storage.cache.known_history import KnownHistory  # noqa: PLC0415 - not part of a start

        return KnownHistory(self._session)

    @cached_property
    def histories(self) -> Histories:
        """Return the histories: complete, or partial after a snapshot."""
        return Histories(self._session)

    @cached_property
    def personal_scope(self) -> PersonalScopeStore:
        """Return the personal values of callers, as the scope of the user allows them."""
        return PersonalScopeStore(self._session)

    @cached_property
    def replay(self) -> "JournalReplay":
        """Return the reader of replay stories."""
        from tabuah.storage.cache.replay_story import JournalReplay  # noqa: PLC0415 - not part of a start

        return JournalReplay(self._session)

    @cached_property
    def archive(self) -> Archive:
        """Return the look-up of current and closed incidents."""
        return Archive(self._session)

    @cached_property
    def search(self) -> IncidentSearch:
        """Return the search for incidents by words and filters."""
        return IncidentSearch(self._session)

    def fill_search_index(self) -> bool:
        """Take a step of the first fill of the search index; return whether the fill has ended."""
        fill = self._session.index_fill
        if not fill.is_complete and not self.is_read_only:
            with self._session.writing():
                fill.take_step()
        return fill.is_complete or self.is_read_only

    def find_callers(self, text: str) -> list[FoundCaller] | None:
        """Return the callers with a number or a name; None if the role of the user reads no personal values."""
        return find_callers(self._session, text)

    @cached_property
    def attachments(self) -> Attachments:
        """Return the attachments with their status."""
        return Attachments(self._session, self.directory)

    @cached_property
    def relay(self) -> "Relay":
        """Return bundle export and import, and the work relayed for other devices."""
        from tabuah.storage.cache.bundles.relay import Relay  # noqa: PLC0415 - not part of a start

        return Relay(self._session, self.directory, lambda: self.attachments.files)

    @cached_property
    def checks(self) -> "CacheChecks":
        """Return the checks of everything stored here."""
        from tabuah.storage.cache.checks import CacheChecks  # noqa: PLC0415 - not part of a start

        return CacheChecks(self._session)

    # monitoring and maintenance

    @property
    def version(self) -> int:
        """Return the number of transactions that changed a subject, by any process."""
        return self._session.meta.version

    def changed_since(self, version: int) -> Changes:
        """Return the subjects that changed after a version, by any process."""
        return Changes(version=self.version, subjects=self._session.subjects.changed_since(version))

    def others_wrote(self) -> bool:
        """Return whether another connection has written since the last call; costs microseconds."""
        seen, self._data_version = self._data_version, self._read_data_version()
        return seen != self._data_version

    def find_damage(self) -> str:
        """Return the result of a thorough check of the file; empty when it is sound."""
        with expected_errors(self._session.path):
            return find_damage(self._session.connection, thorough=True)

    def back_up(self, file: Path) -> None:
        """Copy the cache alone while it is in use; raises like `backup.back_up`."""
        back_up(self._session.connection, self._session.path, file)

    def wipe(self) -> None:
        """Erase everything that this console knows, and its key."""
        from tabuah.storage.cache.wipe import wipe_directory  # noqa: PLC0415 - hardly ever needed

        wipe_directory(self._session, self.directory)

    def _read_data_version(self) -> int:
        return int(self._session.connection.execute("PRAGMA data_version").fetchone()[0])
