"""Quarantine of bundled entries that wait for the approval of their device, or for earlier entries.

They are admitted as a push of their own device, by the same writer and the same rules, as soon as
that is possible. The entries of a device that never enrols stay here and block nothing.
"""

import logging
from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import Connection

from tabuah.operations.entries import Entry
from tabuah.server.errors import Refusal
from tabuah.server.journal import ServerJournal
from tabuah.storage.journal import push, wire
from tabuah.storage.journal.bundles.contents import EntryRun
from tabuah.storage.journal.chain import read_chain
from tabuah.storage.journal.errors import ChainGap, JournalError
from tabuah.storage.journal.push import PushTurn, plan_push_turns

log = logging.getLogger(__name__)

_KEEP: Final = "INSERT OR IGNORE INTO aside VALUES (?, ?, ?, ?, ?, ?)"
_DEVICES: Final = "SELECT device, count(*) FROM aside GROUP BY device ORDER BY min(came_at), device"
_TEXTS: Final = "SELECT text FROM aside WHERE device = ? ORDER BY n"
_NEXT: Final = """SELECT n, text, signature, sealed FROM aside WHERE device = ? AND n > ? ORDER BY n LIMIT ?"""
_KEPT: Final = "SELECT text FROM aside WHERE device = ? AND n = ?"
_KNOWN: Final = "SELECT text FROM entries WHERE device = ? AND n = ?"
_DROP: Final = "DELETE FROM aside WHERE device = ? AND n = ?"


class QuarantinedEntries(msgspec.Struct, frozen=True, kw_only=True):
    """The quarantined entries of one device, and the stable code of the reason."""

    device: str
    entries: int
    reason: str


class QuarantineOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """The result of an attempt to admit quarantined entries."""

    admitted: int
    waiting: tuple[QuarantinedEntries, ...]


def quarantine_entries(journal: ServerJournal, run: EntryRun) -> tuple[int, int]:
    """Quarantine the entries of a run; return the number of new entries, and of forked ones.

    Two entries under one number mean that the device's data was copied; the first one is kept.
    """
    boxes = {sealed.entry: sealed.box for sealed in run.sealed}
    chain = read_chain(run.entries, device=run.device)

    def keep(connection: Connection, came_at: str) -> tuple[int, int]:
        new = forked = 0
        for chained in chain:
            key = (run.device, chained.entry.n)
            known_text = (
                connection.exec_driver_sql(_KNOWN, key).scalar() or connection.exec_driver_sql(_KEPT, key).scalar()
            )
            if known_text is None:
                row = (*key, chained.text.decode(), chained.signature, boxes.get(chained.entry.id, ""), came_at)
                connection.exec_driver_sql(_KEEP, row)
                new += 1
            elif known_text.encode() != chained.text:
                forked += 1
        return new, forked

    return journal.submit(lambda batch: keep(batch.connection, batch.now.isoformat())).result()


def admit_quarantined(journal: ServerJournal) -> QuarantineOutcome:
    """Admit every quarantined entry that can be admitted now, each after the entries that it depends on."""
    journal.catch_up()
    left = {row[0]: int(row[1]) for row in journal.read(lambda c: c.exec_driver_sql(_DEVICES).all())}
    admitted, reasons = 0, {device: _blocking_reason(journal, device) for device in left}
    for turn in _turns(journal, [device for device in left if not reasons[device]]):
        if not reasons[turn.device]:
            done, reasons[turn.device] = _admit_turn(journal, turn)
            admitted += done
            left[turn.device] -= done
    waiting = (
        QuarantinedEntries(device=device, entries=count, reason=reasons[device])
        for device, count in left.items()
        if count
    )
    return QuarantineOutcome(admitted=admitted, waiting=tuple(waiting))


def _blocking_reason(journal: ServerJournal, device: str) -> str:
    """Return the stable code of the reason that blocks a device; empty when its entries can be tried."""
    known = journal.authority.devices.get(device)
    if known is None:
        return "unknown_device"
    return "" if known.approved else "device_not_approved"


def _turns(journal: ServerJournal, devices: Sequence[str]) -> list[PushTurn]:
    def read(connection: Connection) -> list[Entry]:
        rows = (row for device in devices for row in connection.exec_driver_sql(_TEXTS, (device,)))
        return [wire.decode_entry(row[0]) for row in rows]

    return plan_push_turns(journal.read(read))


def _admit_turn(journal: ServerJournal, turn: PushTurn) -> tuple[int, str]:
    """Push a device's quarantined entries for its turn; return the number admitted, and the code that stopped it."""
    device, done, after = turn.device, 0, 0
    while batch := _batch_after(journal, turn, after):
        request = push.PushRequest(
            device=device,
            entries=tuple(wire.SignedEntry(row.text, row.signature) for row in batch),
            sealed=tuple(_boxes(batch)),
        )
        try:
            journal.push(request)
        except (JournalError, Refusal) as error:
            if not isinstance(error, ChainGap):
                log.warning("entries of device %s from n = %d stay quarantined: %s", device, batch[0].n, error)
            return done, error.code
        _drop(journal, device, [row.n for row in batch])
        done += len(batch)
        after = batch[-1].n
    return done, ""


def _batch_after(journal: ServerJournal, turn: PushTurn, after: int) -> Sequence[Any]:
    """Return the next consecutive entries of a turn, up to the limits of a push."""
    query = (turn.device, after, push.MAX_ENTRIES_A_PUSH)
    rows = journal.read(lambda connection: connection.exec_driver_sql(_NEXT, query).all())
    batch: list[Any] = []
    room = push.MAX_PUSH_BYTES
    for row in rows:
        room -= len(row.text)
        if row.n > turn.until or (batch and (row.n != batch[-1].n + 1 or room < 0)):
            break
        batch.append(row)
    return batch


def _boxes(batch: Iterable[Any]) -> Iterable[wire.SealedValues]:
    for row in batch:
        if row.sealed:
            yield wire.SealedValues(msgspec.json.decode(row.text)["id"], row.sealed)


def _drop(journal: ServerJournal, device: str, numbers: Iterable[int]) -> None:
    rows = [(device, n) for n in numbers]
    journal.submit(lambda batch: batch.connection.exec_driver_sql(_DROP, rows)).result()
