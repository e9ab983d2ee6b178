"""The durable queue of webhooks: `webhooks.db` in the directory of the server.

It is no part of the journal: an endpoint that is new here begins with the entries that come next.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import msgspec

from tabuah.server.database.queue_file import QueueFile
from tabuah.server.errors import UnusableWebhooks

FILE_NAME: Final = "webhooks.db"
WAITING: Final = "waiting"
ACCEPTED: Final = "accepted"
FAILED: Final = "failed"
LONGEST_ERROR: Final = 300
_SCHEMA: Final = """
    CREATE TABLE endpoints (
        name TEXT PRIMARY KEY, seq INTEGER NOT NULL, failing_since TEXT, disabled_at TEXT,
        reason TEXT NOT NULL DEFAULT '') WITHOUT ROWID;
    CREATE TABLE known (
        endpoint TEXT NOT NULL, subject TEXT NOT NULL, digest TEXT NOT NULL, family TEXT NOT NULL,
        PRIMARY KEY (endpoint, subject)) WITHOUT ROWID;
    CREATE TABLE deliveries (
        id INTEGER PRIMARY KEY, endpoint TEXT NOT NULL, event TEXT NOT NULL, type TEXT NOT NULL,
        subject TEXT NOT NULL, exercise INTEGER NOT NULL, body BLOB NOT NULL, state TEXT NOT NULL,
        created_at TEXT NOT NULL, due_at TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, ended_at TEXT,
        answer TEXT NOT NULL DEFAULT '');
    CREATE INDEX due_deliveries ON deliveries (endpoint, due_at) WHERE state = 'waiting';
"""
# Version 2: `/health` counts without reading the documents.
_BY_STATE: Final = "CREATE INDEX deliveries_by_state ON deliveries (endpoint, state, ended_at);"
_UNCERTAIN: Final = "uncertain"  # in place of a hash, which it never is
_NEW: Final = (
    *("endpoint", "event", "type", "subject", "exercise", "body", "state", "created_at", "due_at", "attempts"),
    *("ended_at", "answer"),
)
_DELIVERY: Final = ("id", *_NEW)
_ENDPOINT: Final = ("name", "seq", "failing_since", "disabled_at", "reason")


class WebhookDelivery(msgspec.Struct, frozen=True, kw_only=True):
    """One event to one endpoint.

    Attributes:
        event: its id, the same at each attempt and when it is sent again.
        body: the bytes that are signed and sent.
        state: `waiting`, `accepted` by the endpoint, `failed` for good, or `cancelled`.
        answer: the answer to the last attempt, or why there was none.
    """

    endpoint: str
    event: str
    type: str
    subject: str
    exercise: bool
    body: bytes
    created_at: datetime
    due_at: datetime
    id: int = 0
    state: str = WAITING
    attempts: int = 0
    ended_at: datetime | None = None
    answer: str = ""


class EndpointState(msgspec.Struct, frozen=True, kw_only=True):
    """The state of an endpoint.

    Attributes:
        seq: number of the last entry that was taken for it.
        failing_since: the first failure after the last success; None while it works.
        disabled_at: when sending to it ended; None while it is enabled.
        reason: why it was disabled.
    """

    name: str
    seq: int
    failing_since: datetime | None = None
    disabled_at: datetime | None = None
    reason: str = ""


class DeliveryCounts(msgspec.Struct, frozen=True, kw_only=True):
    """Numbers of the deliveries to an endpoint, and when it last accepted one."""

    waiting: int = 0
    accepted: int = 0
    failed: int = 0
    accepted_at: datetime | None = None


class WebhookQueue(QueueFile):
    """A connection to the queue; it belongs to the thread that opened it."""

    def __init__(self, directory: Path) -> None:
        """Open the file, and create it if needed.

        Raises:
            UnusableWebhooks: it cannot be used.
        """
        super().__init__(directory / FILE_NAME, (_SCHEMA, _BY_STATE), error=UnusableWebhooks)

    # Endpoints

    def endpoint(self, name: str) -> EndpointState | None:
        """Return the state of an endpoint; None for a new one."""
        return next(iter(self.endpoints((name,))), None)

    def endpoints(self, names: Sequence[str]) -> list[EndpointState]:
        """Return the states of those of these endpoints that are known."""
        places = ",".join("?" * len(names))
        return self.structs(EndpointState, _ENDPOINT, f"FROM endpoints WHERE name IN ({places})", names)

    def take(self, name: str, seq: int) -> None:
        """Save the last entry that was taken for an endpoint; call it in a transaction."""
        self.run(
            "INSERT INTO endpoints (name, seq) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET seq = excluded.seq",
            (name, seq),
        )

    def disable(self, name: str, reason: str, now: datetime) -> None:
        """End sending to an endpoint; what waits is kept."""
        values = (now.isoformat(), reason[:LONGEST_ERROR], name)
        with self.transaction():
            self.run("UPDATE endpoints SET disabled_at = ?, reason = ? WHERE name = ?", values)

    def enable(self, name: str, now: datetime) -> bool:
        """Send to an endpoint again, first what waits; return whether it was disabled."""
        with self.transaction():
            changed = self.run(
                "UPDATE endpoints SET disabled_at = NULL, failing_since = NULL, reason = ''"
                " WHERE name = ? AND disabled_at IS NOT NULL",
                (name,),
            )
            self.run(
                "UPDATE deliveries SET due_at = ?, attempts = 0 WHERE endpoint = ? AND state = 'waiting'",
                (now.isoformat(), name),
            )
        return changed > 0

    # Facts that were sent to an endpoint

    def known(self, endpoint: str, subject: str) -> tuple[str, str]:
        """Return the hash of the last facts sent to an endpoint about a subject, and their family; empty for none."""
        found = self.rows("SELECT digest, family FROM known WHERE endpoint = ? AND subject = ?", (endpoint, subject))
        return (found[0][0], found[0][1]) if found else ("", "")

    def learn(self, endpoint: str, subject: str, *, digest: str, family: str) -> None:
        """Save the hash of the facts that an endpoint gets; empty to forget. Call it in a transaction."""
        if digest:
            values = (endpoint, subject, digest, family)
            self.run("INSERT OR REPLACE INTO known (endpoint, subject, digest, family) VALUES (?,?,?,?)", values)
        else:
            self.run("DELETE FROM known WHERE endpoint = ? AND subject = ?", (endpoint, subject))

    # Deliveries

    def add(self, delivery: WebhookDelivery) -> None:
        """Save a delivery; call it in a transaction."""
        self.insert("deliveries", _NEW, delivery)

    def due(self, endpoint: str, now: datetime, limit: int) -> list[WebhookDelivery]:
        """Return the deliveries to an endpoint that are due, the oldest first."""
        where = "WHERE state = 'waiting' AND endpoint = ? AND due_at <= ? ORDER BY id LIMIT ?"
        return self._select(where, (endpoint, now.isoformat(), limit))

    def waiting(self, endpoint: str) -> int:
        """Return the number of deliveries to an endpoint that wait."""
        statement = "SELECT count(*) FROM deliveries WHERE endpoint = ? AND state = 'waiting'"  # of the index alone
        return int(self.rows(statement, (endpoint,))[0][0])

    def deliveries(self, *, endpoint: str = "", state: str = "", limit: int = 1000) -> list[WebhookDelivery]:
        """Return deliveries, the newest first; empty texts mean all."""
        where = "WHERE endpoint = coalesce(nullif(?, ''), endpoint) AND state = coalesce(nullif(?, ''), state)"
        return self._select(f"{where} ORDER BY id DESC LIMIT ?", (endpoint, state, limit))

    def _select(self, where: str, values: Sequence[Any]) -> list[WebhookDelivery]:
        return self.structs(WebhookDelivery, _DELIVERY, f"FROM deliveries {where}", values)

    def accept(self, delivery: WebhookDelivery, answer: str, now: datetime) -> None:
        """Save that an endpoint has accepted a delivery, and works."""
        with self.transaction():
            self.run(
                "UPDATE deliveries SET state = 'accepted', attempts = attempts + 1, answer = ?, ended_at = ?"
                " WHERE id = ?",
                (answer[:LONGEST_ERROR], now.isoformat(), delivery.id),
            )
            self.run("UPDATE endpoints SET failing_since = NULL WHERE name = ?", (delivery.endpoint,))

    def fail(self, delivery: WebhookDelivery, answer: str, *, due_at: datetime | None, now: datetime) -> None:
        """Save a failed attempt and when the next one is due; None gives the delivery up."""
        state, ended = (WAITING, None) if due_at is not None else (FAILED, now.isoformat())
        values = (state, answer[:LONGEST_ERROR], (due_at or now).isoformat(), ended, delivery.id)
        with self.transaction():
            self.run(
                "UPDATE deliveries SET state = ?, attempts = attempts + 1, answer = ?, due_at = ?, ended_at = ?"
                " WHERE id = ? AND state = 'waiting'",
                values,
            )
            self.run(
                "UPDATE endpoints SET failing_since = coalesce(failing_since, ?) WHERE name = ?",
                (now.isoformat(), delivery.endpoint),
            )

    def replay(self, endpoint: str, *, since: datetime | None, now: datetime) -> int:
        """Send deliveries again with the same ids: those written since a moment, or those that failed.

        Returns:
            Their number.
        """
        where = "state = 'failed'" if since is None else "created_at >= ?"
        values = () if since is None else (since.isoformat(),)
        with self.transaction():
            return self.run(
                "UPDATE deliveries SET state = 'waiting', due_at = ?, attempts = 0, ended_at = NULL"  # noqa: S608
                f" WHERE endpoint = ? AND {where}",
                (now.isoformat(), endpoint, *values),
            )

    def cancel(self, endpoint: str, states: Sequence[str], now: datetime) -> int:
        """Cancel deliveries in these states; return their number.

        What an endpoint has got about their subjects is uncertain then: the next entry about one sends it whole, or
        withdraws it.
        """
        where = f"endpoint = ? AND state IN ({','.join('?' * len(states))})"
        family = "substr(type, 1, instr(type, '.') - 1)"
        with self.transaction():
            self.run(
                "INSERT OR REPLACE INTO known (endpoint, subject, digest, family)"  # noqa: S608
                f" SELECT endpoint, subject, ?, {family} FROM deliveries WHERE {where}",
                (_UNCERTAIN, endpoint, *states),
            )
            return self.run(
                f"UPDATE deliveries SET state = 'cancelled', ended_at = ? WHERE {where}",  # noqa: S608
                (now.isoformat(), endpoint, *states),
            )

    def counts(self) -> dict[str, DeliveryCounts]:
        """Return the numbers of each endpoint with deliveries."""
        statement = "SELECT endpoint, state, count(*), max(ended_at) FROM deliveries GROUP BY endpoint, state"
        found: dict[str, dict[str, Any]] = {}
        for endpoint, state, count, ended_at in self.rows(statement):
            numbers = found.setdefault(endpoint, {})
            numbers[state] = count
            if state == ACCEPTED:
                numbers["accepted_at"] = ended_at
        return {name: msgspec.convert(numbers, DeliveryCounts, strict=False) for name, numbers in found.items()}

    def prune(self, now: datetime, keep: timedelta, endpoints: Sequence[str]) -> None:
        """Delete the deliveries from before the time that is kept; those that wait for one of the endpoints stay."""
        before = (now - keep).isoformat()
        where = f"state <> 'waiting' OR endpoint NOT IN ({','.join('?' * len(endpoints))})"
        with self.transaction():
            self.run(f"DELETE FROM deliveries WHERE created_at < ? AND ({where})", (before, *endpoints))  # noqa: S608
