"""The durable queue of notices: `notices.db` in the directory of the server.

It is no part of the journal: a server without the file begins with the entries that come next.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import msgspec

from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.notices.flood_limits import Mention
from tabuah.server.database.queue_file import QueueFile
from tabuah.server.errors import UnusableNotices

FILE_NAME: Final = "notices.db"
WAITING: Final = "waiting"
ACCEPTED: Final = "accepted"
FAILED: Final = "failed"
CANCELLED: Final = "cancelled"
STATES: Final = (WAITING, ACCEPTED, FAILED, CANCELLED)
LONGEST_ERROR: Final = 300
_SCHEMA: Final = """
    CREATE TABLE position (id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER NOT NULL);
    CREATE TABLE mentions (
        contact TEXT NOT NULL, alarm TEXT NOT NULL, occasion TEXT NOT NULL, severity TEXT NOT NULL,
        channels TEXT NOT NULL, queued_at TEXT NOT NULL, notice TEXT NOT NULL DEFAULT '',
        PRIMARY KEY (contact, alarm, occasion)) WITHOUT ROWID;
    CREATE INDEX waiting_mentions ON mentions (contact) WHERE notice = '';
    CREATE TABLE deliveries (
        id INTEGER PRIMARY KEY, notice TEXT NOT NULL, contact TEXT NOT NULL, contact_name TEXT NOT NULL,
        occasion TEXT NOT NULL, exercise INTEGER NOT NULL, severity INTEGER NOT NULL, channel TEXT NOT NULL,
        address TEXT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL, state TEXT NOT NULL,
        created_at TEXT NOT NULL, due_at TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, ended_at TEXT,
        receipt TEXT NOT NULL DEFAULT '', error TEXT NOT NULL DEFAULT '', UNIQUE (notice, channel));
    CREATE INDEX due_deliveries ON deliveries (channel, due_at) WHERE state = 'waiting';
    CREATE INDEX deliveries_of_contact ON deliveries (contact, created_at);
"""
# Version 2: the links of messages, and when their contact has confirmed them.
_LINKS: Final = """
    ALTER TABLE deliveries ADD COLUMN acknowledged_at TEXT;
    CREATE TABLE links (
        hash TEXT PRIMARY KEY, notice TEXT NOT NULL, channel TEXT NOT NULL, expires_at TEXT NOT NULL) WITHOUT ROWID;
    CREATE INDEX links_of_delivery ON links (notice, channel, expires_at);
    CREATE INDEX mentions_of_notice ON mentions (notice);
"""
# Version 3: `/health` counts without reading the texts.
_BY_STATE: Final = "CREATE INDEX deliveries_by_state ON deliveries (state, created_at);"
# Version 4: mentions of any subject, and those that were too old to be sent.
_SUBJECTS: Final = """
    CREATE TABLE subject_mentions (
        contact TEXT NOT NULL, subject TEXT NOT NULL, occasion TEXT NOT NULL, severity TEXT NOT NULL,
        channels TEXT NOT NULL, queued_at TEXT NOT NULL, notice TEXT NOT NULL DEFAULT '',
        is_late INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (contact, subject, occasion)) WITHOUT ROWID;
    INSERT INTO subject_mentions (contact, subject, occasion, severity, channels, queued_at, notice)
        SELECT contact, 'alarm/' || alarm, occasion, severity, channels, queued_at, notice FROM mentions;
    DROP TABLE mentions;
    ALTER TABLE subject_mentions RENAME TO mentions;
    CREATE INDEX waiting_mentions ON mentions (contact) WHERE notice = '';
    CREATE INDEX mentions_of_notice ON mentions (notice);
"""
# Version 5: work on incidents: dispatches, dispositions and tasks.
_WORK: Final = """
    ALTER TABLE mentions ADD COLUMN is_urgent INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE mentions ADD COLUMN incident TEXT NOT NULL DEFAULT '';
    ALTER TABLE mentions ADD COLUMN addressee TEXT NOT NULL DEFAULT '';
    CREATE INDEX mentions_of_subject ON mentions (subject);
"""
# Version 6: the time limits that have run out and are known.
_LIMITS: Final = """
    CREATE TABLE known_limits (key TEXT PRIMARY KEY) WITHOUT ROWID;
    CREATE TABLE limits_known (id INTEGER PRIMARY KEY CHECK (id = 1));
"""
_LINKS_KEPT: Final = 5  # of one delivery: each attempt has its own, and an attempt that failed may have arrived
_NEW: Final = (
    *("notice", "contact", "contact_name", "occasion", "exercise", "severity", "channel", "address", "title", "text"),
    *("state", "created_at", "due_at", "attempts", "ended_at", "receipt", "error", "acknowledged_at"),
)
_DELIVERY: Final = ("id", *_NEW)
_MENTION: Final = (
    "contact, subject, occasion, severity, channels, queued_at, notice, is_late, is_urgent, incident, addressee"
)


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """One message to one contact through one channel.

    Attributes:
        notice: the message, the same through all channels.
        severity: rank of its most severe alarm.
        state: `waiting`, `accepted` by the channel, `failed` for good, or `cancelled`.
        receipt: the answer of the channel that accepted it.
        acknowledged_at: when its contact has confirmed it, through any channel.
    """

    notice: str
    contact: str
    contact_name: str
    occasion: str
    exercise: bool
    severity: int
    channel: str
    address: str
    title: str
    text: str
    created_at: datetime
    due_at: datetime
    id: int = 0
    state: str = WAITING
    attempts: int = 0
    ended_at: datetime | None = None
    receipt: str = ""
    error: str = ""
    acknowledged_at: datetime | None = None

    @property
    def key(self) -> str:
        """The same at every attempt, so that the other side can drop a repeated message."""
        return f"{self.notice}.{self.channel}"


class QueueCounts(msgspec.Struct, frozen=True, kw_only=True):
    """Deliveries that wait and that failed, and when the oldest waiting one was written."""

    waiting: int
    failed: int
    oldest_at: datetime | None


class NoticeQueue(QueueFile):
    """A connection to the queue; it belongs to the thread that opened it."""

    def __init__(self, directory: Path) -> None:
        """Open the file, and create it if needed.

        Raises:
            UnusableNotices: it cannot be used.
        """
        super().__init__(
            directory / FILE_NAME, (_SCHEMA, _LINKS, _BY_STATE, _SUBJECTS, _WORK, _LIMITS), error=UnusableNotices
        )

    # Mentions

    def position(self) -> int | None:
        """Return the seq of the last entry that was taken; None in a new file."""
        found = self.rows("SELECT seq FROM position")
        return int(found[0][0]) if found else None

    def take(self, mentions: Iterable[Mention], *, until_seq: int) -> None:
        """Save what contacts have to learn of, and the last entry that was taken; call it in a transaction."""
        self.add_mentions(mentions)
        self.run("INSERT OR REPLACE INTO position VALUES (1, ?)", (until_seq,))

    def add_mentions(self, mentions: Iterable[Mention]) -> None:
        """Save what contacts have to learn of, each once; call it in a transaction."""
        rows = [
            (
                m.contact,
                m.subject,
                m.occasion,
                m.severity.value,
                ",".join(m.channels),
                m.queued_at.isoformat(),
                m.notice,
                m.is_late,
                m.is_urgent,
                m.incident,
                m.addressee,
            )
            for m in mentions
        ]
        self.run_each(f"INSERT OR IGNORE INTO mentions ({_MENTION}) VALUES ({','.join('?' * 11)})", rows)  # noqa: S608

    def known_limits(self) -> set[str] | None:
        """Return the keys of the limits that had run out at the last look; None before the first one."""
        if not self.rows("SELECT id FROM limits_known"):
            return None
        return {key for (key,) in self.rows("SELECT key FROM known_limits")}

    def know_limits(self, keys: Collection[str]) -> None:
        """Save the limits that have run out, instead of those before; call it in a transaction."""
        before = self.known_limits() or set()
        self.run_each("DELETE FROM known_limits WHERE key = ?", [(key,) for key in before.difference(keys)])
        self.run_each("INSERT OR IGNORE INTO known_limits VALUES (?)", [(key,) for key in keys if key not in before])
        self.run("INSERT OR IGNORE INTO limits_known VALUES (1)")

    def forget_limits(self) -> None:
        """Know no limit any more: the next look notifies of none; call it in a transaction."""
        self.run("DELETE FROM known_limits")
        self.run("DELETE FROM limits_known")

    def waiting_mentions(self) -> list[Mention]:
        """Return the mentions without a message."""
        return [_mention(row) for row in self.rows(f"SELECT {_MENTION} FROM mentions WHERE notice = ''")]  # noqa: S608

    def sent_mentions(self, contact: str) -> list[Mention]:
        """Return the mentions of a contact that a message has which was to be sent."""
        where = "contact = ? AND notice <> '' AND NOT is_late"
        statement = f"SELECT {_MENTION} FROM mentions WHERE {where}"  # noqa: S608
        return [_mention(row) for row in self.rows(statement, (contact,))]

    def mark(self, mentions: Iterable[Mention], notice: str = "") -> None:
        """Save the message that has these mentions, `notice` or their own; call it in a transaction."""
        statement = "UPDATE mentions SET notice = ? WHERE contact = ? AND subject = ? AND occasion = ?"
        rows = [(notice or m.notice, m.contact, m.subject, m.occasion) for m in mentions]
        self.run_each(statement, rows)

    # Deliveries

    def add(self, delivery: Delivery) -> None:
        """Save a delivery; call it in a transaction."""
        self.insert("deliveries", _NEW, delivery)

    def used(self, contact: str, since: datetime) -> int:
        """Return the number of messages to a contact since a moment; cancelled ones do not count."""
        statement = "SELECT count(*) FROM deliveries WHERE contact = ? AND created_at > ? AND state <> 'cancelled'"
        return int(self.rows(statement, (contact, since.isoformat()))[0][0])

    def due(self, channel: str, now: datetime, limit: int) -> list[Delivery]:
        """Return the deliveries of a channel that are due, the most severe and oldest first."""
        where = "WHERE state = 'waiting' AND channel = ? AND due_at <= ? ORDER BY severity, created_at, id LIMIT ?"
        return self._select(where, (channel, now.isoformat(), limit))

    def deliveries(self, *, states: Sequence[str] = STATES, occasion: str = "", limit: int = 1000) -> list[Delivery]:
        """Return deliveries in these states, of one occasion or of all, the newest first."""
        wanted = ",".join("?" * len(states))
        of_occasion = "(? IN ('', occasion) OR occasion LIKE ? || '/%')"
        where = f"WHERE state IN ({wanted}) AND {of_occasion} ORDER BY id DESC LIMIT ?"
        return self._select(where, (*states, occasion, occasion, limit))

    def _select(self, where: str, values: Sequence[Any]) -> list[Delivery]:
        return self.structs(Delivery, _DELIVERY, f"FROM deliveries {where}", values)

    def accept(self, delivery: Delivery, receipt: str, now: datetime) -> None:
        """Save that the channel has accepted a delivery, also one that was cancelled while it was sent."""
        values = (receipt[:LONGEST_ERROR], now.isoformat(), delivery.id)
        with self.transaction():
            self.run(
                "UPDATE deliveries SET state = 'accepted', attempts = attempts + 1, receipt = ?, error = '',"
                " ended_at = ? WHERE id = ?",
                values,
            )

    def fail(self, delivery: Delivery, error: str, *, due_at: datetime | None, now: datetime) -> None:
        """Save a failed attempt and when the next one is due; None gives the delivery up."""
        state, ended = (WAITING, None) if due_at is not None else (FAILED, now.isoformat())
        due = (due_at or now).isoformat()
        with self.transaction():
            self.run(
                "UPDATE deliveries SET state = ?, attempts = attempts + 1, error = ?, due_at = ?, ended_at = ?"
                " WHERE id = ? AND state = 'waiting'",
                (state, error[:LONGEST_ERROR], due, ended, delivery.id),
            )

    def retry(self, ids: Sequence[int], now: datetime) -> int:
        """Send deliveries that wait, failed or were cancelled again, now; return their number.

        Each counts as a new message of now.
        """
        at = now.isoformat()
        columns = "state = 'waiting', created_at = ?, due_at = ?, ended_at = NULL, attempts = 0"
        return self._change(columns, (at, at), ids, "<> 'accepted'")

    def withdraw(self, ids: Iterable[int], now: datetime, reason: str = "") -> None:
        """Cancel deliveries that wait, for a reason that people see; call it in a transaction."""
        statement = (
            "UPDATE deliveries SET state = 'cancelled', ended_at = ?, error = ? WHERE id = ? AND state = 'waiting'"
        )
        self.run_each(statement, [(now.isoformat(), reason, each) for each in ids])

    def cancel(self, ids: Sequence[int], now: datetime) -> int:
        """Cancel deliveries that wait; return their number."""
        return self._change("state = 'cancelled', ended_at = ?", (now.isoformat(),), ids, "= 'waiting'")

    def cancel_other_channels(self, channels: Sequence[str], reason: str, now: datetime) -> int:
        """Cancel deliveries that wait for a channel that is not one of these; return their number."""
        places = ",".join("?" * len(channels))
        statement = (
            "UPDATE deliveries SET state = 'cancelled', error = ?, ended_at = ?"  # noqa: S608
            f" WHERE state = 'waiting' AND channel NOT IN ({places})"
        )
        with self.transaction():
            return self.run(statement, (reason, now.isoformat(), *channels))

    def _change(self, columns: str, values: Sequence[str], ids: Sequence[int], state: str) -> int:
        places = ",".join("?" * len(ids))
        statement = f"UPDATE deliveries SET {columns} WHERE id IN ({places}) AND state {state}"  # noqa: S608
        with self.transaction():
            return self.run(statement, (*values, *ids))

    # Links

    def add_link(self, digest: str, delivery: Delivery, expires_at: datetime) -> None:
        """Save the hash of the token of a link; the newest of a delivery are kept.

        Raises:
            UnusableNotices: the file cannot be written; nothing was saved.
        """
        of_delivery = (delivery.notice, delivery.channel)
        old = "SELECT hash FROM links WHERE notice = ? AND channel = ? ORDER BY expires_at DESC LIMIT -1 OFFSET ?"
        with self.transaction():
            self.run(
                "INSERT INTO links (hash, notice, channel, expires_at) VALUES (?,?,?,?)",
                (digest, *of_delivery, expires_at.isoformat()),
            )
            self.run(f"DELETE FROM links WHERE hash IN ({old})", (*of_delivery, _LINKS_KEPT))  # noqa: S608

    def linked_delivery(self, digest: str, now: datetime) -> Delivery | None:
        """Return the delivery whose link has a token with this hash; None if there is none, or it has expired."""
        link = "SELECT notice, channel FROM links WHERE hash = ? AND expires_at > ?"
        found = self._select(f"WHERE (notice, channel) = ({link})", (digest, now.isoformat()))
        return found[0] if found else None

    def mentions_of(self, notice: str) -> list[Mention]:
        """Return what a message is about, the most severe first."""
        found = self.rows(f"SELECT {_MENTION} FROM mentions WHERE notice = ?", (notice,))  # noqa: S608
        return sorted(map(_mention, found), key=lambda each: (each.severity.rank, each.queued_at, each.subject))

    def acknowledge(self, notice: str, at: datetime) -> None:
        """Save that a contact has confirmed a message; call it in a transaction."""
        statement = "UPDATE deliveries SET acknowledged_at = ? WHERE notice = ? AND acknowledged_at IS NULL"
        self.run(statement, (at.isoformat(), notice))

    def waiting_of(self, contact: str) -> list[Delivery]:
        """Return the deliveries to a contact that wait."""
        return self._select("WHERE state = 'waiting' AND contact = ?", (contact,))

    def waiting_about(self, subject: str) -> list[Delivery]:
        """Return the deliveries that wait and mention a subject."""
        notices = "SELECT notice FROM mentions WHERE subject = ? AND notice <> ''"
        return self._select(f"WHERE state = 'waiting' AND notice IN ({notices})", (subject,))

    def counts(self) -> QueueCounts:
        """Return the numbers for `/health`."""
        statement = "SELECT state, count(*), min(created_at) FROM deliveries GROUP BY state"
        found = {state: (count, oldest) for state, count, oldest in self.rows(statement)}
        waiting, oldest = found.get(WAITING, (0, None))
        moment = datetime.fromisoformat(oldest) if oldest else None
        return QueueCounts(waiting=waiting, failed=found.get(FAILED, (0, None))[0], oldest_at=moment)

    def prune(self, now: datetime, keep: timedelta) -> None:
        """Delete what ended, and what was to be learned, before the time that is kept."""
        before = (now - keep).isoformat()
        with self.transaction():
            self.run("DELETE FROM deliveries WHERE state <> 'waiting' AND created_at < ?", (before,))
            self.run("DELETE FROM mentions WHERE queued_at < ?", (before,))
            self.run("DELETE FROM links WHERE expires_at < ?", (now.isoformat(),))


def _mention(row: tuple[Any, ...]) -> Mention:
    contact, subject, occasion, severity, channels, queued_at, notice, is_late, is_urgent, incident, addressee = row
    return Mention(
        contact=contact,
        subject=subject,
        occasion=occasion,
        severity=AlarmSeverity(severity),
        channels=tuple(channels.split(",")),
        queued_at=datetime.fromisoformat(queued_at),
        notice=notice,
        is_late=bool(is_late),
        is_urgent=bool(is_urgent),
        incident=incident,
        addressee=addressee,
    )
