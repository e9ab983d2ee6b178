"""Saving to the database: entries at once; states and heads when the batch is complete."""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection

from tabuah.operations.entries import PersonalValue, subject_kind
from tabuah.operations.subject_state import state_text
from tabuah.server.admission.journal_cache import AdmissionBatch
from tabuah.storage.journal.chain import ChainedEntry
from tabuah.storage.journal.wire import Record

_INSERT_ENTRIES: Final = "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_INSERT_PERSONAL: Final = "INSERT OR IGNORE INTO personal_values VALUES (?, ?, ?, ?, ?)"
_SAVE_STATE: Final = """INSERT INTO subject_states VALUES (?, ?, ?)
    ON CONFLICT (subject) DO UPDATE SET state = excluded.state"""
_SAVE_NUMBER: Final = "INSERT OR IGNORE INTO incident_numbers VALUES (?, ?)"
_SAVE_ATTACHED: Final = "INSERT OR IGNORE INTO blob_subjects VALUES (?, ?)"
_SAVE_CHAIN_HEAD: Final = """INSERT INTO chain_heads VALUES (?, ?, ?)
    ON CONFLICT (device) DO UPDATE SET n = excluded.n, hash = excluded.hash"""


def save_entries(connection: Connection, admitted: Iterable[tuple[ChainedEntry, Record]]) -> None:
    """Save entries verbatim with their rulings."""
    rows = [
        (
            record.seq,
            chained.entry.id,
            chained.entry.device,
            chained.entry.n,
            chained.entry.subject,
            record.text,
            record.signature,
            record.received_at.isoformat(),
            record.verdict.value,
            record.reason,
            record.hash,
        )
        for chained, record in admitted
    ]
    connection.exec_driver_sql(_INSERT_ENTRIES, rows)


def save_personal(connection: Connection, values: Iterable[tuple[int, PersonalValue]]) -> None:
    """Save new personal values; each comes with the seq of the record that delivers it."""
    rows = [(value.entry, value.field, seq, value.salt, value.value) for seq, value in values]
    if rows:
        connection.exec_driver_sql(_INSERT_PERSONAL, rows)


def save_batch(batch: AdmissionBatch) -> None:
    """Save the states, chain heads and journal head of a batch."""
    if not batch.records:
        return
    states = [(s, subject_kind(s), state_text(state).decode()) for s, state in batch.states.items()]
    if states:
        batch.connection.exec_driver_sql(_SAVE_STATE, states)
    if batch.numbers:
        batch.connection.exec_driver_sql(_SAVE_NUMBER, list(batch.numbers.items()))
    if batch.attached:
        batch.connection.exec_driver_sql(_SAVE_ATTACHED, sorted(batch.attached))
    heads = [(device, head.n, head.hash) for device, head in batch.chain_heads.items()]
    batch.connection.exec_driver_sql(_SAVE_CHAIN_HEAD, heads)
    batch.connection.exec_driver_sql("UPDATE head SET seq = ?, hash = ?", (batch.head.seq, batch.head.hash))
