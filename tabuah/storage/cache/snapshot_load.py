"""Loading of a snapshot: states are staged in temporary tables piece by piece, then published at once.

The write lock is held only while staged rows move into their tables, so that users can save in the
meantime. Pending work stays in the outbox and is rebased on top.
"""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Final

from tabuah.operations.attachments.attachment import Attachment
from tabuah.operations.attachments.prefetch import on_demand_attachments, prefetched_attachments
from tabuah.operations.entries import Entry, Verdict, subject_key, subject_kind
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.exercises.wipe import wipe_state
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.people.authority import Device
from tabuah.operations.people.erasure import Erasure
from tabuah.operations.subject_state import EMPTY, SubjectState, read_state
from tabuah.resources.fault_isolation import isolated
from tabuah.resources.localisation import _
from tabuah.storage.cache.bundles.relay_update import update_relayed
from tabuah.storage.cache.cache_session import CacheSession
from tabuah.storage.cache.connection import expected_errors
from tabuah.storage.cache.errors import AnotherServer, JournalMismatch
from tabuah.storage.cache.feature_tables import FEATURE_TABLES, delete_feature
from tabuah.storage.cache.incident_index import index_stored
from tabuah.storage.cache.meta import JournalHead
from tabuah.storage.cache.pulled_pages import Changes, catch_up_own_chain, note_number, show_confirmed
from tabuah.storage.journal.chain import ChainHead, check_follows
from tabuah.storage.journal.errors import JournalError
from tabuah.storage.journal.snapshots import Snapshot, SnapshotContent, SnapshotState
from tabuah.storage.journal.wire import Record, decode_entry, text_hash

_PREPARE: Final = (
    "DROP TABLE IF EXISTS temp.arriving",
    """CREATE TEMP TABLE arriving (
        subject TEXT PRIMARY KEY, kind TEXT, name TEXT, confirmed TEXT, conflicts INTEGER, held INTEGER)
        WITHOUT ROWID""",
)
_INSERT_ARRIVING: Final = "INSERT OR REPLACE INTO temp.arriving VALUES (?, ?, ?, ?, ?, ?)"
_SHOW: Final = """
    INSERT INTO subjects (subject, kind, name, confirmed, shown, conflicts, held, changed, missing_until)
    SELECT subject, kind, name, confirmed, NULL, conflicts, held, ?, ? FROM temp.arriving WHERE true
    ON CONFLICT (subject) DO UPDATE SET name = excluded.name, confirmed = excluded.confirmed, shown = NULL,
        conflicts = excluded.conflicts, held = excluded.held, changed = excluded.changed,
        missing_until = excluded.missing_until"""
_ARRIVED_INCIDENTS: Final = "SELECT subject FROM temp.arriving WHERE kind = 'incident'"
_WAITING: Final = "SELECT subject FROM outbox UNION SELECT subject FROM carried WHERE shown > 0"
# Personal values of records that came by bundle arrive with the histories.
_LACK_PERSONAL: Final = """UPDATE subjects SET missing_until = ?
    WHERE subject IN (SELECT subject FROM journal WHERE seq > ?)"""
_LACK_WIPE: Final = "UPDATE subjects SET missing_until = ? WHERE subject = ?"  # the entry of the wipe is not here
_ASK_FOR_HISTORY: Final = "INSERT OR IGNORE INTO histories_wanted (subject, at) VALUES (?, ?)"
OPEN_HISTORIES: Final = "open_histories"  # a key in `meta`: histories of open subjects are still to be fetched


# Given the last entry of this device in the snapshot, returns this device's records up to the snapshot
# that the server has and this console lacks.
OwnRecords = Callable[[ChainHead], Sequence[Record]]


def load_snapshot(
    session: CacheSession,
    snapshot: Snapshot,
    contents: Iterable[SnapshotContent],
    own_records: OwnRecords,
    *,
    synced_at: datetime,
) -> Changes:
    """Load a snapshot instead of the entries up to it; pending work is rebased on top.

    Args:
        session: the console's cache session.
        snapshot: the verified snapshot.
        contents: its verified pieces in order.
        own_records: see `OwnRecords`.
        synced_at: when the server answered.

    Raises:
        JournalMismatch: it does not match the data here; nothing was loaded.
        AnotherServer: it is from another journal.
    """
    with expected_errors(session.path):
        arrival = SnapshotLoad(session, snapshot)
        try:
            for content in contents:
                arrival.add(content)
            head = arrival.chains.get(session.meta.device)
            return arrival.publish(own_records(head) if head is not None else (), synced_at=synced_at)
        finally:
            arrival.close()


class SnapshotLoad:
    """A snapshot being loaded into the cache; it holds no lock until `publish`."""

    def __init__(self, session: CacheSession, snapshot: Snapshot) -> None:
        self._session = session
        self._snapshot = snapshot
        self._from = session.meta.journal_head.seq
        self._server_is_there = False
        self._attached: dict[str, list[Attachment]] = {}  # by kind of subject
        self._archived: dict[str, list[Attachment]] = {}
        self._gone: list[str] = []
        self._wiped_exercises: list[str] = []
        self._erased_entries: list[str] = []
        self.chains: dict[str, ChainHead] = {}
        _prepare(session.connection)

    def add(self, content: SnapshotContent) -> None:
        """Stage the content of a piece; subjects whose last entry is here already are skipped."""
        self.chains |= {chain.device: ChainHead(chain.n, chain.hash) for chain in content.chains}
        layers: dict[type, list[tuple[object, ...]]] = {kind: [] for kind in FEATURE_TABLES}
        rows = [self._row(arriving, layers) for arriving in content.states if arriving.last > self._from]
        connection = self._session.connection
        connection.execute("BEGIN")  # for the temporary tables only
        connection.executemany(_INSERT_ARRIVING, rows)
        for kind, layer in FEATURE_TABLES.items():
            marks = ", ".join("?" * len(layer.columns))
            connection.executemany(f"INSERT INTO temp.arriving_{layer.table} VALUES ({marks})", layers[kind])  # noqa: S608
        connection.execute("COMMIT")

    def _row(self, arriving: SnapshotState, layers: dict[type, list[tuple[object, ...]]]) -> tuple[object, ...]:
        text = bytes(arriving.state)
        state = read_state(text)
        value, key = state.value, subject_key(arriving.subject)
        if isinstance(value, Device) and value.is_server and value.id == self._snapshot.server:
            self._server_is_there = True
        if isinstance(value, Exercise) and value.is_wiped:
            self._wiped_exercises.append(value.id)
        if isinstance(value, Erasure):
            self._erased_entries += value.entries
        about = subject_kind(arriving.subject)
        self._attached.setdefault(about, []).extend(prefetched_attachments(value))
        self._archived.setdefault(about, []).extend(on_demand_attachments(value))
        if value is None or (isinstance(value, Incident) and value.deleted):
            self._gone.append(arriving.subject)
        elif (layer := FEATURE_TABLES.get(type(value))) is not None:
            with isolated(layer.table, key):
                layers[type(value)].append((*layer.row_of(value), 0))
        return (
            arriving.subject,
            about,
            value.number if isinstance(value, Incident) else key,
            text.decode(),
            len(value.open_conflicts) if isinstance(value, Incident) else 0,
            len(state.held),
        )

    def publish(self, own: Sequence[Record], *, synced_at: datetime) -> Changes:
        """Publish all staged rows at once.

        Args:
            own: the records of this device up to the snapshot that this console lacks.
            synced_at: when the server answered.

        Raises:
            AnotherServer: the snapshot is from another journal.
            JournalMismatch: it is behind this console, or this device's records do not match it.
        """
        with self._session.writing():
            self._check()
            version = self._session.meta.next_version()
            self._move(version)
            self._take_own(own)
            self._replace_chains()
            self._session.forget()
            waiting = {row[0] for row in self._session.connection.execute(_WAITING)} | update_relayed(self._session)
            wiped = self._wipe_states()
            states = dict.fromkeys(waiting, EMPTY) | self._session.subjects.confirmed_of(waiting) | wiped
            show_confirmed(self._session, states, version)
            self._want_attachments()
            self._note_facts(synced_at)
            return Changes(version=version, subjects=self._subjects() | wiped.keys())

    def _wipe_states(self) -> dict[str, SubjectState]:
        """Return the wiped states of subjects that the snapshot skipped: their last entry is older than the wipe."""
        wiped: dict[str, SubjectState] = {}
        for exercise_id in self._wiped_exercises:
            subjects = self._session.subjects.of_exercise(exercise_id)
            for subject, state in self._session.subjects.confirmed_of(subjects).items():
                kept = wipe_state(wiped.get(subject, state), exercise_id)
                if kept is not state:
                    wiped[subject] = kept
        self._session.journal.delete_personal(wiped, self._erased_entries)
        rows = [(self._snapshot.seq, subject) for subject in wiped]
        self._session.connection.executemany(_LACK_WIPE, rows)
        return wiped

    def _want_attachments(self) -> None:
        blobs = self._session.blobs
        for about, attached in self._attached.items():
            for attachment in attached:
                blobs.queue_download(attachment, about=about)
        for about, archived in self._archived.items():
            blobs.queue_archived(archived, about=about)

    def close(self) -> None:
        """Drop the temporary tables."""
        for table in ("arriving", *(f"arriving_{layer.table}" for layer in FEATURE_TABLES.values())):
            self._session.connection.execute(f"DROP TABLE IF EXISTS temp.{table}")

    def _check(self) -> None:
        identity, meta = self._session.meta.identity, self._session.meta
        known = meta.read("server") or (identity.server if identity else "")
        if known and known != self._snapshot.server:
            raise AnotherServer(_("This is the journal of another server. Nothing was applied."))
        if meta.journal_head.seq != self._from or self._snapshot.seq <= self._from:
            raise _snapshot_mismatch()
        if self._from == 0 and not self._server_is_there:
            raise _snapshot_mismatch()

    def _move(self, version: int) -> None:
        connection = self._session.connection
        connection.execute(_SHOW, (version, self._snapshot.seq))
        for layer in FEATURE_TABLES.values():
            columns = ", ".join(layer.columns)
            changes = ", ".join(f"{column} = excluded.{column}" for column in layer.columns)
            connection.execute(
                f"INSERT INTO {layer.table} ({columns}) SELECT {columns} FROM temp.arriving_{layer.table} WHERE true "  # noqa: S608
                f"ON CONFLICT ({layer.key}) DO UPDATE SET {changes}"
            )
        for subject in self._gone:
            delete_feature(connection, subject_kind(subject), subject_key(subject))
        arrived = connection.execute(_ARRIVED_INCIDENTS).fetchall()
        index_stored(connection, (subject_key(row[0]) for row in arrived))

    def _take_own(self, own: Sequence[Record]) -> None:
        """Settle the outbox by the records of this device; they must connect its chain to the signed chain head."""
        device = self._session.meta.device
        signed = self.chains.get(device)
        if not device or signed is None:
            return
        row = self._session.connection.execute("SELECT n, hash FROM chains WHERE device = ?", (device,)).fetchone()
        head = ChainHead(*row) if row else ChainHead()
        fresh: list[tuple[Record, Entry]] = []
        for record in own:
            try:
                entry = decode_entry(record.text)
                check_follows(entry, head)
            except JournalError as error:
                raise _snapshot_mismatch() from error
            head = ChainHead(entry.n, text_hash(record.text.encode()))
            fresh.append((record, entry))
        if head != signed or any(entry.device != device for _record, entry in fresh):
            raise _snapshot_mismatch()
        if fresh:
            self._session.journal.add_records(fresh)
            self._session.journal.note_unsent_personal(entry.id for _record, entry in fresh)
            self._session.journal.settle(entry.id for _record, entry in fresh)
            catch_up_own_chain(self._session, *fresh[-1])
            self._ask_what_became_of(entry for record, entry in fresh if record.verdict is Verdict.HELD)
        for _record, entry in fresh:
            if entry.kind == "incident.reported":
                note_number(self._session, entry)

    def _ask_what_became_of(self, held: Iterable[Entry]) -> None:
        """Request the histories of own held entries: only they contain the supervisor's decision."""
        now = self._session.now().isoformat()
        rows = {(entry.subject, now) for entry in held}
        self._session.connection.executemany(_ASK_FOR_HISTORY, rows)

    def _replace_chains(self) -> None:
        self._session.connection.execute("DELETE FROM chains")
        rows = ((device, head.n, head.hash) for device, head in self.chains.items())
        self._session.connection.executemany("INSERT INTO chains (device, n, hash) VALUES (?, ?, ?)", rows)

    def _note_facts(self, synced_at: datetime) -> None:
        meta, snapshot = self._session.meta, self._snapshot
        meta.journal_head = JournalHead(snapshot.seq, snapshot.hash)
        meta.write("server", snapshot.server)
        meta.write("server_head", str(max(snapshot.seq, int(meta.read("server_head") or 0))))
        meta.write("last_sync_at", synced_at.isoformat())
        meta.write("snapshot_seq", str(snapshot.seq))
        meta.write(OPEN_HISTORIES, "due")
        if meta.personal_missing_after is not None:
            self._session.connection.execute(_LACK_PERSONAL, (snapshot.seq, meta.personal_missing_after))
            meta.note_missing_personal(None)

    def _subjects(self) -> frozenset[str]:
        return frozenset(row[0] for row in self._session.connection.execute("SELECT subject FROM temp.arriving"))


def _prepare(connection: sqlite3.Connection) -> None:
    for statement in _PREPARE:
        connection.execute(statement)
    for layer in FEATURE_TABLES.values():
        table, columns = layer.table, ", ".join(layer.columns)
        connection.execute(f"DROP TABLE IF EXISTS temp.arriving_{table}")
        connection.execute(f"CREATE TEMP TABLE arriving_{table} AS SELECT {columns} FROM {table} WHERE false")  # noqa: S608


def _snapshot_mismatch() -> JournalMismatch:
    return JournalMismatch(
        _(
            "The server's snapshot does not match the data on this console. Nothing was loaded; tell the "
            "administrator."
        )
    )
