"""Auditor: recomputes every verdict, every state and the chain from the records alone."""

from dataclasses import dataclass

from histories import versions
from histories.server_under_test import ServerUnderTest

from tabuah.operations.entries import Entry
from tabuah.operations.subject_state import SubjectState, state_text
from tabuah.storage.journal.audit import JournalAudit
from tabuah.storage.journal.wire import Record


@dataclass
class Audit:
    """Recomputed states; `steps` is each entry with the state of its subject before and after."""

    states: dict[str, SubjectState]
    steps: list[tuple[Record, Entry, SubjectState, SubjectState]]


def audit(server: ServerUnderTest) -> Audit:
    """Recompute everything and fail where the server differs."""
    recomputed, steps = JournalAudit(), []
    for number, record in enumerate(server.records(), start=1):
        with versions.running(newer=server.newer_from is not None and number > server.newer_from):
            step = recomputed.follow(record)
        steps.append((step.record, step.entry, step.before, step.after))
    head = server.journal.head()
    recomputed.check_head(head.seq, head.hash)
    stored = {subject: state_text(server.journal.state_of(subject)).decode() for subject in recomputed.states}
    assert recomputed.find_wrong_states(stored) == []
    return Audit(recomputed.states, steps)
