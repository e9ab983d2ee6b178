"""Recorded journals: every verdict and every folded state stays the same in all later versions.

The files in `recorded_journals/` were written by the version before the subject table. They hold journals of the test
servers and of a generator, which covers every entry kind, every role, doubtful authors, stale bases, deferred and
held entries, malformed bodies and unknown kinds. Each entry has the verdict, the reason and the state of its subject
after it. A stored history must keep its meaning, so a difference here is a bug in the code.
"""

import io
from pathlib import Path

import msgspec
import pytest
import zstandard

from tabuah.operations.decisions import decide
from tabuah.operations.entries import Entry, Verdict
from tabuah.operations.entry_kinds import known_kinds
from tabuah.operations.fold import fold
from tabuah.operations.incidents.entry_bodies import IncidentReported
from tabuah.operations.lookups import Lookups
from tabuah.operations.people.authority import Authority, AuthorityRecord
from tabuah.operations.subject_state import EMPTY, SubjectState, read_state, state_text

FOLDER = Path(__file__).with_name("recorded_journals")


class JudgedEntry(msgspec.Struct):
    """An entry with the result of the recording version; `state` is that of its subject after it."""

    text: str
    verdict: Verdict
    reason: str
    state: str


def read_journals() -> list[list[JudgedEntry]]:
    reader = zstandard.ZstdDecompressor(max_window_size=1 << 27)
    found: list[list[JudgedEntry]] = []
    for path in sorted(FOLDER.glob("*.json.zst")):
        text = reader.stream_reader(io.BytesIO(path.read_bytes())).read()
        found += msgspec.json.decode(text, type=list[list[JudgedEntry]])
    return found


@pytest.fixture(scope="module")
def journals() -> list[list[JudgedEntry]]:
    return read_journals()


class Replay:
    """Decides and folds a journal again, as the server did."""

    def __init__(self) -> None:
        self.authority = Authority()
        self.states: dict[str, SubjectState] = {}
        self.numbers: dict[str, str] = {}

    def judge(self, text: str) -> JudgedEntry:
        entry = msgspec.json.decode(text, type=Entry)
        before = self.states.get(entry.subject, EMPTY)
        lookups = Lookups(number_owner=lambda number: self.numbers.get(number, ""))
        decision = decide(before, self.authority, entry, lookups=lookups)
        after = fold(before, entry, decision.verdict, text=text, reason=decision.reason)
        if entry.kind == "incident.reported" and decision.verdict is not Verdict.REJECTED:
            self.numbers[msgspec.json.decode(entry.body, type=IncidentReported).number] = entry.subject
        self.states[entry.subject] = after
        if isinstance(after.value, AuthorityRecord):
            self.authority.update(after.value)
        return JudgedEntry(text, decision.verdict, decision.reason, state_text(after).decode())


def test_recorded_verdicts_and_states_stay_the_same(journals):
    for number, journal in enumerate(journals):
        replay = Replay()
        for index, recorded in enumerate(journal):
            assert replay.judge(recorded.text) == recorded, f"journal {number}, entry {index}"


def test_recorded_states_survive_encoding(journals):
    for recorded in {entry.state: entry for journal in journals for entry in journal[::7]}.values():
        assert state_text(read_state(recorded.state)).decode() == recorded.state


def test_recorded_journals_cover_every_kind_of_their_time(journals):
    taken: set[str] = set()
    for journal in journals:
        for recorded in journal:
            if recorded.verdict is Verdict.ACCEPTED:
                taken.add(msgspec.json.decode(recorded.text, type=Entry).kind)
    assert len(taken) == 44
    assert taken <= set(known_kinds())
