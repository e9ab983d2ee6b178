"""Auditor: recomputes every verdict, every state and the chain from the records alone."""

from dataclasses import dataclass, field

from histories import versions
from histories.server_under_test import ServerUnderTest

from tabuah.operations.decisions import decide
from tabuah.operations.entries import GENESIS, Entry, subject_of
from tabuah.operations.fold import fold
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.lookups import Lookups
from tabuah.operations.people.authority import Authority, AuthorityRecord
from tabuah.operations.subject_state import EMPTY, SubjectState, state_text
from tabuah.storage.journal.chain import ChainHead, check_follows
from tabuah.storage.journal.signatures import verify_signature
from tabuah.storage.journal.wire import Record, decode_entry, ruling_hash, text_hash


@dataclass
class Audit:
    """Recomputed states; `steps` is each entry with the state of its subject before and after."""

    states: dict[str, SubjectState] = field(default_factory=dict)
    steps: list[tuple[Record, Entry, SubjectState, SubjectState]] = field(default_factory=list)

    def incident(self, incident_id: str) -> Incident | None:
        value = self.states.get(subject_of("incident", incident_id), EMPTY).value
        return value if isinstance(value, Incident) else None


def audit(server: ServerUnderTest) -> Audit:
    """Recompute everything and fail where the server differs."""
    found, authority = Audit(), Authority()
    chains: dict[str, ChainHead] = {}
    previous = GENESIS
    for number, record in enumerate(server.records(), start=1):
        entry = decode_entry(record.text)
        assert record.seq == number, "the journal has a gap"
        assert ruling_hash(previous, record.text.encode(), record.ruling) == record.hash, "the chain is broken"
        previous = record.hash
        check_follows(entry, chains.get(entry.device, ChainHead()))
        chains[entry.device] = ChainHead(entry.n, text_hash(record.text.encode()))
        _judge(found, authority, record, entry, newer=server.newer_from is not None and number > server.newer_from)
        public_key = bytes.fromhex(authority.devices[entry.device].public_key)
        verify_signature(public_key, record.text.encode(), bytes.fromhex(record.signature))
    head = server.journal.head()
    assert (head.seq, head.hash) == (len(found.steps), previous), "the head row is not the last record"
    for subject, state in found.states.items():
        assert state_text(server.journal.state_of(subject)) == state_text(state), f"{subject} is kept wrong"
    return found


def _judge(found: Audit, authority: Authority, record: Record, entry: Entry, *, newer: bool) -> None:
    before = found.states.get(entry.subject, EMPTY)
    with versions.running(newer=newer):
        decision = decide(before, authority, entry, lookups=Lookups(incident=found.incident))
        assert (decision.verdict, decision.reason) == (record.verdict, record.reason), (
            f"seq {record.seq}: recorded {record.verdict} {record.reason}, recomputed {decision}"
        )
        after = fold(before, entry, record.verdict, text=record.text, reason=record.reason)
    found.steps.append((record, entry, before, after))
    if after is not before:
        found.states[entry.subject] = after
        if isinstance(after.value, AuthorityRecord):
            authority.update(after.value)
