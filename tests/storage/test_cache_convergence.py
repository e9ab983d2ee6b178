"""Any interleaving of saves, pushes, pulls and restarts leaves all consoles and the server with the same state."""

import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from consoles import add_users, enrol, pull, push, report, sync
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from snapshot_room import fetch_history, load, make

from tabuah.operations.authority.roles import Role
from tabuah.operations.codes import Severity, Status
from tabuah.operations.entries import Draft
from tabuah.operations.errors import NotPossible
from tabuah.operations.incidents.bodies import Figures, IncidentEdited
from tabuah.operations.incidents.gestures import (
    count_for_incident,
    delete_incident,
    edit_incident,
    merge_incidents,
    move_incident,
    note_incident,
    settle_conflict,
)
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.subjects import state_text
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
    """What one console does next; `pick` chooses among what there is."""

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
        report(self.stores[0], "yang dilihat semua")
        for store in self.stores:
            sync(store, self.journal)

    def reopen(self, user: str) -> ConsoleStore:
        store = ConsoleStore(self.directory / user)
        # what is tested is the order of things, not the disk: that is in test_cache_damage
        store._desk.connection.execute("PRAGMA synchronous = OFF")
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
        """A snapshot in place of the entries that are missing here; a history that is missing then comes later."""
        if store.head.seq < self.journal.head().seq:
            load(store, self.journal, make(self.journal, self.directory / "snapshots"))
            for subject in store.histories.wanted()[:1]:
                fetch_history(store, self.journal, subject)

    def push_without_answer(self, store: ConsoleStore) -> None:
        """The server takes it and the line breaks before its answer: the console will send it again."""
        acknowledge, store.acknowledge = store.acknowledge, lambda _reply: None  # type: ignore[method-assign]
        push(store, self.journal)
        store.acknowledge = acknowledge  # type: ignore[method-assign]

    def gesture(self, store: ConsoleStore, step: Step) -> None:
        incidents = sorted(store.incidents(), key=lambda i: i.id)
        if step.act == "report" or not incidents:
            report(store, f"insiden {step.pick}")
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
    """What a step does to an incident."""
    drafts: dict[str, Callable[[], Draft]] = {
        "severity": lambda: edit_incident(incident, IncidentEdited(severity=list(Severity)[step.pick % 4])),
        "title": lambda: edit_incident(incident, IncidentEdited(title=f"judul {step.pick}")),
        "assign": lambda: edit_incident(incident, IncidentEdited(assignment=(f"regu {step.pick % 3}",))),
        "move": lambda: move_incident(incident, MOVES[step.pick % len(MOVES)]),
        "note": lambda: note_incident(incident, f"catatan {step.pick}"),
        "count": lambda: count_for_incident(incident, Figures(deaths=step.pick % 5), source="BPBD"),
        "delete": lambda: delete_incident(incident, reason="salah"),
        "merge": lambda: merge_incidents(incident, other),
    }
    return drafts[step.act]()


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(steps=STEPS)
def test_any_interleaving_converges(steps: list[Step]):
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


def test_the_steps_reach_a_conflict_and_its_settlement(tmp_path: Path):
    """The property above means something only if its steps can lead there."""
    with ExitStack() as opened:
        room = Room(tmp_path, opened)
        for step in (Step(0, "severity", 2), Step(1, "severity", 3), Step(0, "push", 0), Step(1, "push", 0)):
            room.do(step)
        room.do(Step(1, "pull", 0))
        assert len(room.stores[1].conflicts()) == 1
        room.do(Step(1, "settle", 1))
        assert room.stores[1].conflicts() == []
