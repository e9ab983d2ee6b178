"""Convergence: any interleaving of saves, pushes, pulls and restarts leads to the same state everywhere."""

import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from support.console_stores import add_users, enrol, pull, push, report_incident_at, sync
from support.snapshot_transfer import apply_snapshot, build_snapshot, fetch_history

from tabuah.operations.codes import Severity, Status
from tabuah.operations.entries import Draft
from tabuah.operations.errors import NotPossible
from tabuah.operations.incidents.drafts import (
    delete_incident,
    edit_incident,
    merge_incidents,
    move_incident,
    note_incident,
    report_figures,
    settle_conflict,
)
from tabuah.operations.incidents.entry_bodies import Figures, IncidentEdited
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.people.roles import Role
from tabuah.operations.subject_state import state_text
from tabuah.server.journal import ServerJournal
from tabuah.storage.cache.store import ConsoleStore

USERS = {"ani": Role.OPERATOR, "budi": Role.FIELD, "sari": Role.SUPERVISOR}

MOVES = [status for status in Status if status is not Status.MERGED]

GESTURES = st.sampled_from(
    ["report", "severity", "title", "assign", "move", "move", "note", "count", "delete", "merge", "settle", "settle"]
)
TRANSPORT = st.sampled_from(["push", "push some", "pull", "pull some", "lose the answer", "restart", "snapshot"])


@dataclass(frozen=True)
class Step:
    """The next step of one console; `pick` chooses among the existing objects."""

    console: int
    act: str
    pick: int


STEPS = st.lists(
    st.builds(
        Step, console=st.integers(0, 2), act=st.one_of(GESTURES, GESTURES, TRANSPORT), pick=st.integers(0, 1000)
    ),
    min_size=15,
    max_size=60,
)


class Room:
    """A server and three consoles on one disk."""

    def __init__(self, directory: Path, opened: ExitStack) -> None:
        self.directory = directory
        self.journal = opened.enter_context(ServerJournal.open(directory / "server", serving=True))
        add_users(self.journal, **USERS)
        self.stores = [self.reopen(user) for user in USERS]
        for user, store in zip(USERS, self.stores, strict=True):
            enrol(self.journal, store, user)
        opened.callback(self.close)
        self.notes: list[str] = []
        report_incident_at(self.stores[0], "yang dilihat semua")
        for store in self.stores:
            sync(store, self.journal)

    def reopen(self, user: str) -> ConsoleStore:
        store = ConsoleStore(self.directory / user)
        # this tests the order of steps; test_cache_damage tests the disk
        store._session.connection.execute("PRAGMA synchronous = OFF")
        return store

    def close(self) -> None:
        for store in self.stores:
            store.close()

    def do(self, step: Step) -> None:
        store = self.stores[step.console]
        if step.act == "restart":
            store.close()
            self.stores[step.console] = self.reopen(list(USERS)[step.console])
        elif step.act.startswith("push"):
            push(store, self.journal, limit=1 + step.pick % 3 if step.act == "push some" else 100)
        elif step.act.startswith("pull"):
            pull(store, self.journal, limit=1 + step.pick % 3 if step.act == "pull some" else 1000)
        elif step.act == "lose the answer":
            self.push_without_answer(store)
        elif step.act == "snapshot":
            self.leap(store)
        else:
            self.gesture(store, step)

    def leap(self, store: ConsoleStore) -> None:
        """Load a snapshot instead of the missing entries; a missing history is fetched later."""
        if store.head.seq < self.journal.head().seq:
            apply_snapshot(store, self.journal, build_snapshot(self.journal, self.directory / "snapshots"))
            for subject in store.histories.requested_and_due()[:1]:
                fetch_history(store, self.journal, subject)

    def push_without_answer(self, store: ConsoleStore) -> None:
        """Push, but lose the server's answer: the console will push the same entries again."""
        acknowledge, store.acknowledge = store.acknowledge, lambda _reply: None  # type: ignore[method-assign]
        push(store, self.journal)
        store.acknowledge = acknowledge  # type: ignore[method-assign]

    def gesture(self, store: ConsoleStore, step: Step) -> None:
        incidents = sorted(store.incidents(), key=lambda i: i.id)
        if step.act == "report" or not incidents:
            report_incident_at(store, f"insiden {step.pick}")
            return
        incident = incidents[step.pick % len(incidents)]
        try:
            if step.act == "settle":
                self.settle(store, step)
            else:
                store.save(draft_of(step, incident, other=incidents[(step.pick + 1) % len(incidents)]))
        except NotPossible as refused:
            self.notes.append(f"refused here: {refused.reason}")

    def settle(self, store: ConsoleStore, step: Step) -> None:
        conflicts = store.conflicts()
        if conflicts:
            chosen = conflicts[step.pick % len(conflicts)]
            take = ("current", "proposed", "base")[step.pick % 3]
            store.save(settle_conflict(chosen.incident, chosen.conflict.id, take))
            self.notes.append(f"settled: {take}")


def draft_of(step: Step, incident: Incident, *, other: Incident) -> Draft:
    """Return the draft that a step writes on an incident."""
    drafts: dict[str, Callable[[], Draft]] = {
        "severity": lambda: edit_incident(incident, IncidentEdited(severity=list(Severity)[step.pick % 4])),
        "title": lambda: edit_incident(incident, IncidentEdited(title=f"judul {step.pick}")),
        "assign": lambda: edit_incident(incident, IncidentEdited(assignment=(f"regu {step.pick % 3}",))),
        "move": lambda: move_incident(incident, MOVES[step.pick % len(MOVES)]),
        "note": lambda: note_incident(incident, f"catatan {step.pick}"),
        "count": lambda: report_figures(incident, Figures(deaths=step.pick % 5), source="BPBD"),
        "delete": lambda: delete_incident(incident, reason="salah"),
        "merge": lambda: merge_incidents(incident, other),
    }
    return drafts[step.act]()


@settings(max_examples=settings().max_examples // 2, suppress_health_check=[HealthCheck.too_slow])  # 0.2 s each
@given(steps=STEPS)
def test_cache_interleavings_converge(steps: list[Step]):
    with tempfile.TemporaryDirectory() as folder, ExitStack() as opened:
        room = Room(Path(folder), opened)
        for step in steps:
            room.do(step)
        written = sum(store.chain_length for store in room.stores)
        for _round in range(2):
            for store in room.stores:
                sync(store, room.journal)
        states = room.journal.states_of_kind("incident")
        verdicts = (f"verdict: {record.verdict.value}" for record in room.journal.records_after(0, 10_000))
        for note in {*room.notes, *verdicts}:
            event(note)
        for store in room.stores:
            assert store.counts().pending == 0
            assert store.head.seq == room.journal.head().seq
            for subject, state in states.items():
                assert state_text(store.state(subject)) == state_text(store.confirmed(subject)) == state_text(state)
        assert room.stores[0].rows() == room.stores[1].rows() == room.stores[2].rows()
        received = [r for r in room.journal.records_after(0, 10_000) if "incident/" in r.text[:400]]
        assert len(received) == written, "nothing lost, nothing doubled"


def test_convergence_steps_reach_conflict_and_settlement(tmp_path: Path):
    """The convergence property is meaningful only if its steps reach conflicts."""
    with ExitStack() as opened:
        room = Room(tmp_path, opened)
        for step in (Step(0, "severity", 2), Step(1, "severity", 3), Step(0, "push", 0), Step(1, "push", 0)):
            room.do(step)
        room.do(Step(1, "pull", 0))
        assert len(room.stores[1].conflicts()) == 1
        room.do(Step(1, "settle", 1))
        assert room.stores[1].conflicts() == []
