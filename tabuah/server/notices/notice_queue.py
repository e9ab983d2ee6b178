"""The durable queue of notices: `notices.db` in the directory of the server.

It is no part of the journal: a server without the file begins with the entries that come next.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import msgspec

from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.notices.flood_limits import Mention
from tabuah.server.database.queue_file import QueueFile
from tabuah.server.errors import UnusableNotices
from tabuah.server.notices.notice_schema import NOTICE_SCHEMA

FILE_NAME: Final = "notices.db"
WAITING: Final = "waiting"
ACCEPTED: Final = "accepted"
FAILED: Final = "failed"
CANCELLED: Final = "cancelled"
STATES: Final = (WAITING, ACCEPTED, FAILED, CANCELLED)
LONGEST_ERROR: Final = 300
_LINKS_KEPT: Final = 5  # of one delivery: each attempt has its own, and an attempt that failed may have arrived
_NEW: Final = (
    *("notice", "contact", "contact_name", "occasion", "exercise", "severity", "channel", "address", "title", "text"),
    *("state", "created_at", "due_at", "attempts", "ended_at", "receipt", "error", "acknowledged_at", "changed_by"),
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
        changed_by: user name of who sent it again or cancelled it last, from a console.
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
    changed_by: str = ""

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
        super().__init__(directory / FILE_NAME, NOTICE_SCHEMA, error=UnusableNotices)

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

    def is_waiting(self, delivery_id: int) -> bool:
        """Return whether a delivery still waits."""
        return bool(self.rows("SELECT id FROM deliveries WHERE id = ? AND state = 'waiting'", (delivery_id,)))

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

    def retry_by(self, user: str, ids: Sequence[int], channels: Collection[str], now: datetime) -> tuple[int, ...]:
        """Send deliveries that failed or were cancelled again for a person; return the ids of those.

        One that waits already keeps its attempts: a repeated request changes nothing.

        Args:
            user: who asks for it.
            ids: of the deliveries; unknown ones are left out.
            channels: names of the present channels; a message of another one could not be sent.
            now: each counts as a new message of this moment.
        """
        at = now.isoformat()
        return self._change_by(
            user,
            "state = 'waiting', created_at = ?, due_at = ?, ended_at = NULL, attempts = 0, error = ''",
            (at, at),
            ids,
            lambda each: each.state in (FAILED, CANCELLED) and bool(each.address) and each.channel in channels,
        )

    def cancel_by(self, user: str, ids: Sequence[int], now: datetime) -> tuple[int, ...]:
        """Cancel deliveries that wait for a person; return the ids of those."""
        return self._change_by(
            user, "state = 'cancelled', ended_at = ?", (now.isoformat(),), ids, lambda each: each.state == WAITING
        )

    def _change_by(
        self,
        user: str,
        columns: str,
        values: Sequence[str],
        ids: Sequence[int],
        is_changed: Callable[[Delivery], bool],
    ) -> tuple[int, ...]:
        places = ",".join("?" * len(ids))
        statement = f"UPDATE deliveries SET {columns}, changed_by = ? WHERE id = ?"  # noqa: S608
        with self.transaction():
            changed = [
                each.id for each in self._select(f"WHERE id IN ({places}) ORDER BY id", ids) if is_changed(each)
            ]
            self.run_each(statement, [(*values, user, each) for each in changed])
        return tuple(changed)

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
