"""Entries that came by bundle and wait: for their device to be enrolled and approved, or for the entries before them.

They are admitted as a push of their own device, by the same writer and the same rules, as soon as that can be; a
device that never comes leaves them here and harms nothing.
"""

import logging
from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import Connection

from tabuah.operations.entries import Entry
from tabuah.server.errors import Refusal
from tabuah.server.journal import ServerJournal
from tabuah.storage.journal.bundles.contents import CarriedRun
from tabuah.storage.journal.chain import read_chain
from tabuah.storage.journal.errors import ChainGap, JournalError
from tabuah.storage.journal.turns import Turn, turns_among
from tabuah.storage.journal.wire import (
    MAX_ENTRIES_A_PUSH,
    MAX_PUSH_BYTES,
    PushRequest,
    SealedValues,
    SignedEntry,
    decode_entry,
)

log = logging.getLogger(__name__)

_KEEP: Final = "INSERT OR IGNORE INTO aside VALUES (?, ?, ?, ?, ?, ?)"
_DEVICES: Final = "SELECT device, count(*) FROM aside GROUP BY device ORDER BY min(came_at), device"
_TEXTS: Final = "SELECT text FROM aside WHERE device = ? ORDER BY n"
_NEXT: Final = """SELECT n, text, signature, sealed FROM aside WHERE device = ? AND n > ? ORDER BY n LIMIT ?"""
_KEPT: Final = "SELECT text FROM aside WHERE device = ? AND n = ?"
_KNOWN: Final = "SELECT text FROM entries WHERE device = ? AND n = ?"
_DROP: Final = "DELETE FROM aside WHERE device = ? AND n = ?"


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """Entries of a device that are kept aside, and the stable code of why."""

    device: str
    entries: int
    reason: str


class Drained(msgspec.Struct, frozen=True, kw_only=True):
    """What became of what was aside."""

    admitted: int
    waiting: tuple[Waiting, ...]


def keep_aside(journal: ServerJournal, run: CarriedRun) -> tuple[int, int]:
    """Keep the entries of a run, and count those that are new and those that another entry stands in the way of.

    Another entry under the same number means that the device's data was copied; the first one is kept.
    """
    boxes = {sealed.entry: sealed.box for sealed in run.sealed}
    chain = read_chain(run.entries, device=run.device)

    def keep(connection: Connection, came_at: str) -> tuple[int, int]:
        new = forked = 0
        for chained in chain:
            key = (run.device, chained.entry.n)
            there = (
                connection.exec_driver_sql(_KNOWN, key).scalar() or connection.exec_driver_sql(_KEPT, key).scalar()
            )
            if there is None:
                row = (*key, chained.text.decode(), chained.signature, boxes.get(chained.entry.id, ""), came_at)
                connection.exec_driver_sql(_KEEP, row)
                new += 1
            elif there.encode() != chained.text:
                forked += 1
        return new, forked

    return journal.submit(lambda sheet: keep(sheet.connection, sheet.now.isoformat())).result()


def drain_aside(journal: ServerJournal) -> Drained:
    """Admit whatever can be admitted now, each entry after those that it rests on."""
    journal.catch_up()
    left = {row[0]: int(row[1]) for row in journal.read(lambda c: c.exec_driver_sql(_DEVICES).all())}
    admitted, reasons = 0, {device: _reason_against(journal, device) for device in left}
    for turn in _turns(journal, [device for device in left if not reasons[device]]):
        if not reasons[turn.device]:
            done, reasons[turn.device] = _drain(journal, turn)
            admitted += done
            left[turn.device] -= done
    waiting = (
        Waiting(device=device, entries=count, reason=reasons[device]) for device, count in left.items() if count
    )
    return Drained(admitted=admitted, waiting=tuple(waiting))


def _reason_against(journal: ServerJournal, device: str) -> str:
    """Why nothing of a device can be admitted yet, as a stable code; empty when it can be tried."""
    known = journal.authority.devices.get(device)
    if known is None:
        return "unknown_device"
    return "" if known.approved else "device_not_approved"


def _turns(journal: ServerJournal, devices: Sequence[str]) -> list[Turn]:
    def read(connection: Connection) -> list[Entry]:
        rows = (row for device in devices for row in connection.exec_driver_sql(_TEXTS, (device,)))
        return [decode_entry(row[0]) for row in rows]

    return turns_among(journal.read(read))


def _drain(journal: ServerJournal, turn: Turn) -> tuple[int, str]:
    """Push what a device has aside for its turn; how many entries were taken, and why not more."""
    device, done, after = turn.device, 0, 0
    while batch := _batch_after(journal, turn, after):
        request = PushRequest(
            device=device,
            entries=tuple(SignedEntry(row.text, row.signature) for row in batch),
            sealed=tuple(_boxes(batch)),
        )
        try:
            journal.push(request)
        except (JournalError, Refusal) as error:
            if not isinstance(error, ChainGap):
                log.warning("entries of device %s from n = %d stay aside: %s", device, batch[0].n, error)
            return done, error.code
        _drop(journal, device, [row.n for row in batch])
        done += len(batch)
        after = batch[-1].n
    return done, ""


def _batch_after(journal: ServerJournal, turn: Turn, after: int) -> Sequence[Any]:
    """The next entries of a turn that follow on each other, as many as fit into a push."""
    query = (turn.device, after, MAX_ENTRIES_A_PUSH)
    rows = journal.read(lambda connection: connection.exec_driver_sql(_NEXT, query).all())
    batch: list[Any] = []
    room = MAX_PUSH_BYTES
    for row in rows:
        room -= len(row.text)
        if row.n > turn.until or (batch and (row.n != batch[-1].n + 1 or room < 0)):
            break
        batch.append(row)
    return batch


def _boxes(batch: Iterable[Any]) -> Iterable[SealedValues]:
    for row in batch:
        if row.sealed:
            yield SealedValues(msgspec.json.decode(row.text)["id"], row.sealed)


def _drop(journal: ServerJournal, device: str, numbers: Iterable[int]) -> None:
    rows = [(device, n) for n in numbers]
    journal.submit(lambda sheet: sheet.connection.exec_driver_sql(_DROP, rows)).result()
