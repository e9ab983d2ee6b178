"""Taking over a snapshot: its states are prepared aside, piece by piece, then shown at once.

The write lock is held only while prepared rows move into their tables, so that people go on saving meanwhile. What
waits in the outbox stays and is replayed on top.
"""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Final

from tabuah.operations.attaching import at_hand, put_away
from tabuah.operations.attachments import Attachment
from tabuah.operations.authority.records import Device
from tabuah.operations.entries import Entry, Verdict, subject_key, subject_kind
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.subjects import EMPTY, read_state
from tabuah.resources.catalogue import _
from tabuah.storage.cache.applying import Changes, catch_up_own_chain, note_number, show_confirmed
from tabuah.storage.cache.bundles.renewing import renew_carried
from tabuah.storage.cache.connecting import expected_errors
from tabuah.storage.cache.desk import Desk
from tabuah.storage.cache.errors import AnotherServer, JournalDoesNotFollow
from tabuah.storage.cache.layers import LAYERS, withdraw
from tabuah.storage.cache.meta import JournalHead
from tabuah.storage.journal.chain import ChainHead, follows_on
from tabuah.storage.journal.errors import JournalError
from tabuah.storage.journal.snapshots import Snapshot, SnapshotContent, SnapshotState
from tabuah.storage.journal.wire import Record, decode_entry, text_hash

_PREPARE: Final = (
    "DROP TABLE IF EXISTS temp.arriving",
    """CREATE TEMP TABLE arriving (
        subject TEXT PRIMARY KEY, kind TEXT, name TEXT, confirmed TEXT, conflicts INTEGER, held INTEGER)
        WITHOUT ROWID""",
)
_ARRIVE: Final = "INSERT OR REPLACE INTO temp.arriving VALUES (?, ?, ?, ?, ?, ?)"
_SHOW: Final = """
    INSERT INTO subjects (subject, kind, name, confirmed, shown, conflicts, held, changed, missing_until)
    SELECT subject, kind, name, confirmed, NULL, conflicts, held, ?, ? FROM temp.arriving WHERE true
    ON CONFLICT (subject) DO UPDATE SET name = excluded.name, confirmed = excluded.confirmed, shown = NULL,
        conflicts = excluded.conflicts, held = excluded.held, changed = excluded.changed,
        missing_until = excluded.missing_until"""
_WAITING: Final = "SELECT subject FROM outbox UNION SELECT subject FROM carried WHERE shown > 0"
# Personal values of records that came by bundle come with the histories now.
_LACK_PERSONAL: Final = """UPDATE subjects SET missing_until = ?
    WHERE subject IN (SELECT subject FROM journal WHERE seq > ?)"""
_ASK_FOR_HISTORY: Final = "INSERT OR IGNORE INTO histories_wanted (subject, at) VALUES (?, ?)"
OPEN_HISTORIES: Final = "open_histories"  # a fact of this console: histories of what is open are still to be fetched


# Gives the records of this device that the server has and this console has not, up to the snapshot, when it is told
# the last entry that the snapshot knows of this device.
OwnRecords = Callable[[ChainHead], Sequence[Record]]


def load_snapshot(
    desk: Desk,
    snapshot: Snapshot,
    contents: Iterable[SnapshotContent],
    own_records: OwnRecords,
    *,
    synced_at: datetime,
) -> Changes:
    """Take over a snapshot instead of the entries up to it; what waits here stays and is shown on top.

    Args:
        desk: the console's.
        snapshot: what the server signed, verified.
        contents: its pieces, checked, in their order.
        own_records: see `OwnRecords`.
        synced_at: when the server answered.

    Raises:
        JournalDoesNotFollow: it does not fit what is here; nothing was taken.
        AnotherServer: it is of another journal.
    """
    with expected_errors(desk.path):
        arrival = Arrival(desk, snapshot)
        try:
            for content in contents:
                arrival.add(content)
            head = arrival.chains.get(desk.meta.device)
            return arrival.show(own_records(head) if head is not None else (), synced_at=synced_at)
        finally:
            arrival.close()


class Arrival:
    """A snapshot on its way into the cache; it holds no lock until `show`."""

    def __init__(self, desk: Desk, snapshot: Snapshot) -> None:
        self._desk = desk
        self._snapshot = snapshot
        self._from = desk.meta.journal_head.seq
        self._server_is_there = False
        self._attached: dict[str, list[Attachment]] = {}  # by the kind of what they are attached to
        self._archived: dict[str, list[Attachment]] = {}
        self._gone: list[str] = []
        self.chains: dict[str, ChainHead] = {}
        _prepare(desk.connection)

    def add(self, content: SnapshotContent) -> None:
        """Prepare what is in a piece; subjects whose last entry is here already stay as they are."""
        self.chains |= {chain.device: ChainHead(chain.n, chain.hash) for chain in content.chains}
        layers: dict[type, list[tuple[object, ...]]] = {kind: [] for kind in LAYERS}
        rows = [self._row(arriving, layers) for arriving in content.states if arriving.last > self._from]
        connection = self._desk.connection
        connection.execute("BEGIN")  # of the temporary tables only
        connection.executemany(_ARRIVE, rows)
        for kind, layer in LAYERS.items():
            marks = ", ".join("?" * len(layer.columns))
            connection.executemany(f"INSERT INTO temp.arriving_{layer.table} VALUES ({marks})", layers[kind])  # noqa: S608
        connection.execute("COMMIT")

    def _row(self, arriving: SnapshotState, layers: dict[type, list[tuple[object, ...]]]) -> tuple[object, ...]:
        text = bytes(arriving.state)
        state = read_state(text)
        value, key = state.value, subject_key(arriving.subject)
        if isinstance(value, Device) and value.is_server and value.id == self._snapshot.server:
            self._server_is_there = True
        about = subject_kind(arriving.subject)
        self._attached.setdefault(about, []).extend(at_hand(value))
        self._archived.setdefault(about, []).extend(put_away(value))
        if value is None or (isinstance(value, Incident) and value.deleted):
            self._gone.append(arriving.subject)
        elif (layer := LAYERS.get(type(value))) is not None:
            layers[type(value)].append((*layer.row(value), 0))
        return (
            arriving.subject,
            about,
            value.number if isinstance(value, Incident) else key,
            text.decode(),
            len(value.open_conflicts) if isinstance(value, Incident) else 0,
            len(state.held),
        )

    def show(self, own: Sequence[Record], *, synced_at: datetime) -> Changes:
        """Take everything over at once.

        Args:
            own: the records of this device that the server has and this console has not, up to the snapshot.
            synced_at: when the server answered.

        Raises:
            AnotherServer: the snapshot is of another journal.
            JournalDoesNotFollow: it is behind this console, or the own records are not what it says.
        """
        with self._desk.writing():
            self._check()
            version = self._desk.meta.next_version()
            self._move(version)
            self._take_own(own)
            self._replace_chains()
            self._desk.forget()
            waiting = {row[0] for row in self._desk.connection.execute(_WAITING)} | renew_carried(self._desk)
            states = dict.fromkeys(waiting, EMPTY) | self._desk.subjects.confirmed_of(waiting)
            show_confirmed(self._desk, states, version)
            self._want_attachments()
            self._note_facts(synced_at)
            return Changes(version=version, subjects=self._subjects())

    def _want_attachments(self) -> None:
        blobs = self._desk.blobs
        for about, attached in self._attached.items():
            for attachment in attached:
                blobs.want_download(attachment, about=about)
        for about, archived in self._archived.items():
            blobs.note_archived(archived, about=about)

    def close(self) -> None:
        """Give back the room that was used aside."""
        for table in ("arriving", *(f"arriving_{layer.table}" for layer in LAYERS.values())):
            self._desk.connection.execute(f"DROP TABLE IF EXISTS temp.{table}")

    def _check(self) -> None:
        identity, meta = self._desk.meta.identity, self._desk.meta
        known = meta.read("server") or (identity.server if identity else "")
        if known and known != self._snapshot.server:
            raise AnotherServer(_("This is the journal of another server. Nothing was taken."))
        if meta.journal_head.seq != self._from or self._snapshot.seq <= self._from:
            raise _does_not_fit()
        if self._from == 0 and not self._server_is_there:
            raise _does_not_fit()

    def _move(self, version: int) -> None:
        connection = self._desk.connection
        connection.execute(_SHOW, (version, self._snapshot.seq))
        for layer in LAYERS.values():
            columns = ", ".join(layer.columns)
            changes = ", ".join(f"{column} = excluded.{column}" for column in layer.columns)
            connection.execute(
                f"INSERT INTO {layer.table} ({columns}) SELECT {columns} FROM temp.arriving_{layer.table} WHERE true "  # noqa: S608
                f"ON CONFLICT ({layer.key}) DO UPDATE SET {changes}"
            )
        for subject in self._gone:
            withdraw(connection, subject_kind(subject), subject_key(subject))

    def _take_own(self, own: Sequence[Record]) -> None:
        """Own records settle what waited; they must lead from the chain as it is here to the one that was signed."""
        device = self._desk.meta.device
        signed = self.chains.get(device)
        if not device or signed is None:
            return
        row = self._desk.connection.execute("SELECT n, hash FROM chains WHERE device = ?", (device,)).fetchone()
        head = ChainHead(*row) if row else ChainHead()
        fresh: list[tuple[Record, Entry]] = []
        for record in own:
            try:
                entry = decode_entry(record.text)
                follows_on(entry, head)
            except JournalError as error:
                raise _does_not_fit() from error
            head = ChainHead(entry.n, text_hash(record.text.encode()))
            fresh.append((record, entry))
        if head != signed or any(entry.device != device for _record, entry in fresh):
            raise _does_not_fit()
        if fresh:
            self._desk.journal.add_records(fresh)
            self._desk.journal.settle(entry.id for _record, entry in fresh)
            catch_up_own_chain(self._desk, *fresh[-1])
            self._ask_what_became_of(entry for record, entry in fresh if record.verdict is Verdict.HELD)
        for _record, entry in fresh:
            if entry.kind == "incident.reported":
                note_number(self._desk, entry)

    def _ask_what_became_of(self, held: Iterable[Entry]) -> None:
        """What a supervisor has said about own held entries stands in the histories of their subjects only."""
        now = self._desk.now().isoformat()
        rows = {(entry.subject, now) for entry in held}
        self._desk.connection.executemany(_ASK_FOR_HISTORY, rows)

    def _replace_chains(self) -> None:
        self._desk.connection.execute("DELETE FROM chains")
        rows = ((device, head.n, head.hash) for device, head in self.chains.items())
        self._desk.connection.executemany("INSERT INTO chains (device, n, hash) VALUES (?, ?, ?)", rows)

    def _note_facts(self, synced_at: datetime) -> None:
        meta, snapshot = self._desk.meta, self._snapshot
        meta.journal_head = JournalHead(snapshot.seq, snapshot.hash)
        meta.write("server", snapshot.server)
        meta.write("server_head", str(max(snapshot.seq, int(meta.read("server_head") or 0))))
        meta.write("last_sync_at", synced_at.isoformat())
        meta.write("snapshot_seq", str(snapshot.seq))
        meta.write(OPEN_HISTORIES, "due")
        if meta.personal_missing_after is not None:
            self._desk.connection.execute(_LACK_PERSONAL, (snapshot.seq, meta.personal_missing_after))
            meta.note_missing_personal(None)

    def _subjects(self) -> frozenset[str]:
        return frozenset(row[0] for row in self._desk.connection.execute("SELECT subject FROM temp.arriving"))


def _prepare(connection: sqlite3.Connection) -> None:
    for statement in _PREPARE:
        connection.execute(statement)
    for layer in LAYERS.values():
        table, columns = layer.table, ", ".join(layer.columns)
        connection.execute(f"DROP TABLE IF EXISTS temp.arriving_{table}")
        connection.execute(f"CREATE TEMP TABLE arriving_{table} AS SELECT {columns} FROM {table} WHERE false")  # noqa: S608


def _does_not_fit() -> JournalDoesNotFollow:
    return JournalDoesNotFollow(
        _("The server's snapshot does not fit what this console has. Nothing was taken; tell the administrator.")
    )
