"""Appending handed-back records: at the same seq and with the same verdict as before, verified and folded again."""

import logging
from collections.abc import Sequence
from typing import Final

from tabuah.operations.fold import fold
from tabuah.server.admission.journal_cache import AdmissionBatch
from tabuah.server.admission.persistence import save_entries, save_personal
from tabuah.server.admission.verdicts import append_record
from tabuah.server.handback.erasures import lasting_values
from tabuah.server.handback.staged_records import StagedRecord
from tabuah.storage.journal.audit import AuditFailure, check_record_hash, check_record_signature, read_record
from tabuah.storage.journal.chain import ChainedEntry, check_follows
from tabuah.storage.journal.errors import BrokenHandback, JournalError
from tabuah.storage.journal.wire import Record, text_hash

log = logging.getLogger(__name__)

_END_SESSIONS: Final = "DELETE FROM refresh_tokens"


def append_handed_back(batch: AdmissionBatch, staged: Sequence[StagedRecord]) -> None:
    """Append records that continue the journal, and end all sessions.

    Verdicts are not recomputed: the server has signed them. Users and devices are as they were at each record, so
    that every signature can be verified, and a revocation applies to all that follows.

    Raises:
        BrokenHandback: a record is not authentic; nothing was appended.
    """
    batch.load_states(read_record(each.record).subject for each in staged)
    saved = [(_append(batch, each.record), each.record) for each in staged]
    save_entries(batch.connection, saved)
    save_personal(batch.connection, lasting_values(batch, staged))
    batch.connection.exec_driver_sql(_END_SESSIONS)
    log.warning(
        "records %d to %d were handed back by a console; readings and passwords since the copy are lost",
        staged[0].record.seq,
        staged[-1].record.seq,
    )


def _append(batch: AdmissionBatch, record: Record) -> ChainedEntry:
    try:
        check_record_hash(record, seq=batch.head.seq, previous=batch.head.hash)
        entry = read_record(record)
        check_follows(entry, batch.chain_head(entry.device))
        before = batch.state_of(entry.subject)
        after = fold(before, entry, record.verdict, text=record.text, reason=record.reason)
        text = record.text.encode()
        chained = ChainedEntry(entry, text, text_hash(text), record.signature)
        append_record(batch, chained, record, after)
        check_record_signature(record, entry, batch.authority)
    except (AuditFailure, JournalError) as error:
        raise BrokenHandback(f"record {record.seq} is not authentic: {error}") from error
    return chained
