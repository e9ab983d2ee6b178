"""Checks after a fault: nothing lost, nothing duplicated, all consoles equal, no outbox stuck."""

import hashlib
from collections.abc import Iterable, Sequence

from faults.offices import Ledger, Office, RecordingStore

from tabuah.operations.entries import GENESIS, Entry
from tabuah.operations.fold import fold
from tabuah.operations.subject_state import EMPTY, SubjectState, state_text
from tabuah.storage.journal.chain import ChainHead, check_follows
from tabuah.storage.journal.wire import Record, decode_entry, ruling_hash, text_hash
from tabuah.storage.sync.session import ConsoleSession

MAX_SYNCS: int = 6  # enough on a good connection


def converge_offices(offices: Sequence[Office]) -> list[Record]:
    """Sync all offices on a good connection, check everything, and return the journal."""
    for _round in range(MAX_SYNCS):
        for office in offices:
            assert office.sync(), office.ledger.failures[-1]
        if len({office.ask(lambda store: store.head) for office in offices}) == 1:
            break
    records = offices[0].ask(fetch_journal)
    check_journal(records, [office.ledger for office in offices])
    expected = state_hash(states_of(records))
    for office in offices:
        counts = office.ask(RecordingStore.counts)
        assert counts.pending == 0, f"the outbox of {office.directory.name} is stuck"
        assert office.ask(console_state_hash) == expected, f"{office.directory.name} shows something else"
        assert office.ask(RecordingStore.find_damage) == ""
    return records


def fetch_journal(store: RecordingStore) -> list[Record]:
    """Return all records as the server sends them now."""
    records: list[Record] = []
    session = ConsoleSession(store)
    with session.client:
        while True:
            reply = session.client.pull(after=records[-1].seq if records else 0, limit=1000)
            records.extend(reply.records)
            if not reply.records or records[-1].seq >= reply.head:
                return records


def check_journal(records: Iterable[Record], ledgers: Iterable[Ledger]) -> None:
    """Check that the journal and each device's entries are unbroken chains, with every saved entry once."""
    previous = GENESIS
    chains: dict[str, ChainHead] = {}
    by_entry: dict[str, Record] = {}
    for seq, record in enumerate(records, start=1):
        assert record.seq == seq, "the journal has a gap"
        assert ruling_hash(previous, record.text.encode(), record.ruling) == record.hash, "the chain is broken"
        previous = record.hash
        entry = decode_entry(record.text)
        check_follows(entry, chains.get(entry.device, ChainHead()))
        chains[entry.device] = ChainHead(entry.n, text_hash(record.text.encode()))
        assert entry.id not in by_entry, f"{entry} is there twice"
        by_entry[entry.id] = record
    for ledger in ledgers:
        _check_ledger(ledger, by_entry)


def _check_ledger(ledger: Ledger, by_entry: dict[str, Record]) -> None:
    for result in ledger.acknowledged.values():
        record = by_entry.get(result.id)
        assert record is not None, "an acknowledged entry is lost"
        assert (record.seq, record.verdict, record.reason) == (result.seq, result.verdict, result.reason)
    lost = [entry for entry in ledger.saved if entry not in by_entry]
    assert not lost, f"{len(lost)} of {len(ledger.saved)} saved entries never arrived"
    assert len(set(ledger.saved)) == len(ledger.saved)


def states_of(records: Iterable[Record]) -> dict[str, SubjectState]:
    """Return the states that the journal folds to."""
    states: dict[str, SubjectState] = {}
    for record in records:
        entry: Entry = decode_entry(record.text)
        before = states.get(entry.subject, EMPTY)
        states[entry.subject] = fold(before, entry, record.verdict, text=record.text, reason=record.reason)
    return {subject: state for subject, state in states.items() if state != EMPTY}


def console_state_hash(store: RecordingStore) -> str:
    """Return the state hash of a console."""
    subjects = [row[0] for row in store._session.connection.execute("SELECT subject FROM subjects")]
    return state_hash({subject: store.state(subject) for subject in subjects})


def state_hash(states: dict[str, SubjectState]) -> str:
    """Return one hash over the state of every subject."""
    digest = hashlib.sha256()
    for subject in sorted(states):
        digest.update(subject.encode() + b"\n" + state_text(states[subject]) + b"\n")
    return digest.hexdigest()
